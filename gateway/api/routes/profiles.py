"""Device profiles: listed, written from a captured message, tried before they are saved, saved, taken back."""

from __future__ import annotations

import asyncio
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from devices.codec import CODECS
from devices.event import RawMessage
from devices.form import Adapter
from devices.guess import rank
from devices.problem import Problem
from devices.seen import look
from gateway.api.answers import answer, errors, read, services, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, saved_view, seen, versions
from gateway.api.schemas.profiles import (
    CapturedList,
    FieldsView,
    KnownProfile,
    Listen,
    LookAt,
    PreviewAsked,
    PreviewView,
    ProfileAsked,
    ProfileList,
    ProfileSave,
    ProfileView,
    TopicLevel,
)
from gateway.api.schemas.saved import SiteDrop, SiteSaved, SiteVersionList
from gateway.api.views.profile_problems import both_sentences, problem_view
from gateway.api.views.profiles import captured, field_row, profile_row, row_view, tried_view
from gateway.ear import filter_problem
from gateway.profiles.beginning import beginning
from gateway.profiles.desk import Asked, Listed
from gateway.profiles.opening import Profiling
from gateway.sitebook.entry import Saved
from gateway.sitebook.profiles import PREFIX
from gateway.store.captured import waiting_message, waiting_messages, why_waiting
from gateway.store.read import Connection

router = noun("profiles")
Id = Annotated[str, Path(alias="id", min_length=1, max_length=41)]
Reader = Annotated[Viewer, Depends(Require("profiles.read"))]
Drafter = Annotated[Viewer, Depends(Require("profiles.draft"))]
Editor = Annotated[Viewer, Depends(Require("profiles.edit"))]
_LOOKED_THROUGH = 300  # waiting messages among which those for a preview are looked for
_KNOWN = 4  # profiles that are named for a message


@router.get("/api/profiles", summary="Device profiles", response_model=ProfileList, responses=errors())
async def device_profiles(request: Request, _: Reader) -> Response:
    """Return every profile in force: those that ship, those of the site's folder, and those that were saved."""
    at = profiling(request)
    return answer(ProfileList(items=[row_view(each, **_counts(at, each)) for each in at.desk.profiles()]))


@router.get(
    "/api/profiles/{id}", summary="A device profile", response_model=ProfileView, responses=errors(404)
)
async def device_profile(name: Id, request: Request, _: Reader) -> Response:
    """Return a profile with its YAML."""
    at = profiling(request)
    listed = at.desk.listed(name)
    if listed is None:
        raise ApiError("not_found", what=name)
    counts = _counts(at, listed)
    text = await asyncio.to_thread(at.desk.text, listed)
    view = ProfileView(**profile_row(listed, **counts), text=text, draft=at.desk.draft(name))
    return answer(view, etag=f'"{counts["version"]}"')


@router.get(
    "/api/profiles/{id}/versions",
    summary="Versions of a device profile",
    response_model=SiteVersionList,
    responses=errors(404),
)
async def profile_versions(name: Id, request: Request, _: Reader) -> Response:
    """Return who saved what of a profile, newest first; the number of a version is the profile's revision."""
    if profiling(request).desk.book.version(f"{PREFIX}{name}") == 0:
        raise ApiError("not_found", what=name)
    return answer(await versions(request, f"{PREFIX}{name}"))


