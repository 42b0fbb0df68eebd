"""What each operator means, written down a second time and as simply as can be: a judge of the engine's operators.

Everything is worked out anew from the whole history at every question; nothing is shared with `rules/`. Time is in
whole seconds after the start, events come in order. An operator is asked `event` after each event of its key and `clock`
at each second, after the events of that second (20-rules §1: at one instant events come before deadlines). Both return
how many events fired it, or None; `holds` says whether its condition holds now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LATENESS = 5
GRACE = 120
START_OF_DAY = 22 * 3600  # the timelines begin at 22:00 local time
DAY = 24 * 3600


@dataclass
class Told:
    """One event: when, what."""

    at: int
    device: str
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


def seconds(text: str) -> int:
    """Read `30s`, `2m`, `1h`."""
    return int(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]


def value(path: str, told: Told) -> Any:
    """Return what stands at `device` or `data.x`; None when nothing does."""
    return told.device if path == "device" else told.facts.get(path.removeprefix("data."))


def _compare(test: Callable[[Any], bool]) -> Callable[[Told], bool | None]:
    def truth(told: Told) -> bool | None:
        found = told.facts.get("value")
        return None if isinstance(found, str) or found is None else test(found)

    return truth


TRUTH: dict[str, Callable[[Told], bool | None]] = {
    "data.value > 5": _compare(lambda found: found > 5),
    "data.value < 5": _compare(lambda found: found < 5),
    "data.value == 7": lambda told: None if told.facts.get("value") is None else told.facts["value"] == 7,
}


def selected(selector: Any, told: Told) -> bool:
    """Tell whether a selector means this event."""
    if isinstance(selector, list):
        return any(selected(each, told) for each in selector)
    if isinstance(selector, dict):
        return selected(selector["kind"], told) and TRUTH[selector["where"]](told) is True
    prefix, star, _ = selector.partition("*")
    return told.kind.startswith(prefix) if star else told.kind == selector


class Condition:
    """One operator over one key. `past` is everything of the key so far."""

    momentary = False  # its `holds` means nothing by itself
    moment = 0  # when what was due takes effect: later than that after a downtime

    def __init__(self, written: dict[str, Any], start: int = 0) -> None:
        self.written = written
        self.start = start
        self.past: list[Told] = []
        self.holds = False

    def of(self, told: Told) -> bool:
        return selected(self.written["of"], told)

    def event(self, told: Told) -> int | None:
        self.past.append(told)
        return self.after(told)

    def after(self, told: Told) -> int | None:
        """The event is the last of `past`."""
        raise NotImplementedError

    def clock(self, _now: int) -> int | None:
        return None

    def away(self, died: int, back: int) -> None:
        """The process was away: only an absence minds."""

    def counts(self, told: Told) -> bool:
        """Tell whether an event that did not fire makes an open alert's count grow."""
        return self.of(told)

    def makes_fire(self, told: Told) -> bool:
        """Tell whether an event could make it fire again (`quiet`)."""
        return self.of(told)


class Event(Condition):
    """Fires at each matching event."""

    momentary = True

    def after(self, told: Told) -> int | None:
        return 1 if self.of(told) else None


class Count(Condition):
    """The n-th matching event (n-th distinct value) in (now - T, now]; re-arms when the number falls below n."""

    def window(self, now: int) -> list[Told]:
        begin = 0
        if self.written.get("reset") is not None:
            resets = [place for place, told in enumerate(self.past) if selected(self.written["reset"], told)]
            begin = resets[-1] if resets else 0  # an event that is both empties the window first
        found = [told for told in self.past[begin:] if self.of(told)]
        distinct = self.written.get("distinct")
        return [
            told
            for told in found
            if now - seconds(self.written["within"]) < told.at <= now
            and (distinct is None or value(distinct, told) is not None)
        ]

    def number(self, now: int) -> int:
        distinct, found = self.written.get("distinct"), self.window(now)
        return len({str(value(distinct, told)) for told in found}) if distinct else len(found)

    def after(self, told: Told) -> int | None:
        reset = self.written.get("reset")
        if reset is not None and selected(reset, told):
            self.holds = False  # emptied, before the event itself is counted
        distinct = self.written.get("distinct")
        if not self.of(told) or (distinct is not None and value(distinct, told) is None):
            return None
        if self.holds or self.number(told.at) < self.written["at_least"]:
            return None
        self.holds = True
        return len(self.window(told.at))

    def clock(self, now: int) -> int | None:
        if self.number(now) < self.written["at_least"]:
            self.holds = False
        return None


