"""Which devices the rules hold for gone or unstable, by which alert and since when. The rules are the one author of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.report.uptime import Outage
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertRow
from gateway.store.tables import alerts

GONE = (
    "device.offline", "camera.offline", "combined.locker_offline", "device.silent_mains", "device.silent_battery",
)  # fmt: skip
UNSTABLE = ("device.flapping", "camera.flapping")
"""Rules of the built-in packs; a site that changes them changes what is shown."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An open alert that says how a device is."""

    rule: str
    alert: str
    since: datetime  # E

    @property
    def unstable(self) -> bool:
        """Return whether it is there now and then, not gone."""
        return self.rule in UNSTABLE


def silent_behind(
    connection: Connection, rows: Iterable[AlertRow], parents: Callable[[str], Collection[str]]
) -> dict[str, int]:
    """Return by alert how many devices behind its device are gone or unstable now, for open alerts that say it is gone.

    `parents` returns what a device hangs on.
    """
    gone = {row.id: row.change.device for row in rows if row.open and row.change.rule in GONE}
    if not any(gone.values()):
        return {}
    above = Counter(parent for device in held(connection) for parent in set(parents(device)))
    return {alert: above[device] for alert, device in gone.items() if device is not None and above[device]}


def held(connection: Connection, devices: Collection[str] | None = None) -> dict[str, Held]:
    """Return by device the alert that says it is unstable, or else the oldest that says it is gone."""
    query = sa.select(alerts.c.id, alerts.c.rule, alerts.c.device, alerts.c.opened_us).where(
        alerts.c.open, alerts.c.rule.in_((*GONE, *UNSTABLE)), alerts.c.device.is_not(None)
    )
    if devices is not None:
        query = query.where(alerts.c.device.in_(devices))
    found: dict[str, Held] = {}
    for row in connection.execute(query.order_by(alerts.c.opened_us)):
        each = Held(rule=row.rule, alert=row.id, since=from_us(row.opened_us))
        if row.device not in found or each.unstable:
            found[row.device] = each
    return found


def outages(connection: Connection, begin: datetime, end: datetime, *, offset: timedelta) -> list[Outage]:
    """Return the spans of wall time in which the rules held devices for gone and which touch [begin, end)."""
    query = sa.select(alerts.c.device, alerts.c.opened_us, alerts.c.cleared_us).where(
        alerts.c.rule.in_(GONE),
        alerts.c.device.is_not(None),
        alerts.c.opened_us < to_us(end - offset),
        sa.or_(alerts.c.cleared_us.is_(None), alerts.c.cleared_us > to_us(begin - offset)),
    )
    return [
        Outage(
            device=row.device,
            begin=from_us(row.opened_us) + offset,
            end=None if row.cleared_us is None else from_us(row.cleared_us) + offset,
        )
        for row in connection.execute(query)
    ]
