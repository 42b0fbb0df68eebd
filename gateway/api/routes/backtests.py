"""Backtests: what rules would have raised. Each runs in a child process; the page asks how far it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.backtests import BacktestRequest, BacktestView
from gateway.backtest.jobs import Backtests, Job, QueueFull
from gateway.backtest.prepare import Question
from gateway.backtest.span import Asked

router = noun("backtests")
RETRY_S = 30
JobId = Annotated[str, Path(min_length=1, max_length=64)]


@router.post(
    "/api/backtests",
    summary="Test rules on the past",
    status_code=202,
    response_model=BacktestView,
    responses=errors(429),
)
async def start_backtest(
    asked: BacktestRequest, request: Request, viewer: Annotated[Viewer, Depends(Require("rules.edit"))]
) -> Response:
    """Put a backtest into the queue; ask for it at `Location`. One runs at a time, three may wait."""
    try:
        job = jobs(request).submit(_question(asked), by=viewer.id)
    except QueueFull:
        raise ApiError("too_many", wait_s=RETRY_S) from None
    response = answer(view(job, services(request).offset()), status=202)
    response.headers["Location"] = f"/api/backtests/{job.id}"
    return response


@router.get(
    "/api/backtests/{id}",
    summary="One backtest",
    response_model=BacktestView,
    responses=errors(404),
)
async def backtest(
    id: JobId,  # noqa: A002 - the name in the API
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.edit"))],
) -> Response:
    """Return how far a backtest is, or its result. The newest ten are kept until the gateway stops."""
    return answer(view(_job(request, id), services(request).offset()))


@router.delete(
    "/api/backtests/{id}",
    summary="Cancel a backtest",
    response_model=BacktestView,
    responses=errors(404),
)
async def cancel_backtest(
    id: JobId,  # noqa: A002 - the name in the API
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.edit"))],
) -> Response:
    """Stop a backtest, or take it out of the queue; one that has ended stays as it is."""
    job = _job(request, id)
    jobs(request).cancel(job)
    return answer(view(job, services(request).offset()))


def jobs(request: Request) -> Backtests:
    """Return the backtests of this gateway.

    Raises:
        ApiError: `not_ready`: it has none.
    """
    found = services(request).backtests
    if found is None:
        raise ApiError("not_ready")
    return found


def view(job: Job, offset: timedelta) -> BacktestView:
    """Return a job as the API shows it; `offset` is wall − engine time, in which its own time was noted."""
    shown = msgspec.to_builtins(job)
    del shown["question"]
    shown["at"] = job.at + offset
    return BacktestView.model_validate(shown)


def _job(request: Request, job_id: str) -> Job:
    job = jobs(request).get(job_id)
    if job is None:
        raise ApiError("not_found", what=job_id)
    return job


def _question(asked: BacktestRequest) -> Question:
    texts = {}
    if asked.text is not None:
        texts["text"] = asked.text
    if asked.draft is not None:
        texts["draft"] = msgspec.json.encode([asked.draft]).decode()
    begin, end = (each.isoformat() if each is not None else None for each in (asked.begin, asked.end))
    return Question(texts=texts, ids=asked.ids, asked=Asked(begin=begin, end=end, last=asked.last))
