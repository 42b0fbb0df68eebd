"""Pictures and clips that come inside a message: taken out, named by their hash, never kept in the journal."""

from __future__ import annotations

import binascii
import hashlib
from datetime import tzinfo
from typing import Any

import msgspec

from devices.event import Blob, Evidence
from devices.paths import Getter, Scope
from devices.timestamp import parse_stamp

MIMES = frozenset({"image/jpeg", "image/png", "image/webp", "video/mp4", "audio/wav", "audio/mpeg"})
PIECES = 8  # of one message


class OwnEvidence(msgspec.Struct, kw_only=True):
    """One piece as it is sent: kind of content, when it was taken, the bytes in base64."""

    b64: str
    mime: str = "image/jpeg"
    at: str | int | float | None = None


class EvidenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pictures of a message are: the list of a multipart body, or a text in base64."""

    get: Getter
    mime: str = "image/jpeg"  # of base64 whose first bytes do not say it


def mime_of(content: bytes) -> str:
    """Return what the first bytes say the content is; empty when they say nothing."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    return "video/mp4" if content[4:8] == b"ftyp" else ""


def unpack(
    pieces: list[OwnEvidence], zone: tzinfo, flags: list[str]
) -> tuple[tuple[Evidence, ...], list[Blob]]:
    """Return references and blobs; a piece that cannot be used costs a flag, not the event."""
    kept: list[Evidence] = []
    blobs: dict[str, Blob] = {}
    for piece in pieces[:PIECES]:
        content = _decoded(piece.b64)
        if not content or piece.mime not in MIMES:
            continue
        stamp = parse_stamp(piece.at, zone)
        taken = stamp.instant if stamp is not None else None
        blob = _blob(content, piece.mime)
        kept.append(Evidence(sha256=blob.sha256, mime=piece.mime, size=len(content), at=taken))
        blobs[blob.sha256] = blob
    if len(kept) < len(pieces):
        flags.append(f"dropped_evidence:{len(pieces) - len(kept)}")
    return tuple(kept), list(blobs.values())


def collect(rules: tuple[EvidenceRule, ...], scope: Scope, flags: list[str]) -> list[Blob]:
    """Return the pictures a message brings where its profile says; what cannot be used costs a flag."""
    blobs: dict[str, Blob] = {}
    dropped = 0
    for rule in rules:
        found = rule.get(scope)
        if found is None or found == "":
            continue
        for piece in found if isinstance(found, list) else [found]:
            blob = _picture(piece, rule.mime)
            if blob is None or len(blobs) >= PIECES:
                dropped += 1
            else:
                blobs[blob.sha256] = blob
    if dropped:
        flags.append(f"dropped_evidence:{dropped}")
    return list(blobs.values())


def _picture(piece: Any, mime: str) -> Blob | None:
    if isinstance(piece, dict):
        content, mime = piece.get("content"), piece.get("mime", "")
    elif isinstance(piece, str):
        plain = piece.partition(",")[2] if piece.startswith("data:") else piece
        content = _decoded("".join(plain.split()))  # cameras break their lines
        mime = mime_of(content) or mime
    else:
        return None
    if not isinstance(content, bytes) or not content or mime not in MIMES:
        return None
    return _blob(content, mime)


def _decoded(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return b""


def _blob(content: bytes, mime: str) -> Blob:
    return Blob(sha256=hashlib.sha256(content).hexdigest(), mime=mime, data=content)
