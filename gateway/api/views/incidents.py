"""Incidents as the API shows them: one view for lists, details and the stream, and the page of one case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import msgspec

from gateway.api.schemas.common import Bilingual, PersonName, PhotoView, VoiceView
from gateway.api.schemas.incidents import (
    AllowedAction,
    Due,
    IncidentView,
    LineKind,
    PlanStep,
    PlanView,
    ReportView,
    TimelineView,
    ToldView,
)
from gateway.api.views.lens import Lens, both
from gateway.response.called import HOLDS, OUTCOMES, REASONS, RESULTS, called
from gateway.response.incident import STATE_NAMES, TABLE
from gateway.response.model import Incident, Person
from gateway.store.read_incidents import IncidentRow, TimelineEntry, Told

# What people did is named by the table of the case's life, in English as what is past; the others the system writes.
_DID = {
    "open": "raised it", "accept": "accepted it", "reject": "rejected it", "dispatch": "dispatched it",
    "take": "took it", "refuse": "handed it back", "escalate": "escalated it", "arrive": "arrived",
    "reassign": "handed it on", "expire": "take expired", "ask_suspend": "asked to suspend it",
    "suspend": "suspended it", "resume": "resumed it", "transfer": "transferred it", "return": "sent it back",
    "resolve": "resolved it", "close": "checked and closed it", "rework": "sent it back", "reopen": "reopened it",
    "merge": "merged it", "split": "split it", "level": "changed its level", "settle": "settled it on the spot",
    "recall": "called everybody back", "undo": "undid the last step", "nudge": "nudged", "support": "called for support",
    "note": "noted", "tick": "did a step", "called": "called",
}  # fmt: skip
ACTION_NAMES = {
    row.action: Bilingual(zh=row.zh, en=_DID.get(row.action, row.en)) for row in reversed(TABLE)
} | {
    action: Bilingual(zh=zh, en=en)
    for action, zh, en in (
        ("alert", "告警", "alert"),
        ("command", "设备指令", "device command"),
        ("linked", "关联旧案", "linked"),
        ("merged", "并案", "merged"),
        ("message", "通知", "message"),
        ("nobody", "无人可派", "nobody to send"),
        ("overdue", "超时", "overdue"),
        ("plan", "预案", "plan"),
        ("prompt", "人工处置提示", "to be done by hand"),
        ("remind", "提醒", "reminder"),
        ("repeated", "再次通知", "told again"),
        ("replanned", "改派", "planned anew"),
        ("ladder_over", "升级步骤已用完", "ladder used up"),
        ("reported", "上报", "reported"),
        ("answered", "答复居民", "answered the resident"),
        ("rated", "居民评价", "rated by a resident"),
        ("ask_reopen", "居民要求重新处理", "a resident asks to reopen"),
        ("sent", "派单", "sent"),
        ("manager_checks", "由经理核查", "the manager checks"),
        ("went_up", "请上级参与", "asked the next level up"),
        ("evidence_closed", "证据封存", "evidence sealed"),
        ("evidence_viewed", "查看证据", "evidence seen"),
        ("evidence_revealed", "查看清晰画面", "veil lifted"),
        ("evidence_downloaded", "下载证据", "evidence downloaded"),
        ("evidence_held", "依法保留", "legal hold"),
        ("evidence_erased", "影像到期删除", "media erased"),
        ("woken", "开始通知", "people are told now"),
    )
}


def incident_view(row: IncidentRow, lens: Lens, allowed: Sequence[str]) -> IncidentView:
    """Return a case for somebody who may do what is `allowed` now."""
    case = row.incident
    return IncidentView(
        number=case.number,
        state=case.state,
        state_name=both(STATE_NAMES[case.state], case.state),
        version=case.version,
        level=case.level,
        category=case.category,
        category_name=lens.category(case.category),
        title=both(case.title, case.category),
        place=_place(case, lens),
        building=case.building,
        zone=case.place.get("zone"),
        device=case.device,
        grid=case.grid,
        owner=case.owner,
        owner_name=lens.name(case.owner),
        assignees=[person_name(who, lens) for who in case.assignees],
        opened_at=lens.shown(case.opened_at),
        closed_at=lens.maybe(case.closed_at),
        due=_due(case, lens),
        timers={name: lens.shown(at) for name, at in case.timers.items()},
        alerts=list(case.alerts),
        photos=photo_views(case, lens),
        voices=voice_views(case, lens),
        close_code=case.close_code,
        close_name=Bilingual(**called(RESULTS, case.close_code)) if case.close_code else None,
        checker_name=lens.actor(case.checker) if case.checker else None,
        drill=case.drill,
        late=case.late,
        updated_seq=row.updated_seq,
        allowed=list(allowed),
    )


def _place(case: Incident, lens: Lens) -> Bilingual:
    """Return where a case is; what has no place of its own is where its device is."""
    parts = {"building": case.building, **case.place}
    if case.grid is None and not any(
        parts.get(part) for part in ("building", "unit", "floor", "zone", "text")
    ):
        return lens.place_of_device(lens.community.device(case.device))
    return lens.place(parts, case.grid)


def view_for(row: IncidentRow, lens: Lens, person: Person) -> IncidentView:
    """Return a case as a person sees it."""
    options = lens.community.allowed(row.incident, person, lens.now)
    return incident_view(row, lens, [option.action for option in options])


def actions_for(case: Incident, person: Person, lens: Lens) -> list[AllowedAction]:
    """Return what this person may do to the case now."""
    return [
        AllowedAction(action=option.action, name=both(option.name, option.action), needs=list(option.needs))
        for option in lens.community.allowed(case, person, lens.now)
    ]


def timeline_view(entry: TimelineEntry, lens: Lens) -> TimelineView:
    """Return one line of a case's history."""
    body = entry.body or {}
    return TimelineView(
        id=entry.id,
        at=lens.shown(entry.at),
        actor=entry.actor,
        actor_name=lens.actor(entry.actor),
        role=entry.role,
        channel=entry.channel,
        action=entry.action,
        action_name=ACTION_NAMES.get(entry.action) or both(None, entry.action),
        from_state=entry.from_state,
        to_state=entry.to_state,
        reason=body.get("reason"),
        text=_text(entry, body, lens),
        facts=body.get("facts") or {},
        attachments=list(body.get("attachments") or ()),
        erased=entry.body is None,
    )


