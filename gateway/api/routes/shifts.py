"""Handovers and the two-hourly duty record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, write
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.shifts import (
    AcceptRequest,
    ConfirmRequest,
    HandoverList,
    HandoverRequest,
    HandoverView,
    RecordBook,
    RecordRequest,
    RecordView,
    SlotView,
    SnapshotView,
)
from gateway.api.shift_now import shift_now
from gateway.api.views.lens import Lens, lens_of
from gateway.api.views.rules import person_view
from gateway.shift.handover import Handover, HandoverRefused, Snapshot, accept, confirm, extended, withdraw
from gateway.shift.ids import id_of
from gateway.shift.record import Record, slot_of
from gateway.store import shifts
from gateway.store.read import Connection

router = noun("shifts")
LISTED = 60
HandoverId = Annotated[str, Path(min_length=1, max_length=80)]
Working = Annotated[Viewer, Depends(Require("shifts.work"))]
AtDesk = Annotated[Viewer, Depends(Require("shifts.hand"))]
Reading = Annotated[Viewer, Depends(Require("shifts.read"))]


@router.get(
    "/api/handovers/now",
    summary="What the next shift has to know",
    response_model=SnapshotView,
    responses=errors(),
)
async def present_shift(request: Request, _: Reading) -> Response:
    """Return the snapshot that a handover would carry if it were offered now."""
    return answer(_snapshot_view(await shift_now(request), {}))


@router.get("/api/handovers", summary="List handovers", response_model=HandoverList, responses=errors())
async def list_handovers(request: Request, _: Reading) -> Response:
    """Return the newest handovers."""
    found = await read(request, lambda connection: shifts.newest_handovers(connection, limit=LISTED))
    lens = lens_of(request)
    return answer(HandoverList(items=[_view(each, lens) for each in found]))


@router.get("/api/handovers/{id}", summary="One handover", response_model=HandoverView, responses=errors(404))
async def one_handover(id: HandoverId, request: Request, _: Reading) -> Response:  # noqa: A002 - the name in the API
    """Return a handover with its snapshot."""
    found = await read(request, lambda connection: shifts.handover(connection, id))
    if found is None:
        raise ApiError("not_found", what=id)
    return answer(_view(found, lens_of(request)))


@router.post(
    "/api/handovers",
    summary="Offer the shift",
    status_code=201,
    response_model=HandoverView,
    responses=errors(409),
)
async def offer(body: HandoverRequest, request: Request, key: IdempotencyKey, viewer: AtDesk) -> Response:
    """Take the snapshot, sign it by my login and offer it to whoever comes. One waits at a time."""
    snapshot, now = await shift_now(request), services(request).now()
    fresh = Handover(
        id=id_of(own_key(viewer.id, key)),
        state="offered",
        outgoing=viewer.id,
        offered_at=now,
        notes=body.notes,
        snapshot=snapshot,
    )

    def job(connection: Connection) -> Handover:
        if (same := shifts.handover(connection, fresh.id)) is not None:
            return same  # a repeat
        waiting = shifts.newest_handovers(connection, limit=1, state="offered")
        if waiting:
            raise ApiError("handover_waits", id=waiting[0].id)
        shifts.put_handover(connection, fresh)
        _sign(request, connection, viewer, "handover.offer", fresh.id)
        return fresh

    return answer(_view(await write(request, job), lens_of(request)), status=201)


@router.post(
    "/api/handovers/{id}/confirm",
    summary="Confirm cases of a handover",
    response_model=HandoverView,
    responses=errors(404, 409),
)
async def confirm_cases(id: HandoverId, body: ConfirmRequest, request: Request, viewer: AtDesk) -> Response:  # noqa: A002 - the name in the API
    """Say that I have looked at these cases; every open L1 and L2 has to be confirmed before I can accept."""
    now, cases = services(request).now(), (await shift_now(request)).open_cases
    return await _change(
        request,
        viewer,
        id,
        "handover.confirm",
        lambda h: confirm(extended(h, cases), body.numbers, by=viewer.id, now=now),
    )


@router.post(
    "/api/handovers/{id}/accept",
    summary="Take the shift over",
    response_model=HandoverView,
    responses=errors(404, 409),
)
async def accept_shift(id: HandoverId, body: AcceptRequest, request: Request, viewer: AtDesk) -> Response:  # noqa: A002 - the name in the API
    """Sign the handover by my login: from now on it is my shift."""
    now, cases = services(request).now(), (await shift_now(request)).open_cases
    return await _change(
        request,
        viewer,
        id,
        "handover.accept",
        lambda h: accept(extended(h, cases), by=viewer.id, remark=body.remark, now=now),
    )


@router.post(
    "/api/handovers/{id}/withdraw",
    summary="Take an offer back",
    response_model=HandoverView,
    responses=errors(404, 409),
)
async def withdraw_offer(id: HandoverId, request: Request, viewer: AtDesk) -> Response:  # noqa: A002 - the name in the API
    """Take my own offer back, e.g. because an alarm came in between."""
    return await _change(request, viewer, id, "handover.withdraw", lambda h: withdraw(h, by=viewer.id))


@router.get("/api/records", summary="The duty record of a day", response_model=RecordBook, responses=errors())
async def record_book(
    request: Request,
    _: Reading,
    day: Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))] = None,
) -> Response:
    """Return the slots of a day with what was written; a slot that is over and empty is marked as missed."""
    lens = lens_of(request)
    zone, now = ZoneInfo(lens.community.timezone), lens.shown(lens.now)
    wanted = day or now.astimezone(zone).date()
    begin = datetime.combine(wanted, time(), zone)
    end = datetime.combine(wanted + timedelta(days=1), time(), zone)
    found = await read(request, lambda connection: shifts.records_since(connection, begin, end))
    slots: list[SlotView] = []
    at = begin
    while at < end:
        slot = slot_of(at, zone)
        own = [_record_view(each, lens) for each in found if each.slot == slot.begin]
        slots.append(
            SlotView(
                begin=slot.begin,
                end=slot.end,
                records=own,
                missed=slot.end <= now and not own,
                now=slot.begin <= now < slot.end,
            )
        )
        at = slot.end
    return answer(
        RecordBook(day=wanted, slots=slots, due=any(slot.now and not slot.records for slot in slots))
    )


@router.post(
    "/api/records",
    summary="Write the duty record",
    status_code=201,
    response_model=RecordView,
    responses=errors(),
)
async def write_record(
    body: RecordRequest, request: Request, key: IdempotencyKey, viewer: Working
) -> Response:
    """Write how it stands now, signed by my login. A repeat with the same key gets the first answer."""
    lens = lens_of(request)
    now = lens.shown(lens.now)
    record = Record(
        id=id_of(own_key(viewer.id, key)), slot=slot_of(now, ZoneInfo(lens.community.timezone)).begin, at=now, by=viewer.id,
        text=body.text, normal=body.normal,
    )  # fmt: skip

    kept = await write(request, lambda connection: shifts.put_record(connection, record))
    return answer(_record_view(kept, lens), status=201)


async def _change(
    request: Request, viewer: Viewer, handover_id: str, action: str, change: Callable[[Handover], Handover]
) -> Response:
    def job(connection: Connection) -> Handover:
        found = shifts.handover(connection, handover_id)
        if found is None:
            raise ApiError("not_found", what=handover_id)
        try:
            after = change(found)
        except HandoverRefused as refused:
            raise ApiError(refused.code, **refused.facts) from None
        shifts.put_handover(connection, after)
        _sign(request, connection, viewer, action, handover_id)
        return after

    return answer(_view(await write(request, job), lens_of(request)))


def _sign(request: Request, connection: Connection, viewer: Viewer, action: str, subject: str) -> None:
    """Write into the audit log, in the same transaction, who signed what."""
    services(request).store.append_audit(
        connection, at=services(request).now(), actor=viewer.id, action=action, subject=subject, facts={}
    )


def _view(found: Handover, lens: Lens) -> HandoverView:
    return HandoverView(
        id=found.id,
        state=found.state,
        outgoing=person_view(found.outgoing, lens),
        incoming=person_view(found.incoming, lens) if found.incoming else None,
        offered_at=lens.shown(found.offered_at),
        accepted_at=lens.maybe(found.accepted_at),
        notes=found.notes,
        remark=found.remark,
        to_confirm=list(found.to_confirm) if found.state == "offered" else [],
        snapshot=_snapshot_view(found.snapshot, {n: lens.shown(at) for n, at in found.confirmed.items()}),
    )


def _snapshot_view(snapshot: Snapshot, confirmed: dict[str, datetime]) -> SnapshotView:
    plain: dict[str, Any] = msgspec.to_builtins(snapshot)
    for case in plain["open_cases"]:
        case["confirmed_at"] = confirmed.get(case["number"])
    return SnapshotView.model_validate(plain)


def _record_view(record: Record, lens: Lens) -> RecordView:
    return RecordView(
        id=record.id,
        slot=record.slot,
        at=record.at,
        by=person_view(record.by, lens),
        text=record.text,
        normal=record.normal,
    )
