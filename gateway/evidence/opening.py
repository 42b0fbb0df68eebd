"""Opening: the keeping of proof put together from the settings of this box and its core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gateway.config import Evidence
from gateway.core import Core
from gateway.evidence.custody import Custody
from gateway.evidence.keeper import Keeper
from gateway.evidence.limits import Keeping, Limits
from gateway.evidence.shelf import Shelf
from gateway.evidence.upload import Uploads
from gateway.writer import Writer

MB = 1024 * 1024


class Served(Protocol):
    """What of the API's services is used here."""

    @property
    def uploads(self) -> Uploads: ...

    @property
    def keeping(self) -> Callable[[], Keeping]: ...

    @property
    def pages(self) -> Any: ...

    @property
    def custody(self) -> Custody: ...


def limits_of(settings: Evidence) -> Limits:
    """Return what phones may send."""
    return Limits(
        photo_bytes=round(settings.photo_mb * MB),
        voice_bytes=round(settings.voice_mb * MB),
        voice_s=settings.voice_s,
        open_all_bytes=settings.waiting_mb * MB,
    )


def keeper_of(core: Core, writer: Writer, services: Served) -> Keeper:
    """Return the part that seals the evidence of cases, also when somebody is about to take it away."""
    keeper = Keeper(
        Shelf(core.store, writer),
        view=lambda: core.view,
        now=core.clock.now,
        offset=lambda: core.clock.offset,
        uploads=services.uploads,
        touched=services.pages.touched,
        keeping=services.keeping,
    )
    services.custody.before_taking.append(keeper.seal_late)
    return keeper
