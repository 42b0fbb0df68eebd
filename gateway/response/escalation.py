"""Escalation: send the rung of the plan, and climb when nobody takes the case in time.

A rung where nobody is on duty is passed at once, and that is written. The ladder stops when enough have taken
the case; after the last rung it is repeated as often as the plan says, and the time to resolve runs on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.response.called import ROLES, all_called
from gateway.response.dispatch import Candidate, choose
from gateway.response.draft import Draft
from gateway.response.model import LadderStep, Span
from gateway.response.notices import tell, tell_groups, tell_site, those_in
from gateway.response.ordering import order_commands
from gateway.response.reaching import go_up
from gateway.response.timers import span_of
from gateway.response.wording import line

FOR_LEADER = LadderStep(to=("leader",), off_duty=True)
FOR_MANAGER = LadderStep(to=("manager",), off_duty=True)


def send(
    draft: Draft,
    why: str = "by_plan",
    *,
    since: datetime | None = None,
    without: frozenset[str] = frozenset(),
) -> None:
    """Send somebody from the case's rung on; rungs with nobody are passed. `since` is when its wait began.

    `why` is said when this leaves the level of the grid tree where such a case should end.
    """
    steps = draft.incident.plan.steps
    empty: list[str] = []  # roles of rungs where nobody is on duty
    for index in range(draft.incident.step, len(steps)):
        rung = steps[index]
        chosen, table = choose(draft.world, draft.incident, rung, draft.now, without=without)
        if chosen:
            draft.change(step=index)
            _assign(draft, chosen, table, rung, "nobody" if empty else why)
            wait_for_taker(draft, rung.wait, since)
            break
        draft.note(
            "nobody",
            line("nobody", roles=all_called(ROLES, rung.to)),
            step=index,
            unfit=[c.person for c in table],
        )
        empty += [role for role in rung.to if role not in empty]
    else:
        _nobody_at_all(draft)
    if empty:
        managers = [person for person in those_in(draft, "manager") if person not in draft.incident.assignees]
        tell(draft, managers, "case.nobody", reason=line("nobody", roles=all_called(ROLES, empty)))


def send_people(draft: Draft, people: tuple[str, ...], template: str = "case.sent", **params: Any) -> None:
    """Send the people somebody chose by hand."""
    _record(draft, people, line("sent", who=[draft.name(person) for person in people]), (), "by_hand")
    tell(draft, [person for person in people if person != draft.actor.by], template, **params)
    wait_for_taker(draft, None, None)


def send_to_leader(draft: Draft) -> None:
    """After a second refusal: the leader's, or the manager's when there is no leader."""
    draft.note("replanned", line("refused_twice"))
    for rung in (FOR_LEADER, FOR_MANAGER):
        chosen, table = choose(draft.world, draft.incident, rung, draft.now)
        if chosen:
            _assign(draft, chosen, table, rung, "refused")
            wait_for_taker(draft, None, None)
            return
    _nobody_at_all(draft)


def climb(draft: Draft, why: str, *, since: datetime | None = None) -> None:
    """Go one rung up, or repeat the last one; the caller has written `why` (a code of REASONS, or words)."""
    incident = draft.incident
    plan = incident.plan
    if not incident.asked:  # there was nobody at all: look again from the bottom
        draft.change(step=0)
        send(draft, why, since=since)
    elif incident.step + 1 < len(plan.steps):
        draft.change(step=incident.step + 1)
        send(draft, why, since=since, without=frozenset(incident.asked))
    elif plan.loops < 0 or incident.loops < plan.loops:
        draft.change(loops=incident.loops + 1)
        rung = plan.steps[-1]
        left = plan.need_acks - len(incident.takers)
        word = "repeated_short" if incident.takers else "repeated"
        draft.note("repeated", line(word, loop=draft.incident.loops, left=left))
        chosen, table = choose(draft.world, draft.incident, rung, draft.now)
        again = (
            incident.asked if plan.loops < 0 else ()
        )  # until taken: everybody who was asked hears it again
        people = [p for p in (*(chosen or incident.assignees), *again) if p not in incident.takers]
        _assign(draft, tuple(dict.fromkeys(people)), table, rung, why)
        wait_for_taker(draft, plan.loop_every, since)
    else:
        draft.change(timers={name: due for name, due in incident.timers.items() if name != "take"})
        draft.note("ladder_over", line("ladder_over"))


def wait_for_taker(draft: Draft, wait: Span | None, since: datetime | None) -> None:
    """Start the take timer: the rung's own wait, else that of the case's level and category.

    A timer that ran out a moment ago is counted from its due time, so that a ladder does not drift; one that
    ran out during a downtime is counted from now, so that nobody is flooded.
    """
    span = wait or span_of("take", draft.incident.level, draft.category) or Span(60)
    due = draft.world.after(since or draft.now, span)
    if due <= draft.now:
        due = draft.world.after(draft.now, span)
    draft.set_timer("take", due)


def _assign(
    draft: Draft, people: tuple[str, ...], table: tuple[Candidate, ...], rung: LadderStep, why: str
) -> None:
    names = [draft.name(person) for person in people]
    best = next((c for c in table if c.person in people), None)
    onward = _onward(draft)
    if rung.everyone or best is None:
        text, template = line("sent_all", who=names), onward or "case.all"
    else:
        text, template = line("sent_best", who=names, why=best.reason), onward or "case.sent"
    _record(draft, people, text, table, why)
    tell(draft, people, template, wanted=rung.channels, **_taken_by(draft))
    tell_groups(draft)
    order_commands(draft)
    if rung.prompt and not draft.incident.takers:  # somebody is on it: what it says is not so
        draft.note("prompt", line("prompt", prompt=rung.prompt))
        tell_site(draft, "case.prompt", prompt=rung.prompt)


def _onward(draft: Draft) -> str | None:
    """Return the notice of a rung above the first: whether nobody or only too few have taken the case."""
    if _taken_by(draft):
        return "case.one_short"
    return "case.climbed" if draft.incident.step > 0 else None


def _taken_by(draft: Draft) -> dict[str, Any]:
    """Return who took it and how many are still wanted, for the words; nothing when it is not that somebody is missing."""
    incident = draft.incident
    left = incident.plan.need_acks - len(incident.takers)
    if not incident.takers or left < 1:
        return {}
    return {"who": [draft.name(person) for person in incident.takers], "left": left}


def _record(
    draft: Draft, people: tuple[str, ...], text: dict[str, str], table: tuple[Candidate, ...], why: str
) -> None:
    told = tuple(dict.fromkeys((*draft.incident.told, *people)))
    asked = tuple(dict.fromkeys((*draft.incident.asked, *people)))
    draft.change(assignees=people, told=told, asked=asked, sent_at=draft.now)
    go_up(draft, people, why)
    scores = [{"person": c.person, "score": c.score, "fit": c.fit, "reason": c.reason} for c in table]
    draft.note("sent", text, step=draft.incident.step, people=list(people), table=scores)


def _nobody_at_all(draft: Draft) -> None:
    draft.change(assignees=(), sent_at=None)
    draft.note("nobody", line("nobody_at_all"))
    tell_site(draft, "case.nobody", reason=line("nobody_at_all"))
    wait_for_taker(draft, None, None)
