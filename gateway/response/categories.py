"""Categories: what kind of case this is, how grave, how fast, who goes first. Data the site can edit.

A code is two digits of group and two of item (`0205` = group 02, forced door); item 00 means "other" and
80–99 are free for the site. A category's own times go before the level's defaults in `timers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias, get_args

import msgspec

from gateway.response.fitting import misfits
from gateway.response.model import Level, Role, Span

Mistake: TypeAlias = tuple[tuple[str | int, ...], str]  # where in the entry, and what is wrong

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)(W?)")
_UNIT = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
OWN_ITEMS = range(80, 100)  # of each group: the site's
ENDS = ("grid", "community", "street")
CAP_WORDS = (
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
)
"""Categories of CAP 1.2."""
_NAMES = ("name", "next", "filing", "closing")
WORK_DAY_S = 8 * 3600.0  # a working day in the time tables of cities is eight working hours
FIELDS = ("take", "arrive", "resolve", "together")


class Category(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One kind of case. None for a time: the level's default; `no_arrive`: this kind has no arrival to wait for."""

    code: str
    name: dict[str, str]
    level: Level
    take: Span | None = None
    arrive: Span | None = None
    resolve: Span | None = None
    together: Span | None = None  # alarms of this kind in one building within this time of a case join it
    no_arrive: bool = False
    responders: tuple[Role, ...] = ("guard",)
    next: dict[str, str] = {}  # who is called afterwards, for people to read
    filing: dict[str, str] = {}  # when a case of this kind is opened (立案条件)
    closing: dict[str, str] = {}  # when it may be closed (结案条件)
    ends_at: str = "grid"  # the level of the grid tree where it should end: grid, community, street
    auto_accept: bool = False  # L1: people are sent at once, verification runs beside it
    discreet: bool = False  # no sound, no group: only leaders and those sent learn of it (duress)
    skills: tuple[str, ...] = ()  # who has one of these is preferred
    evidence: tuple[str, ...] = ()  # "photo": not resolved without one
    plan: str | None = None  # a response plan instead of the level's
    cap: str = "Other"  # CAP 1.2 category
    main_class: str = ""  # GB/T 35561 main class, in words
    city_class: str = ""  # GB/T 30428 class, in words
    contact_id: tuple[str, ...] = ()  # Contact-ID event codes that mean this
    retired: bool = False  # no longer offered; its code stays its own, so that old cases keep their meaning

    @property
    def group(self) -> str:
        """The two-digit group."""
        return self.code[:2]


UNKNOWN = Category(code="0000", name={"zh": "其他", "en": "Other"}, level="L3")


