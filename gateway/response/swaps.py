"""Swaps and leave: what people arrange among themselves, and what it makes of the roster. Pure.

A swap is asked for, the other agrees, and from then on it is two people changing places in one shift of one day: an
override of that shift. Leave is asked for and granted by a leader or manager. Whoever asks may withdraw until it is
answered; nothing of the past is arranged any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.errors import ActionRefused
from gateway.response.model import Person
from gateway.response.roster import Leave, Override, Roster, Shift, Swap, span_of
from gateway.response.roster import away as away_on
from gateway.response.roster_spans import stints

KEPT = timedelta(
    days=90
)  # how long an arrangement stays in the roster after its day; its versions stay in the store
FARTHEST = timedelta(days=400)


class Requests(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What people arranged; the part `requests` of a site."""

    swaps: tuple[Swap, ...] = ()
    leave: tuple[Leave, ...] = ()
    overrides: tuple[Override, ...] = ()


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    """What an arrangement is judged by: the roster in force, the people, the zone, and the wall clock."""

    roster: Roster
    people: Mapping[str, Person]
    zone: ZoneInfo
    now: datetime


def ask_swap(estate: Estate, requests: Requests, swap: Swap) -> Requests:
    """Add a swap that somebody asks for.

    Raises:
        ActionRefused: `swap_not_yours`, `swap_busy`, `swap_unfit`, `swap_past`, `swap_twice`, `unknown_shift`,
            `unknown_person`.
    """
    _possible(estate, swap)
    twin = (swap.asker, swap.shift, swap.day)
    if any(each.state == "asked" and (each.asker, each.shift, each.day) == twin for each in requests.swaps):
        raise ActionRefused("swap_twice", f"{swap.asker} has asked for this day already", shift=swap.shift)
    fresh = msgspec.structs.replace(swap, state="asked", at=estate.now)
    return msgspec.structs.replace(requests, swaps=(*requests.swaps, fresh))


def answer_swap(estate: Estate, requests: Requests, name: str, *, by: str, agree: bool) -> Requests:
    """Let the other agree or decline; agreed, it is in force at once.

    Raises:
        ActionRefused: as `ask_swap`, and `not_yours`, `answered`, `unknown_request`.
    """
    swap = _open_swap(requests, name)
    if swap.other != by:
        raise ActionRefused("not_yours", f"{name} waits for the word of {swap.other}", who=swap.other)
    state = "agreed" if agree else "declined"
    answered = msgspec.structs.replace(swap, state=state, at=estate.now)
    overrides = requests.overrides
    if agree:
        _possible(estate, swap)
        overrides = (*overrides, *overrides_of(estate, swap))
    swaps = tuple(answered if each.id == name else each for each in requests.swaps)
    return msgspec.structs.replace(requests, swaps=swaps, overrides=overrides)


def withdraw(requests: Requests, name: str, *, by: str, now: datetime) -> Requests:
    """Take back a swap or leave that was asked for and not yet answered.

    Raises:
        ActionRefused: `not_yours`, `answered`, `unknown_request`.
    """
    for swap in requests.swaps:
        if swap.id == name:
            _mine(name, swap.asker, by, open_=swap.state == "asked")
            fresh = msgspec.structs.replace(swap, state="withdrawn", at=now)
            swaps = tuple(fresh if each.id == name else each for each in requests.swaps)
            return msgspec.structs.replace(requests, swaps=swaps)
    leave = _leave(requests, name)
    _mine(name, leave.person, by, open_=leave.state == "asked")
    return _with_leave(requests, msgspec.structs.replace(leave, state="withdrawn", at=now))


def ask_leave(estate: Estate, requests: Requests, leave: Leave) -> Requests:
    """Add leave that somebody asks for.

    Raises:
        ActionRefused: `leave_past` or `leave_span`.
    """
    if leave.end < leave.begin or leave.end - leave.begin > FARTHEST:
        raise ActionRefused("leave_span", f"from {leave.begin} to {leave.end} is no span of leave")
    if leave.end < estate.now.astimezone(estate.zone).date():
        raise ActionRefused("leave_past", f"{leave.end} is over")
    fresh = msgspec.structs.replace(leave, state="asked", at=estate.now)
    return msgspec.structs.replace(requests, leave=(*requests.leave, fresh))


def answer_leave(requests: Requests, name: str, *, by: str, grant: bool, now: datetime) -> Requests:
    """Grant or refuse leave. Whether `by` may is asked at the door; nobody grants their own.

    Raises:
        ActionRefused: `own_leave`, `answered`, `unknown_request`.
    """
    leave = _leave(requests, name)
    if leave.state != "asked":
        raise ActionRefused("answered", f"{name} is {leave.state} already", state=leave.state)
    if leave.person == by:
        raise ActionRefused("own_leave", "nobody grants their own leave")
    state = "granted" if grant else "refused"
    return _with_leave(requests, msgspec.structs.replace(leave, state=state, by=by, at=now))


