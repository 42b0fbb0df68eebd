"""Opening a case: its first timer and line, and what is heard of it at once."""

from __future__ import annotations

from datetime import datetime

from gateway.response.called import ROLES, all_called
from gateway.response.draft import Actor, Draft
from gateway.response.escalation import send
from gateway.response.model import Incident
from gateway.response.notices import tell, tell_site
from gateway.response.wording import line
from gateway.response.world import World


def open_draft(
    world: World, case: Incident, *, now: datetime, seq: int, actor: Actor, facts: dict[str, object]
) -> Draft:
    """Return the draft of a new case: row 1 of the table, with its first timer and line."""
    draft = Draft(world, case, now=now, seq=seq, actor=actor)
    draft.is_new = True
    draft.start(("verify",))
    draft.write(
        "open",
        line("opened_quiet" if case.quiet else "opened", title=case.title),
        to_state="pending_verify",
        facts={"category": case.category, "level": case.level, "plan": case.plan.id, **facts},
    )
    return draft


def begin(draft: Draft, *, believed: bool = True) -> None:
    """Let a new case be heard: L1 is accepted and sent at once, the others wait for the guard.

    With no guard on duty an L2 does not wait either. What only a stranger says (`believed` False) is verified first.
    """
    incident, category = draft.incident, draft.category
    nobody_to_ask = not draft.world.on_duty(incident.grid, "guard", draft.now)
    if (believed and (incident.level == "L1" or category.auto_accept)) or (
        nobody_to_ask and incident.level == "L2"
    ):
        text = (
            line("auto_accepted")
            if not nobody_to_ask or incident.level == "L1"
            else line("nobody", roles=all_called(ROLES, ["guard"]))
        )
        accept_and_send(draft, text)
        tell_site(draft, "case.all" if incident.level == "L1" else "case.sent")
        return
    if not category.discreet:
        tell(draft, [p.id for p in draft.world.on_duty(incident.grid, "guard", draft.now)], "case.verify")
    tell_site(draft, "case.verify")


def accept_and_send(draft: Draft, text: dict[str, str]) -> None:
    """Accept and dispatch by the system, in one transaction."""
    draft.move("accept", actor=Actor(), text=text)
    draft.move("dispatch", actor=Actor())
    send(draft)
