"""What people are told about the roster: swaps and leave, gaps of the coming week, who is on duty today. Pure.

News, never by telephone or text message. The id of a message follows from what it says, so that saying it again after a
restart is the same message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from gateway.response.called import ROLES, called
from gateway.response.message import NOT_AFTER, message_id
from gateway.response.model import Message, Person
from gateway.response.notices import channels_of
from gateway.response.roster import Leave, Roster, Swap
from gateway.response.roster_gaps import Gap, gaps, wanted_of
from gateway.response.roster_spans import stints
from gateway.response.world import SiteView, World

AHEAD_DAYS = 7
LEVEL = "L4"
TOLD_GAPS = 5  # that one message names


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell one person; `about` makes it once."""

    to: str
    template: str
    about: str
    params: dict[str, Any]


def of_change(before: Roster, site: SiteView) -> list[Notice]:
    """Return what people have to learn of a changed roster: requests that are new and requests that were answered."""
    old_swaps = {each.id: each.state for each in before.swaps}
    old_leave = {each.id: each.state for each in before.leave}
    found: list[Notice] = []
    for swap in site.roster.swaps:
        if old_swaps.get(swap.id) != swap.state:
            found += _of_swap(swap, site)
    for leave in site.roster.leave:
        if leave.id is not None and old_leave.get(leave.id) != leave.state:
            found += _of_leave(leave, site)
    return found


def _of_swap(swap: Swap, site: SiteView) -> list[Notice]:
    shift = site.roster.shift(swap.shift)
    label = {lang: (shift.name.get(lang) if shift else None) or swap.shift for lang in ("zh", "en")}
    params = {
        "who": _name(site, swap.asker), "other": _name(site, swap.other), "day": str(swap.day), "shift": label,
        "note": swap.note,
    }  # fmt: skip
    template, people = {
        "asked": ("duty.asked", [swap.other]),
        "agreed": ("duty.swapped", [swap.asker, *_planners(site, swap.asker)]),
        "declined": ("duty.declined", [swap.asker]),
        "withdrawn": ("duty.withdrawn", [swap.other]),
    }[swap.state]
    return [
        Notice(to=person, template=template, about=f"{swap.id} {swap.state}", params=params)
        for person in dict.fromkeys(people)
    ]


def _of_leave(leave: Leave, site: SiteView) -> list[Notice]:
    params = {
        "who": _name(site, leave.person),
        "begin": str(leave.begin),
        "end": str(leave.end),
        "note": leave.note,
    }
    template, people = {
        "asked": ("duty.leave", _planners(site, leave.person)),
        "granted": ("duty.granted", [leave.person]),
        "refused": ("duty.refused", [leave.person]),
        "withdrawn": ("duty.leave_withdrawn", _planners(site, leave.person)),
    }[leave.state]
    return [
        Notice(to=person, template=template, about=f"{leave.id} {leave.state}", params=params)
        for person in people
    ]


def of_gaps(site: SiteView, now: datetime) -> list[Notice]:
    """Return the early warning of gaps until the end of the seventh day, for the managers; `now` is wall time.

    All gaps since midnight name it, also those that are over: saying it later in the day is the same notice.
    """
    day = now.astimezone(site.zone).date()
    since = datetime.combine(day, time(0), site.zone)
    of_days = gaps(
        site.roster, site.people, site.grids, wanted_of(site.roster, site.grids),
        start=since, days=AHEAD_DAYS + 1, zone=site.zone,
    )  # fmt: skip
    found = [gap for gap in of_days if gap.end > now]
    if not found:
        return []
    named = "; ".join(f"{gap.grid or '*'} {gap.role} {gap.end:%m%d%H%M}" for gap in of_days)
    params = {
        "count": len(found),
        "gaps": {
            lang: (";" if lang == "zh" else "; ").join(_gap(site, gap, lang) for gap in found[:TOLD_GAPS])
            for lang in ("zh", "en")
        },
    }
    return [
        Notice(to=person, template="duty.gap", about=f"{day} {named}", params=params)
        for person in _holding(site, "manager")
    ]


def of_today(site: SiteView, now: datetime) -> list[Notice]:
    """Return who is on duty today, for managers, leaders and everybody who is; `now` is wall time."""
    day = now.astimezone(site.zone).date()
    begin = datetime.combine(day, time(0), site.zone)
    there = [
        each
        for each in stints(site.roster, begin, begin + timedelta(days=1), site.zone)
        if each.person in site.people
    ]
    if not there:
        return []
    lines = {"zh": [], "en": []}  # type: dict[str, list[str]]
    for each in there:
        hours = f"{each.begin.astimezone(site.zone):%H:%M}–{each.end.astimezone(site.zone):%H:%M}"
        for lang, said in lines.items():
            said.append(f"{called(ROLES, each.role)[lang]} {_name(site, each.person)} {hours}")
    params = {"day": str(day), "lines": {"zh": ";".join(lines["zh"]), "en": "; ".join(lines["en"])}}
    people = dict.fromkeys((*_holding(site, "manager", "leader"), *(each.person for each in there)))
    return [Notice(to=person, template="duty.today", about=str(day), params=params) for person in people]


def messages(site: SiteView, notices: Iterable[Notice], *, now: datetime) -> list[Message]:
    """Return the messages of notices, by every channel that may carry news to each person; `now` is engine time."""
    world = World(site)
    return [
        Message(
            id=message_id(f"duty {notice.about}", 0, notice.template, channel.name, notice.to), incident=None, alert=None,
            channel=channel.name, recipient=notice.to, template=notice.template, params=notice.params, level=LEVEL,
            created_at=now, not_after=now + NOT_AFTER[LEVEL],
        )
        for notice in notices
        if (person := world.people.get(notice.to)) is not None  # who has left is told nothing
        for channel in channels_of(world, person, LEVEL, notice.template)
    ]  # fmt: skip


def _gap(site: SiteView, gap: Gap, lang: str) -> str:
    begin, end = gap.begin.astimezone(site.zone), gap.end.astimezone(site.zone)
    grid = site.grids.get(gap.grid or "")
    where = (grid.name.get(lang) or grid.id) if grid is not None else {"zh": "小区", "en": "the site"}[lang]
    return f"{where} {called(ROLES, gap.role)[lang]} {begin:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def _name(site: SiteView, person: str) -> str:
    known: Mapping[str, Person] = site.people
    return known[person].name if person in known else person


def _holding(site: SiteView, *roles: str) -> list[str]:
    return [person.id for person in site.people.values() if set(roles) & set(person.roles)]


def _planners(site: SiteView, person: str) -> list[str]:
    """Return the managers, and the leaders whose grids somebody works in."""
    own = set(site.people[person].grids) if person in site.people else set()
    leaders = [each for each in _holding(site, "leader") if not own or own & set(site.people[each].grids)]
    return [each for each in dict.fromkeys((*_holding(site, "manager"), *leaders)) if each != person]
