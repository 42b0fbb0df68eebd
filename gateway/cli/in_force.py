"""In force: a site as its gateway has it, with what was saved on the pages laid over its files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from gateway.cli.run import read_site
from gateway.sealing import site_sealer
from gateway.site import SiteFile
from gateway.sitebook.layers import Layers, site_documents
from gateway.sitebook.sealed import PeopleSeal
from gateway.store.beside import documents_beside, write_beside


def is_folder(where: Path) -> bool:
    """Tell whether this names a site's folder, or its gateway.yaml, not a site file alone."""
    return where.is_dir() or where.name == "gateway.yaml"


def site_in_force(where: Path) -> SiteFile:
    """Return the site of a folder with its device profiles, saved ones too; before its first save what its files say.

    Raises:
        ConfigError: the files have mistakes, each with its place.
        StoreError: the database is there and cannot be read.
    """
    written = read_site(where)
    data, today = written.settings.data, datetime.now(written.site.view.zone).date()
    saved = documents_beside(data, "")
    rows = write_beside(data, lambda connection, _: site_documents(connection)) if saved else []
    return Layers(written, rows, today=lambda: today, seal=PeopleSeal(site_sealer(data / "secrets"))).site
