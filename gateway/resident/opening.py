"""Opening: the door of residents for one running gateway, with the key that signs what it gives out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.core import Core
from gateway.resident.door import Door
from gateway.resident.reception import Reception
from gateway.secret_files import secret
from gateway.writer import Writer


def open_door(core: Core, writer: Writer) -> Door:
    """Return the door of residents with its reception."""

    def read(query: Callable[[Any], Any]) -> Any:
        with core.store.read() as connection:
            return query(connection)

    settings = core.written.settings
    key = secret(settings.data / "secrets", "report.key")
    reception = Reception(
        secret=key, sealer=core.sealer, writer=writer, read=read, now=core.clock.now, offset=lambda: core.clock.offset,
    )  # fmt: skip
    return Door(settings.reports, reception, secret=key)
