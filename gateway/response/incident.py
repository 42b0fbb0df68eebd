"""The life of a case: one table. What is not in it cannot happen.

A row says: this action takes a case from these states to that one, these roles may do it, it must carry
these fields, these timers start and stop. `find` returns the row for an attempt or refuses it with the
reason; `allowed` lists what a person could do now; `docs/incidents.md` is drawn from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import msgspec

from gateway.errors import ActionRefused
from gateway.response import checks as c
from gateway.response import guards as g
from gateway.response.guards import Attempt, Guard, Refusal
from gateway.response.model import TERMINAL, Incident, Role, State
from gateway.response.wording import refusal_sentence

STATE_NAMES: dict[State, dict[str, str]] = {
    "pending_verify": {"zh": "待核实", "en": "to be verified"},
    "accepted": {"zh": "已立案", "en": "accepted"},
    "dispatched": {"zh": "已派遣", "en": "dispatched"},
    "taken": {"zh": "已接单", "en": "taken"},
    "on_scene": {"zh": "已到场", "en": "on scene"},
    "resolved": {"zh": "已处置待核查", "en": "resolved, to be checked"},
    "closed": {"zh": "已结案", "en": "closed"},
    "suspended": {"zh": "挂起", "en": "suspended"},
    "transferred": {"zh": "已移交", "en": "transferred"},
    "rejected": {"zh": "不予立案", "en": "rejected"},
    "merged": {"zh": "已并案", "en": "merged"},
}
# Which timers may run in which state. Every open state has one, so that no case is ever forgotten.
STATE_TIMERS: dict[State, frozenset[str]] = {
    "pending_verify": frozenset({"verify"}),
    "accepted": frozenset(
        {"dispatch", "arrive", "resolve"}
    ),  # the last two run on after a refusal, a return, a split
    "dispatched": frozenset({"take", "arrive", "resolve"}),
    "taken": frozenset({"take", "arrive", "resolve", "stale"}),  # `take`: until enough have taken it
    "on_scene": frozenset({"take", "resolve", "stale"}),
    "resolved": frozenset({"check"}),
    "closed": frozenset({"reopen"}),
    "suspended": frozenset({"suspend"}),
    "transferred": frozenset({"feedback"}),
    "rejected": frozenset({"undo"}),  # a rejected case is kept at hand only while it can be undone
    "merged": frozenset({"reopen"}),
}
ANY_OPEN: tuple[State, ...] = tuple(s for s in STATE_NAMES if s not in TERMINAL)
EVERYBODY: tuple[Role, ...] = tuple(
    r for r in get_args(Role) if r not in ("system", "auditor", "administrator")
)
STAFF: tuple[Role, ...] = ("guard", "worker", "leader", "maintenance", "manager")


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. `number` is the number of the row in the documentation."""

    number: int
    action: str
    zh: str
    en: str
    source: tuple[State, ...]  # empty: opens a case
    target: State | None  # None: the state stays (undo: whatever it was before)
    who: tuple[Role, ...]
    needs: tuple[str, ...] = ()  # fields that must be there and not empty
    starts: tuple[str, ...] = ()  # timers
    stops: tuple[str, ...] = ()  # timers; "*" is all of them
    when: Guard | None = None  # of several rows for one action and state, the first whose `when` holds
    guards: tuple[Guard, ...] = ()  # who, and in which situation
    checks: tuple[Guard, ...] = ()  # what the fields must say
    decides: bool = True  # an older view of the case is stale afterwards
    undoable: bool = False


def _others_remain(attempt: Attempt) -> Refusal | None:
    return None if set(attempt.incident.assignees) - {attempt.by} else Refusal(code="last_one")


def _row(  # positional on purpose: a table is read in columns
    number: int,
    action: str,
    names: tuple[str, str],
    source: tuple[State, ...],
    target: State | None,
    who: tuple[Role, ...],
    **rest: object,
) -> Transition:
    fields = {
        "number": number,
        "action": action,
        "zh": names[0],
        "en": names[1],
        "source": source,
        "target": target,
    }
    return Transition(**{**fields, "who": who, **rest})  # type: ignore[arg-type]  # the rows below are constants


