"""Manifest: the list of everything in a bundle with its hash, as canonical JSON; its own hash goes into the case's chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from devices.event import canonical_json
from gateway.store.bundles import Bundle, Part

VERSION = 1
VERIFY_TEXT = """\
如何核对 / How to check

1. manifest-N.json 的 SHA-256 应等于案件经过里“证据包 N 已封存”一行的校验值（也写在 hashes.txt 里）。
   The SHA-256 of manifest-N.json is the one in the case's timeline row “evidence bundle N closed”, and in hashes.txt.
2. 清单里每一份的 SHA-256 应等于同名文件的 SHA-256。
   The SHA-256 of every part in a manifest is that of the file with its name, in the folder bundle-N.
   Linux: sha256sum -c hashes.txt
3. "missing" 的文件在封存时没有收到；"erased" 的文件已按保存期限删除，案件经过里有删除记录。
   What is "missing" had not come when the bundle was closed; what is "erased" was deleted when its time was over,
   and the case's timeline has the row.
4. 在网关上：gateway verify DATA 会核对所有证据包和记录链。
   On the gateway: `gateway verify DATA` checks all bundles and chains.
"""

_KINDS = {"bundle": ("证据包", "evidence bundle"), "addendum": ("证据补充", "evidence addendum")}


def pending_text(bundles: Sequence[Bundle], local: Callable[[datetime], datetime]) -> str:
    """Return the lines above how to check: what is not in the package, and from when on it can be taken; empty if whole."""
    if not bundles:
        return ""
    lines = ["尚未封存，不在本压缩包内 / Not sealed yet, not in this package", ""]
    for each in bundles:
        zh, en = _KINDS[each.kind]
        at = f"{local(each.closes_at):%Y-%m-%d %H:%M:%S %z}"
        lines.append(f"{zh} {each.number} 在 {at} 封存，之后请再下载一次。")
        lines.append(
            f"{en.capitalize()} {each.number} is sealed at {at}; take the evidence again after that."
        )
    return "\n".join([*lines, "", ""])


def json_part(name: str, value: Any, origin: str) -> Part:
    """Return a part made from values."""
    body = canonical_json(value)
    return Part(
        name=name,
        mime="application/json",
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        origin=origin,
        body=body.decode(),
    )


def manifest_of(
    bundle: Bundle, parts: Sequence[Part], *, site: str, closed_at: datetime, offset: timedelta
) -> tuple[str, str]:
    """Return the manifest of a bundle and its hash. Times are engine times; `wall_offset_ms` leads to the wall clock."""
    entries = []
    for part in parts:
        entry = {
            name: getattr(part, name) for name in ("name", "mime", "size", "sha256", "origin", "captured_at")
        }
        if part.media == "missing":
            entry["missing"] = True
        entries.append({name: value for name, value in entry.items() if value is not None})
    body = canonical_json(
        {
            "v": VERSION,
            "site": site,
            "case": bundle.incident,
            "bundle": bundle.number,
            "kind": bundle.kind,
            "alerts": bundle.alerts,
            "opened_at": bundle.opened_at,
            "closed_at": closed_at,
            "wall_offset_ms": round(offset / timedelta(milliseconds=1)),
            "parts": entries,
        }
    )
    return body.decode(), hashlib.sha256(body).hexdigest()


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One part as a manifest lists it."""

    name: str
    sha256: str
    size: int
    missing: bool = False


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a check reads of a manifest."""

    case: str
    bundle: int
    parts: tuple[Listed, ...]
