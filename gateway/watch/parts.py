"""The parts of the gateway: broker, uplink, channels, waiting messages, quarantine, what stopped working."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gateway.watch.probe import Facts, Reading, Watched, probe

_FAILED = ("pending", "unknown")  # to be tried again, or nobody knows; `failed` is the message's own fault
_REACHED = ("sent", "delivered")
_MANY = 10  # messages of one device and code in quarantine before it is worth an event


@probe("broker")
def broker(watched: Watched) -> Iterator[Reading]:
    """Whether devices can be heard."""
    status = watched.ingest
    if status is None:
        return
    facts: Facts = {"online": status.connected, "reason": (status.error or {}).get("zh", "")}
    yield Reading(kind="system.broker", facts=facts, usual=status.connected)


@probe("uplink")
def uplink(watched: Watched) -> Iterator[Reading]:
    """Whether the sink takes what is forwarded."""
    status = watched.forward
    if status is None:
        return
    facts: Facts = {"sink": "influx", "online": not status.error, "reason": status.error}
    yield Reading(kind="system.uplink", facts=facts, key="influx", usual=not status.error)


@probe("channels")
def channels(watched: Watched) -> Iterator[Reading]:
    """Whether each channel's last attempt reached somebody."""
    if watched.outbox is None:
        return
    for name, outcome in sorted(watched.outbox.last_outcome.items()):
        online = outcome in _REACHED
        facts: Facts = {"channel": name, "online": online, "reason": "" if online else outcome}
        if online or outcome in _FAILED:  # that a receiver refused one message tells nothing of the channel
            yield Reading(kind="system.channel", facts=facts, key=name, usual=online)


@probe("outbox")
def outbox(watched: Watched) -> Iterator[Reading]:
    """How long the oldest message waits, in seconds."""
    age = round(watched.oldest_message_s)
    yield Reading(kind="system.outbox", facts={"value": age}, step=15.0, usual=age < 30)


@probe("quarantine")
def quarantine(watched: Watched) -> Iterator[Reading]:
    """Devices of which many messages could not be read since the start."""
    for (device, code), count in sorted(watched.quarantined.items()):
        if count >= _MANY:
            facts: Facts = {"device": device, "count": count, "code": code}
            yield Reading(
                kind="system.quarantine", facts=facts, key=f"{device}|{code}", doubles=True, again=None
            )


@probe("degraded")
def degraded(watched: Watched) -> Iterator[Reading]:
    """Parts that stopped working while the rest goes on."""
    for part, reason in sorted(watched.degraded.items()):
        yield Reading(kind="system.degraded", facts={"part": part, "reason": reason}, key=part)


def counted(quarantined: Counter[tuple[str, str]], device: str | None, code: str) -> None:
    """Count a message that could not be read; made-up device names must not fill the memory."""
    key = (device or "", code)
    if key not in quarantined and len(quarantined) >= 1000:
        key = ("", code)
    quarantined[key] += 1
