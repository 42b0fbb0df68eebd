"""Rosters as the pages show them."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.rosters import GapView, LeaveView, RosterDay, RosterView, StintView, SwapView
from gateway.api.views.lens import Lens, both
from gateway.response.roster import Leave, Swap
from gateway.response.roster_gaps import gaps, wanted_of
from gateway.response.roster_spans import Stint, stints
from gateway.response.world import SiteView

SITE = Bilingual(zh="整个小区", en="the whole site")


def roster_view(
    site: SiteView, lens: Lens, begin: datetime, end: datetime, *, person: str | None = None
) -> RosterView:
    """Return duty within [begin, end), of everybody or of one person; gaps are always everybody's."""
    found = [each for each in stints(site.roster, begin, end, site.zone) if person in (None, each.person)]
    first, last = (
        begin.astimezone(site.zone).date(),
        (end - timedelta(seconds=1)).astimezone(site.zone).date(),
    )
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    names = {shift.id: both(shift.name, shift.id) for shift in site.roster.shifts}
    nights = {shift.id for shift in site.roster.shifts if shift.begin >= shift.end}
    return RosterView(
        begin=begin, end=end,
        days=[RosterDay(day=day, workday=site.roster.workdays.is_workday(day)) for day in days],
        stints=[_stint(site, lens, each, names.get(each.shift), night=each.shift in nights) for each in found],
        gaps=gap_views(site, lens, begin, (end - begin).days or 1) if person is None else [],
        leave=[
            leave_view(each, lens)
            for each in site.roster.leave
            if each.state == "granted" and each.begin <= last and each.end >= first and person in (None, each.person)
        ],
    )  # fmt: skip


def gap_views(site: SiteView, lens: Lens, begin: datetime, days: int) -> list[GapView]:
    """Return the times in which a grid has nobody in a role that the roster fills."""
    wanted = wanted_of(site.roster, site.grids)
    found = gaps(site.roster, site.people, site.grids, wanted, start=begin, days=days, zone=site.zone)
    return [
        GapView(
            grid=gap.grid,
            grid_name=SITE if gap.grid is None else both(lens.community.grid_name(gap.grid), gap.grid),
            role=gap.role, begin=gap.begin, end=gap.end,
        )
        for gap in found
    ]  # fmt: skip


def _stint(site: SiteView, lens: Lens, each: Stint, name: Bilingual | None, *, night: bool) -> StintView:
    """Return one duty; what runs into a day from the night before belongs to the day before."""
    begun = each.begin.astimezone(site.zone)
    shift = site.roster.shift(each.shift)
    early = night and shift is not None and begun.time() < shift.begin and begun.time() < shift.end
    day = begun.date() - timedelta(days=1) if early else begun.date()
    return StintView(
        person=named(lens, each.person), role=each.role, grid=each.grid, shift=each.shift, day=day,
        shift_name=name or Bilingual(zh="临时调整", en="override"), begin=each.begin, end=each.end,
    )  # fmt: skip


def leave_view(leave: Leave, lens: Lens) -> LeaveView:
    """Return leave."""
    return LeaveView(
        id=leave.id, person=named(lens, leave.person), begin=leave.begin, end=leave.end, state=leave.state, note=leave.note,
        by=named(lens, leave.by) if leave.by is not None else None,
    )  # fmt: skip


def swap_view(swap: Swap, lens: Lens) -> SwapView:
    """Return a swap."""
    return SwapView(
        id=swap.id, asker=named(lens, swap.asker), other=named(lens, swap.other), shift=swap.shift, day=swap.day,
        back_shift=swap.back_shift, back_day=swap.back_day, state=swap.state, note=swap.note,
    )  # fmt: skip


def named(lens: Lens, person: str) -> PersonName:
    """Return somebody with the name to show."""
    return PersonName(id=person, name=lens.name(person) or person)
