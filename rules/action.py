"""What people do to alerts and to the site: acknowledge, clear, silence, arm. Inputs of the engine, like events."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from rules.change import Change


class Acknowledge(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody saw the alert (确认). Named by its id, or by rule and key."""

    by: str
    alert: str | None = None
    rule: str | None = None
    key: dict[str, Any] = {}


class ClearAlert(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody ends the alert by hand; if its condition still holds it comes back after the cooldown.

    `last` is the newest change of the alert as the table has it: with it an alert can be ended that the rules no
    longer know, e.g. because its rule was taken away.
    """

    by: str
    alert: str | None = None
    rule: str | None = None
    key: dict[str, Any] = {}
    last: Change | None = None


class SilenceAlerts(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Mute (屏蔽) the notifications of every alert that `where` matches, until a time.

    `where` is an expression over `rule key stage level category device`. L1 is muted only when the
    silence says `level="L1"` (or its matcher names that level). Without `start` it begins at once; with an `id`
    it can be ended early.
    """

    where: str
    until: datetime
    by: str
    reason: str
    level: str | None = None
    start: datetime | None = None
    id: str = ""


class EndSilence(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody ends a silence before its time."""

    id: str
    by: str


class SetMode(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Set flags of the site (armed, drill, maintenance, …), for one zone or for all."""

    flags: dict[str, bool]
    zone: str | None = None
    by: str = ""


Action: TypeAlias = Acknowledge | ClearAlert | SilenceAlerts | EndSilence | SetMode
ACTIONS: dict[str, type[Action]] = {
    each.__name__: each for each in (Acknowledge, ClearAlert, SilenceAlerts, EndSilence, SetMode)
}
"""By name, as the journal keeps them."""
