"""Intake: from a change of an alert to a case. Which case it belongs to, or a new one, or only a line.

The stages of one change, each of which may be the last:
    linked_case   the alert has a case already: its news
    joined_case   another open case takes it: the same alert key, or the same building and group just now
    new_case      it asks for response: a case is opened
    page_only     a warning, or an alarm whose rule wants no response: the page on duty hears of it
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.response.draft import Actor, Draft
from gateway.response.effect import EFFECTS
from gateway.response.grid import grid_of
from gateway.response.linking import alert_key, case_of_muting, link_alert, muted_by, subject_of
from gateway.response.model import Decision, Incident
from gateway.response.naming import why_of
from gateway.response.notices import alert_notices, place_words, stop, tell, tell_site, those_in
from gateway.response.opening import begin, open_draft
from gateway.response.plans import plan_for
from gateway.response.regrading import go_by_level
from gateway.response.timers import span_of
from gateway.response.wording import CHANGES, line
from gateway.response.world import World
from rules.change import Change

NEWS_EVERY = timedelta(seconds=30)
CLEARED = ("cleared", "late_resolved")


def on_change(world: World, change: Change, *, now: datetime, seq: int) -> Decision:
    """Return what follows from one change of one alert."""
    for stage in STAGES:
        decision = stage(world, change, now, seq)
        if decision is not None:
            return decision
    return Decision(reason="nothing to tell")


def linked_case(world: World, change: Change, now: datetime, seq: int) -> Decision | None:
    """Write what the alert did into the case it belongs to; a clear never closes a case."""
    incident = world.case_of_alert(change.alert) or case_of_muting(world, muted_by(change))
    if incident is None or (not incident.is_open and asks(world, change)):
        return None
    draft = Draft(world, incident, now=now, seq=seq, actor=_rule(change))
    facts = {"alert": change.alert, "change": change.change, "stage": change.stage, "level": change.level}
    if change.change in CLEARED:
        left = tuple(alert for alert in incident.open_alerts if alert != change.alert)
        if left != incident.open_alerts:
            draft.grow(open_alerts=left)
        draft.write("alert", line("cleared"), facts=facts)
        return draft.decision("the condition cleared; the case goes on")
    again = change.change in ("reopened", "opened") and change.stage == "alarm"
    draft.write(
        "alert", line("again") if again else line("changed", change=CHANGES[change.change]), facts=facts
    )
    if not incident.is_open:
        return _after_close(draft, change, again)
    link_alert(draft, change)
    if change.stage == "alarm" and change.change != "inhibited":
        _graver(draft, change)
        if again or change.respond:
            _came_back(draft)
    if change.notify:
        if incident.quiet:
            _wake(draft)
        elif draft.incident.level == incident.level:
            _tell_news(draft)
    return draft.decision("written into its case")


def joined_case(world: World, change: Change, now: datetime, seq: int) -> Decision | None:
    """Let the oldest fitting open case take the alert: same key, or same building and group within 120 s.

    A kind may say that it joins its like for longer: ninety low batteries of a building are one round with a ladder.

    An alarm graver than that case opens its own: it must not wait inside a milder one. Drills and real alarms
    never share a case, nor do silent ones and those that ring.
    """
    if not asks(world, change):
        return None
    incident = world.case_of_key(alert_key(change))
    if incident is None:
        device = subject_of(world.site.registry, change)
        building = device.building if device is not None else None
        near = world.cases_near(building, change.category[:2], now - _together(world, change))
        at_once = now - world.settings.join_within
        drill, quiet = world.drill(device.zone if device is not None else None), not change.notify
        fitting = (
            case
            for case in near
            if case.state in ("pending_verify", "accepted", "dispatched", "taken", "on_scene")
            and case.level <= change.level
            and (case.opened_at >= at_once or case.category == change.category)
            and (case.drill, case.quiet) == (drill, quiet)
        )
        incident = next(fitting, None)
    if incident is None:
        return None
    draft = Draft(world, incident, now=now, seq=seq, actor=_rule(change))
    draft.write(
        "alert", line("joined"), facts={"alert": change.alert, "rule": change.rule, "level": change.level}
    )
    link_alert(draft, change)
    _graver(draft, change)
    if alert_key(change) in incident.alert_keys:
        _came_back(draft)
    if incident.state in ("taken", "on_scene") and incident.owner is not None:
        draft.acknowledge[change.alert, incident.owner] = None  # somebody is on the way already
    if incident.quiet and change.notify:
        _wake(draft)
    elif change.notify and draft.incident.level == incident.level:
        _tell_news(draft)
    return draft.decision(f"joined {incident.number}")


def _together(world: World, change: Change) -> timedelta:
    """Return how long a case takes up what else happens in its building."""
    together = world.category(change.category).together
    longer = timedelta(seconds=together.seconds) if together is not None else timedelta()
    return max(world.settings.join_within, longer)


def new_case(world: World, change: Change, now: datetime, seq: int) -> Decision | None:
    """Open a case for an alert that asks for response."""
    if not asks(world, change):
        return None
    former = _former(world, alert_key(change))
    again = world.incidents.get(former or "")
    if again is not None and _reopens(world, again, change):
        return _reopened(world, again, change, now, seq)
    case, unknown = _case_for(world, change, now)
    draft = open_draft(
        world,
        case,
        now=now,
        seq=seq,
        actor=_rule(change),
        facts={"alert": change.alert, "rule": change.rule, "version": change.version},
    )
    if unknown is not None:
        draft.note("plan", line("unknown_plan", plan=unknown))
    if former is not None:
        draft.note("linked", line("linked", incident=former), incident=former)
    if not case.quiet:
        begin(draft)
    return draft.decision(f"opened {case.number}")


def _case_for(world: World, change: Change, now: datetime) -> tuple[Incident, str | None]:
    """Return the new case of an alert, and the name of a plan its rule asks for that does not exist."""
    device = subject_of(world.site.registry, change)
    category = world.category(change.category)
    plan, unknown = plan_for(world.site.plans, category, change.level, change.plan)
    case = Incident(
        number=world.number_for(now),
        site=world.site.id,
        state="pending_verify",
        version=1,
        category=change.category or category.code,
        level=change.level,
        title=category.name,
        opened_at=now,
        why=why_of(world.site, change),
        grid=grid_of(world.site.grids, world.site.registry, device),
        building=device.building if device is not None else None,
        place=_place(world, change),
        device=device.id if device is not None else change.device,
        alerts=(change.alert,),
        open_alerts=(change.alert,),
        alert_keys=(alert_key(change),),
        muted_by=muted_by(change),
        quiet=not change.notify,
        plan=plan,
        drill=world.drill(device.zone if device is not None else None),
        late=change.late,
    )
    return case, unknown


def _reopened(world: World, former: Incident, change: Change, now: datetime, seq: int) -> Decision:
    draft = Draft(world, former, now=now, seq=seq, actor=Actor())
    draft.move("reopen", {"reason": "recurrence", "alert": change.alert}, text=line("again"))
    link_alert(draft, change)
    EFFECTS["reopen"](draft, {})
    _graver(draft, change)
    return draft.decision(f"reopened {former.number}")


def page_only(world: World, change: Change, now: datetime, seq: int) -> Decision | None:
    """Show a notice on the page on duty: a warning sends nobody, and never rings a phone."""
    if not change.notify:
        return None
    device = subject_of(world.site.registry, change)
    title = world.category(change.category).name
    drill = world.drill(device.zone if device is not None else None)
    said = {
        "title": title,
        "place": place_words(_place(world, change)),
        "why": stop(why_of(world.site, change)),
    }
    messages = alert_notices(world, change, said, now=now, seq=seq, drill=drill)
    return Decision(messages=messages, reason="told the page on duty")


STAGES: tuple[Callable[[World, Change, datetime, int], Decision | None], ...] = (
    linked_case,
    joined_case,
    new_case,
    page_only,
)


def _place(world: World, change: Change) -> dict[str, str | None]:
    device = subject_of(world.site.registry, change)
    parts = {part: getattr(device, part) for part in ("building", "unit", "floor", "zone")} if device else {}
    return world.place(parts, device.id if device is not None else change.device)


def _rule(change: Change) -> Actor:
    return Actor(by=f"rule:{change.rule}", channel="rule")


def asks(world: World, change: Change) -> bool:
    """Return whether an alarm wants people: at its first alarm, or when it rings again after its case was closed."""
    if change.respond:
        return True
    former = world.case_of_alert(change.alert)
    rings = (
        change.notify and change.stage == "alarm" and change.change in ("repeated", "reopened", "stepped_up")
    )
    return rings and former is not None and not former.is_open


def _former(world: World, key: str) -> str | None:
    """Return the last case of this alert that people closed: one that may still reopen, else one long past."""
    held = (n for n in world.closed_with_key(key) if world.incidents[n].state == "closed")
    return next(held, None) or world.past_with_key(key)


def _reopens(world: World, former: Incident, change: Change) -> bool:
    """Return whether a condition that returned takes its closed case up again instead of opening one.

    A silent alarm wakes nobody, and a drill and a real alarm never share a case.
    """
    device = subject_of(world.site.registry, change)
    drill = world.drill(device.zone if device is not None else None)
    return world.settings.reopen_on_recurrence and change.notify and former.drill == drill


def _graver(draft: Draft, change: Change) -> None:
    """The system raises a case to the level of its alert, never lowers it."""
    if change.level >= draft.incident.level:
        return
    fields = {"level": change.level, "reason": "stepped_up"}
    draft.move("level", fields, actor=Actor())
    EFFECTS["level"](draft, fields)
    plan, _ = plan_for(draft.world.site.plans, draft.category, change.level, change.plan)
    draft.change(plan=plan, step=0, loops=0, asked=(), ticks=())
    if not draft.incident.quiet:
        go_by_level(draft)


def _came_back(draft: Draft) -> None:
    """A condition that returns before the check sends the case out again."""
    if draft.incident.state == "resolved":
        fields = {"note": "recurrence"}
        draft.move("rework", fields, actor=Actor(), text=line("recurred"))
        EFFECTS["rework"](draft, fields)
        tell_site(draft, "alert.again")


def _wake(draft: Draft) -> None:
    draft.grow(quiet=False)
    draft.note("woken", line("woken"))
    if draft.incident.state == "pending_verify":
        span = span_of("verify", draft.incident.level, draft.category)
        if span is not None:
            draft.set_timer("verify", draft.world.after(draft.now, span))
        begin(draft)


def _tell_news(draft: Draft) -> None:
    """Tell those concerned that an alert joined or came back: L1 and L2, once in half a minute however many come."""
    last = draft.incident.news_at or draft.incident.opened_at
    if draft.incident.level in ("L1", "L2") and draft.now - last >= NEWS_EVERY:
        draft.grow(news_at=draft.now)
        tell(draft, _concerned(draft), "alert.again")
        tell_site(draft, "alert.again")


def _concerned(draft: Draft) -> tuple[str, ...]:
    incident = draft.incident
    return incident.takers or incident.assignees or those_in(draft, "guard")


def _after_close(draft: Draft, change: Change, again: bool) -> Decision:
    """News of an alert whose case is closed: a line there, and the page on duty hears when it rings again."""
    if again and change.notify:
        tell_site(draft, "alert.again")
    return draft.decision("written into its closed case")
