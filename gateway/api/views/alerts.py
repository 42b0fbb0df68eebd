"""Alerts as the API shows them."""

from __future__ import annotations

from gateway.api.schemas.alerts import AlertChange, AlertView
from gateway.api.views.lens import Lens, both
from gateway.store.read_alerts import AlertRow, ChangeRow


def alert_view(row: AlertRow, lens: Lens) -> AlertView:
    """Return the one view of an alert that lists, details and the stream share."""
    change = row.change
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
