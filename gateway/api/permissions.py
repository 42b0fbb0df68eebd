"""Who may do what, on which objects: the one table, and the one place where it is checked.

A permission names an action; the table gives for each role the scope on which it holds: the whole `site`,
the `grid`s of the person, or what is their `own` (they were sent to it, took it, were told about it or
reported it). What is not in the table is denied. Which *transition* of a case a role may make is decided
by the transition table of the response core; `incidents.act` only opens its door.
"""

from __future__ import annotations

import math
import secrets
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec
from starlette.requests import Request

from gateway.api.connection import (
    SAFE_METHODS,
    check_origin,
    client_address,
    cookie_name,
    may_log_in,
    screen_cookie,
)
from gateway.api.errors import ApiError
from gateway.response.called import ROLES
from gateway.response.model import Incident, Person
from gateway.screens import ONLY
from gateway.session import LoginError, Session

Scope: TypeAlias = Literal["site", "grid", "own"]
WIDTH: dict[Scope, int] = {"own": 0, "grid": 1, "site": 2}
DETAIL_AFTER_CLOSE = timedelta(hours=24)  # after that a person sees only what their role sees anyway

_ALL_STAFF: dict[str, Scope] = dict.fromkeys(
    ("guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor"), "site"
)
_CASES: dict[str, Scope] = {
    "guard": "site", "worker": "own", "leader": "grid", "maintenance": "own", "manager": "site", "checker": "site",
}  # fmt: skip
_READERS: dict[str, Scope] = {**_CASES, "administrator": "site", "auditor": "site"}
_PLANNERS: dict[str, Scope] = dict.fromkeys(
    ("guard", "leader", "manager", "checker", "administrator", "auditor"), "site"
)