def pruned(requests: Requests, now: datetime) -> Requests:
    """Return the arrangements without those that are long over."""
    oldest = (now - KEPT).date()
    return Requests(
        swaps=tuple(each for each in requests.swaps if each.day >= oldest),
        leave=tuple(each for each in requests.leave if each.end >= oldest),
        overrides=tuple(each for each in requests.overrides if each.end >= now - KEPT),
    )


def overrides_of(estate: Estate, swap: Swap) -> tuple[Override, ...]:
    """Return what an agreed swap changes: the asker's shift, and the other's own in return if one was named."""
    found = [_override(estate, swap.shift, swap.day, away=swap.asker, instead=swap.other, swap=swap.id)]
    if swap.back_shift is not None and swap.back_day is not None:
        found.append(
            _override(
                estate, swap.back_shift, swap.back_day, away=swap.other, instead=swap.asker, swap=swap.id
            )
        )
    return tuple(found)


def _override(estate: Estate, shift: str, day: date, *, away: str, instead: str, swap: str) -> Override:
    known, (begin, end) = _span(estate, shift, day)
    return Override(
        begin=begin, end=end, role=known.role, grid=known.grid, remove=(away,), add=(instead,), shift=known.id, swap=swap
    )  # fmt: skip


def _span(estate: Estate, name: str, day: date) -> tuple[Shift, tuple[datetime, datetime]]:
    shift = estate.roster.shift(name)
    span = span_of(shift, day, estate.zone, estate.roster.workdays) if shift is not None else None
    if shift is None or span is None:
        raise ActionRefused("unknown_shift", f"no shift '{name}' begins on {day}", shift=name, day=str(day))
    return shift, span


def _possible(estate: Estate, swap: Swap) -> None:
    """Refuse a swap that cannot be: of a shift that is not theirs or has begun, with somebody who cannot stand in."""
    for name in (swap.asker, swap.other):
        if name not in estate.people:
            raise ActionRefused("unknown_person", f"nobody is called {name}", people=name)
    _place(
        estate,
        swap.shift,
        swap.day,
        theirs=swap.asker,
        instead=swap.other,
        gives=swap.back_shift,
        on=swap.back_day,
    )
    if swap.back_shift is not None and swap.back_day is not None:
        _place(
            estate,
            swap.back_shift,
            swap.back_day,
            theirs=swap.other,
            instead=swap.asker,
            gives=swap.shift,
            on=swap.day,
        )


def _place(
    estate: Estate, name: str, day: date, *, theirs: str, instead: str, gives: str | None, on: date | None
) -> None:
    """Check one half: `instead` stands in for `theirs`; what they give away in return does not keep them busy."""
    shift, (begin, end) = _span(estate, name, day)
    facts = {"shift": name, "day": str(day)}
    if begin <= estate.now:
        raise ActionRefused("swap_past", f"'{name}' of {day} has begun or is over", **facts)
    if begin - estate.now > FARTHEST:
        raise ActionRefused("unknown_shift", f"{day} is too far ahead", **facts)
    then = stints(estate.roster, begin, end, estate.zone)
    if not any(each.person == theirs and each.shift == name for each in then):
        raise ActionRefused("swap_not_yours", f"'{theirs}' is not in '{name}' on {day}", who=theirs, **facts)
    if shift.role not in estate.people[instead].roles:
        raise ActionRefused("swap_unfit", f"'{instead}' is no {shift.role}", who=instead, **facts)
    given = _span(estate, gives, on)[1] if gives is not None and on is not None else None
    busy = [
        each
        for each in then
        if each.person == instead
        and not (each.shift == gives and given is not None and given[0] < each.end and each.begin < given[1])
    ]
    if busy or away_on(estate.roster, instead, day):
        raise ActionRefused("swap_busy", f"'{instead}' is on duty or away then", who=instead, **facts)


def _open_swap(requests: Requests, name: str) -> Swap:
    swap = next((each for each in requests.swaps if each.id == name), None)
    if swap is None:
        raise ActionRefused("unknown_request", f"there is no request {name}", request=name)
    if swap.state != "asked":
        raise ActionRefused("answered", f"{name} is {swap.state} already", state=swap.state)
    return swap


def _leave(requests: Requests, name: str) -> Leave:
    leave = next((each for each in requests.leave if each.id == name), None)
    if leave is None:
        raise ActionRefused("unknown_request", f"there is no request {name}", request=name)
    return leave


def _with_leave(requests: Requests, leave: Leave) -> Requests:
    fresh = tuple(leave if each.id == leave.id else each for each in requests.leave)
    return msgspec.structs.replace(requests, leave=fresh)


def _mine(name: str, owner: str, by: str, *, open_: bool) -> None:
    if owner != by:
        raise ActionRefused("not_yours", f"{name} was asked for by {owner}", who=owner)
    if not open_:
        raise ActionRefused("answered", f"{name} was answered already", state="answered")
