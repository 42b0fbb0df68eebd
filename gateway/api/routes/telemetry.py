"""Measurements of a device: what it measures, one metric by minute, hour or day, and the same as a file."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import datetime, timedelta, tzinfo
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from devices.kinds import METRIC_KINDS, STATES, kind, measured
from gateway.api.answers import Cursor, answer, cursor_of, errors, place_of, services, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import WallTime
from gateway.api.schemas.telemetry import Measured, Measurements, Metric, MetricList, StepName
from gateway.api.views.lens import lens_of
from gateway.clock import from_us, to_us
from gateway.report.form import harmless
from gateway.rollup import Span
from gateway.store.read import Place
from gateway.store.telemetry import TelemetryFile

router = noun("telemetry")
MOST = 2000  # spans on a page
MOST_IN_FILE = 50_000
SINCE: dict[StepName, timedelta] = {
    "minute": timedelta(hours=6), "hour": timedelta(days=7), "day": timedelta(days=90),
}  # fmt: skip
DeviceId = Annotated[str, Path(min_length=1, max_length=80)]
MetricName = Annotated[str, Query(min_length=1, max_length=64, examples=["temperature"])]
StepWanted = Annotated[StepName, Query(description="how much is put together in each row")]
From = Annotated[
    WallTime | None, Query(alias="from", description="6 h, 7 d or 90 d ago, by `step`, unless said")
]
To = Annotated[WallTime | None, Query(alias="to", description="now, unless said")]
Reader = Annotated[Viewer, Depends(Require("devices.read"))]


def unit_of(metric: str) -> str:
    """Return the unit of a metric by the tree of kinds; a device with several channels adds `_1`, `_2` to the name."""
    base = measured(metric)
    known = kind(METRIC_KINDS.get(base, ""))
    if known is not None:
        return known.fields["value"].unit
    return STATES[base].unit if base in STATES else ""


@router.get(
    "/api/devices/{id}/metrics",
    summary="What a device measures",
    response_model=MetricList,
    responses=errors(404),
)
async def device_metrics(id: DeviceId, request: Request, viewer: Reader) -> Response:  # noqa: A002 - the name in the API
    """Return each metric of a device with its newest sample; up to a minute old."""
    file, zone = _file_of(request, viewer, id)
    found = await asyncio.to_thread(file.latest, id)
    return answer(
        MetricList(
            items=[
                Metric(metric=name, unit=unit_of(name), last=span.last, at=_shown(span.last_us, zone))
                for name, span in found
            ]
        )
    )


@router.get(
    "/api/devices/{id}/telemetry",
    summary="Measurements of a device",
    response_model=Measurements,
    responses=errors(404),
)
async def measurements(
    id: DeviceId,  # noqa: A002 - the name in the API
    request: Request,
    *,
    viewer: Reader,
    metric: MetricName,
    step: StepWanted = "minute",
    at_from: From = None,
    at_to: To = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="rows on a page")] = 500,
) -> Response:
    """Return one metric of a device by minute, hour or day, the oldest first; spans that begin within the time asked for."""
    file, zone = _file_of(request, viewer, id)
    since_us, until_us = _between(request, step, at_from, at_to)
    place = place_of(cursor, numbered=True)
    if place is not None:
        since_us = max(since_us, place.us)
    found = await asyncio.to_thread(
        file.spans, id, metric, step=step, since_us=since_us, until_us=until_us, limit=limit + 1
    )
    more = Place(us=found[limit].at_us, key="0") if len(found) > limit else None
    return answer(
        Measurements(
            device=id,
            metric=metric,
            unit=unit_of(metric),
            step=step,
            items=[_measured(span, zone) for span in found[:limit]],
            next=cursor_of(more),
        )
    )


@router.get(
    "/api/devices/{id}/telemetry.csv",
    summary="Measurements of a device as a file",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"text/csv": {"schema": {"type": "string"}}},
            "description": "UTF-8 with a byte order mark",
        },
    },
)
async def measurements_file(
    id: DeviceId,  # noqa: A002 - the name in the API
    request: Request,
    *,
    viewer: Reader,
    metric: MetricName,
    step: StepWanted = "hour",
    at_from: From = None,
    at_to: To = None,
) -> Response:
    """Return one metric of a device as CSV that spreadsheets open, times on the site's clock; at most 50,000 rows."""
    file, zone = _file_of(request, viewer, id)
    since_us, until_us = _between(request, step, at_from, at_to)
    found = await asyncio.to_thread(
        file.spans, id, metric, step=step, since_us=since_us, until_us=until_us, limit=MOST_IN_FILE + 1
    )
    if len(found) > MOST_IN_FILE:
        raise wrong(
            "query.from",
            f"超过 {MOST_IN_FILE} 行；请缩短时间或换 hour、day",
            f"more than {MOST_IN_FILE} rows; ask for less time, or by hour or day",
        )
    written = await asyncio.to_thread(_csv, found, metric, zone)
    headers = {"Content-Disposition": 'attachment; filename="telemetry.csv"', "Cache-Control": "no-store"}
    return Response(written, media_type="text/csv", headers=headers)


def _file_of(request: Request, viewer: Viewer, id: str) -> tuple[TelemetryFile, tzinfo]:  # noqa: A002 - the name in the API
    lens = lens_of(request)
    device, file = lens.community.device(id), services(request).telemetry
    if device is None or not viewer.sees_grid(device.grid):
        raise ApiError("not_found", what=id)
    if file is None:
        raise ApiError("not_ready")
    return file, file.zone


def _between(
    request: Request, step: StepName, at_from: datetime | None, at_to: datetime | None
) -> tuple[int, int]:
    made_with = services(request)
    until = at_to or made_with.now() + made_with.offset() + timedelta(minutes=1)
    since = at_from or until - SINCE[step]
    if since >= until:
        raise wrong("query.from", "开始时间要早于结束时间", "the beginning has to lie before the end")
    return to_us(since), to_us(until)


def _measured(span: Span, zone: tzinfo) -> Measured:
    return Measured(
        at=_shown(span.at_us, zone),
        count=span.count,
        mean=span.mean,
        low=span.low,
        high=span.high,
        last=span.last,
    )


def _shown(at_us: int, zone: tzinfo) -> datetime:
    return from_us(at_us).astimezone(zone)


def _csv(spans: list[Span], metric: str, zone: tzinfo) -> str:
    file = io.StringIO()
    file.write("\ufeff")
    table = csv.writer(file)
    unit = unit_of(metric)
    table.writerow([
        "时间 at", "指标 metric", "单位 unit", "个数 count", "平均 mean", "最低 low", "最高 high", "最新 last",
    ])  # fmt: skip
    for span in spans:
        at = _shown(span.at_us, zone).isoformat()
        table.writerow(
            [at, harmless(metric), unit, span.count, round(span.mean, 6), span.low, span.high, span.last]
        )
    return file.getvalue()
