"""Effects of the actions that settle a case, rest it, pass it on, join it with another, or take it up again."""

from __future__ import annotations

from gateway.response.draft import Draft
from gateway.response.effect import Fields, actor_name, effect, others_told, reporter, send_if_automatic
from gateway.response.linking import lend_alerts, take_back_alerts, undo_move
from gateway.response.model import Span
from gateway.response.notices import tell, tell_site, those_in
from gateway.response.reaching import RANK, leave_for
from gateway.response.regrading import count_from_opening
from gateway.response.timers import span_of
from gateway.response.wording import line

ANSWERS: frozenset[str] = frozenset(
    {"close", "reject", "transfer"}
)  # whoever reported the case heard of these


@effect("reject")
def _reject(draft: Draft, fields: Fields) -> None:
    draft.change(close_code=fields["code"], closed_at=draft.now, checker=draft.actor.by)
    draft.acknowledge_alerts(draft.actor.by)
    draft.stop_messages()
    tell(draft, reporter(draft), "case.rejected")


@effect("ask_suspend")
def _ask_suspend(draft: Draft, fields: Fields) -> None:
    draft.stop_messages(draft.actor.by)
    tell(
        draft,
        those_in(draft, "leader", "manager"),
        "case.ask_suspend",
        who=actor_name(draft),
        reason=str(fields["reason"]),
        due=draft.local(fields["until"]),
    )


@effect("suspend")
def _suspend(draft: Draft, fields: Fields) -> None:
    _rest(draft, "take", "arrive", "resolve")
    draft.set_timer("suspend", fields["until"])
    draft.stop_messages()
    tell(
        draft,
        draft.incident.takers,
        "case.suspended",
        reason=str(fields["reason"]),
        due=draft.local(fields["until"]),
    )


@effect("resume")
def _resume(draft: Draft, _fields: Fields) -> None:
    _give_back(draft, *draft.incident.paused)
    tell(draft, draft.incident.takers, "case.resumed")


@effect("transfer")
def _transfer(draft: Draft, fields: Fields) -> None:
    told = {name: str(fields[name]) for name in ("agency", "person", "contact", "ticket") if fields.get(name)}
    at = draft.world.wall(fields.get("called_at") or draft.now)
    draft.change(transfer={**told, "called_at": at.isoformat()}, resolver=None, close_code=None)
    _rest(draft, "resolve")
    if fields.get("to") in RANK:
        leave_for(draft, fields["to"], str(fields.get("reason") or "transferred"))
    draft.acknowledge_alerts(draft.actor.by)
    draft.stop_messages()
    tell(draft, [*others_told(draft), *reporter(draft)], "case.transferred", agency=told["agency"])


@effect("feedback")
def _feedback(draft: Draft, fields: Fields) -> None:
    draft.change(
        resolver=draft.actor.by,
        close_code=fields.get("code") or "true_transferred",
        transfer={**draft.incident.transfer, "result": str(fields["note"])},
        paused={},
    )
    _ask_for_check(draft)


@effect("return")
def _return(draft: Draft, _fields: Fields) -> None:
    draft.change(transfer={}, owner=None, takers=(), assignees=(), step=0, loops=0, asked=())
    _give_back(draft, "resolve")
    send_if_automatic(draft)


@effect("resolve")
def _resolve(draft: Draft, fields: Fields) -> None:
    draft.change(resolver=draft.actor.by, close_code=fields["code"])
    draft.acknowledge_alerts(draft.actor.by)
    draft.stop_messages()
    _ask_for_check(draft)


@effect("settle")
def _settle(draft: Draft, fields: Fields) -> None:
    draft.change(resolver=draft.actor.by, close_code=fields.get("code", "true_handled"))
    draft.acknowledge_alerts(draft.actor.by)
    draft.stop_messages()
    _ask_for_check(draft)


@effect("recall")
def _recall(draft: Draft, fields: Fields) -> None:
    draft.change(resolver=draft.actor.by, close_code=fields["code"])
    draft.acknowledge_alerts(draft.actor.by)
    draft.stop_messages()
    tell(draft, others_told(draft), "case.recalled", who=actor_name(draft))
    tell_site(draft, "case.recalled", who=actor_name(draft))
    _ask_for_check(draft)


@effect("close")
def _close(draft: Draft, fields: Fields) -> None:
    code = fields.get("code", draft.incident.close_code)
    draft.change(checker=draft.actor.by, close_code=code, closed_at=draft.now)
    draft.stop_messages()
    tell(draft, reporter(draft), "case.closed")


@effect("reopen")
def _reopen(draft: Draft, _fields: Fields) -> None:
    draft.change(
        reopened=draft.incident.reopened + 1, resolver=None, checker=None, closed_at=None, close_code=None,
        owner=None, takers=(), assignees=(), refused=(), step=0, loops=0, asked=(), ticks=(), reach="grid",
        transfer={}, paused={},
    )  # fmt: skip
    send_if_automatic(draft)


@effect("merge")
def _merge(draft: Draft, fields: Fields) -> None:
    into, before = str(fields["into"]), draft.incident
    draft.stop_messages()
    lend_alerts(draft, into)
    people = dict.fromkeys((*before.takers, *before.assignees))
    tell(draft, [person for person in people if person != draft.actor.by], "case.merged", into=into)


@effect("split")
def _split(draft: Draft, _fields: Fields) -> None:
    take_back_alerts(draft)
    count_from_opening(draft, "resolve")
    send_if_automatic(draft)


@effect("undo")
def _undo(draft: Draft, _fields: Fields) -> None:
    was = draft.before.previous
    answered = reporter(draft) if was is not None and was.action in ANSWERS else []
    if was is not None and was.action == "merge":
        take_back_alerts(draft)
    undo_move(draft)
    draft.stop_messages()
    told = [person for person in draft.before.told if person != draft.actor.by]
    tell(draft, [*told, *answered], "case.undone", who=actor_name(draft))
    tell_site(draft, "case.undone", who=actor_name(draft))


def _ask_for_check(draft: Draft) -> None:
    checkers = [p for p in those_in(draft, *draft.world.settings.check_roles) if p != draft.incident.resolver]
    if not checkers:  # one guard at night: the manager, who finds it in the morning
        managers = (p.id for p in draft.world.people.values() if "manager" in p.roles)
        checkers = [person for person in managers if person != draft.incident.resolver]
        draft.note("manager_checks", line("manager_checks"))
    tell(draft, checkers, "case.check", who=draft.name(draft.incident.resolver))
    tell_site(draft, "case.check", who=draft.name(draft.incident.resolver))


def _rest(draft: Draft, *timers: str) -> None:
    """Keep what is left of the timers that this action stopped, to be given back."""
    running = draft.before.timers
    left = {
        name: draft.world.left(draft.now, running[name], _counted(draft, name))
        for name in timers
        if name in running
    }
    draft.change(paused={**draft.incident.paused, **left})


def _give_back(draft: Draft, *timers: str) -> None:
    """Run timers on with what was left of them."""
    for name in timers:
        if name in draft.incident.paused:
            rest = Span(draft.incident.paused[name], _counted(draft, name).work)
            draft.set_timer(name, draft.world.after(draft.now, rest))
    draft.change(paused={})


def _counted(draft: Draft, timer: str) -> Span:
    """Return the span by which a timer of this case is counted: natural or working time."""
    incident = draft.incident
    steps = incident.plan.steps
    own = steps[min(incident.step, len(steps) - 1)].wait if timer == "take" and steps else None
    return own or span_of(timer, incident.level, draft.category) or Span(0)
