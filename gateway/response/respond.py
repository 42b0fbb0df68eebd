"""respond: one cause in, one Decision out. The whole of response as a function.

Three things change a case: an alert changed, a person acted, time passed. Each has its file (`intake`,
here below, `overdue`); all of them work on a Draft and hand out the Decision it has become. Nothing here
reads a clock, and `World` is only read: the pump applies the decision once it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import msgspec

from gateway.errors import ActionRefused, StaleVersion
from gateway.response import going, progress, regrading, settling  # noqa: F401  # they register their effects
from gateway.response import incident as table
from gateway.response.draft import Actor, Draft
from gateway.response.effect import EFFECTS, send_if_automatic
from gateway.response.intake import on_change
from gateway.response.model import Action, Decision, Due, Incident, Undo
from gateway.response.overdue import on_due
from gateway.response.report import answer_reporters, on_ask_reopen, on_rating, on_report, read_fields
from gateway.response.wording import refusal_sentence
from gateway.response.world import World
from rules.change import Change

Cause: TypeAlias = Change | Action | Due
# What those do who report: beside the table, which says what staff may do to a case.
BY_REPORTERS: dict[str, Callable[..., Decision]] = {
    "report": on_report,
    "rate": on_rating,
    "ask_reopen": on_ask_reopen,
}


def respond(world: World, cause: Cause, *, now: datetime, seq: int) -> Decision:
    """Return what follows from one cause at engine time `now`; `seq` is its number in the journal.

    Raises:
        ActionRefused: a person's action is not allowed; names the state and what is allowed.
        StaleVersion: somebody else decided first; names what and who.

    """
    if isinstance(cause, Change):
        return on_change(world, cause, now=now, seq=seq)
    if isinstance(cause, Due):
        return on_due(world, cause, now=now, seq=seq)
    if cause.name in BY_REPORTERS:
        return BY_REPORTERS[cause.name](world, cause, now=now, seq=seq)
    return on_action(world, cause, now=now, seq=seq)


def on_action(world: World, action: Action, *, now: datetime, seq: int) -> Decision:
    """Return what follows from one person's action on one case."""
    case = _case(world, action)
    action = msgspec.structs.replace(action, fields=read_fields(action.fields))
    actor = Actor(by=action.by, roles=action.roles, channel=action.channel, key=action.key)
    draft = Draft(world, case, now=now, seq=seq, actor=actor)
    stale = action.version is not None and action.version < case.decided
    if stale and action.name not in table.ORDER_FREE:
        raise _stale(world, case, action)
    try:
        last = _take_rows(draft, action)
    except ActionRefused as refusal:
        raise (_stale(world, case, action) if stale else refusal) from None
    answer_reporters(draft, action.fields)
    if last.action == "accept":
        send_if_automatic(draft)
    if last.undoable:
        _remember(draft, action)
    after = draft.incident
    return draft.decision(
        action.name, {"incident": after.number, "state": after.state, "version": after.version}
    )


def _case(world: World, action: Action) -> Incident:
    case = world.incidents.get(action.incident or "")
    if case is not None and action.name in table.actions() and action.name != "open":
        return case
    code = "unknown_action" if case is not None else "unknown_incident"
    facts: dict[str, object] = {"incident": action.incident, "action": action.name, "allowed": []}
    raise ActionRefused(code, refusal_sentence(code, facts)["en"], **facts)


def _take_rows(draft: Draft, action: Action) -> table.Transition:
    """Take the row of the table, or the several rows that the page calls one action; returns the last."""
    row = table.TABLE[0]
    steps = table.COMPOUND.get((action.name, draft.incident.state), (action.name,))
    for step in steps:
        fields = action.fields
        if len(steps) > 1 and action.name == "take" and step == "dispatch":
            fields = {"assignees": [action.by]}  # whoever takes a case nobody was sent to sends themselves
        elif step not in {action.name, "dispatch"}:
            fields = {}
        row = draft.move(step, fields)
        if step in EFFECTS:
            EFFECTS[step](draft, fields)
    return row


def _remember(draft: Draft, action: Action) -> None:
    """Keep the case as it was, for undo by the same person while nothing followed."""
    before = msgspec.structs.replace(draft.before, previous=None)
    until = draft.now + draft.world.settings.undo_within
    draft.change(previous=Undo(by=action.by, action=action.name, until=until, incident=before))


def _stale(world: World, case: Incident, action: Action) -> StaleVersion:
    changed = case.changed
    who = world.people.get(changed.by) if changed is not None else None
    row = next((r for r in table.TABLE if changed is not None and r.action == changed.action), None)
    facts: dict[str, object] = {
        "incident": case.number,
        "state": case.state,
        "state_name": table.STATE_NAMES[case.state],
        "version": case.version,
        "seen": action.version,
        "by": changed.by if changed is not None else None,
        "by_name": who.name if who is not None else {"zh": "系统", "en": "The system"},
        "changed": changed.action if changed is not None else None,
        "changed_name": {"zh": row.zh, "en": row.en} if row is not None else None,
        "at": changed.at if changed is not None else None,
        "allowed": [],
    }
    return StaleVersion("stale", refusal_sentence("stale", facts)["en"], **facts)
