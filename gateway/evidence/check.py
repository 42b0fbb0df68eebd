"""Check: walk all closed bundles and name the first part that is not what was sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway.evidence.manifest import Manifest
from gateway.evidence.shelf import file_hash
from gateway.store.bundles import Bundle, Part, closed_bundles, parts_of
from gateway.store.read import Connection
from gateway.store.read_incidents import timeline_of

PAGE = 100


class BadPart(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that does not fit, and what is wrong with it. `part` is empty for the bundle itself."""

    case: str
    bundle: int
    part: str
    fault: str

    @property
    def sentence(self) -> str:
        """What is wrong, in both languages."""
        what = f"{self.case} 证据包 {self.bundle}{f' 的 {self.part}' if self.part else ''} 有问题"
        english = f"bundle {self.bundle}{f', {self.part},' if self.part else ''} is bad: {self.fault}"
        return f"{what} / {english}"


def check_bundles(connection: Connection, path_of: Callable[[str], Path]) -> BadPart | None:
    """Check every closed bundle of the store; return the first bad part, None when all is as it was sealed."""
    place = ("", 0)
    while page := closed_bundles(connection, after=place, limit=PAGE):
        for bundle in page:
            bad = _bundle(connection, bundle, path_of)
            if bad is not None:
                return bad
        place = (page[-1].incident, page[-1].number)
    return None


def _bundle(connection: Connection, bundle: Bundle, path_of: Callable[[str], Path]) -> BadPart | None:
    def bad(fault: str, part: str = "") -> BadPart:
        return BadPart(case=bundle.incident, bundle=bundle.number, part=part, fault=fault)

    manifest = bundle.manifest or ""
    if hashlib.sha256(manifest.encode()).hexdigest() != bundle.hash:
        return bad("the manifest was changed after it was sealed")
    if bundle.hash not in _sealed(connection, bundle):
        return bad("its hash is not the one in the timeline of the case")
    listed = msgspec.json.decode(manifest, type=Manifest)
    if (listed.case, listed.bundle) != (bundle.incident, bundle.number):
        return bad("the manifest belongs to another bundle")
    parts = {
        part.name: part
        for part in parts_of(connection, bundle.incident, bundle.number).get(bundle.number, [])
    }
    for each in listed.parts:
        part = parts.pop(each.name, None)
        if part is None:
            return bad("is listed and not there", each.name)
        if part.sha256 != each.sha256:
            return bad("has another hash than the manifest says", each.name)
        fault = _content(part, path_of)
        if fault is not None:
            return bad(fault, each.name)
    return bad("is not listed in the manifest", next(iter(parts))) if parts else None


def _content(part: Part, path_of: Callable[[str], Path]) -> str | None:
    if part.body is not None:
        same = hashlib.sha256(part.body.encode()).hexdigest() == part.sha256
        return None if same else "was changed after it was sealed"
    if part.media != "kept":
        return None  # never came, or was erased with a row that says so
    found = file_hash(path_of(part.sha256))
    if found is None:
        return f"its file is gone: {path_of(part.sha256)}"
    return None if found == part.sha256 else f"its file was changed: {path_of(part.sha256)}"


def _sealed(connection: Connection, bundle: Bundle) -> set[str | None]:
    """Return the hashes that the case's timeline names for this bundle; an erased text names what is asked for."""
    found: set[str | None] = set()
    for row in timeline_of(connection, bundle.incident):
        if row.action == "evidence_closed":
            facts = (row.body or {}).get("facts") or {}
            if row.body is None:
                found.add(bundle.hash)
            elif facts.get("bundle") == bundle.number:
                found.add(facts.get("hash"))
    return found
