"""Alerts as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from gateway.api.schemas.alerts import AlertChange, AlertView
from gateway.api.views.lens import Lens, both
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertRow, ChangeRow
from gateway.store.read_availability import silent_behind


def alert_views(connection: Connection, rows: Iterable[AlertRow], lens: Lens) -> list[AlertView]:
    """Return alerts with how many devices behind theirs are silent now."""
    rows = list(rows)
    behind = silent_behind(connection, rows, lens.community.registry.parents)
    return [alert_view(row, lens, behind=behind.get(row.id, 0)) for row in rows]


def alert_view(row: AlertRow, lens: Lens, *, behind: int | None = None) -> AlertView:
    """Return the one view of an alert that lists, details and the stream share.

    `behind`: so many devices behind its device are silent now; None: as many as its newest change says.
    """
    change = row.change
    if behind is not None:
        why: dict[str, Any] = {name: value for name, value in change.why.items() if name != "behind"}
        change = replace(change, why={**why, "behind": behind} if behind else why)
    device = lens.community.device(change.device)
    card = lens.community.card(change.rule, change.version)
    return AlertView(
        id=row.id,
        rule=change.rule,
        name=both(card.name if card else None, change.rule),
        stage=change.stage,
        level=change.level,
        category=change.category,
        category_name=lens.category(change.category),
        device=change.device,
        device_name=lens.device_name(change.device),
        place=lens.place_of_device(device),
        building=device.building if device else None,
        zone=device.zone if device else None,
        grid=device.grid if device else None,
        key=change.key,
        count=change.count,
        opened_at=lens.shown(change.opened_at),
        last_at=lens.shown(change.last_at),
        open=row.open,
        cleared_at=lens.maybe(row.cleared_at),
        acknowledged_by=row.acknowledged_by,
        acknowledged_name=lens.name(row.acknowledged_by),
        incident=row.incident,
        why=both(lens.community.why(change), change.rule),
        late=change.late,
        behind=change.why.get("behind", 0),
        updated_seq=row.updated_seq,
    )


def alert_change(row: ChangeRow, lens: Lens) -> AlertChange:
    """Return one change of an alert with its reason."""
    change = row.change
    return AlertChange(
        seq=row.seq,
        at=lens.shown(change.t),
        change=change.change,
        stage=change.stage,
        level=change.level,
        count=change.count,
        late=change.late,
        delayed=change.delayed,
        why=both(lens.community.why(change), change.rule),
    )
