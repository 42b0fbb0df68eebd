"""Time passed: what each timer of a case does when it runs out. One small function a timer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from gateway.response.draft import Actor, Draft
from gateway.response.effect import EFFECTS
from gateway.response.escalation import climb, send
from gateway.response.linking import case_of_muting
from gateway.response.model import Decision, Due
from gateway.response.notices import tell, tell_site, those_in
from gateway.response.opening import accept_and_send
from gateway.response.timers import main_timer, span_of
from gateway.response.wording import line
from gateway.response.world import World

Expiry: TypeAlias = Callable[[Draft, Due], str]


def on_due(world: World, due: Due, *, now: datetime, seq: int) -> Decision:
    """Return what follows when a timer has run out; nothing when it no longer runs."""
    incident = world.incidents.get(due.incident)
    if incident is None or incident.timers.get(due.timer) != due.at or due.at > now:
        return Decision(reason=f"{due.timer} of {due.incident} no longer runs")
    draft = Draft(world, incident, now=now, seq=seq, actor=Actor())
    expiry = _remind if due.timer != main_timer(due.timer) else EXPIRIES[due.timer]
    return draft.decision(expiry(draft, due))


def _again(draft: Draft, timer: str) -> None:
    """Run a timer anew: an open case always waits for something."""
    span = span_of(timer, draft.incident.level, draft.category)
    if span is None:
        draft.grow(timers={name: due for name, due in draft.incident.timers.items() if name != timer})
        return
    draft.grow()
    draft.set_timer(timer, draft.world.after(draft.now, span))


def _remind(draft: Draft, due: Due) -> str:
    timer = main_timer(due.timer)
    draft.grow(timers={name: at for name, at in draft.incident.timers.items() if name != due.timer})
    main = draft.incident.timers.get(timer)
    if main is None or main <= draft.now:  # after a downtime: the timer itself speaks
        return "the reminder came too late to matter"
    incident = draft.incident
    local = draft.local(main)
    if timer == "stale":
        draft.note("remind", line("asked_for_news"), timer=timer)
        tell(draft, incident.takers, "case.news", due=local)
        return "asked for news"
    draft.note("remind", line("reminded"), timer=timer)
    tell(draft, incident.takers or incident.assignees, "case.remind", due=local)
    return f"reminded of {timer}"


def _verify(draft: Draft, _due: Due) -> str:
    incident = draft.incident
    if incident.quiet:
        return _still_silent(draft)
    if incident.level in ("L1", "L2"):
        accept_and_send(draft, line("verify_over"))
        return "nobody verified in time: accepted and sent by the system"
    draft.note("overdue", line("verify_late"), timer="verify")
    _again(draft, "verify")
    tell(draft, those_in(draft, "manager"), "case.verify_late")
    tell_site(draft, "case.verify_late")
    return "nobody verified in time: the manager was told"


def _still_silent(draft: Draft) -> str:
    """A silent case whose reason has meanwhile got a case of its own belongs to that one."""
    incident = draft.incident
    cause = case_of_muting(draft.world, incident.muted_by)
    fits = cause is not None and cause.level <= incident.level and cause.drill == incident.drill
    if cause is None or cause.number == incident.number or not fits:
        _again(draft, "verify")
        return "still silent"
    fields = {"into": cause.number}
    draft.move("merge", fields, text=line("belongs", into=cause.number))
    EFFECTS["merge"](draft, fields)
    return f"belongs to {cause.number}"


def _dispatch(draft: Draft, _due: Due) -> str:
    draft.move("dispatch", text=line("dispatch_over"))
    send(draft)
    return "nobody was chosen in time: the system sends"


def _take(draft: Draft, due: Due) -> str:
    incident = draft.incident
    waited = round((due.at - (incident.sent_at or incident.opened_at)).total_seconds() / 60)
    last = max(len(incident.plan.steps) - 1, 0)
    step = min(incident.step + 1, last)
    again = "_again" if incident.step >= last else ""  # there is no higher step: it goes round once more
    wait = {"zh": f"{waited} 分钟", "en": f"{waited} min"}
    left = incident.plan.need_acks - len(incident.takers)
    if incident.takers:
        who = [draft.name(person) for person in incident.takers]
        text = line(f"one_short{again}", wait=wait, step=step, who=who, left=left)
    else:
        text = line(f"untaken{again}", wait=wait, step=step)
    draft.move("escalate", {"reason": "untaken"}, text=text)
    draft.stop("take")
    climb(draft, "one_short" if incident.takers else "untaken", since=due.at)
    return "not enough took it in time: the next step"


def _late(draft: Draft, timer: str, people: tuple[str, ...]) -> None:
    text = line(f"late_{timer}")
    draft.note("overdue", text, timer=timer)
    tell(draft, people, "case.late", reason=text)
    tell_site(draft, "case.late", reason=text)


def _arrive(draft: Draft, _due: Due) -> str:
    incident = draft.incident
    draft.grow(timers={name: at for name, at in incident.timers.items() if name != "arrive"})
    _late(draft, "arrive", (*(incident.takers or incident.assignees), *those_in(draft, "leader")))
    return "nobody arrived in time"


def _resolve(draft: Draft, _due: Due) -> str:
    incident = draft.incident
    _again(draft, "resolve")
    _late(
        draft,
        "resolve",
        (*(incident.takers or incident.assignees), *those_in(draft, "leader"), *those_in(draft, "manager")),
    )
    return "not resolved in time"


def _stale(draft: Draft, _due: Due) -> str:
    draft.move("expire", text=line("stale_take"))
    EFFECTS["expire"](draft, {})
    return "no news since it was taken: sent again"


def _check(draft: Draft, _due: Due) -> str:
    incident = draft.incident
    if incident.level == "L4" and not incident.open_alerts and incident.close_code is not None:
        draft.move("close", {"code": incident.close_code}, text=line("closed_itself"))
        EFFECTS["close"](draft, {"code": incident.close_code})
        return "an L4 whose condition has cleared closes by itself"
    _again(draft, "check")
    _late(draft, "check", those_in(draft, "manager"))
    return "the check is overdue: the manager was told"


def _suspend(draft: Draft, _due: Due) -> str:
    draft.move("resume", text=line("resumed"))
    EFFECTS["resume"](draft, {})
    return "the suspension is over"


def _feedback(draft: Draft, _due: Due) -> str:
    _again(draft, "feedback")
    _late(draft, "feedback", those_in(draft, "guard", "manager"))
    return "no result came back after the transfer"


def _reopen(draft: Draft, _due: Due) -> str:
    draft.grow(timers={})
    return "the time to reopen is over"


def _undo(draft: Draft, _due: Due) -> str:
    draft.grow(timers={}, previous=None)
    return "the time to undo is over"


EXPIRIES: dict[str, Expiry] = {
    "verify": _verify,
    "dispatch": _dispatch,
    "take": _take,
    "arrive": _arrive,
    "resolve": _resolve,
    "stale": _stale,
    "check": _check,
    "suspend": _suspend,
    "feedback": _feedback,
    "reopen": _reopen,
    "undo": _undo,
}
