"""The desk of the estate as routes use it: asked in worker threads, every save answered in one way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from starlette.requests import Request

from gateway.api.answers import services
from gateway.api.errors import ApiError
from gateway.api.permissions import Viewer, scope_of
from gateway.api.saving import done, site_problem
from gateway.api.schemas.estate import EstateSaved
from gateway.estate.desk import EstateDesk
from gateway.estate.registrar import Registrar
from gateway.sitebook.entry import Saved

MOST_WARNINGS = 50


def registrar(request: Request) -> Registrar:
    """Return everything about the estate that may be asked.

    Raises:
        ApiError: `not_ready` where the site is only shown.
    """
    found = services(request).registrar
    if found is None:
        raise ApiError("not_ready")
    return found


def desk(request: Request) -> EstateDesk:
    """Return the desk of this gateway; ApiError as `registrar`."""
    return registrar(request).desk


async def estate_saved(at: EstateDesk, act: Callable[[], Future[Saved]]) -> EstateSaved:
    """Wait for a save and return what came of it.

    Raises:
        ApiError: `invalid_site` with every mistake; nothing was saved.
    """
    saved = await done(act)
    return EstateSaved(
        saved=0 if saved.unchanged else len(saved.versions), unchanged=saved.unchanged, step=at.step_of(saved),
        warnings=[site_problem(each) for each in saved.lint[:MOST_WARNINGS]],
    )  # fmt: skip


def may(viewer: Viewer) -> Callable[[str], bool]:
    """Return what tells whether the person behind a request holds another permission, too."""
    return lambda permission: (
        scope_of(viewer.person, permission) is not None
        and (viewer.session.only is None or permission in viewer.session.only)
    )
