"""Notices of alerts for other programs on the broker: one small JSON for each alert that opens or grows graver.

Switched on by `mqtt.alerts_topic`. For dashboards, sirens and bridges that read MQTT and nothing else; it says
which rule fired where, and which event tripped it, so that a sender can find its own message again. It names
no person. People are told through channels, which have receipts; systems that must miss nothing use a sink.
"""

from __future__ import annotations

from collections.abc import Iterator

from devices.event import Event, canonical_json
from gateway.batch import Committed
from rules.change import Change

TOLD = frozenset({"opened", "stepped_up", "reopened"})


def alert_notices(commit: Committed) -> Iterator[bytes]:
    """Yield one payload for each alert of a batch that opened, came back or grew graver, in order."""
    tripped: dict[int, Event] | None = None
    for seq, change in commit.changes:
        if change.change not in TOLD:
            continue
        if tripped is None:
            tripped = {event.seq: event for event in commit.events}
        yield alert_notice(change, tripped.get(seq))


def alert_notice(change: Change, event: Event | None) -> bytes:
    """Return the payload; `event` is the one that tripped it, None when a deadline did.

    `trigger.dedup` is the sender's own key of that event (for our own namespace `boot|n`, for a gate
    `id|ts`); both parts are null after a deadline.
    """
    return canonical_json(
        {
            "rule": change.rule,
            "change": change.change,
            "stage": change.stage,
            "level": change.level,
            "key": change.key,
            "device": change.device,
            "alert": change.alert,
            "t": change.t,
            "trigger": {"event": event.id if event else None, "dedup": event.dedup if event else None},
        }
    )
