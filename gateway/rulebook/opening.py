"""Opening: the rulebook of a running gateway, put together from its core and its writer."""

from __future__ import annotations

from gateway.amendments import Configures
from gateway.core import Core
from gateway.rulebook.book import Rulebook
from gateway.rulebook.shadowing import Shadowing
from gateway.rulebook.shadows import Shadows
from gateway.store.history import History
from gateway.written import read_rule_files


def open_rulebook(core: Core, writer: Configures, *, by_hand: bool = False) -> Rulebook:
    """Return the rulebook: `start` it before the writer, give its `committed` to `on_commit`, `stop` it before the store.

    `by_hand`: shadow runs hear when they are told to, not in a thread of their own.
    """
    written, standings, store = core.written, core.standings, core.store
    shadows = Shadows(
        site=written.site.rules,
        reading=standings.reading,
        open_history=lambda: History(store.database.read, "the journal"),
        newest=lambda: store.last_seq,
        now=core.clock.now,
        offset=lambda: core.clock.offset,
        by_hand=by_hand,
    )
    return Rulebook(
        standings,
        writer=writer,
        engine=lambda: core.engine,
        read_files=lambda: read_rule_files(written.settings, written.site),
        shadowing=Shadowing(store, shadows),
    )
