"""Masking: what is left of a name, a phone number, a plate or a room when somebody need not know it.

Every view uses these; who may see the whole is decided in `permissions.py`, and asking for it takes a reason
and leaves an audit row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STAR = "*"
_HAN = re.compile(r"[\u3400-\u9fff]")
# Two characters of surname; everybody else has one.
_DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "南宫",
        "独孤",
        "申屠",
        "闻人",
        "轩辕",
    ]
)
_PLATE = re.compile(
    r"[\u4e00-\u9fff][A-Z][A-Z0-9·]{4,7}[\u4e00-\u9fff]?"
)  # GA 36: 京A12345, 京AD12345, 粤B1234学
_PHONE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\dA-Za-z])")
_LANDLINE = re.compile(r"(?<![\dA-Za-z])0\d{2,3}[- ]\d{7,8}(?![\dA-Za-z])")


def mask_name(name: str) -> str:
    """Return the surname and stars: 张三 -> 张*, 欧阳锋 -> 欧阳*, John Smith -> J***."""
    name = name.strip()
    if not name:
        return ""
    if not _HAN.match(name):
        return name[0] + STAR * 3
    surname = name[:2] if name[:2] in _DOUBLE_SURNAMES and len(name) > 2 else name[:1]
    return surname + STAR * max(len(name) - len(surname), 1)


def mask_phone(phone: str) -> str:
    """Return the first three and last four digits: 13812341234 -> 138****1234; short numbers lose more."""
    digits = re.sub(r"\D", "", phone)
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) >= 11:
        return digits[:3] + STAR * (len(digits) - 7) + digits[-4:]
    return STAR * max(len(digits) - 2, 4) + digits[-2:] if len(digits) >= 6 else STAR * 4


def mask_plate(plate: str) -> str:
    """Return the place of registration and the last two characters: 京A12345 -> 京A***45."""
    plate = plate.strip()
    if len(plate) < 6:
        return plate[:1] + STAR * 3
    return plate[:2] + STAR * 3 + plate[-2:]


def mask_room(room: str) -> str:
    """Return stars for a room or door number: nothing of it is needed to know which building."""
    return STAR * 3 if room.strip() else ""


def mask_address(address: str) -> str:
    """Return a contact as it may be shown: a phone number, a mail address, an account or a web address."""
    address = address.strip()
    if re.fullmatch(r"\+?[\d -]{5,}", address):
        return mask_phone(address)
    if re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        user, _, host = address.partition("@")
        return user[:1] + STAR * 3 + "@" + host
    return address[:2] + STAR * 3 if len(address) > 6 else STAR * 3


def mask_reference(value: str) -> str:
    """Return a reference (card, person, parcel) of which only the beginning and end can be read."""
    if len(value) <= 4:
        return value[:1] + STAR * 3
    return value[:2] + STAR * 3 + (value[-2:] if len(value) >= 7 else "")


def mask_text(text: str, names: Mapping[str, str] | None = None) -> str:
    """Return free text with phone numbers, plates and the given names (name -> what to show) masked."""
    for name, shown in sorted((names or {}).items(), key=lambda pair: -len(pair[0])):
        if name:
            text = text.replace(name, shown)
    text = _PHONE.sub(lambda found: mask_phone(found.group()), text)
    text = _LANDLINE.sub(lambda found: mask_phone(found.group()), text)
    return _PLATE.sub(lambda found: mask_plate(found.group()), text)