def parse_span(text: str) -> Span | None:
    """Read `3m`, `2hW` (working hours), `5dW` (working days of eight hours); None when it is none of these."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    amount, unit, work = float(match[1]), match[2], bool(match[3])
    length = WORK_DAY_S if work and unit == "d" else _UNIT[unit]
    return Span(amount * length, work)


def parse_categories(
    entries: object, base: Mapping[str, Category] | None = None
) -> tuple[dict[str, Category], list[Mistake]]:
    """Return the categories by code, and the mistakes as (path, message); `base` are the ones that are edited.

    `entries` is the list of mappings of a categories file or of `categories:` in a site file. A new code
    needs `name` and `level`; a known one takes over what it does not name.
    """
    found = dict(base or {})
    problems: list[Mistake] = []
    if not isinstance(entries, list):
        return found, [((), "expected a list of categories")]
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            problems.append(((index,), "expected a mapping with code, name and level"))
            continue
        code = str(entry.get("code"))
        category, mistakes = _parse_one(entry, found.get(code))
        if base and code not in base and code[2:].isdigit() and int(code[2:]) not in OWN_ITEMS:
            mistakes.append((("code",), f"'{code}' is not a site's own: items 80 to 99 of a group are"))
        problems += [((index, *path), message) for path, message in mistakes]
        if category is not None:
            found[category.code] = category
    return found, problems


def _parse_one(entry: dict[str, Any], base: Category | None) -> tuple[Category | None, list[Mistake]]:
    problems: list[Mistake] = []
    code = str(entry.get("code", ""))
    if re.fullmatch(r"\d{4}", code) is None:
        return None, [(("code",), f"expected four digits in quotes, not '{code}'")]
    raw: dict[str, Any] = msgspec.to_builtins(base) if base else {}
    for key, value in entry.items():
        if key in FIELDS and value == "none":
            raw[key] = None
            raw["no_arrive"] = raw.get("no_arrive", False) or key == "arrive"
        elif key in FIELDS:
            span = parse_span(str(value))
            if span is None:
                problems.append(
                    ((key,), f"expected a time like 3m, 2h, or 4hW of working time, not '{value}'")
                )
            else:
                raw[key] = msgspec.to_builtins(span)
        elif key not in Category.__struct_fields__:
            problems.append(((key,), f"unknown field; known are {', '.join(Category.__struct_fields__)}"))
        else:
            raw[key] = value
    problems += _words(entry)
    if problems:
        return None, problems
    try:
        return msgspec.convert(raw, Category), []
    except msgspec.ValidationError:
        return None, list(misfits(raw, Category))


def _words(entry: dict[str, Any]) -> list[Mistake]:
    problems: list[Mistake] = []
    level = entry.get("level")
    if level is not None and level not in get_args(Level):
        problems.append((("level",), f"expected one of L1, L2, L3, L4, not '{level}'"))
    for key in _NAMES:
        text = entry.get(key)
        if text is None or (key != "name" and text == {}):
            continue
        if not isinstance(text, dict) or not all(isinstance(text.get(lang), str) for lang in ("zh", "en")):
            problems.append(((key,), f"expected {'a name' if key == 'name' else 'words'} in zh and en"))
    responders = entry.get("responders", ["guard"])
    named = responders if isinstance(responders, list) else []
    problems += [
        (("responders",), f"unknown role '{role}', expected some of {', '.join(get_args(Role))}")
        for role in named
        if role not in get_args(Role)
    ]
    if not named:
        problems.append((("responders",), "expected at least one role that goes"))
    for key, words in (("ends_at", ENDS), ("cap", CAP_WORDS)):
        if key in entry and entry[key] not in words:
            problems.append(((key,), f"expected one of {', '.join(words)}, not '{entry[key]}'"))
    codes = entry.get("contact_id", [])
    problems += [
        (("contact_id", number), f"expected three digits in quotes, not '{code}'")
        for number, code in enumerate(codes if isinstance(codes, list) else [])
        if not isinstance(code, str) or re.fullmatch(r"\d{3}", code) is None
    ]
    return problems


def clashing_codes(categories: Mapping[str, Category]) -> list[tuple[str, str, str]]:
    """Return (Contact-ID code, category, other category) where one code of a panel means two things."""
    seen: dict[str, str] = {}
    pairs = [(code, category.code) for category in categories.values() for code in category.contact_id]
    return [(code, seen[code], own) for code, own in pairs if seen.setdefault(code, own) != own]


def span_text(span: Span) -> str:
    """Write a time as `parse_span` reads it, in the largest unit that it fills."""
    units = {**_UNIT, "d": WORK_DAY_S} if span.work else _UNIT
    for unit in ("d", "h", "m"):
        if span.seconds and span.seconds % units[unit] == 0:
            return f"{int(span.seconds // units[unit])}{unit}{'W' if span.work else ''}"
    seconds = int(span.seconds) if span.seconds == int(span.seconds) else span.seconds
    return f"{seconds}s{'W' if span.work else ''}"


def plain(value: Any) -> dict[str, Any]:
    """Return a struct as plain data of mappings and lists, as a file would hold it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return found


def category_entry(category: Category) -> dict[str, Any]:
    """Return a category as a site file would have it; `parse_categories` reads it back."""
    found = plain(category)
    for key in FIELDS:
        span: Span | None = getattr(category, key)
        if span is not None:
            found[key] = span_text(span)
        elif key == "arrive" and category.no_arrive:
            found[key] = "none"
    found.pop("no_arrive", None)
    return found
