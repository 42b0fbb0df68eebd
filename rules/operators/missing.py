"""`missing`: a `first` that no `then` followed within T; fires at first.at + T + lateness.

Of several `first` in the window the first stands. After it fired, the next `then` of the same match
resolves it: `late_resolved` when it was in time by its own `at`, else `cleared`. Firsts and `then`s of one
match are kept by time until they are decided, so that the order in which they arrive does not matter.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, SAMPLES, Fire, Seen, State, operator
from rules.operators.sequence import PENDING, match_of, values_of

MOST = 64  # firsts and thens kept of one match; beyond it the oldest are settled before the lateness is over

First = tuple[int, str]  # when, the event's id
Then = tuple[int, int]  # when, how many firsts of that very moment came before it


class Course(msgspec.Struct, array_like=True):
    """The firsts and thens of one match that are not decided yet, by time; `stands`: the oldest without its then."""

    firsts: list[First] = []
    thens: list[Then] = []
    stands: int | None = None


class MissingState(State, tag="missing"):
    """By match values: what is not decided, and what is overdue."""

    courses: dict[str, Course] = {}
    overdue: dict[str, First] = {}
    answered: list[tuple[str, bool]] = []  # overdue ones whose `then` had come when they fired; in time?
    resolved_in_time: bool = False  # how the last overdue one ended
    ended: list[int] = []  # its first and its `then`
    near: list[int] = []  # near miss: the first whose `then` came at the last moment, and that `then`


class MissingOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `missing`."""

    first: Selector
    then: Selector
    within_us: int
    match: tuple[str, ...] = ()
    name: str = "missing"
    momentary: bool = True

    @property
    def slots(self) -> dict[str, Selector]:
        return {"then": self.then, "first": self.first}

    @property
    def looks_back_us(self) -> int | None:
        return self.within_us

    def fresh(self) -> MissingState:
        return MissingState()

    def event(self, state: MissingState, slot: str, seen: Seen) -> Fire | None:
        if seen.cancel_only or (slot == "first" and not seen.active):
            return None
        match = match_of(self.match, seen)
        if match is None:
            return None
        course = state.courses.get(match)
        if course is None:
            course = state.courses[match] = Course()
            if len(state.courses) > PENDING:
                del state.courses[self._oldest(state, match)]
        if slot == "then":
            self._note(state, course, seen.at)
            _insert(course.thens, (seen.at, sum(1 for first in course.firsts if first[0] == seen.at)))
            self._resolve(state, match, seen.at)
        else:
            _insert(course.firsts, (seen.at, seen.id))
        self._trim(course, seen.now - 2 * LATENESS_US)
        self._arm(state, seen.gate)
        return None

    def _trim(self, course: Course, horizon: int) -> None:
        """Work out what stands; settle what is too old to be changed by what comes out of order.

        Firsts and thens are cut at one moment, so that no first loses the then that answered it.
        """
        many = len(course.firsts) + len(course.thens) - MOST
        if many > 0:
            horizon = max(horizon, sorted(each[0] for each in (*course.firsts, *course.thens))[many - 1])
        firsts = [each for each in course.firsts if each[0] <= horizon]
        thens = [each for each in course.thens if each[0] <= horizon]
        if thens or len(firsts) > 1:
            standing = self._standing(Course(firsts, thens))[:MOST]
            course.firsts = [*standing, *course.firsts[len(firsts) :]]
            course.thens = course.thens[len(thens) :]
        standing = self._standing(course)
        course.stands = standing[0][0] if standing else None

    def _note(self, state: MissingState, course: Course, at: int) -> None:
        """Remember the `then` that left the least time."""
        first = course.stands
        if first is None or not 0 < at - first <= self.within_us:
            return
        if not state.near or at - first >= state.near[1] - state.near[0]:
            state.near = [first, at]

    def _oldest(self, state: MissingState, but: str) -> str:
        others = (each for each in state.courses if each != but)
        return min(others, key=lambda each: state.courses[each].stands or 0)

    def _resolve(self, state: MissingState, match: str, at: int) -> None:
        found = state.overdue.get(match)
        if found is None or at <= found[0]:
            return
        state.resolved_in_time, state.ended = at - found[0] <= self.within_us, [found[0], at]
        del state.overdue[match]
        state.level = bool(state.overdue)

    def _standing(self, course: Course) -> list[First]:
        """Return the firsts that stand without their `then`, as if all had come in order."""
        found: list[First] = []
        current: First | None = None
        thens = list(course.thens)
        place, last = 0, -1  # among the firsts of one moment
        for first in course.firsts:
            place, last = (place + 1 if first[0] == last else 0), first[0]
            while thens and thens[0] <= (first[0], place):
                current = self._answered(current, thens.pop(0)[0], found)
            if current is None:
                current = first
            elif first[0] > current[0] + self.within_us:
                found.append(current)
                current = first
        for at, _ in thens:
            current = self._answered(current, at, found)
        return [*found, current] if current is not None else found

    def _answered(self, current: First | None, at: int, found: list[First]) -> First | None:
        """Let one `then` answer the standing first; one that comes too late leaves it among the missing."""
        if current is None or at <= current[0]:
            return current
        if at > current[0] + self.within_us:
            found.append(current)
        return None

    def _arm(self, state: MissingState, now: int) -> None:
        state.due = None
        for course in state.courses.values():
            if course.stands is not None:
                due = max(course.stands + self.within_us + LATENESS_US, now)
                state.due = due if state.due is None else min(state.due, due)

    def due(self, state: MissingState, seen: Seen) -> Fire | None:
        if state.answered:
            self._end_answered(state)
            self._arm(state, seen.gate)
            return None
        fallen = self._take_fallen(state, seen.gate - self.within_us - LATENESS_US)
        if not fallen or not seen.active:
            self._arm(state, seen.gate)
            return None
        for first, match in fallen:
            state.overdue[match] = first
            answer = next((at for at, _ in state.courses[match].thens if at > first[0]), None)
            if answer is not None:
                state.answered.append((match, answer - first[0] <= self.within_us))
                state.ended = [first[0], answer]
        while len(state.overdue) > PENDING:
            del state.overdue[min(state.overdue, key=lambda each: state.overdue[each][0])]
        begins, state.level = not state.level, True
        self._arm(state, seen.gate)
        if state.answered:
            state.due = seen.gate
        fire = self._fire(fallen)
        fire.begins = begins
        return fire

    def _take_fallen(self, state: MissingState, limit: int) -> list[tuple[First, str]]:
        """Take out the firsts whose time is over, oldest first."""
        fallen: list[tuple[First, str]] = []
        for match, course in state.courses.items():
            if course.stands is None or course.stands > limit:
                continue
            for first in self._standing(course):
                if first[0] <= limit:
                    fallen.append((first, match))
                    course.firsts = [each for each in course.firsts if each[0] > first[0] + self.within_us]
            standing = self._standing(course)
            course.stands = standing[0][0] if standing else None
        return sorted(fallen)

    def _end_answered(self, state: MissingState) -> None:
        for match, in_time in state.answered:
            if state.overdue.pop(match, None) is not None:
                state.resolved_in_time = in_time
        state.answered, state.level = [], bool(state.overdue)

    def _fire(self, fallen: list[tuple[First, str]]) -> Fire:
        why: dict[str, Any] = {"operator": "missing", "within": duration_text(self.within_us)}
        why["match"] = list(self.match)
        if fallen[0][1]:
            why["values"] = values_of(fallen[0][1])
        why["first_us"] = fallen[0][0][0]
        why["until_us"] = fallen[0][0][0] + self.within_us
        return Fire(tuple(first[1] for first, _ in fallen), len(fallen), why)

    def shut(self, state: MissingState, seen: Seen) -> None:
        """What is pending is cancelled; what is overdue stays until its `then`."""
        state.courses = {}
        self._arm(state, seen.gate)

    def opened(self, _state: MissingState, _seen: Seen) -> Fire | None:
        return None

    def idle(self, state: MissingState) -> bool:
        return state.due is None  # what is overdue means nothing when its alert is over

    def stands(self, state: MissingState, _seen: Seen) -> dict[str, Any]:
        why: dict[str, Any] = {"operator": "missing", "within": duration_text(self.within_us)}
        overdue = sorted(at for at, _ in state.overdue.values())
        if overdue:
            why["overdue_us"] = overdue[-SAMPLES:]
        elif state.ended:
            why["first_us"], why["then_us"] = state.ended
        return why

    def near(self, state: MissingState) -> dict[str, Any] | None:
        found: dict[str, Any] = {"operator": "missing", "within_us": self.within_us}
        if state.near:
            found["first_us"], found["then_us"] = state.near
        waiting = [course.stands for course in state.courses.values() if course.stands is not None]
        if waiting:
            found["waiting_us"] = min(waiting)
        return found if len(found) > 2 else None


def _insert(items: list[Any], item: tuple[int, Any]) -> None:
    """Insert by time; of one time, in the order in which they came."""
    index = len(items)
    while index and items[index - 1][0] > item[0]:
        index -= 1
    items.insert(index, item)


@operator("missing", MissingState)
def parse(fields: Fields) -> MissingOperator | None:
    """Read `{first, then, within, match}`."""
    first = fields.selector("first", required=True)
    then = fields.selector("then", required=True)
    within = fields.duration("within", required=True)
    match = fields.paths("match")
    if first is None or then is None or within is None:
        return None
    return MissingOperator(first=first, then=then, within_us=within, match=match)