class Corroborate(Count):
    """n distinct sources matched within T."""

    momentary = True

    def __init__(self, written: dict[str, Any], start: int = 0) -> None:
        super().__init__({"of": written["any_of"], "distinct": "device", **written}, start)


class Sustained(Condition):
    """Held from the first true sample to the first false one; fires at start + for, by the clock."""

    def __init__(self, written: dict[str, Any], start: int = 0) -> None:
        super().__init__(written, start)
        self.gone = False  # its time came, but the last sample was too old: not before the next true one

    def truths(self) -> list[tuple[Told, bool]]:
        """Return the samples that are not unknown."""
        found = [(told, TRUTH[self.written["holds"]](told)) for told in self.past if self.of(told)]
        return [(told, truth) for told, truth in found if truth is not None]

    def run(self) -> list[Told]:
        """Return the true samples since the last false one."""
        found: list[Told] = []
        for told, truth in self.truths():
            found = [*found, told] if truth else []
        return found

    def after(self, told: Told) -> int | None:
        if not self.run():
            self.holds = False
        if self.counts(told):
            self.gone = False
        return None

    def clock(self, now: int) -> int | None:
        run = self.run()
        if self.holds or not run or now < run[0].at + seconds(self.written["for"]) or self.gone:
            return None
        gap = self.written.get("max_gap")
        if gap is not None and max(now, self.moment) - run[-1].at > seconds(gap):
            self.gone = True
            return None
        self.holds = True
        return len(run)

    def counts(self, told: Told) -> bool:
        return self.of(told) and TRUTH[self.written["holds"]](told) is True


class Absence(Condition):
    """No matching event for T: at max(last + T + downtime since, start + grace)."""

    def __init__(self, written: dict[str, Any], start: int = 0) -> None:
        super().__init__(written, start)
        self.grace = seconds(written["grace"]) if "grace" in written else GRACE
        self.gaps: list[tuple[int, int]] = []

    def away(self, died: int, back: int) -> None:
        self.gaps.append((died, back))
        self.start = back

    def after(self, told: Told) -> int | None:
        if self.of(told):
            self.holds = False
        return None

    def clock(self, now: int) -> int | None:
        last = max((told.at for told in self.past if self.of(told)), default=None)
        if last is None or self.holds:
            return None
        down = sum(back - max(died, last) for died, back in self.gaps if back > last)
        if now < max(last + seconds(self.written["for"]) + down, self.start + self.grace):
            return None
        self.holds = True
        return 0

    def counts(self, _told: Told) -> bool:
        return False


def matched(written: dict[str, Any], told: Told) -> tuple[Any, ...] | None:
    """Return the match values; None when one is missing."""
    found = tuple(value(path, told) for path in written.get("match", ()))
    return None if None in found else found


class Sequence(Condition):
    """`then` within T of the pending `first` of its match values; a repeat replaces it, a `then` consumes it."""

    momentary = True
    pair: list[int] = []

    def after(self, told: Told) -> int | None:
        mine = matched(self.written, told)
        if not selected(self.written["then"], told) or mine is None:
            return None
        pending: Told | None = None
        for each in self.past:
            if matched(self.written, each) != mine:
                continue
            if selected(self.written["then"], each) and pending is not None and each.at > pending.at:
                found, pending = pending, None
                if each is told:
                    self.pair = [found.at, told.at]
                    return 2 if told.at - found.at <= seconds(self.written["within"]) else None
            if selected(self.written["first"], each):
                pending = each
        return None

    def counts(self, _told: Told) -> bool:
        return False

    def makes_fire(self, told: Told) -> bool:
        return selected(self.written["then"], told)


