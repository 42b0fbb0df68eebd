"""The page of one case, encoded once for each kind of viewer and kept until something about the case changes.

Guards, managers and workers look at the same few open cases again and again. A page is valid as long as no
commit has touched the case and for five seconds at most: what a person may do, and receipts of messages,
change without one. Every page carries an ETag.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Viewer
from gateway.api.schemas.incidents import IncidentDetail
from gateway.api.views.alerts import alert_views
from gateway.api.views.events import evidence_of
from gateway.api.views.incidents import (
    actions_for,
    incident_view,
    plan_view,
    report_view,
    timeline_view,
    told_views,
    with_words,
)
from gateway.api.views.lens import Lens, both, lens_of
from gateway.resident.reception import Reception
from gateway.response.model import Role
from gateway.store.read import Connection
from gateway.store.read_alerts import alerts_by_id
from gateway.store.read_events import events_by_id
from gateway.store.read_incidents import IncidentRow, incident, timeline_of, told_about

KEPT = 512
FRESH = timedelta(seconds=5)
MOST_EVENTS = 30  # whose evidence is looked up for one page

_Key: TypeAlias = tuple[str, str, tuple[Role, ...]]  # case, person, roles


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An encoded page, and the case it shows so that the scope is checked on every request."""

    row: IncidentRow
    body: bytes
    etag: str
    until: datetime  # engine time after which it is read again

    def response(self) -> Response:
        """Return it as an answer that must be asked for again each time."""
        return Response(
            self.body, media_type="application/json", headers={"Cache-Control": "no-cache", "ETag": self.etag}
        )


class CasePages:
    """Keeps the newest pages; asked and told in the event loop only."""

    def __init__(self) -> None:
        self._pages: OrderedDict[_Key, tuple[int, object, Page]] = OrderedDict()
        self._changes: dict[str, int] = {}  # case -> how often it was touched while pages of it were kept
        self._all = 0

    def touched(self, numbers: Iterable[str]) -> None:
        """Forget what was known about these cases."""
        for number in numbers:
            self._changes[number] = self._changes.get(number, 0) + 1
        if len(self._changes) > 20 * KEPT:
            self.forget()

    def forget(self) -> None:
        """Forget everything, e.g. when many cases changed at once."""
        self._all += 1
        self._pages.clear()
        self._changes.clear()

    async def page(self, request: Request, number: str, viewer: Viewer) -> Page:
        """Return the page of a case for a viewer.

        Raises:
            ApiError: `not_found` when there is no such case or it lies outside the scope.
        """
        lens, key = lens_of(request), (number, viewer.id, viewer.person.roles)
        door = services(request).door
        reception = door.reception if door is not None else None
        mark, epoch = self._changes.get(number, 0), self._all
        kept = self._pages.get(key)
        if kept is None or kept[0] != mark or kept[1] is not lens.community or lens.now > kept[2].until:
            page = await read(request, lambda connection: _load(connection, number, viewer, lens, reception))
            if page is not None and epoch == self._all:
                self._keep(key, (mark, lens.community, page))
        else:
            page = kept[2]
        if page is None or not viewer.sees(page.row.incident, lens.now):
            raise ApiError("not_found", what=number)
        return page

    def _keep(self, key: _Key, value: tuple[int, object, Page]) -> None:
        self._pages[key] = value
        self._pages.move_to_end(key)
        if len(self._pages) > KEPT:
            self._pages.popitem(last=False)


def _load(
    connection: Connection, number: str, viewer: Viewer, lens: Lens, reception: Reception | None
) -> Page | None:
    row = incident(connection, number)
    if row is None:
        return None
    case = row.incident
    entries = timeline_of(connection, number)
    if reception is not None:
        only = viewer.id if set(viewer.person.roles) <= {"resident"} else None  # neighbours' words are theirs
        entries = with_words(entries, reception.words_of(connection, number, only=only))
    alerts = alerts_by_id(connection, case.alerts)
    event_ids = list(dict.fromkeys(event for alert in alerts for event in alert.change.events))
    actions = actions_for(case, viewer.person, lens)
    detail = IncidentDetail(
        incident=incident_view(row, lens, [action.action for action in actions]),
        actions=actions,
        why=both(case.why, case.category) if case.why else None,
        report=report_view(case, entries, lens),
        alerts=alert_views(connection, alerts, lens),
        timeline=[timeline_view(entry, lens) for entry in entries],
        evidence=evidence_of(events_by_id(connection, event_ids[:MOST_EVENTS])),
        plan=plan_view(case, lens),
        told=told_views(told_about(connection, number), lens),
    )
    body = detail.model_dump_json().encode()
    until = lens.now + FRESH
    if case.previous is not None and case.previous.until > lens.now:
        until = min(until, case.previous.until)
    return Page(
        row=row, body=body, etag=f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', until=until
    )
