"""History: the last days of the estate, for a demonstration that opens on a living community.

`history` yields what reached the gateway and when its people looked at their cases; the caller pumps it through
the real pipeline with a virtual clock. Nothing is made up beside it: what the pages show came of these messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from devices.event import RawMessage
from gateway.simulate.estate import Estate
from gateway.simulate.situations import Script
from gateway.simulate.timeline import REST, Options, messages, troubles, write

PACE = timedelta(seconds=30)  # how often the people look
ALIVE = timedelta(hours=3)  # a case is handled within this, or stays as it is
LAST = (
    (18, "leak"),
    (13, "manhole"),
    (8, "fire_lane"),
    (4, "forced"),
)  # minutes before the end; not what a live show opens with
HANDS_OFF = timedelta(minutes=20)  # what happens at the end is left to whoever opens the page


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A moment at which the people look at the open cases: give them to `Crew.turn` and act out its moves.

    `hands_off`: cases opened after it are not theirs (they wait for the visitor).
    """

    hands_off: datetime


def history(
    estate: Estate,
    *,
    until: datetime,
    days: float = 7,
    seed: str = "1",
    rate: float = 1.0,
    trouble: float = 2.0,
) -> Iterator[tuple[datetime, RawMessage | Turn]]:
    """Yield (when, message or turn) in order of time, from `days` before `until` up to it.

    Turns come every 30 seconds for three hours after each trouble, and every quarter of an hour otherwise, so
    that quiet days cost nothing. The last twenty minutes hold some open cases for whoever comes in.
    """
    begin = until - timedelta(days=days)
    options = history_options(seed=seed, rate=rate, trouble=trouble)
    scripts = [*troubles(estate, begin, until - HANDS_OFF - REST, options)]
    scripts += finale(estate, until, {device: s.end + REST for s in scripts for device in s.devices}, seed)
    turns = _turns(begin, until, scripts)
    following = next(turns, None)
    for sent in messages(estate, begin, until, options, scripts=scripts):
        if sent.at >= until:
            break
        while following is not None and following <= sent.at:
            yield following, Turn(hands_off=until - HANDS_OFF)
            following = next(turns, None)
        yield sent.at, RawMessage(topic=sent.topic, payload=sent.payload, received_at=sent.at)
    while following is not None:
        yield following, Turn(hands_off=until - HANDS_OFF)
        following = next(turns, None)


def finale(estate: Estate, until: datetime, free_at: dict[str, datetime], seed: str) -> list[Script]:
    """Return the troubles of the last minutes, whose cases stand open when the pages are opened."""
    scripts = (write(estate, name, until - timedelta(minutes=before), free_at, seed) for before, name in LAST)
    return [script for script in scripts if script is not None]


def history_options(*, seed: str = "1", rate: float = 1.0, trouble: float = 2.0) -> Options:
    """Return the options of a history: heartbeats just often enough that nothing seems dead."""
    return Options(seed=seed, rate=rate, trouble=trouble, heartbeat=timedelta(seconds=150))


def _turns(begin: datetime, until: datetime, scripts: list[Script]) -> Iterator[datetime]:
    busy = sorted((script.said[0].at, script.end + ALIVE) for script in scripts)
    at, position, alive_until = begin, 0, begin
    while at < until:
        while position < len(busy) and busy[position][0] <= at:
            alive_until = max(alive_until, busy[position][1])
            position += 1
        yield at
        step = at + (PACE if at < alive_until else timedelta(minutes=15))
        if at >= alive_until and position < len(busy):
            step = min(step, max(busy[position][0], at + PACE))
        at = step
