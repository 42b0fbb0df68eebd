"""A change of level: what runs is counted anew, a plan of the level follows, and graver cases are sent at once."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from gateway.response.draft import Draft
from gateway.response.effect import Fields, effect, send_if_automatic
from gateway.response.escalation import send
from gateway.response.model import Incident, Span
from gateway.response.notices import tell, tell_site
from gateway.response.opening import begin
from gateway.response.plans import plan_for
from gateway.response.timers import LONGEST_REST, span_of
from gateway.response.wording import line

FROM_OPENING = ("verify", "arrive", "resolve")
FROM_NOW = ("dispatch", "take", "stale", "check", "feedback")


@effect("level")
def _level(draft: Draft, fields: Fields) -> None:
    before = draft.incident
    raised = fields["level"] < before.level
    draft.change(level=fields["level"])
    draft.note("level", line("raised" if raised else "lowered", level=fields["level"]))
    for name in FROM_OPENING:
        if name in before.timers:
            count_from_opening(draft, name)
    for name in FROM_NOW:
        if name in before.timers:
            _count_from_now(draft, name, raised=raised)
    if "suspend" in before.timers:
        latest = draft.now + LONGEST_REST[draft.incident.level]
        draft.set_timer("suspend", min(before.timers["suspend"], latest))
    draft.change(paused={name: _rest(draft, before, name) for name in before.paused})
    tell(draft, dict.fromkeys((*before.takers, *before.assignees)), "case.raised")
    tell_site(draft, "case.raised")
    if "system" not in draft.actor.roles:  # an alert that rises brings its own plan (`intake`)
        _follow_plan(draft, before)
        if raised and not before.quiet:
            go_by_level(draft)


def count_from_opening(draft: Draft, name: str) -> None:
    """Set when a timer is due, counted from the opening; if that is over already, half of its time remains."""
    span = span_of(name, draft.incident.level, draft.category)
    if span is None:
        draft.stop(name)
        return
    half = draft.world.after(draft.now, msgspec.structs.replace(span, seconds=span.seconds / 2))
    draft.set_timer(name, max(draft.world.after(draft.incident.opened_at, span), half))


def go_by_level(draft: Draft) -> None:
    """Let a graver case be heard as one that opens at its level, or send those of its rung."""
    if draft.incident.state == "pending_verify":
        begin(draft)
    elif draft.incident.state == "accepted":
        send_if_automatic(draft)
    elif draft.incident.state == "dispatched":
        send(draft)


def _count_from_now(draft: Draft, name: str, *, raised: bool) -> None:
    span = span_of(name, draft.incident.level, draft.category)
    if span is None:
        return
    due, old = draft.world.after(draft.now, span), draft.incident.timers[name]
    draft.set_timer(name, min(due, old) if raised else max(due, old))


def _rest(draft: Draft, before: Incident, name: str) -> float:
    """Return what is left of a resting timer at the new level: what was used up stays used, half stays at least."""
    old = span_of(name, before.level, draft.category) or Span(0)
    new = span_of(name, draft.incident.level, draft.category)
    if new is None or new.work != old.work:
        return before.paused[name]
    used = max(old.seconds - before.paused[name], 0.0)
    return max(new.seconds - used, timedelta(seconds=new.seconds / 2).total_seconds())


def _follow_plan(draft: Draft, before: Incident) -> None:
    """Take the plan of the new level where the old one was the level's; a category's own plan serves every level."""
    if before.plan.id != f"level.{before.level}":
        return
    plan, _ = plan_for(draft.world.site.plans, draft.category, draft.incident.level)
    draft.change(plan=plan, step=0, loops=0, asked=(), ticks=())
    if draft.incident.takers and len(draft.incident.takers) >= plan.need_acks:
        draft.stop("take")
    elif draft.incident.takers and "take" not in draft.incident.timers:
        draft.start(("take",))
