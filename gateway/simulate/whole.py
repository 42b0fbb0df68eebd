"""The whole of a run of the large estate: troubles, ailments and mishaps of devices, drawn so that none disturbs another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from gateway.simulate.ailments import ailments, away, settling
from gateway.simulate.backlog import Mishaps
from gateway.simulate.clocks import wrong_clocks
from gateway.simulate.estate import Estate
from gateway.simulate.mishaps import absences, restarts
from gateway.simulate.programme import programme
from gateway.simulate.situations import Script

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is not ordinary in a run."""

    scripts: tuple[Script, ...]
    mishaps: Mishaps


def whole_run(
    estate: Estate, begin: datetime, end: datetime, *, seed: str, rate: float, pause: float
) -> Whole:
    """Draw up a run: first who has a wrong clock, then what ails, who is away, and troubles at devices that are well."""
    clocks = wrong_clocks(estate, begin, seed=seed)
    behind = {name for name, clock in clocks.items() if clock.behind}
    ailing = ailments(estate, begin, end, seed=seed, but=frozenset(behind))
    taken: dict[str, datetime] = dict.fromkeys(
        (*behind, *(name for each in ailing for name in each.devices)), NEVER
    )
    gone = absences(estate, begin, end, seed=seed, rate=rate, free_at=taken)
    things = {thing.id: thing for thing in estate.things}
    ailing += [away(each, things[each.thing]) for each in gone]
    taken |= dict.fromkeys((each.thing for each in gone), NEVER)
    troubles = programme(estate, begin + settling(estate), end, seed=seed, pause=pause, taken=taken)
    again = [each for each in restarts(estate, begin, end, seed=seed, rate=rate) if _well(each.thing, taken)]
    mishaps = Mishaps(absences=tuple(gone), restarts=tuple(again), clocks=clocks)
    return Whole(scripts=(*ailing, *troubles), mishaps=mishaps)


def _well(thing: str, taken: Mapping[str, datetime]) -> bool:
    return thing not in taken