def _text(entry: TimelineEntry, body: Mapping[str, Any], lens: Lens) -> dict[str, str] | None:
    """Return the words of a line; where the line holds ids, with names in their place."""
    text: dict[str, str] | None = body.get("text")
    facts: Mapping[str, Any] = body.get("facts") or {}
    if entry.action == "message" and facts.get("outcome") in OUTCOMES:
        channel, recipient = lens.channel(entry.channel), lens.recipient(str(facts["recipient"]))
        outcome = OUTCOMES[str(facts["outcome"])]
        return {
            "zh": f"通知{recipient.zh}（{channel.zh}）：{outcome['zh']}",
            "en": f"told {recipient.en} ({channel.en}): {outcome['en']}",
        }
    return REASONS.get(str(body.get("reason"))) if text is None else text


def with_words(entries: Iterable[TimelineEntry], words: Mapping[str, str]) -> list[TimelineEntry]:
    """Return the lines of a case with the words of reports that are kept beside it, where they are not erased."""
    found = []
    for entry in entries:
        report = ((entry.body or {}).get("facts") or {}).get("report") if entry.action == "note" else None
        said = words.get(str(report)) if report is not None else None
        if said is not None:
            body = {**(entry.body or {}), "text": {"note": said}}
            entry = msgspec.structs.replace(entry, body=body)  # noqa: PLW2901 - the line as it is shown
        found.append(entry)
    return found


