"""Receivers as they are shown: to whom, what for, how each fares; of an address only the host."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.health import Health
from gateway.api.schemas.receivers import ReceiverView
from gateway.api.views.lens import Lens
from gateway.api.views.settings import host_of
from gateway.config import Settings
from gateway.interop.receiver_desk import ReceiverDesk
from gateway.interop.saved_receiver import Saved
from gateway.interop.settings import Receiver

STAYS_HERE = Bilingual(zh="演示小区什么都不往外发。", en="A demo site sends nothing out.")


def receivers_view(
    settings: Settings | None, desk: ReceiverDesk, health: Health, lens: Lens
) -> list[ReceiverView]:
    """Return those of the file and those of the page, by name."""
    in_file = settings.receivers if settings is not None else {}
    demo = desk.demo
    found = [_of_file(name, each, health, demo=demo) for name, each in in_file.items()]
    found += [receiver_view(each, health, lens, demo=demo) for each in desk.book.live().values()]
    return sorted(found, key=lambda each: each.name)


def receiver_view(saved: Saved, health: Health, lens: Lens, *, demo: bool) -> ReceiverView:
    """Return one that the page named."""
    entry = saved.entry
    assert entry is not None  # one that was taken away is not shown
    status, trouble, last = _fares(saved.name, health, demo=demo)
    return ReceiverView(
        name=saved.name, where=host_of(entry.url), recipient=entry.recipient, purpose=entry.purpose, format=entry.format,
        levels=list(entry.levels), grids=list(entry.grids), allow_private=entry.allow_private, source="page",
        status="paused" if entry.paused else status, trouble=None if entry.paused else trouble, last_success=last,
        changed_by=PersonName(id=saved.author, name=lens.name(saved.author) or saved.author), changed_at=lens.shown(saved.at),
    )  # fmt: skip


def _of_file(name: str, receiver: Receiver, health: Health, *, demo: bool) -> ReceiverView:
    status, trouble, last = _fares(name, health, demo=demo)
    return ReceiverView(
        name=name, where=host_of(receiver.url), recipient=receiver.recipient, purpose=receiver.purpose,
        format=receiver.format, levels=list(receiver.levels), grids=list(receiver.grids),
        allow_private=receiver.allow_private, source="file", status=status, trouble=trouble, last_success=last,
        changed_by=None, changed_at=None,
    )  # fmt: skip


def _fares(
    name: str, health: Health, *, demo: bool
) -> tuple[Literal["ok", "degraded", "off"], Bilingual | None, datetime | None]:
    """Return how it stands by the report of the gateway's health; who is not in it is not fed."""
    part = next((each for each in health.parts if each.name == f"receiver {name}"), None)
    if part is None:
        return "off", STAYS_HERE if demo else None, None
    facts: dict[str, Any] = part.facts
    said = next(
        (each.text for each in health.reasons if each.code == "receiver_behind" and f" {name} " in each.text.en),
        None,
    )  # fmt: skip
    return "degraded" if said else "ok", said, facts.get("last_success")
