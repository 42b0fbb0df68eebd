"""Effects of the actions that say how a case stands: a note, a line of the checklist done, a call that was made."""

from __future__ import annotations

from gateway.response.checks import is_step
from gateway.response.draft import Draft
from gateway.response.effect import Fields, effect
from gateway.response.model import Call, Tick


@effect("note")
def _note(draft: Draft, fields: Fields) -> None:
    if is_step(draft.incident, fields.get("step")):  # a note on a line of the checklist ticks it
        _tick(draft, fields)
    _news(draft)


@effect("tick")
def _tick(draft: Draft, fields: Fields) -> None:
    others = tuple(tick for tick in draft.incident.ticks if tick.step != fields["step"])
    if fields.get("done") is False:
        draft.change(ticks=others)
    else:
        done = Tick(step=fields["step"], by=draft.actor.by, at=draft.now)
        draft.change(ticks=tuple(sorted((*others, done), key=lambda tick: tick.step)))
    _news(draft)


@effect("called")
def _called(draft: Draft, fields: Fields) -> None:
    at = fields.get("called_at") or draft.now
    call = Call(agency=str(fields["agency"]), number=str(fields["number"]), at=at, by=draft.actor.by)
    draft.change(calls=(*draft.incident.calls, call))
    _news(draft)


def _news(draft: Draft) -> None:
    """News from one of those who went starts the time without news anew."""
    if draft.actor.by in draft.incident.takers and "stale" in draft.incident.timers:
        draft.start(("stale",))
