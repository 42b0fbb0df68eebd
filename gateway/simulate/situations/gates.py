"""At gates and doors: a card that is refused again and again, a door that stays open, a door that is forced."""

from __future__ import annotations

from datetime import datetime
from random import Random

from gateway.simulate.estate import Estate
from gateway.simulate.situations import Script, one_of, owed, script, situation
from gateway.simulate.speech import Fact

OPENED = Fact(kind="contact.opened", data={"door": 1}, state={"open": True})
CLOSED = Fact(kind="contact.closed", data={"door": 1}, state={"open": False})


def refused(random: Random) -> Fact:
    """Return a refusal of one card that nobody knows."""
    data = {"door": 1, "dir": "in", "method": "card", "reason": "unknown"}
    return Fact(
        kind="access.denied", data=data, subject={"cred": f"{random.randrange(9_000_000, 9_009_000)}"}
    )


@situation("denied", weekly=12)
def denied(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """Somebody tries an unknown card five to seven times, every seven seconds: a warning, no more."""
    gate = one_of(random, estate.of("access_gate"), busy)
    if gate is None:
        return None
    fact = refused(random)
    steps = [(7.0 * n, fact) for n in range(random.randint(5, 7))]
    return script("denied", gate, begin, steps, owed("denied", "access.repeated_denied", gate, begin, 28))


@situation("denied_stubborn", weekly=4)
def denied_stubborn(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """Twelve refusals within a minute: this is no mistake, and the warning becomes an alarm."""
    gate = one_of(random, estate.of("access_gate"), busy)
    if gate is None:
        return None
    fact = refused(random)
    steps = [(4.0 * n, fact) for n in range(12)]
    expected = owed("denied_stubborn", "access.repeated_denied", gate, begin, 16, stage="alarm")
    return script("denied_stubborn", gate, begin, steps, expected)


@situation("held", weekly=8, hours=(6, 23))
def held(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A unit door is wedged open for seven to ten minutes: somebody carries things in. A warning."""
    door = one_of(random, estate.of("unit_door"), busy)
    if door is None:
        return None
    steps = [(0.0, OPENED), (random.uniform(420, 600), CLOSED)]
    return script("held", door, begin, steps, owed("held", "access.held_open", door, begin, 120))


@situation("held_long", weekly=5, hours=(6, 23))
def held_long(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A unit door stands open for more than twenty minutes and nobody cares: somebody has to go."""
    door = one_of(random, estate.of("unit_door"), busy)
    if door is None:
        return None
    steps = [(0.0, OPENED), (random.uniform(1260, 1800), CLOSED)]
    expected = owed("held_long", "access.held_open", door, begin, 120, stage="alarm")
    return script("held_long", door, begin, steps, expected)


@situation("forced", weekly=2)
def forced(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A unit door opens without anybody having been let in."""
    door = one_of(random, estate.of("unit_door"), busy)
    if door is None:
        return None
    fact = Fact(kind="access.forced", data={"door": 1, "reason": "no_grant"}, state={"open": True})
    steps = [(0.0, fact), (random.uniform(20, 60), CLOSED)]
    return script(
        "forced", door, begin, steps, owed("forced", "access.forced", door, begin, 0, stage="alarm")
    )
