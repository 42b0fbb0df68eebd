"""Patrols: planned rounds, who was where, and what was missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, write, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.shifts import (
    PatrolDay,
    PointView,
    RoundList,
    RoundRequest,
    RoundView,
    StopView,
    VisitRequest,
    VisitView,
    WalkView,
)
from gateway.api.views.lens import Lens, both, lens_of
from gateway.api.views.rules import person_view
from gateway.resident.spot import spots_of
from gateway.shift.ids import id_of
from gateway.shift.patrol import Round, Visit, Walk, problems, walks_of
from gateway.store import shifts
from gateway.store.read import Connection
from gateway.store.read_devices import blob

router = noun("patrols")
RoundId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
AHEAD = timedelta(minutes=5)  # how far a phone's clock may run before ours
BEFORE = timedelta(days=3)  # how long a phone may have been without a line


@router.get("/api/patrols/rounds", summary="Planned rounds", response_model=RoundList, responses=errors())
async def list_rounds(request: Request, _: Annotated[Viewer, Depends(Require("patrols.read"))]) -> Response:
    """Return every planned round, and the places that may be points."""
    lens = lens_of(request)
    found = await read(request, shifts.rounds)
    points = [PointView(key=spot.key, name=spot.name) for spot in spots_of(lens)]
    return answer(RoundList(items=[_round_view(each, version) for each, version in found], points=points))


@router.put(
    "/api/patrols/rounds/{id}", summary="Plan a round", response_model=RoundView, responses=errors(409)
)
async def plan_round(
    id: RoundId,  # noqa: A002 - the name in the API
    body: RoundRequest,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("shifts.edit"))],
) -> Response:
    """Save a round as it shall be from now on; every mistake at once, and nothing is saved until there is none."""
    lens = lens_of(request)
    planned = Round(
        id=id, name={"zh": body.name.zh, "en": body.name.en}, points=body.points,
        starts=tuple(sorted(each.replace(second=0, microsecond=0, tzinfo=None) for each in body.starts)),
        minutes=body.minutes, role=body.role,
    )  # fmt: skip
    found = problems(planned, [spot.key for spot in spots_of(lens)])
    if found:
        fields = [{"path": f"body.{field}", "message": words} for field, words in found]
        raise ApiError("invalid_input", count=len(fields), fields=fields)

    def job(connection: Connection) -> int | None:
        version = shifts.put_round(connection, planned, expected=body.version)
        if version is not None:
            _audit(request, connection, viewer, "patrol.round", id)
        return version

    version = await write(request, job)
    if version is None:
        raise ApiError("stale_round", id=id)
    return answer(_round_view(planned, version))


@router.delete(
    "/api/patrols/rounds/{id}", summary="Drop a round", response_model=RoundList, responses=errors(404)
)
async def drop_round(
    id: RoundId,  # noqa: A002 - the name in the API
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("shifts.edit"))],
) -> Response:
    """Stop walking a round; what was walked stays on record. Return the rounds that are left."""

    def job(connection: Connection) -> bool:
        gone = shifts.drop_round(connection, id)
        if gone:
            _audit(request, connection, viewer, "patrol.drop", id)
        return gone

    if not await write(request, job):
        raise ApiError("not_found", what=id)
    return await list_rounds(request, viewer)


@router.get("/api/patrols", summary="The walks of a day", response_model=PatrolDay, responses=errors())
async def patrol_day(
    request: Request,
    _: Annotated[Viewer, Depends(Require("patrols.read"))],
    day: Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))] = None,
) -> Response:
    """Return each walk of a day with its points: done, late, missed, still open, still ahead."""
    lens = lens_of(request)
    zone, now = ZoneInfo(lens.community.timezone), lens.shown(lens.now)
    wanted = day or now.astimezone(zone).date()
    begin = datetime.combine(wanted, time(), zone)

    def query(connection: Connection) -> tuple[list[Round], list[Visit]]:
        planned = [each for each, _ in shifts.rounds(connection)]
        return planned, shifts.visits_between(connection, begin, begin + timedelta(days=2))

    planned, visits = await read(request, query)
    walks = walks_of(planned, visits, day=wanted, zone=zone, now=now)
    names = {each.id: both(each.name, each.id) for each in planned}
    points = {spot.key: spot.name for spot in spots_of(lens)}
    return answer(PatrolDay(day=wanted, walks=list(_walk_views(walks, names, points, lens))))


@router.post(
    "/api/patrols/visits",
    summary="I am at a point",
    status_code=201,
    response_model=VisitView,
    responses=errors(404, 409),
)
async def visit(
    body: VisitRequest,
    request: Request,
    key: IdempotencyKey,
    viewer: Annotated[Viewer, Depends(Require("shifts.work"))],
) -> Response:
    """Note a visit: the scanned code proves it, without one it is noted by hand. A repeat with the same key adds nothing."""
    lens = lens_of(request)
    now = lens.shown(lens.now)
    at = body.at.astimezone(UTC) if body.at is not None else now
    if not now - BEFORE <= at <= now + AHEAD:
        raise wrong(
            "body.at",
            "时间应在最近三天内，且不晚于现在",
            "expected within the last three days and not ahead of now",
        )
    point, proven = await _point(body, request, lens)
    fresh = Visit(
        id=id_of(own_key(viewer.id, key)), point=point, at=min(at, now), received_at=now, by=viewer.id, proven=proven,
        note=body.note, photos=body.photos,
    )  # fmt: skip

    def job(connection: Connection) -> Visit:
        missing = [photo for photo in body.photos if blob(connection, photo) is None]
        if missing:
            raise wrong("body.photos", "先上传照片", "upload the pictures first")
        return shifts.put_visit(connection, fresh)

    kept = await write(request, job)
    points = {spot.key: spot.name for spot in spots_of(lens)}
    return answer(_visit_view(kept, points, lens), status=201)


async def _point(body: VisitRequest, request: Request, lens: Lens) -> tuple[str, bool]:
    """Return the point and whether a printed code proves it."""
    if (body.token is None) == (body.point is None):
        raise wrong("body.token", "扫码或选择地点，二者取一", "either token or point")
    if body.token is not None:
        door = services(request).door
        if door is None:
            raise ApiError("not_ready")
        token = body.token
        spot = await read(request, lambda connection: door.spot(connection, token, lens))
        return spot.key, True
    point = body.point or ""
    if point not in {spot.key for spot in spots_of(lens)}:
        raise wrong("body.point", f"没有地点 {point}", f"there is no place {point}")
    return point, False


def _audit(request: Request, connection: Connection, viewer: Viewer, action: str, subject: str) -> None:
    services(request).store.append_audit(
        connection, at=services(request).now(), actor=viewer.id, action=action, subject=subject, facts={}
    )


def _round_view(planned: Round, version: int) -> RoundView:
    return RoundView(
        id=planned.id, name=both(planned.name, planned.id), points=list(planned.points), starts=list(planned.starts),
        minutes=planned.minutes, role=planned.role, version=version,
    )  # fmt: skip


def _walk_views(
    walks: Iterable[Walk], names: dict[str, Bilingual], points: dict[str, Bilingual], lens: Lens
) -> Iterable[WalkView]:
    for walk in walks:
        stops = [
            StopView(
                point=stop.point,
                name=points.get(stop.point) or both(None, stop.point),
                standing=stop.standing,
                visit=None if stop.visit is None else _visit_view(stop.visit, points, lens),
            )
            for stop in walk.stops
        ]
        yield WalkView(
            round=walk.round,
            name=names[walk.round],
            begin=walk.begin,
            end=walk.end,
            done=walk.done,
            stops=stops,
        )


def _visit_view(visit: Visit, points: dict[str, Bilingual], lens: Lens) -> VisitView:
    return VisitView(
        id=visit.id, point=visit.point, name=points.get(visit.point) or both(None, visit.point), at=visit.at,
        received_at=visit.received_at, by=person_view(visit.by, lens), proven=visit.proven, note=visit.note,
        photos=list(visit.photos),
    )  # fmt: skip
