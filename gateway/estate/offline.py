"""Offline: the estate from a data folder, for the command line. Reading works beside a running gateway, saving does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from gateway.config import Settings, load_settings
from gateway.core import open_core
from gateway.errors import GatewayError
from gateway.estate.code import Codes
from gateway.estate.imports import Preview
from gateway.estate.opening import open_registrar
from gateway.response.world import SiteView
from gateway.sealing import site_sealer
from gateway.secret_files import secret
from gateway.sitebook.book import Sitebook
from gateway.sitebook.layers import Layers, site_documents
from gateway.sitebook.sealed import PeopleSeal
from gateway.store.beside import write_beside
from gateway.writer import Writer
from gateway.written import load_written

_WAIT_S = 120.0


def settings_file(where: Path) -> Path:
    """Return the settings file of a site's folder."""
    return where / "gateway.yaml" if where.is_dir() or not where.suffix else where


def codes_of(settings: Settings) -> Codes:
    """Return the codes of a site's labels."""
    return Codes(secret(settings.data / "secrets", "report.key"))


def site_now(where: Path) -> SiteView:
    """Return the site in force: its file with what was saved laid over it; the file alone before the first start."""
    today = datetime.now(UTC).date()
    written = load_written(load_settings(settings_file(where)), today=today)
    data = written.settings.data
    if not (data / "gateway.sqlite3").exists():
        return written.site.view
    rows = write_beside(data, lambda connection, _now: site_documents(connection))
    seal = PeopleSeal(site_sealer(data / "secrets"))
    return Layers(written, rows, today=lambda: today, seal=seal).view


def imported(where: Path, content: bytes, *, name: str, save: bool, now: datetime) -> tuple[Preview, int]:
    """Look at a table and, with `save` and without mistakes, import it as one step; return how many things changed.

    Raises:
        NotATable: the file cannot be read.
        StoreError: a gateway holds the folder.
    """
    core = open_core(load_written(load_settings(settings_file(where)), today=now.date()))
    failed: list[BaseException] = []
    writer = Writer(core.pump, store=core.store, clock=core.clock, fatal=failed.append, waits=True)
    try:
        waiting = open_registrar(core, writer, Sitebook(core, writer)).imports
        found = waiting.preview(content, by="cli", name=name, say=lambda each: (each.message, each.message))
        if not save or found.findings or not found.changes:
            return found, 0
        writer.start()
        try:
            saved = waiting.confirm(found, by="cli").result(_WAIT_S)
        finally:
            writer.stop()
        if failed:
            raise GatewayError(f"nothing is sure to be saved: {failed[0]}") from failed[0]
        return found, len(saved.versions)
    finally:
        core.store.close()