@router.get(
    "/api/captures", summary="Messages nobody could read", response_model=CapturedList, responses=errors()
)
async def captures(
    request: Request,
    _: Drafter,
    topic: Annotated[str | None, Query(max_length=200, description="a text that the topic holds")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Return messages that wait in quarantine as they came, newest first: any of them can be the sample of a profile."""

    def query(connection: Connection) -> CapturedList:
        found = waiting_messages(connection, limit=limit, topic=topic)
        why = why_waiting(connection, [each.row for each in found])
        return CapturedList(items=[captured(each, row=each.row, why=why.get(each.row)) for each in found])

    return answer(await read(request, query))


@router.post("/api/captures", summary="Listen for messages", response_model=CapturedList, responses=errors())
async def listen(body: Listen, request: Request, viewer: Drafter) -> Response:
    """Listen for some seconds and return what came in on an MQTT filter or an HTTP path, whoever reads it."""
    ear = profiling(request).ear
    if body.topic is not None and (odd := filter_problem(body.topic)) is not None:
        raise wrong("body.topic", *odd)
    adapter: Adapter = "mqtt" if body.topic is not None else "http"
    where = body.topic or body.path or ""
    await services(request).accounts.audit(
        viewer.id, "capture", f"{adapter} {where}", {"seconds": body.seconds}
    )
    found = await ear.listen(adapter, where, seconds=body.seconds, most=body.most)
    return answer(CapturedList(items=[captured(each) for each in reversed(found)]))


@router.post(
    "/api/captures/fields", summary="Fields of a message", response_model=FieldsView, responses=errors(404)
)
async def fields_of_message(body: LookAt, request: Request, _: Drafter) -> Response:
    """Return every field of a message with its type, value and what it may mean, and a draft to go on from."""
    at = profiling(request)
    if body.codec is not None and body.codec not in CODECS:
        raise wrong("body.codec", "没有这种格式", f"expected one of {', '.join(sorted(CODECS))}")
    message = await _message(request, body)
    view = await asyncio.to_thread(_looked_at, at, body, message)
    return answer(view)


@router.post(
    "/api/profiles/preview", summary="Try a device profile", response_model=PreviewView, responses=errors()
)
async def preview_profile(body: PreviewAsked, request: Request, _: Drafter) -> Response:
    """Return exactly what would come out of the samples and of messages that wait, or everything that is wrong.

    Nothing is saved, journaled or raised.
    """
    at = profiling(request)
    waiting = await read(request, lambda connection: waiting_messages(connection, limit=_LOOKED_THROUGH))
    return answer(await asyncio.to_thread(_previewed, at, body, waiting))


@router.put(
    "/api/profiles/{id}", summary="Save a device profile", response_model=SiteSaved, responses=errors(409)
)
async def save_profile(
    name: Id, body: ProfileSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save a profile; it is in force at once, and messages that waited for it can be read anew.

    Its revision is the number of the new version. With a mistake nothing is changed.
    """
    at, expected = profiling(request), seen(body.version, if_match)
    act = asyncio.to_thread(
        at.desk.save, name, _asked(body), by=viewer.id, expected=expected, reason=body.reason
    )
    return answer(saved_view(_good(await asyncio.wrap_future(await act)), f"{PREFIX}{name}"))


@router.post(
    "/api/profiles/{id}/drop",
    summary="Take a device profile away",
    response_model=SiteSaved,
    responses=errors(404, 409),
)
async def drop_profile(
    name: Id, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Take a saved profile out of force; not while devices speak it, and never one that ships."""
    at, expected = profiling(request), seen(body.version, if_match)
    if at.desk.book.present(f"{PREFIX}{name}") is None:
        raise ApiError("not_found", what=name)
    act = asyncio.to_thread(at.desk.drop, name, by=viewer.id, expected=expected, reason=body.reason)
    return answer(saved_view(_good(await asyncio.wrap_future(await act)), f"{PREFIX}{name}"))


@router.post(
    "/api/profiles/{id}/rollback",
    summary="Take a device profile back to its version before",
    response_model=SiteSaved,
    responses=errors(404, 409),
)
async def roll_profile_back(
    name: Id, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Put the version before the newest in force again; it gets the next revision."""
    at, expected = profiling(request), seen(body.version, if_match)
    if at.desk.book.version(f"{PREFIX}{name}") == 0:
        raise ApiError("not_found", what=name)
    act = asyncio.to_thread(at.desk.roll_back, name, by=viewer.id, expected=expected, reason=body.reason)
    return answer(saved_view(_good(await asyncio.wrap_future(await act)), f"{PREFIX}{name}"))


def profiling(request: Request) -> Profiling:
    """Return what writes device profiles on this gateway.

    Raises:
        ApiError: `not_ready` where they are not written.
    """
    found = services(request).profiling
    if found is None:
        raise ApiError("not_ready")
    return found


async def _message(request: Request, body: LookAt) -> RawMessage:
    if body.row is not None:
        row = body.row
        waiting = await read(request, lambda connection: waiting_message(connection, row))
        if waiting is None:
            raise ApiError("not_found", what=str(row))
        return waiting
    if body.base64 is not None:
        try:
            payload = binascii.a2b_base64(body.base64, strict_mode=True)
        except ValueError:
            raise wrong("body.base64", "不是 base64", "not base64") from None
    else:
        try:
            payload = (body.payload or "").encode()
        except UnicodeEncodeError:
            raise wrong("body.payload", "含有不成文字的字符", "a character that is no Unicode text") from None
    now: datetime = services(request).now() + services(request).offset()
    return RawMessage(
        topic=body.topic or body.path or "", payload=payload, received_at=now,
        adapter="http" if body.path is not None else "mqtt", headers={k.lower(): v for k, v in body.headers.items()},
    )  # fmt: skip


def _looked_at(at: Profiling, body: LookAt, message: RawMessage) -> FieldsView:
    book, site = at.desk.book, at.core.sites.site.rules
    idents = {word for each in site.registry for word in (each.ident, each.id) if word}
    found = look(message, zone=site.zone, payload=body.codec, encoding=body.encoding, idents=idents)
    best = rank(book.profiles, message, zone=site.zone, mint=lambda: str(uuid7()))[:_KNOWN]
    said = {str(each.example) for each in found.fields if any(m.what == "identity" for m in each.meant)}
    return FieldsView(
        message=captured(message, row=body.row), codec=found.payload,
        refused=both_sentences(found.refused) if found.refused else None,
        fields=[field_row(each) for each in found.fields], more=found.more,
        levels=[TopicLevel(text=each, identity=each in said or each in idents) for each in found.levels],
        known=[KnownProfile(profile=each.profile, topic=each.topic) for each in best],
        draft=beginning(message, found),
    )  # fmt: skip


def _previewed(at: Profiling, body: PreviewAsked, waiting: Sequence[RawMessage]) -> PreviewView:
    found = at.desk.read(_asked(body))
    if found.profile is None:
        return PreviewView(
            ok=False, id=None, revision=None, text=found.text, problems=[problem_view(each) for each in found.problems],
            samples=[], waiting=[], takes_from=[],
        )  # fmt: skip
    previewer = at.previewer(found.profile)
    tried = previewer.fitting(waiting, body.messages)
    return PreviewView(
        ok=True, id=found.profile.id, revision=found.profile.revision, text=found.text, problems=[],
        samples=[tried_view(each) for each in previewer.own_samples()],
        waiting=[tried_view(each, row=getattr(each.message, "row", None)) for each in tried],
        takes_from=previewer.takes_from(),
    )  # fmt: skip


def _asked(body: ProfileAsked) -> Asked:
    return Asked(draft=body.draft, text=body.text)


def _good(saved: Saved) -> Saved:
    """Return a save that was made.

    Raises:
        ApiError: `invalid_profile` with every mistake; nothing was saved.
    """
    if saved.problems:
        raise ApiError(
            "invalid_profile", count=len(saved.problems), fields=[_field(each) for each in saved.problems]
        )
    return saved


def _field(problem: Problem) -> dict[str, object]:
    shown = problem_view(problem)
    place = shown.path if problem.file in ("draft", "profile") else f"{problem.file}: {shown.path}"
    return {"path": place, "line": shown.line, "message": shown.message.model_dump()}


def _counts(at: Profiling, listed: Listed) -> dict[str, int]:
    name = listed.profile.id
    version = at.desk.book.version(f"{PREFIX}{name}") if listed.origin == "saved" else 0
    return {"devices": len(at.desk.in_use(name)), "version": version}
