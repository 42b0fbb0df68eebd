"""What a line of the timeline says besides the fields of its action: the confirmed level, due times, the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from gateway.response.called import CONDITIONS, RESULTS, called
from gateway.response.wording import line

if TYPE_CHECKING:
    from gateway.response.draft import Draft

Fields: TypeAlias = Mapping[str, Any]


def _accepted(draft: Draft, _fields: Fields) -> dict[str, str]:
    return line("accepted_as", level=draft.incident.level)


def _checked(draft: Draft, fields: Fields) -> dict[str, str]:
    """Say what the check rests on, so that a plain tap says it too."""
    incident = draft.incident
    return line(
        "checked",
        result=called(RESULTS, fields.get("code") or incident.close_code or ""),
        condition=called(CONDITIONS, "holds" if incident.open_alerts else "over"),
        photos=len(incident.photos),
    )


def _ticked(draft: Draft, fields: Fields) -> dict[str, str]:
    step = draft.incident.plan.checklist[fields["step"]]
    return line("unticked" if fields.get("done") is False else "ticked", step=step)


def _called(draft: Draft, fields: Fields) -> dict[str, str]:
    said = {name: str(fields[name]) for name in ("agency", "number", "person", "note") if fields.get(name)}
    return line("called", at=draft.local(fields.get("called_at") or draft.now), **said)


WORDS: dict[str, Callable[[Draft, Fields], dict[str, str]]] = {
    "accept": _accepted,
    "close": _checked,
    "tick": _ticked,
    "called": _called,
}
OVER_NOTE = frozenset({"called"})  # their words hold the note already


def words_of(draft: Draft, action: str, fields: Fields) -> dict[str, str] | None:
    """Return the sentence of a line: the note of the fields, else what the action says of itself."""
    if fields.get("note") and action not in OVER_NOTE:
        return {"note": str(fields["note"])}
    return WORDS[action](draft, fields) if action in WORDS else None


def facts_of(draft: Draft, action: str) -> dict[str, Any]:
    """Return what a line records that nobody typed in: the level, the plan with due times, the rung, the time."""
    incident = draft.incident
    if action == "accept":
        return {"level": incident.level}
    if action == "dispatch":
        due = {name: incident.timers[name] for name in ("arrive", "resolve") if name in incident.timers}
        return {"plan": incident.plan.id, "plan_version": incident.plan.version, "due": due}
    if action == "escalate":
        return {"step": min(incident.step + 1, max(len(incident.plan.steps) - 1, 0))}
    if action in ("transfer", "called"):
        return {"called_at": draft.now}
    return {"count": incident.reopened + 1} if action == "reopen" else {}