# fmt: off
TABLE: tuple[Transition, ...] = (
    _row(1, "open", ("报警", "open"), (), "pending_verify", ("system", *EVERYBODY), starts=("verify",)),
    _row(2, "accept", ("立案", "accept"), ("pending_verify",), "accepted", ("guard", "manager", "system"),
         starts=("dispatch",), stops=("verify",), undoable=True),
    _row(3, "reject", ("不予立案", "reject"), ("pending_verify",), "rejected", ("guard", "manager"),
         needs=("code",), starts=("undo",), stops=("*",), guards=(g.grave_needs_manager,), checks=(c.false_code,), undoable=True),
    _row(4, "dispatch", ("派遣", "dispatch"), ("accepted",), "dispatched", ("system", "guard", "manager", "leader"),
         starts=("take", "arrive", "resolve"), stops=("dispatch",), checks=(c.known_assignees,), undoable=True),
    _row(5, "take", ("接单", "take"), ("dispatched",), "taken", STAFF,
         starts=("stale",), stops=("take",), guards=(g.was_sent,), undoable=True),
    _row(5, "take", ("加入", "join"), ("taken", "on_scene"), None, STAFF,
         starts=("stale",), guards=(g.was_sent, g.help_wanted), decides=False),
    _row(6, "refuse", ("退单", "refuse"), ("dispatched",), None, STAFF,
         needs=("reason",), when=_others_remain, guards=(g.is_assignee,), decides=False),
    _row(6, "refuse", ("退单", "refuse"), ("dispatched",), "accepted", STAFF,
         needs=("reason",), starts=("dispatch",), stops=("take",), guards=(g.is_assignee,)),
    _row(7, "escalate", ("升级", "escalate"), ("dispatched", "taken", "on_scene"), None, ("system", *STAFF),
         needs=("reason",), starts=("take",), guards=(g.responder_or_in_charge,), decides=False),
    _row(8, "arrive", ("到场", "arrive"), ("taken",), "on_scene", STAFF,
         starts=("stale",), stops=("arrive",), guards=(g.is_taker,), undoable=True),
    _row(9, "reassign", ("转派", "hand on"), ("dispatched", "taken", "on_scene"), "dispatched", STAFF,
         needs=("reason",), starts=("take",), stops=("take", "stale"), guards=(g.responder_or_in_charge,),
         checks=(c.known_assignees,), undoable=True),
    _row(9, "expire", ("接单失效", "take expired"), ("taken", "on_scene"), "dispatched", ("system",),
         starts=("take",), stops=("take", "stale")),
    _row(10, "ask_suspend", ("申请挂起", "ask to suspend"), ("taken", "on_scene"), None, STAFF,
         needs=("reason", "until"), starts=("stale",), guards=(g.is_taker,), checks=(c.sensible_until,),
         decides=False),
    _row(10, "suspend", ("挂起", "suspend"), ("taken", "on_scene"), "suspended", ("leader", "manager"),
         needs=("reason", "until"), starts=("suspend",), stops=("*",), checks=(c.sensible_until,), undoable=True),
    _row(11, "resume", ("恢复", "resume"), ("suspended",), "taken", ("system", *STAFF),
         starts=("stale",), stops=("suspend",), guards=(g.taker_or_leader,), undoable=True),
    _row(12, "transfer", ("移交", "transfer"),
         ("accepted", "dispatched", "taken", "on_scene", "resolved", "suspended", "transferred"),
         "transferred", ("guard", "manager", "leader"),
         needs=("agency", "person"), starts=("feedback",), stops=("*",), checks=(c.reachable_agency, c.call_time),
         undoable=True),
    _row(13, "feedback", ("反馈", "result came back"), ("transferred",), "resolved", ("system", "guard", "leader", "manager"),
         needs=("note",), starts=("check",), stops=("feedback",), checks=(c.code_if_given,), undoable=True),
    _row(13, "return", ("退回", "sent back"), ("transferred",), "accepted", ("system", "guard", "leader", "manager"),
         needs=("reason",), starts=("dispatch",), stops=("feedback",)),
    _row(14, "resolve", ("处置完成", "resolve"), ("taken", "on_scene"), "resolved", STAFF,
         needs=("note", "code"), starts=("check",), stops=("*",), guards=(g.is_taker,),
         checks=(c.known_code, c.evidence_given), undoable=True),
    _row(15, "close", ("核查结案", "check and close"), ("resolved",), "closed", ("system", "checker", *STAFF),
         starts=("reopen",), stops=("*",), guards=(g.may_check, g.not_the_resolver), checks=(c.known_code,),
         undoable=True),
    _row(16, "rework", ("返工", "send back"), ("resolved",), "dispatched", ("system", "checker", *STAFF),
         needs=("note",), starts=("take", "resolve"), stops=("check",), guards=(g.may_send_back, g.not_the_resolver), undoable=True),
    _row(17, "reopen", ("重开", "reopen"), ("closed",), "accepted", ("system", "manager", "leader"),
         needs=("reason",), starts=("dispatch",), stops=("reopen",), guards=(g.reopen_window, g.keys_free),
         undoable=True),
    _row(18, "merge", ("并案", "merge"), ANY_OPEN, "merged", ("system", "guard", "manager"),
         needs=("into",), starts=("reopen",), stops=("*",), checks=(c.open_primary,), undoable=True),
    _row(19, "split", ("拆案", "split"), ("merged",), "accepted", ("manager",),
         needs=("reason",), starts=("dispatch",), stops=("reopen",), guards=(g.reopen_window, g.keys_free)),
    _row(20, "level", ("升降级", "change the level"), ANY_OPEN, None, ("system", "manager"),
         needs=("level", "reason"), checks=(c.other_level, c.lowered_with_note), undoable=True),
    _row(21, "settle", ("当场处置", "settle on the spot"), ("accepted",), "resolved", ("guard", "manager"),
         needs=("note",), starts=("check",), stops=("*",), checks=(c.code_if_given,), undoable=True),
    _row(22, "recall", ("撤回", "call everybody back"), ("dispatched", "taken", "on_scene"), "resolved",
         ("guard", "manager"),
         needs=("code",), starts=("check",), stops=("*",), checks=(c.false_code,), undoable=True),
    _row(23, "undo", ("撤销", "undo"), tuple(STATE_NAMES), None, EVERYBODY, guards=(g.can_undo,)),
    _row(24, "nudge", ("催办", "nudge"), ("pending_verify", "accepted", "dispatched", "taken", "on_scene", "resolved"),
         None, (*STAFF, "checker"), decides=False),
    _row(24, "support", ("叫支援", "call for support"), ("taken", "on_scene"), None, STAFF,
         guards=(g.responder_or_in_charge,), decides=False),
    _row(24, "note", ("记录", "note"), ANY_OPEN, None, (*STAFF, "checker"),
         checks=(c.something_new,), decides=False),
    _row(25, "tick", ("完成一步", "tick a step"), ANY_OPEN, None, (*STAFF, "checker"),
         needs=("step",), checks=(c.known_step,), decides=False),
    _row(26, "called", ("通话记录", "record a call"), ANY_OPEN, None, (*STAFF, "checker"),
         needs=("agency", "number", "note"), checks=(c.call_time,), decides=False),
)
# fmt: on

