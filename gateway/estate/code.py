"""Codes: the short text on a device's label, made of its id with a key of the site; it claims, and does nothing else."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from devices.registry import Device

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which hands and eyes confuse
_LENGTH = 10
_CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0"})


class Codes:
    """The codes of one site; the same device has the same code as long as the key is the same."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, device_id: str) -> str:
        """Return the code of a device's label, in groups that can be read out: `7K3F-9QXM-2D`."""
        made = hmac.new(self._key, f"device label\x00{device_id}".encode(), hashlib.sha256).digest()
        number = int.from_bytes(made[:8], "big")
        code = "".join(_LETTERS[(number >> 5 * place) & 31] for place in range(_LENGTH))
        return f"{code[:4]}-{code[4:8]}-{code[8:]}"

    def find(self, text: str, devices: Iterable[Device]) -> Device | None:
        """Return the device whose label carries this code; separators and letter case do not matter."""
        wanted = bare(text).translate(_CONFUSED)
        if len(wanted) != _LENGTH:
            return None
        return next((each for each in devices if hmac.compare_digest(bare(self.of(each.id)), wanted)), None)


def scanned(text: str) -> str:
    """Return the code of what a camera read: the code itself, or an address with it as `c`."""
    if "://" in text:
        found = parse_qs(urlsplit(text.strip()).query).get("c")
        return found[0] if found else text.strip()
    return text.strip()


def bare(text: str) -> str:
    """Return a code or an identity without what people leave out: separators and letter case."""
    return re.sub(r"[\W_]", "", text).upper().encode("ascii", "ignore").decode()
