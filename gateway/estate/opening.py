"""Opening: from the core of a gateway to the desk of its estate."""

from __future__ import annotations

from gateway.core import Core
from gateway.estate.code import Codes
from gateway.estate.desk import EstateDesk
from gateway.estate.imports import Imports
from gateway.estate.registrar import Registrar
from gateway.estate.replay import Replay
from gateway.estate.trials import Trials
from gateway.secret_files import secret
from gateway.sitebook.book import Sitebook
from gateway.writer import Writer


def open_registrar(core: Core, writer: Writer, book: Sitebook) -> Registrar:
    """Return what edits devices, homes and places of this gateway."""
    key = secret(core.written.settings.data / "secrets", "report.key")  # printed things: places, labels
    desk = EstateDesk(
        book,
        core.store,
        codes=Codes(key),
        profiles=lambda: [profile.id for profile in core.decoder.profiles],
    )
    return Registrar(
        desk=desk,
        imports=Imports(desk, now=core.clock.now),
        replay=Replay(core.store, writer.put),
        trials=Trials(core),
    )