TABLE: dict[str, dict[str, Scope]] = {
    "alerts.read": _READERS,
    "alerts.acknowledge": {"guard": "site", "leader": "grid", "manager": "site"},
    "alerts.clear": {"manager": "site"},
    "incidents.read": {**_READERS, "resident": "own"},
    "incidents.act": _CASES,
    "incidents.candidates": {"guard": "site", "leader": "grid", "manager": "site"},
    "incidents.export": {"manager": "site", "auditor": "site"},
    "shifts.read": {
        "guard": "site", "leader": "site", "manager": "site", "checker": "site", "administrator": "site", "auditor": "site",
    },
    "shifts.work": {"guard": "site", "worker": "site", "leader": "site", "maintenance": "site", "manager": "site"},
    "patrols.read": _ALL_STAFF,
    "shifts.hand": {"guard": "site", "manager": "site"},
    "shifts.edit": {"leader": "site", "manager": "site"},
    "trials.begin": {"guard": "site", "manager": "site"},
    "trials.read": {
        "guard": "site", "leader": "site", "manager": "site", "administrator": "site", "auditor": "site",
    },
    "ledgers.read": {"leader": "grid", "manager": "site", "auditor": "site"},
    "today.read": {"leader": "grid", "manager": "site", "administrator": "site", "auditor": "site"},
    "governance.read": {"leader": "grid", "manager": "site", "administrator": "site", "auditor": "site"},
    "load.read": {
        "guard": "site", "leader": "site", "manager": "site", "checker": "site", "administrator": "site", "auditor": "site",
    },
    "photos.add": {**_CASES, "resident": "own"},
    "uploads.add": {**_CASES, "resident": "own"},
    "reports.add": {**dict.fromkeys(_CASES, "site"), "resident": "site"},
    "evidence.read": {**_CASES, "auditor": "site", "resident": "own"},
    "evidence.reveal": {**_CASES, "auditor": "site"},
    "evidence.take": {"manager": "site", "auditor": "site"},
    "evidence.hold": {"manager": "site", "auditor": "site"},
    "cameras.read": {"guard": "site", "leader": "grid", "manager": "site"},
    "devices.read": {**_READERS, "worker": "grid", "maintenance": "site"},
    "devices.edit": {"manager": "site", "administrator": "site"},
    "devices.claim": {"maintenance": "site", "manager": "site", "administrator": "site"},
    "devices.command": {"guard": "site", "leader": "grid", "maintenance": "site", "manager": "site"},
    "devices.credentials": {"manager": "site", "administrator": "site"},
    "commands.read": {**_CASES, "worker": "grid", "maintenance": "site", "auditor": "site"},
    "events.read": {"guard": "site", "leader": "grid", "manager": "site", "administrator": "site", "auditor": "site"},
    "events.unmask": {"manager": "site"},
    "quarantine.replay": {"maintenance": "site", "manager": "site", "administrator": "site"},
    "quarantine.read": {"maintenance": "site", "manager": "site", "administrator": "site"},
    "profiles.read": {"maintenance": "site", "manager": "site", "administrator": "site"},
    "profiles.draft": {"maintenance": "site", "manager": "site", "administrator": "site"},
    "profiles.edit": {"manager": "site", "administrator": "site"},
    "rules.read": {
        "guard": "site", "leader": "site", "manager": "site", "checker": "site",
        "administrator": "site", "auditor": "site",
    },
    "rules.draft": {"leader": "site", "manager": "site", "administrator": "site"},
    "rules.edit": {"manager": "site", "administrator": "site"},
    "rules.enable": {"manager": "site", "administrator": "site"},
    "silences.read": {
        "guard": "site", "leader": "site", "manager": "site", "administrator": "site", "auditor": "site",
    },
    "silences.edit": {"guard": "site", "leader": "site", "manager": "site"},
    "modes.read": _ALL_STAFF,
    "modes.edit": {"guard": "site", "leader": "site", "manager": "site"},
    "duty.read": _ALL_STAFF,
    "duty.foresee": _PLANNERS,
    "rosters.read": _ALL_STAFF,
    "rosters.edit": {"leader": "grid", "manager": "site"},
    "rosters.ask": dict.fromkeys(("guard", "worker", "leader", "maintenance", "manager", "checker"), "site"),
    "categories.read": _ALL_STAFF,
    "categories.edit": {"manager": "site", "administrator": "site"},
    "plans.read": _PLANNERS,
    "plans.edit": {"manager": "site"},
    "grids.read": _ALL_STAFF,
    "grids.plan": {"leader": "site", "manager": "site", "administrator": "site", "auditor": "site"},
    "grids.edit": {"manager": "site", "administrator": "site"},
    "places.read": {**_ALL_STAFF, "resident": "site"},
    "places.edit": {"manager": "site", "administrator": "site"},
    "places.codes": {"manager": "site", "administrator": "site"},
    "drawings.read": _ALL_STAFF,
    "drawings.edit": {"manager": "site", "administrator": "site"},
    "reports.satisfaction": {"leader": "site", "manager": "site", "auditor": "site"},
    "health.read": {
        "guard": "site", "leader": "site", "maintenance": "site", "manager": "site",
        "administrator": "site", "auditor": "site",
    },
    "metrics.read": {"administrator": "site"},
    "stream.read": _ALL_STAFF,
    "wall.read": _ALL_STAFF,
    "wall.names": {"manager": "site", "administrator": "site"},
    "screens.read": {"manager": "site", "administrator": "site", "auditor": "site"},
    "screens.edit": {"administrator": "site"},
    "audit.read": {"auditor": "site"},
    "audit.export": {"auditor": "site"},
    "backups.read": {"administrator": "site", "auditor": "site"},
    "backups.make": {"administrator": "site"},
    "backups.take": {"administrator": "site"},
    "upgrades.read": {"administrator": "site", "auditor": "site"},
    "upgrades.load": {"administrator": "site"},
    "settings.read": {"manager": "site", "administrator": "site", "auditor": "site"},
    "settings.edit": {"administrator": "site"},
    "receivers.edit": {"administrator": "site"},
    "account.own": {**_ALL_STAFF, "resident": "site"},
    "account.secure": {**_ALL_STAFF, "resident": "site"},
    "tokens.own": {"manager": "own", "administrator": "site"},
    "people.read": {"manager": "site", "administrator": "site", "auditor": "site"},
    "people.edit": {"administrator": "site"},
    "people.call": {"guard": "site", "leader": "grid", "manager": "site"},
    "people.unmask": {"administrator": "site", "manager": "site"},
    "contacts.own": _ALL_STAFF,
    "channels.read": {"guard": "site", "manager": "site", "administrator": "site", "auditor": "site"},
    "channels.test": {"manager": "site", "administrator": "site"},
    "residents.read": {"guard": "site", "leader": "grid", "manager": "site", "auditor": "site"},
    "residents.edit": {"leader": "grid", "manager": "site"},
    "residents.unmask": {"guard": "site", "leader": "grid", "manager": "site"},
    "residents.export": {"manager": "site"},
    "residents.erase": {"manager": "site"},
}  # fmt: skip
# What only somebody who is logged in may do: no token carries these.
SESSION_ONLY = frozenset({
    "account.secure", "tokens.own", "people.edit", "people.unmask", "people.call", "residents.unmask", "residents.erase", "contacts.own",
    "events.unmask", "devices.command", "devices.credentials", "evidence.reveal", "backups.take", "screens.edit", "upgrades.load",
    "settings.edit", "receivers.edit",
})  # fmt: skip


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request with the scope that their roles give them for what they ask."""

    session: Session
    permission: str
    scope: Scope
    grids: frozenset[str] = frozenset()  # for the scope `grid`: the person's own and all that lie in them

    @property
    def person(self) -> Person:
        """Return the person as the response core knows them."""
        return self.session.person

    @property
    def id(self) -> str:
        """Return the login name."""
        return self.session.person.id

    def sees_grid(self, grid: str | None) -> bool:
        """Tell whether something in this grid lies in the scope; what lies in no grid is everybody's."""
        return self.scope == "site" or (self.scope == "grid" and (grid is None or grid in self.grids))

    def sees(self, incident: Incident, now: datetime) -> bool:
        """Tell whether this case lies in the scope; somebody's own work closes to them a day after the case."""
        if self.sees_grid(incident.grid):
            return True
        over = incident.closed_at is not None and now - incident.closed_at > DETAIL_AFTER_CLOSE
        return involved(incident, self.id) and not (over and "resident" not in self.person.roles)


