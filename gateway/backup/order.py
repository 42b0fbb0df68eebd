"""What is to be backed up, where to, and what came of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from gateway.backup.sealed_file import fit_passphrase
from gateway.config import Settings
from gateway.errors import BackupError, ConfigError
from gateway.secret_files import secret_text

SITE_FOLDERS = ("secrets", "tls")  # beside the settings: what only this box has


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One backup to be made; the passphrase itself stands in its file only."""

    site: str  # its id
    data: Path
    base: Path  # the folder of the settings
    parts: tuple[Path, ...]  # files and folders of the site, all below `base`
    folder: (
        Path  # where backups go; it must be there: a disk that is not mounted is not to be filled underneath
    )
    passphrase_file: Path
    by: str = "gateway"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """One finished backup; kept beside it as `NAME.json`."""

    name: str
    site: str
    made_at: datetime
    version: str  # of the gateway
    size_bytes: int
    sha256: str
    files: int
    seconds: float
    by: str
    verified_at: datetime | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file inside."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; the last file in it. `gone` were deleted by their retention while it was made."""

    site: str
    version: str
    made_at: datetime
    files: tuple[Entry, ...]
    gone: tuple[str, ...] = ()


def order_of(settings: Settings, site: str, *, by: str = "gateway") -> Order:
    """Return the order that the settings describe.

    Raises:
        ConfigError: they say nothing of backups.
    """
    wanted = settings.backup
    if wanted is None:
        said = "gateway.yaml: backup: is missing; say where backups go and which file holds their passphrase"
        raise ConfigError([f"{said} (docs/how-to/back-up.md)"])
    base = settings.site.parent
    own = (base / "gateway.yaml", settings.site, settings.rules, settings.profiles)
    parts = tuple(path for path in (*own, *(base / name for name in SITE_FOLDERS)) if path.exists())
    return Order(
        site=site,
        data=settings.data,
        base=base,
        parts=tuple(dict.fromkeys(path for path in parts if path.is_relative_to(base))),
        folder=base / wanted.folder,
        passphrase_file=base / wanted.passphrase_file,
        by=by,
    )


def passphrase_of(file: Path) -> str:
    """Return the passphrase that a file holds.

    Raises:
        BackupError: it cannot be read, or is too short.
    """
    try:
        text = secret_text(file, what="the passphrase of backups")
    except ConfigError as error:
        raise BackupError(str(error)) from None
    return fit_passphrase(text, where=str(file))