# What the page calls one action may be several rows in one transaction.
COMPOUND: dict[tuple[str, State], tuple[str, ...]] = {
    ("dispatch", "pending_verify"): ("accept", "dispatch"),
    ("take", "pending_verify"): ("accept", "dispatch", "take"),
    ("take", "accepted"): ("dispatch", "take"),
    ("settle", "pending_verify"): ("accept", "settle"),
    ("transfer", "pending_verify"): ("accept", "transfer"),
}
# These are safe in any order: an older view of the case does not matter as long as the table allows them.
ORDER_FREE: frozenset[str] = frozenset({"take", "note", "nudge", "support", "escalate", "tick", "called"})

_BY_ACTION: dict[str, tuple[Transition, ...]] = {
    action: tuple(row for row in TABLE if row.action == action)
    for action in dict.fromkeys(r.action for r in TABLE)
}


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person may do to a case now: its name for the button and the fields it must carry."""

    action: str
    name: dict[str, str]
    needs: tuple[str, ...] = ()


def find(attempt: Attempt, action: str) -> Transition:
    """Return the row of the table for this attempt.

    Raises:
        ActionRefused: with the current state and what is allowed in it, or what is missing; nothing changed.

    """
    row = _row_for(attempt, action)
    if row is None:
        raise _refused(attempt, action, Refusal(code="not_allowed"))
    refusal = _first_refusal(attempt, row)
    if refusal is not None:
        raise _refused(attempt, action, refusal)
    missing = [name for name in row.needs if attempt.fields.get(name) in (None, "", (), [])]
    if missing:
        raise _refused(attempt, action, Refusal(code="missing_field", facts={"fields": missing}))
    for check in row.checks:
        refusal = check(attempt)
        if refusal is not None:
            raise _refused(attempt, action, refusal)
    return row


def allowed(attempt: Attempt) -> tuple[Allowed, ...]:
    """Return what this person may do to this case now, in the order of the table (fields not looked at)."""
    found: list[Allowed] = []
    for action in _BY_ACTION:
        if action == "open":
            continue
        row = _row_for(attempt, action)
        steps = COMPOUND.get((action, attempt.incident.state))
        if (
            row is None
            and steps is not None
            and all(_role_fits(attempt, _BY_ACTION[step][0]) for step in steps)
        ):
            row = _BY_ACTION[action][0]
        elif row is None or _first_refusal(attempt, row) is not None:
            continue
        found.append(Allowed(action=action, name={"zh": row.zh, "en": row.en}, needs=row.needs))
    return tuple(found)


def actions() -> Iterable[str]:
    """Return the names of all actions of the table."""
    return _BY_ACTION.keys()


def _row_for(attempt: Attempt, action: str) -> Transition | None:
    rows = [row for row in _BY_ACTION.get(action, ()) if attempt.incident.state in row.source]
    return next((row for row in rows if row.when is None or row.when(attempt) is None), None)


def _role_fits(attempt: Attempt, row: Transition) -> bool:
    return bool(set(row.who) & set(attempt.roles))


def _first_refusal(attempt: Attempt, row: Transition) -> Refusal | None:
    if not _role_fits(attempt, row):
        return Refusal(code="role", facts={"roles": [role for role in row.who if role != "system"]})
    return next((refusal for guard in row.guards if (refusal := guard(attempt)) is not None), None)


def _refused(attempt: Attempt, action: str, refusal: Refusal) -> ActionRefused:
    incident, options = attempt.incident, allowed(attempt)
    facts = {
        "incident": incident.number,
        "action": action,
        "state": incident.state,
        "state_name": STATE_NAMES[incident.state],
        "allowed": [option.action for option in options],
        "allowed_names": [option.name for option in options],
        "names": {
            person: attempt.world.people[person].name
            for person in _people_of(incident)
            if person in attempt.world.people
        },
        **refusal.facts,
    }
    return ActionRefused(refusal.code, refusal_sentence(refusal.code, facts)["en"], **facts)


def _people_of(incident: Incident) -> set[str]:
    return {
        *incident.takers,
        *incident.assignees,
        *incident.told,
        incident.resolver or "",
        incident.owner or "",
    }