def people_of(incident: Incident) -> frozenset[str]:
    """Return whose own a case is: those who were sent to it, took it, handed it back, were told or reported it."""
    single = {who for who in (incident.owner, incident.reporter) if who is not None}
    return frozenset(single.union(incident.assignees, incident.takers, incident.told, incident.refused))


def involved(incident: Incident, person: str) -> bool:
    """Tell whether a case is somebody's own."""
    return person in people_of(incident)


def scope_of(person: Person, permission: str) -> Scope | None:
    """Return the widest scope that any role of the person gives, or None when it is denied.

    A person without grids works on the whole site, so that `grid` means the site for them.
    """
    scopes = [TABLE[permission][role] for role in person.roles if role in TABLE[permission]]
    if not scopes:
        return None
    widest = max(scopes, key=WIDTH.__getitem__)
    return "site" if widest == "grid" and not person.grids else widest


def permissions_of(person: Person) -> list[str]:
    """Return the names of everything the person may do, for the pages."""
    return [name for name in TABLE if scope_of(person, name) is not None]


def grantable(person: Person) -> list[str]:
    """Return what a token of this person may carry."""
    return [name for name in permissions_of(person) if name not in SESSION_ONLY]


def forbidden(permission: str) -> ApiError:
    """Return the refusal of a permission; it names the roles that have it."""
    return ApiError(
        "forbidden", permission=permission, roles=[dict(ROLES[role]) for role in TABLE[permission]]
    )


class Require:
    """The dependency that guards a route: a living session, an honest origin, and the permission.

    A refusal leaves an audit row. Writes carry the session's token in `X-CSRF-Token`.
    """

    def __init__(self, permission: str) -> None:
        if permission not in TABLE:
            raise KeyError(permission)
        self.permission = permission

    async def __call__(self, request: Request) -> Viewer:
        made_with = request.app.state.services
        sent = request.headers.get("authorization", "")
        if sent[:7].lower() == "bearer ":
            session = await self._program(request, sent[7:].strip())
        else:
            session = await self._browser(request)
        scope = scope_of(session.person, self.permission)
        if scope is None:
            await made_with.accounts.refused(session, self.permission, request.url.path)
            raise forbidden(self.permission)
        grids = made_with.community().grids_of(session.person) if scope == "grid" else frozenset()
        return Viewer(session=session, permission=self.permission, scope=scope, grids=grids)

    async def _browser(self, request: Request) -> Session:
        accounts = request.app.state.services.accounts
        token = request.cookies.get(cookie_name(request))
        session: Session | None = await accounts.session(token) if token else None
        if session is None:
            session = await self._screen(request)
        if session is None:
            raise ApiError("login_required")
        if request.method not in SAFE_METHODS:
            sent = request.headers.get("x-csrf-token", "")
            if not secrets.compare_digest(sent.encode(), session.csrf.encode()):
                raise ApiError("csrf")
            check_origin(request)
        return session

    async def _screen(self, request: Request) -> Session | None:
        """Return what a wall screen's cookie stands for, where this is one of the things that a screen may see."""
        token = request.cookies.get(screen_cookie(request))
        if token is None or self.permission not in ONLY:
            return None
        made_with = request.app.state.services
        try:
            session: Session | None = await made_with.tokens.session(token, address=client_address(request))
        except LoginError:
            return None
        return session if session is not None and self.permission in (session.only or ()) else None

    async def _program(self, request: Request, token: str) -> Session:
        """Return what a token stands for; no page of another site can send one, so no origin is asked."""
        made_with = request.app.state.services
        try:
            session: Session | None = await made_with.tokens.session(token, address=client_address(request))
        except LoginError as error:
            raise ApiError(
                error.code, wait_s=math.ceil(error.wait.total_seconds()) if error.wait else 1
            ) from error
        if session is None:
            raise ApiError("token_unknown")
        if not may_log_in(request, session.person, demo=made_with.settings.demo):
            raise ApiError("tls_required")
        if self.permission in SESSION_ONLY:
            raise ApiError("session_only")
        if self.permission not in (session.only or ()):
            await made_with.accounts.refused(session, self.permission, request.url.path)
            raise ApiError("not_in_scope", permission=self.permission)
        return session
