"""Opening: from the core of a gateway to the desk of its estate."""

from __future__ import annotations

from gateway.core import Core
from gateway.estate.code import Codes
from gateway.estate.desk import EstateDesk
from gateway.secret_files import secret
from gateway.sitebook.book import Sitebook


def open_desk(core: Core, book: Sitebook) -> EstateDesk:
    """Return the desk at which devices, homes and places of this gateway are edited."""
    key = secret(core.written.settings.data / "secrets", "report.key")  # printed things: places, labels
    return EstateDesk(
        book,
        core.store,
        codes=Codes(key),
        profiles=lambda: [profile.id for profile in core.decoder.profiles],
    )