class Missing(Condition):
    """A `first` without its `then` in T, known T + lateness after it; the next `then` ends it."""

    momentary = True
    in_time = False

    def __init__(self, written: dict[str, Any], start: int = 0) -> None:
        super().__init__(written, start)
        self.said: list[Told] = []
        self.overdue: dict[tuple[Any, ...], Told] = {}

    def lost(self) -> list[Told]:
        """Return the firsts without a `then` in time, as far as is known."""
        within = seconds(self.written["within"])
        found: list[Told] = []
        for mine in {matched(self.written, told) for told in self.past} - {None}:
            stands: Told | None = None
            for told in (each for each in self.past if matched(self.written, each) == mine):
                if selected(self.written["then"], told) and stands is not None and told.at > stands.at:
                    found += [stands] if told.at - stands.at > within else []
                    stands = None
                if selected(self.written["first"], told):
                    if stands is not None and told.at - stands.at > within:
                        found.append(stands)
                        stands = None
                    stands = stands or told
            found += [stands] if stands is not None else []
        return sorted(found, key=lambda each: each.at)

    def after(self, told: Told) -> int | None:
        mine = matched(self.written, told)
        if mine is not None and selected(self.written["then"], told):
            found = self.overdue.get(mine)
            if found is not None and told.at > found.at:
                self.in_time = told.at - found.at <= seconds(self.written["within"])
                del self.overdue[mine]
        self.holds = bool(self.overdue)
        return None

    def clock(self, now: int) -> int | None:
        limit = now - seconds(self.written["within"]) - LATENESS
        fallen = [told for told in self.lost() if told.at <= limit and told not in self.said]
        self.answered = []
        for told in fallen:
            self.said.append(told)
            mine = matched(self.written, told) or ()
            self.overdue[mine] = told
            thens = [each for each in self.past if matched(self.written, each) == mine and each.at > told.at]
            self.answered += [mine] if any(selected(self.written["then"], each) for each in thens) else []
        self.holds = bool(self.overdue)
        return len(fallen) or None

    answered: list[tuple[Any, ...]] = []

    def answer(self) -> None:
        """What had its `then` already when it fired ends at once."""
        for mine in self.answered:
            self.overdue.pop(mine, None)
            self.in_time = False
        self.answered = []
        self.holds = bool(self.overdue)

    def counts(self, _told: Told) -> bool:
        return False

    def makes_fire(self, told: Told) -> bool:
        return selected(self.written["then"], told)


class Aggregate(Condition):
    """A number over the window crosses the threshold strictly; it re-arms strictly past the clear threshold."""

    def samples(self, now: int) -> list[Told]:
        found = [told for told in self.past if self.of(told) and self.number_of(told) is not None]
        if self.written["over"].endswith("events"):
            return found[-int(self.written["over"].split()[0]) :]
        return [told for told in found if now - seconds(self.written["over"]) < told.at <= now]

    def number_of(self, told: Told) -> float | None:
        found = value(self.written["value"], told)
        return None if isinstance(found, str) else found

    def result(self, now: int) -> float | None:
        """Return the number, or None: unknown."""
        found = self.samples(now)
        fn = self.written["fn"]
        least = 2 if fn in {"delta", "rate"} else 1
        if self.written["over"].endswith("events"):
            least = int(self.written["over"].split()[0])
        values = [self.number_of(told) or 0.0 for told in found]
        if len(found) < self.written.get("min_samples", least) or not found:
            return None
        if fn in {"delta", "rate"}:
            elapsed = found[-1].at - found[0].at
            if len(found) < 2 or (fn == "rate" and elapsed == 0):
                return None
            delta = values[-1] - values[0]
            per = seconds(self.written.get("per", "1s"))
            return delta if fn == "delta" else delta * per / elapsed
        plain: dict[str, Callable[[list[float]], float]] = {
            "avg": lambda each: sum(each) / len(each), "sum": sum, "min": min, "max": max, "last": lambda each: each[-1],
        }  # fmt: skip
        return plain[fn](values)

    def judge(self, now: int) -> int | None:
        found = self.result(now)
        if found is None:
            return None
        sign = 1 if "above" in self.written else -1
        limit = self.written.get("above", self.written.get("below"))
        back = self.written.get("clear_below", self.written.get("clear_above", limit))
        if self.holds:
            self.holds = not sign * found < sign * back
        elif sign * found > sign * limit:
            self.holds = True
            return len(self.samples(now))
        return None

    def after(self, told: Told) -> int | None:
        return self.judge(told.at) if self.of(told) and self.number_of(told) is not None else None

    def clock(self, now: int) -> int | None:
        return self.judge(now)

    def counts(self, told: Told) -> bool:
        return self.of(told)


class Every(Condition):
    """At each multiple of the interval since local midnight, if the condition holds."""

    momentary = True

    def after(self, _told: Told) -> int | None:
        return None

    def clock(self, now: int) -> int | None:
        if now == self.start:
            return None  # the process has only begun, or has just made up for what it missed
        return 0 if (START_OF_DAY + now) % DAY % seconds(self.written["interval"]) == 0 else None

    def counts(self, _told: Told) -> bool:
        return False

    def makes_fire(self, _told: Told) -> bool:
        return False


OPERATORS: dict[str, type[Condition]] = {
    "event": Event, "sustained": Sustained, "count": Count, "absence": Absence, "sequence": Sequence, "missing": Missing,
    "aggregate": Aggregate, "corroborate": Corroborate, "every": Every,
}  # fmt: skip


def condition(written: dict[str, Any], start: int = 0) -> Condition:
    """Make an operator from `{name: parameters}`."""
    name, parameters = next(iter(written.items()))
    return OPERATORS[name](parameters, start)
