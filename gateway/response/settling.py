"""Effects of the actions that settle a case, rest it, pass it on, join it with another, or take it up again."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from gateway.response.draft import Draft
from gateway.response.effect import Fields, actor_name, effect, others_told, reporter, send_if_automatic
from gateway.response.linking import lend_alerts, take_back_alerts, undo_move
from gateway.response.notices import tell, tell_site, those_in
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
    asked = {"reason": str(fields["reason"]), "due": fields["until"]}
    tell(draft, those_in(draft, "leader", "manager"), "case.ask_suspend", who=actor_name(draft), **asked)


@effect("suspend")
def _suspend(draft: Draft, fields: Fields) -> None:
    running = draft.before.timers
    left = {
        name: (running[name] - draft.now).total_seconds() for name in ("resolve", "arrive") if name in running
    }
    draft.change(paused=left)
    draft.set_timer("suspend", fields["until"])
    draft.stop_messages()
    tell(draft, draft.incident.takers, "case.suspended", reason=str(fields["reason"]), due=fields["until"])


@effect("resume")
def _resume(draft: Draft, _fields: Fields) -> None:
    for name, seconds in draft.incident.paused.items():
        draft.set_timer(name, draft.now + timedelta(seconds=max(seconds, 0.0)))
    draft.change(paused={})
    tell(draft, draft.incident.takers, "case.resumed")


@effect("transfer")
def _transfer(draft: Draft, fields: Fields) -> None:
    facts = {
        name: str(fields[name])
        for name in ("agency", "contact", "person", "ticket", "called_at")
        if fields.get(name)
    }
    draft.change(transfer=facts)
    draft.acknowledge_alerts(draft.actor.by)
    draft.stop_messages()
    tell(draft, [*others_told(draft), *reporter(draft)], "case.transferred", agency=facts["agency"])


@effect("feedback")
def _feedback(draft: Draft, _fields: Fields) -> None:
    draft.change(resolver=draft.actor.by, close_code="true_transferred")
    _ask_for_check(draft)


@effect("return")
def _return(draft: Draft, _fields: Fields) -> None:
    draft.change(transfer={}, owner=None, takers=(), assignees=(), step=0, loops=0)
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
        owner=None, takers=(), assignees=(), refused=(), step=0, loops=0, rework=0,
    )  # fmt: skip
    send_if_automatic(draft)


@effect("merge")
def _merge(draft: Draft, fields: Fields) -> None:
    draft.stop_messages()
    lend_alerts(draft, str(fields["into"]))


@effect("split")
def _split(draft: Draft, _fields: Fields) -> None:
    take_back_alerts(draft)
    send_if_automatic(draft)


@effect("level")
def _level(draft: Draft, fields: Fields) -> None:
    incident = draft.incident
    raised = fields["level"] < incident.level
    draft.change(level=fields["level"])
    draft.note("level", line("raised" if raised else "lowered", level=fields["level"]))
    for name in ("verify", "arrive", "resolve"):
        if name in incident.timers:
            span = span_of(name, draft.incident.level, draft.category)
            if span is None:
                draft.stop(name)
                continue
            # Recomputed from the opening; if that time is over already, half of it remains from now.
            half = msgspec.structs.replace(span, seconds=span.seconds / 2)
            draft.set_timer(
                name, max(draft.world.after(incident.opened_at, span), draft.world.after(draft.now, half))
            )
    tell(draft, dict.fromkeys((*incident.takers, *incident.assignees)), "case.raised")
    tell_site(draft, "case.raised")


@effect("undo")
def _undo(draft: Draft, _fields: Fields) -> None:
    was = draft.before.previous
    answered = reporter(draft) if was is not None and was.action in ANSWERS else []
    undo_move(draft)
    draft.stop_messages()
    told = [person for person in draft.before.told if person != draft.actor.by]
    tell(draft, [*told, *answered], "case.undone", who=actor_name(draft))
    tell_site(draft, "case.undone", who=actor_name(draft))


@effect("note")
def _note(draft: Draft, _fields: Fields) -> None:
    if draft.actor.by in draft.incident.takers and "stale" in draft.incident.timers:
        draft.start(("stale",))  # news from the one who went


def _ask_for_check(draft: Draft) -> None:
    checkers = [p for p in those_in(draft, *draft.world.settings.check_roles) if p != draft.incident.resolver]
    tell(draft, checkers, "case.check", who=draft.name(draft.incident.resolver))
    tell_site(draft, "case.check", who=draft.name(draft.incident.resolver))
