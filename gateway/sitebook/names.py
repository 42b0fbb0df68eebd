"""Names: which documents make up the site, and which part of a site file each of them is."""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A list of a site file whose entries may be saved one by one: `key` of the list, `identity` of its entries."""

    key: str
    identity: str = "id"


ENTRIES: dict[str, Part] = {
    "grid": Part(key="grids"),
    "building": Part(key="buildings"),
    "zone": Part(key="zones"),
    "place": Part(key="places"),
    "drawing": Part(key="drawings"),
    "household": Part(key="households"),
    "device": Part(key="devices"),
    "person": Part(key="people"),
    "category": Part(key="categories", identity="code"),
    "plan": Part(key="plans"),
    "profile": Part(key="profiles"),  # of no site file: device profiles are files of their own (profiles.py)
}
"""Documents `<what>:<id>`, each an entry of a list."""
WHOLE: tuple[str, ...] = ("roster", "requests", "dispatch")
"""Documents that are a part of the site file as a whole."""
FILE = "site"
"""The document that holds the site file's own text."""


def split_name(name: str) -> tuple[str, str] | None:
    """Return (what, id) of a document of the site, the id empty for a whole part; None: it is none of the site's."""
    what, _, identity = name.partition(":")
    if what in ENTRIES and identity:
        return what, identity
    return (name, "") if name in WHOLE else None


def known_names() -> str:
    """Return what names may look like, for a person who gave another one."""
    return ", ".join([*(f"{what}:<{part.identity}>" for what, part in ENTRIES.items()), *WHOLE])
