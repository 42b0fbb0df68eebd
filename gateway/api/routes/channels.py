"""Channels: the ways to tell people, how they fare, and a test through each of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.channels import ChannelFailure, ChannelLimits, ChannelList, ChannelTest, ChannelView
from gateway.api.schemas.common import Bilingual
from gateway.api.views.lens import Lens, lens_of
from gateway.channel_tries import TooSoon
from gateway.notify.channel import Channel
from gateway.store.read_channels import Fares

router = noun("channels")
Name = Annotated[str, Path(max_length=80, examples=["chat"])]
_BECAME = {
    "sent": Bilingual(zh="对方已接收。", en="The other side has taken it."),
    "delivered": Bilingual(zh="已送达。", en="It has arrived."),
    "later": Bilingual(zh="现在发不出去，网关会再试。", en="It cannot be sent now; the gateway would try again."),
    "rejected": Bilingual(zh="对方拒绝，需要改设置。", en="It was refused; the settings have to be changed."),
    "unknown": Bilingual(zh="不知道到没到，不会重发。", en="Nobody knows whether it arrived; it is not repeated."),
    "pending": Bilingual(zh="没有发出，正在重试。", en="It did not go out and is tried again."),
    "failed": Bilingual(zh="没有送达。", en="It did not get through."),
}  # fmt: skip

# What keeps a message here on a channel of our own, where nobody else's words have to be handed on.
_WAITS = {
    "lan": Bilingual(
        zh="收的人没有开着页面，一打开就送到。",
        en="The person it is for has no page open; it arrives as soon as one is.",
    ),
}


@router.get("/api/channels", summary="Ways to tell people", response_model=ChannelList, responses=errors())
async def channels(request: Request, _: Annotated[Viewer, Depends(Require("channels.read"))]) -> Response:
    """Return every channel with where it ends, what its vendor allows, and how it fares."""
    board, lens = services(request).board, lens_of(request)
    fares = await board.fares()
    views = [_view(name, board.channels[name], fares[name], lens) for name in sorted(fares)]
    return answer(ChannelList(items=views))


@router.post(
    "/api/channels/{name}/test",
    summary="Send a test through a channel",
    response_model=ChannelTest,
    responses=errors(404, 429),
)
async def test_channel(
    name: Name, request: Request, viewer: Annotated[Viewer, Depends(Require("channels.test"))]
) -> Response:
    """Send a real message, marked 【测试】, to the group or to my own contact, and return what the vendor said.

    It goes out at once and costs what a message costs. 429 `too_many`: at most one in 30 seconds a channel.
    """
    here = services(request)
    if name not in here.board.channels:
        raise ApiError("not_found", what=name)
    person = here.community().people.get(viewer.id) or viewer.person
    try:
        became = await here.board.test(name, by=person)
    except TooSoon as error:
        raise ApiError("too_many", wait_s=error.wait_s) from error
    return answer(
        ChannelTest(
            state=became.state,
            detail=became.detail,
            reference=became.reference,
            took_ms=became.took_ms,
            after_s=became.after_s,
            text=_BECAME[became.state],
        )
    )


def _view(name: str, channel: Channel, fares: Fares, lens: Lens) -> ChannelView:
    limits, trouble = channel.limits, fares.last_failure
    failure = None
    if trouble is not None:
        waits = _WAITS.get(channel.kind) if trouble.state == "pending" else None
        failure = ChannelFailure(
            at=lens.shown(trouble.at),
            state="pending"
            if trouble.state == "pending"
            else "unknown"
            if trouble.state == "unknown"
            else "failed",
            detail=trouble.detail if waits is None else "",
            text=waits or _BECAME[trouble.state],
        )
    return ChannelView(
        name=name,
        kind=channel.kind,
        called=lens.channel(name),
        reach=channel.reach,
        for_groups=channel.for_groups,
        limits=ChannelLimits(
            per_minute=limits.per_minute,
            per_hour=limits.per_hour,
            per_day=limits.per_day,
            text_bytes=limits.text_bytes,
            bundle=limits.bundle,
        ),
        last_success=lens.maybe(fares.last_success),
        last_failure=failure,
        waiting=fares.waiting,
    )
