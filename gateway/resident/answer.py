"""The answer to a report: how the case stands, in plain words, with roles in the place of names.

Nothing of the case's inside comes out: no name, no note of the staff, no level, no alarm. What was done is said
by the note that the staff wrote for residents, else by the result in general words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.public import AnswerState, AnswerStep, PublicAnswer, RatingView
from gateway.api.views.lens import Lens
from gateway.resident.plain import PLAIN
from gateway.resident.reception import Reception
from gateway.response.called import ROLES, called
from gateway.response.model import Incident, TimelineRow
from gateway.response.report import UNHAPPY
from gateway.store import ratings, reports
from gateway.store.ratings import Rating
from gateway.store.read import Connection
from gateway.store.read_incidents import TimelineEntry, incident, timeline_of
from gateway.store.reports import Report

RATE_WITHIN = timedelta(days=30)  # after the case was closed
CHANGE_WITHIN = timedelta(days=7)  # after the first rating
_MERGES = 5  # cases merged into one another are followed so far

STATES: dict[AnswerState, Bilingual] = {
    "received": Bilingual(zh="已收到", en="Received"),
    "working": Bilingual(zh="正在处理", en="Being handled"),
    "done": Bilingual(zh="已处理", en="Done"),
    "declined": Bilingual(zh="核实后不需处理", en="Checked, nothing to do"),
}
_OF: dict[str, AnswerState] = {
    "pending_verify": "received", "resolved": "done", "closed": "done", "rejected": "declined",
}  # fmt: skip
# Steps that are told, with {who} as a role.
_STEPS: dict[str, tuple[str, str]] = {
    "open": ("物业收到了上报", "The property office received the report"),
    "accept": ("{who}核实后立案", "Checked and accepted ({who})"),
    "take": ("{who}接单处理", "Taken on ({who})"),
    "arrive": ("{who}到达现场", "Somebody is on the spot ({who})"),
    "transfer": ("已转给有关单位处理", "Handed to the authority in charge"),
    "suspend": ("需要等待，稍后继续", "It has to wait and goes on later"),
    "resume": ("继续处理", "The work goes on"),
    "resolve": ("{who}处理完成，等待核查", "Done, to be checked ({who})"),
    "settle": ("{who}当场处理完成", "Settled on the spot ({who})"),
    "rework": ("核查后需要再处理", "Not good enough yet, sent back"),
    "close": ("核查通过，已办结", "Checked and closed"),
    "reject": ("核实后不需处理", "Checked, nothing to do"),
    "reopen": ("重新处理", "Taken up again"),
}
_RESULTS: dict[str, tuple[str, str]] = {
    "true_handled": ("已经处理好。", "It has been dealt with."),
    "true_self_cleared": ("到现场时已经恢复正常。", "It was back to normal when we came."),
    "true_transferred": ("已转给有关单位处理。", "It was handed to the authority in charge."),
    "no_access": ("工作人员到了现场，但没能进入。", "Staff came but could not get in."),
}
_OTHERWISE = (
    "工作人员到现场看过，没有发现需要处理的情况。",
    "Staff looked at it and found nothing to be done.",
)


def answer_of(connection: Connection, report: Report, lens: Lens, reception: Reception, office: str | None) -> PublicAnswer:  # fmt: skip
    """Return how a report stands now."""
    case = case_of(connection, report)
    entries = [] if case is None else timeline_of(connection, case.number)
    state = _state(case)
    rating = ratings.rating_of(connection, report.id)
    said = None if case is None else reports.public_answer(connection, case.number)
    done = state in {"done", "declined"}
    return PublicAnswer(
        number=case.number if case is not None else report.id,
        state=state,
        state_name=STATES[state],
        place=lens.place(dict(report.place)),
        category_name=PLAIN.get(report.category) or lens.category(report.category),
        reported_at=lens.shown(report.at),
        steps=_steps(entries, report, lens),
        note=_note(case, said[0] if said is not None else {}) if done or said is not None else None,
        photos=list((said[0].get("attachments") or ()) if said is not None else ()),
        can_rate=may_rate(case, rating, lens.now),
        rating=None if rating is None else _rating(rating, lens, reception),
        withdrawn=report.erased,
        can_ask_reopen=may_ask(case, rating) and not _asked(entries, report),
        asked_reopen=_asked(entries, report),
        drill=case is not None and case.drill,
        office=office,
    )


def case_of(connection: Connection, report: Report) -> Incident | None:
    """Return the case that a report belongs to now; one that was merged is followed."""
    number, case = report.incident, None
    for _ in range(_MERGES):
        row = None if number is None else incident(connection, number)
        if row is None:
            return case
        case, number = row.incident, row.incident.primary
        if case.state != "merged":
            return case
    return case


def may_rate(case: Incident | None, rating: Rating | None, now: datetime) -> bool:
    """Tell whether the report can be rated now, or its rating changed."""
    if case is None or case.state not in {"closed", "rejected"}:
        return False
    if rating is not None:
        return now < rating.first_at + CHANGE_WITHIN
    return case.closed_at is None or now < case.closed_at + RATE_WITHIN


def may_ask(case: Incident | None, rating: Rating | None) -> bool:
    """Tell whether whoever rated it may ask for the case to be taken up again."""
    unhappy = rating is not None and rating.score <= UNHAPPY
    return unhappy and case is not None and case.state == "closed" and "reopen" in case.timers


def withdrawn_row(report: Report, number: str, *, at: datetime) -> TimelineRow:
    """Return the row by which those at work on a case learn that its reporter took their words back."""
    return TimelineRow(
        incident=number,
        at=at,
        actor=report.reporter,
        role="resident",
        channel="form",
        action="report_withdrawn",
        text={"zh": "上报人撤回了自己写的内容和电话", "en": "the reporter withdrew their words and telephone number"},
        facts={"report": report.id},
    )  # fmt: skip


def _state(case: Incident | None) -> AnswerState:
    return "received" if case is None else _OF.get(case.state, "working")


def _steps(entries: Sequence[TimelineEntry], report: Report, lens: Lens) -> list[AnswerStep]:
    """Return the steps since the report came; the first is always that it came."""
    zh, en = _STEPS["open"]
    found = [AnswerStep(text=Bilingual(zh=zh, en=en), at=lens.shown(report.at))]
    for entry in entries:
        if entry.action in _STEPS and entry.action != "open" and entry.at >= report.at:
            who = called(ROLES, entry.role) if entry.role in ROLES else {"zh": "工作人员", "en": "staff"}
            zh, en = _STEPS[entry.action]
            text = Bilingual(zh=zh.format(who=who["zh"]), en=en.format(who=who["en"]))
            found.append(AnswerStep(text=text, at=lens.shown(entry.at)))
    return found


def _note(case: Incident | None, said: dict[str, Any]) -> Bilingual | None:
    words = (said.get("text") or {}).get("note")
    if words:
        return Bilingual(zh=words, en=words)
    if _state(case) not in {"done", "declined"}:
        return None
    zh, en = _RESULTS.get((case.close_code or "true_handled") if case is not None else "", _OTHERWISE)
    return Bilingual(zh=zh, en=en)


def _rating(rating: Rating, lens: Lens, reception: Reception) -> RatingView:
    return RatingView(
        score=rating.score,
        words=reception.opened(rating.words),
        until=lens.shown(rating.first_at + CHANGE_WITHIN),
    )


def _asked(entries: Sequence[TimelineEntry], report: Report) -> bool:
    return any(
        entry.action == "ask_reopen" and ((entry.body or {}).get("facts") or {}).get("report") == report.id
        for entry in entries
    )
