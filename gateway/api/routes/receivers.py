"""Receivers: other systems that are told about cases: named here, tested, paused, taken away; those of the file are shown."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.receivers import (
    NewReceiver,
    ReceiverList,
    ReceiverMade,
    ReceiverPause,
    ReceiverTest,
    ReceiverView,
)
from gateway.api.views.lens import lens_of
from gateway.api.views.receivers import STAYS_HERE, receiver_view, receivers_view
from gateway.channel_tries import Tested, TooSoon
from gateway.in_chinese import in_chinese
from gateway.interop.receiver_desk import ReceiverDesk
from gateway.interop.saved_receiver import Entry
from gateway.notify.settings import Mistake

router = noun("receivers")
Name = Annotated[str, Path(max_length=80, examples=["street"])]
Editor = Annotated[Viewer, Depends(Require("receivers.edit"))]
_TOOK = Bilingual(zh="对方收下了。", en="It has taken it.")
_REFUSED = Bilingual(zh="对方没有收下。", en="It has not taken it.")


@router.get(
    "/api/receivers", summary="Systems that are told about cases", response_model=ReceiverList, responses=errors()
)  # fmt: skip
async def receivers(request: Request, _: Annotated[Viewer, Depends(Require("settings.read"))]) -> Response:
    """Return those of gateway.yaml and those that were named on the page, with how each fares; never a secret."""
    here = services(request)
    desk = _desk(request)
    health = await asyncio.to_thread(here.health)
    return answer(ReceiverList(items=receivers_view(here.box, desk, health, lens_of(request))))


@router.post(
    "/api/receivers", summary="Name a system to be told about cases", response_model=ReceiverMade, status_code=201, responses=errors(409)
)  # fmt: skip
async def add_receiver(body: NewReceiver, request: Request, viewer: Editor) -> Response:
    """Tell another system about cases, from now on and without a restart. Its secret is made here and shown this once."""
    desk, lens = _desk(request), lens_of(request)
    book = desk.book
    entry = Entry(
        url=body.url, recipient=body.recipient, purpose=body.purpose, format=body.format,
        levels=tuple(dict.fromkeys(body.levels)), grids=tuple(dict.fromkeys(body.grids)), allow_private=body.allow_private,
    )  # fmt: skip
    _refuse(book.mistakes(body.name, entry, grids=lens.community.grids))
    made = await asyncio.wrap_future(book.add(body.name, entry, by=viewer.id))
    assert made.entry is not None
    view = await _view(request, desk, made.name)
    return answer(ReceiverMade(secret=made.entry.secret, made=view), status=201)


@router.put(
    "/api/receivers/{name}/paused", summary="Hold a receiver back", response_model=ReceiverView, responses=errors(404, 409)
)  # fmt: skip
async def pause_receiver(name: Name, body: ReceiverPause, request: Request, viewer: Editor) -> Response:
    """Send nothing to it, or go on: then what happened meanwhile goes out first, in its order."""
    desk = _known(request, name)
    await asyncio.wrap_future(desk.book.pause(name, paused=body.paused, by=viewer.id))
    return answer(await _view(request, desk, name))


@router.post(
    "/api/receivers/{name}/test", summary="Send a receiver a test", response_model=ReceiverTest, responses=errors(404, 429)
)  # fmt: skip
async def test_receiver(name: Name, request: Request, viewer: Editor) -> Response:
    """Post a signed event, marked as a test, and return what it answered. 429 `too_many`: one in 30 seconds."""
    desk = _desk(request)
    if name not in desk.names():
        raise ApiError("not_found", what=name)
    try:
        became: Tested = await desk.test(name, by=viewer.id)
    except TooSoon as error:
        raise ApiError("too_many", wait_s=error.wait_s) from error
    ok = became.state in {"sent", "delivered"}
    said, detail = (STAYS_HERE, "") if desk.demo else (_TOOK if ok else _REFUSED, became.detail)
    return answer(ReceiverTest(ok=ok, detail=detail, took_ms=became.took_ms, text=said))


@router.delete(
    "/api/receivers/{name}", summary="Take a receiver away", status_code=204, responses=errors(404, 409)
)
async def remove_receiver(name: Name, request: Request, viewer: Editor) -> Response:
    """Send it nothing more; its secret signs nothing more. Named again it begins with what happens from then on."""
    await asyncio.wrap_future(_known(request, name).book.remove(name, by=viewer.id))
    return Response(status_code=204)


def _desk(request: Request) -> ReceiverDesk:
    found = services(request).receivers
    if found is None:
        raise ApiError("not_ready")
    return found


def _known(request: Request, name: str) -> ReceiverDesk:
    """Return the desk where the page named this receiver."""
    desk = _desk(request)
    book = desk.book
    if name in book.in_file:
        raise ApiError("receiver_in_file", name=name)
    saved = book.saved.get(name)
    if saved is None or saved.entry is None:
        raise ApiError("not_found", what=name)
    return desk


async def _view(request: Request, desk: ReceiverDesk, name: str) -> ReceiverView:
    health = await asyncio.to_thread(services(request).health)
    return receiver_view(desk.book.saved[name], health, lens_of(request), demo=desk.demo)


def _refuse(mistakes: list[Mistake]) -> None:
    if mistakes:
        fields = [
            {"path": f"body.{field}", "message": {"zh": in_chinese(said), "en": said}}
            for field, said in mistakes
        ]
        raise ApiError("invalid_input", count=len(fields), fields=fields)
