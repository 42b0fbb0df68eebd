"""Pictures and clips that come inside a message: taken out, named by their hash, never kept in the journal."""

from __future__ import annotations

import binascii
import hashlib
from datetime import tzinfo

import msgspec

from devices.event import Blob, Evidence
from devices.timestamp import parse_stamp

MIMES = frozenset({"image/jpeg", "image/png", "image/webp", "video/mp4", "audio/wav", "audio/mpeg"})
PIECES = 8  # of one message


class OwnEvidence(msgspec.Struct, kw_only=True):
    """One piece as it is sent: kind of content, when it was taken, the bytes in base64."""

    b64: str
    mime: str = "image/jpeg"
    at: str | int | float | None = None


def unpack(
    pieces: list[OwnEvidence], zone: tzinfo, flags: list[str]
) -> tuple[tuple[Evidence, ...], list[Blob]]:
    """Return references and blobs; a piece that cannot be used costs a flag, not the event."""
    kept: list[Evidence] = []
    blobs: dict[str, Blob] = {}
    for piece in pieces[:PIECES]:
        try:
            content = binascii.a2b_base64(piece.b64, strict_mode=True)
        except ValueError:
            content = b""
        if not content or piece.mime not in MIMES:
            continue
        sha256 = hashlib.sha256(content).hexdigest()
        stamp = parse_stamp(piece.at, zone)
        taken = stamp.instant if stamp is not None else None
        kept.append(Evidence(sha256=sha256, mime=piece.mime, size=len(content), at=taken))
        blobs[sha256] = Blob(sha256=sha256, mime=piece.mime, data=content)
    if len(kept) < len(pieces):
        flags.append(f"dropped_evidence:{len(pieces) - len(kept)}")
    return tuple(kept), list(blobs.values())
