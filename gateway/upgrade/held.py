"""The one package that was brought in by the page and proven: it lies in the data folder until it is in use or dropped.

Whoever installs it proves it again: the file lies where the gateway writes, and only its signature is to be trusted.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from gateway.store.folder import write_whole
from gateway.upgrade.bundle import SUFFIX, Manifest, Wheel

FOLDER = "upgrade-package"  # below the data folder
_INCOMING = ".incoming"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What lies there."""

    version: str
    published_at: datetime
    wheels: tuple[Wheel, ...]
    size: int  # bytes
    sha256: str
    by: str
    at: datetime


class Shelf:
    """The place of that package: `package.scgu` with `package.json`, which is there only beside a whole one."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER
        self.file = self.folder / f"package{SUFFIX}"
        self._about = self.folder / "package.json"

    @property
    def incoming(self) -> Path:
        """Where a package is written that nobody has proven yet."""
        return self.folder / _INCOMING

    def held(self) -> Held | None:
        """Return what lies there, None when there is nothing whole."""
        try:
            held = msgspec.json.decode(self._about.read_bytes(), type=Held)
            return held if self.file.stat().st_size == held.size else None
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self, manifest: Manifest, *, size: int, sha256: str, by: str, at: datetime) -> Held:
        """Let the incoming package, which was proven, take the place of the one before.

        Raises:
            OSError: it cannot be written.
        """
        held = Held(
            version=manifest.version, published_at=manifest.made_at, wheels=manifest.wheels,
            size=size, sha256=sha256, by=by, at=at,
        )  # fmt: skip
        self._about.unlink(missing_ok=True)
        self.incoming.replace(self.file)
        write_whole(self._about, msgspec.json.encode(held))
        return held

    def drop(self) -> None:
        """Take everything away, what came in half too."""
        for each in (self._about, self.file, self.incoming):
            each.unlink(missing_ok=True)
