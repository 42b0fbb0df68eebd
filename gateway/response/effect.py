"""What actions do to a case besides its state and timers: the register of effects, and what they share.

One small function an action, found by the action's name. It runs after the row of the table was taken
(`Draft.move`), reads the fields of the action and works on the draft. Who goes is in `going.py`, how a case
is settled, paused, joined and closed in `settling.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from gateway.response.draft import Actor, Draft
from gateway.response.escalation import send

Fields: TypeAlias = Mapping[str, Any]
Effect: TypeAlias = Callable[[Draft, Fields], None]
EFFECTS: dict[str, Effect] = {}


def effect(action: str) -> Callable[[Effect], Effect]:
    """Register what an action does; a second function for one action is refused."""

    def register(function: Effect) -> Effect:
        if action in EFFECTS:
            raise ValueError(
                f"two effects for '{action}': {EFFECTS[action].__name__} and {function.__name__}"
            )
        EFFECTS[action] = function
        return function

    return register


def actor_name(draft: Draft) -> str:
    """Return the name of whoever acts, for sentences."""
    return draft.name(draft.actor.by)


def others_told(draft: Draft) -> list[str]:
    """Return everybody who was told of the case except whoever acts."""
    return [person for person in draft.incident.told if person != draft.actor.by]


def reporter(draft: Draft) -> list[str]:
    """Return who waits for an answer, unless they act themselves: whoever reported this case or one merged into it."""
    people = dict.fromkeys((draft.incident.reporter, *draft.incident.watchers))
    return [person for person in people if person is not None and person != draft.actor.by]


def send_if_automatic(draft: Draft) -> None:
    """Where the site says so for this level, the system sends the best one at once."""
    if draft.incident.level in draft.world.settings.auto_dispatch:
        draft.move("dispatch", actor=Actor())
        send(draft)