def report_view(case: Incident, entries: Iterable[TimelineEntry], lens: Lens) -> ReportView | None:
    """Return the words of whoever reported the case: the first thing anybody wants to read."""
    if case.origin != "report" or case.reporter is None:
        return None
    first = next((each for each in entries if each.action == "note" and each.actor == case.reporter), None)
    text = (first.body or {}).get("text") if first is not None else None
    return ReportView(
        by_name=lens.actor(case.reporter),
        at=lens.shown(case.opened_at),
        text=text.get("note") if text else None,
    )


def _kind(word: str | None) -> LineKind | None:
    return next((kind for kind in get_args(LineKind) if kind == word), None)


def plan_view(case: Incident, lens: Lens) -> PlanView | None:
    """Return the case's plan with the lines of its checklist that are done."""
    if not case.plan.id:
        return None
    done = {tick.step: tick for tick in case.ticks}
    ladder = case.plan.steps
    prompt = ladder[min(case.step, len(ladder) - 1)].prompt if ladder else {}
    return PlanView(
        id=case.plan.id,
        version=case.plan.version,
        name=both(case.plan.name, case.plan.id),
        steps=[
            PlanStep(
                index=index,
                text=both(text, str(index)),
                kind=_kind(text.get("kind")),
                sign=text.get("sign"),
                done_at=lens.shown(done[index].at) if index in done else None,
                done_by=lens.name(done[index].by) if index in done else None,
            )
            for index, text in enumerate(case.plan.checklist)
        ],
        prompt=both(prompt, "") if prompt else None,
        ladder_step=case.step,
        need_acks=case.plan.need_acks,
    )


def told_views(rows: Sequence[Told], lens: Lens) -> list[ToldView]:
    """Return who was told, when, by which channel, and what came back."""
    return [
        ToldView(
            id=row.id,
            channel=row.channel,
            channel_name=lens.channel(row.channel),
            recipient=row.recipient,
            recipient_name=lens.recipient(row.recipient),
            template=row.template,
            level=row.level,
            state=row.state,
            state_name=both(OUTCOMES.get(row.state), row.state),
            created_at=lens.shown(row.created_at),
            not_after=lens.shown(row.not_after),
            settled_at=lens.shown(row.settled_at) if row.settled_at is not None else None,
            attempts=row.attempts,
            receipt=row.receipt,
            held=_held(row),
            bundle=row.bundle,
        )
        for row in rows
    ]


def _held(row: Told) -> Bilingual | None:
    reason = HOLDS.get(str((row.receipt or {}).get("reason")))
    return both(reason, "") if reason is not None and row.state in {"pending", "expired"} else None


def person_name(person: str, lens: Lens) -> PersonName:
    """Return a person with the name to show."""
    return PersonName(id=person, name=lens.name(person) or person)


def photo_views(case: Incident, lens: Lens) -> list[PhotoView]:
    """Return the pictures of a case."""
    return [
        PhotoView(
            sha256=photo.sha256,
            mime=photo.mime,
            size=photo.size,
            captured_at=photo.captured_at,
            received_at=lens.shown(photo.received_at),
            by=person_name(photo.by, lens),
        )
        for photo in case.photos
        if photo.is_picture
    ]


def voice_views(case: Incident, lens: Lens) -> list[VoiceView]:
    """Return the voice notes of a case."""
    return [
        VoiceView(
            sha256=note.sha256,
            mime=note.mime,
            size=note.size,
            length_s=note.length_s,
            captured_at=note.captured_at,
            received_at=lens.shown(note.received_at),
            by=person_name(note.by, lens),
        )
        for note in case.photos
        if not note.is_picture
    ]


def _due(case: Incident, lens: Lens) -> Due | None:
    if not case.timers:
        return None
    timer, at = min(case.timers.items(), key=lambda each: each[1])
    return Due(timer=timer, at=lens.shown(at))
