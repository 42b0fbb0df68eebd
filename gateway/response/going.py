"""Effects of the actions that decide who goes: sent, taken, handed back, handed on, called for."""

from __future__ import annotations

import msgspec

from gateway.response.checks import assignees_of
from gateway.response.draft import Actor, Draft
from gateway.response.effect import Fields, actor_name, effect, others_told
from gateway.response.escalation import climb, send, send_people, send_to_leader
from gateway.response.notices import tell, tell_groups, tell_site, those_in
from gateway.response.timers import span_of
from gateway.response.wording import line


@effect("dispatch")
def _dispatch(draft: Draft, fields: Fields) -> None:
    chosen = assignees_of(dict(fields))
    if chosen:
        send_people(draft, chosen)
    else:
        send(draft)


@effect("take")
def _take(draft: Draft, _fields: Fields) -> None:
    incident, me = draft.incident, draft.actor.by
    first = incident.owner is None
    draft.change(owner=incident.owner or me, takers=(*incident.takers, me))
    draft.acknowledge_alerts(me)
    waiting = draft.before.timers.get("take")
    if len(draft.incident.takers) < incident.plan.need_acks:
        if waiting is not None:  # the plan wants more people: the ladder goes on
            draft.set_timer("take", waiting)
        draft.stop_messages(me)
    else:
        draft.stop("take")
        draft.stop_messages()
    tell(
        draft,
        [p for p in others_told(draft) if p not in draft.incident.takers],
        "case.taken",
        who=actor_name(draft),
    )
    if first:
        tell_site(draft, "case.taken", who=actor_name(draft))
        tell_groups(draft, "case.group_off")


@effect("refuse")
def _refuse(draft: Draft, fields: Fields) -> None:
    incident, me = draft.incident, draft.actor.by
    rest = tuple(person for person in incident.assignees if person != me)
    draft.change(refused=tuple(dict.fromkeys((*incident.refused, me))), assignees=rest)
    draft.stop_messages(me)
    tell_site(draft, "case.refused", who=actor_name(draft), reason=str(fields["reason"]))
    if incident.state == "accepted":
        draft.move("dispatch", actor=Actor())
        if len(draft.incident.refused) >= 2:
            send_to_leader(draft)
        else:
            send(draft)


@effect("escalate")
def _escalate(draft: Draft, fields: Fields) -> None:
    if draft.incident.takers:  # somebody has it and asks the next rung: one more may take it
        _want_one_more(draft)
    climb(draft, str(fields["reason"]))


@effect("reassign")
def _reassign(draft: Draft, fields: Fields) -> None:
    incident, me = draft.incident, draft.actor.by
    before = [p for p in dict.fromkeys((*incident.takers, *incident.assignees)) if p != me]
    chosen = assignees_of(dict(fields))
    draft.change(owner=None, takers=(), assignees=())
    draft.stop_messages()
    tell(draft, [p for p in before if p not in chosen], "case.reassigned", reason=str(fields["reason"]))
    if chosen:
        send_people(draft, chosen)
    else:
        if me in incident.takers:
            draft.change(refused=tuple(dict.fromkeys((*incident.refused, me))))
        send(draft, without=frozenset({*before, me}))


@effect("expire")
def _expire(draft: Draft, _fields: Fields) -> None:
    gone = draft.incident.takers
    draft.change(owner=None, takers=(), assignees=())
    tell(draft, gone, "case.stale")
    tell_site(draft, "case.late", reason=line("stale_take"))
    send(draft, without=frozenset(gone))


@effect("rework")
def _rework(draft: Draft, fields: Fields) -> None:
    incident = draft.incident
    former = tuple(p for p in incident.takers if any(p == d.person for d in draft.world.duties(draft.now)))
    draft.change(
        rework=incident.rework + 1, owner=None, takers=(), assignees=(), resolver=None, close_code=None,
        step=0, loops=0, asked=(),
    )  # fmt: skip
    span = span_of("resolve", incident.level, draft.category)
    if span is not None:  # half the time: the first half was used up
        half = msgspec.structs.replace(span, seconds=span.seconds / 2)
        draft.set_timer("resolve", draft.world.after(draft.now, half))
    draft.stop_messages()
    if former:
        send_people(draft, former, "case.rework", reason=str(fields["note"]))
    else:
        send(draft)


@effect("nudge")
def _nudge(draft: Draft, _fields: Fields) -> None:
    incident = draft.incident
    people: tuple[str, ...] = incident.takers or incident.assignees
    if incident.state in ("pending_verify", "accepted"):
        people = those_in(draft, "guard")
    elif incident.state == "resolved":
        people = those_in(draft, *draft.world.settings.check_roles)
    tell(draft, people, "case.nudge", who=actor_name(draft))


@effect("support")
def _support(draft: Draft, _fields: Fields) -> None:
    incident = draft.incident
    _want_one_more(draft)
    helpers = [p for p in those_in(draft, "guard", "worker", "leader") if p not in incident.takers]
    draft.change(told=tuple(dict.fromkeys((*incident.told, *helpers))))
    tell(draft, helpers, "case.support", who=actor_name(draft))
    tell_site(draft, "case.support", who=actor_name(draft))


def _want_one_more(draft: Draft) -> None:
    """Let one more than those who have it take the case."""
    plan, takers = draft.incident.plan, draft.incident.takers
    draft.change(plan=msgspec.structs.replace(plan, need_acks=max(plan.need_acks, len(takers) + 1)))
