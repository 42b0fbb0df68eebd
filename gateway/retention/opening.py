"""Opening: the spanbook of a gateway, from its core and the environment of this process."""

from __future__ import annotations

import os
from collections.abc import Mapping

from gateway.amendments import Configures
from gateway.core import Core
from gateway.retention.book import Spanbook, setting_documents
from gateway.retention.spans import locks


def open_spans(core: Core, writer: Configures, *, environ: Mapping[str, str] | None = None) -> Spanbook:
    """Return how long things are kept on this box, as file, environment and page say together."""
    with core.store.read() as connection:
        rows = setting_documents(connection)
    return Spanbook(
        core.written.settings, rows, writer, variables=locks(os.environ if environ is None else environ)
    )
