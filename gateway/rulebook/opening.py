"""Opening: the rulebook of a running gateway, put together from its core and its writer."""

from __future__ import annotations

from gateway.core import Core
from gateway.rulebook.book import Configures, Rulebook
from gateway.written import read_rule_files


def open_rulebook(core: Core, writer: Configures) -> Rulebook:
    """Return the rulebook; give its `committed` to `Writer.on_commit`, its `say` is to be set, then call `start`."""
    written = core.written
    return Rulebook(
        core.standings,
        writer=writer,
        engine=lambda: core.engine,
        read_files=lambda: read_rule_files(written.settings, written.site),
    )
