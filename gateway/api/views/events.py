"""Events as the API shows them: names for kinds, references to people masked."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from devices import kinds
from devices.event import Event
from gateway.api.masking import mask_reference
from gateway.api.schemas.common import Bilingual, EvidenceView
from gateway.api.schemas.events import EventView, QuarantineGroup
from gateway.api.views.lens import Lens, both
from gateway.store.read_events import Unread

PERSONAL_FACTS = frozenset(
    {"plate", "card", "cred", "credential", "phone", "name", "person", "household", "recipient"}
)
SAMPLE_BYTES = 300


def event_view(event: Event, lens: Lens, *, mask: bool = True) -> EventView:
    """Return one event; references to people and plates are masked unless told otherwise."""
    kind = kinds.kind(event.kind)
    return EventView(
        seq=event.seq,
        id=event.id,
        device=event.device,
        device_name=lens.device_name(event.device),
        kind=event.kind,
        kind_name=both({"zh": kind.zh, "en": kind.en} if kind else None, event.kind),
        mode=event.mode,
        at=event.at,
        received_at=event.received_at,
        time_quality=event.time_quality,
        subject={name: mask_reference(value) if mask else value for name, value in event.subject.items()},
        data=_facts(event.data) if mask else dict(event.data),
        state=dict(event.state),
        flags=list(event.flags),
        evidence=evidence_of([event]),
        masked=mask,
    )


def evidence_of(events: Iterable[Event]) -> list[EvidenceView]:
    """Return the evidence of some events, each piece once."""
    found = {
        piece.sha256: EvidenceView(
            sha256=piece.sha256,
            mime=piece.mime,
            size=piece.size,
            at=piece.at,
            event=event.id,
            box=box_of(event.data.get("box")) if piece.mime.startswith("image/") else None,
        )
        for event in events
        for piece in event.evidence
    }
    return list(found.values())


def box_of(said: object) -> list[float] | None:
    """Return the box that a camera named beside its picture (`x,y,width,height`, shares of it), None if it is none."""
    try:
        x, y, width, height = (float(part) for part in str(said).split(","))
    except ValueError:
        return None
    whole = 0 <= x < 1 and 0 <= y < 1 and width > 0 and height > 0
    return [x, y, min(width, 1 - x), min(height, 1 - y)] if whole else None


def quarantine_group(group: Unread) -> QuarantineGroup:
    """Return messages that could not be read, with a sentence about them."""
    who_zh = f"设备 {group.device} " if group.device else ""
    who_en = f" from device {group.device}" if group.device else ""
    since = group.first_at.date().isoformat()
    return QuarantineGroup(
        code=group.code,
        topic=group.topic,
        profile=group.profile,
        device=group.device,
        count=group.count,
        first_at=group.first_at,
        last_at=group.last_at,
        reason=group.reason,
        sample=readable(group.sample),
        sentence=Bilingual(
            zh=f"自 {since} 起，{who_zh}主题 {group.topic} 有 {group.count} 条消息读不懂：{group.reason}",
            en=f"{group.count} messages{who_en} on {group.topic} could not be read since {since}: {group.reason}",
        ),
    )


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: mask_reference(value) if name in PERSONAL_FACTS and isinstance(value, str) else value
        for name, value in data.items()
    }


def readable(raw: bytes) -> str:
    """Return the beginning of a message as text, GBK where a report is written so; bytes that are no text as escapes."""
    head = raw[:SAMPLE_BYTES]
    for encoding in ("utf-8", "gb18030") if head[:1] in (b"{", b"[", b"<") else ():
        with suppress(UnicodeDecodeError):
            return _printable(
                getincrementaldecoder(encoding)().decode(head)
            )  # its end may be half a character
    return _printable(head.decode("utf-8", "backslashreplace"))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
