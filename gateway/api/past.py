"""Past: why a rule did or did not fire at a moment of the past, asked of the journal in a child process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request

from gateway.api.answers import services, wrong
from gateway.api.errors import ApiError
from gateway.api.masking import mask_reference
from gateway.api.schemas.backtests import PastView
from gateway.api.views.events import PERSONAL_FACTS
from gateway.backtest.asking import WhyQuestion
from gateway.backtest.jobs import QueueFull

RETRY_S = 30


async def past_of(request: Request, rule: str, key: Mapping[str, Any] | None, at: datetime) -> PastView:
    """Return the answer.

    Raises:
        ApiError: `not_ready`, `too_many`, or `invalid_input` with what is wrong with key and time.
        GatewayError: the child process failed.
    """
    backtests = services(request).backtests
    if backtests is None:
        raise ApiError("not_ready")
    written = [msgspec.json.encode(key).decode()] if key else []
    try:
        found = await backtests.explain(WhyQuestion(rule=rule, key=written, at=at.isoformat()))
    except QueueFull:
        raise ApiError("too_many", wait_s=RETRY_S) from None
    if found.explained is None:
        text = "; ".join(found.problems or [found.failed or "no answer"])
        raise wrong("query.key" if "--key" in text else "query.at", "不能回答", text.replace("--", ""))
    shown = msgspec.to_builtins(found.explained)
    for event in shown["heard"]:
        event["data"], event["clauses"] = _masked(event["data"]), _masked(event["clauses"])
    return PastView.model_validate(shown)


def _masked(value: Any) -> Any:
    """Mask references to people in what events said."""
    if isinstance(value, dict):
        return {
            name: mask_reference(each)
            if isinstance(each, str) and name.rpartition(".")[2] in PERSONAL_FACTS
            else _masked(each)
            for name, each in value.items()
        }
    return [_masked(each) for each in value] if isinstance(value, list) else value
