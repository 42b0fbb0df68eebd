"""The shelf: the folder in which finished backups lie, each with what is known of it in `NAME.json`."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec

from gateway.backup.keeping import Keep, to_drop
from gateway.backup.making import SUFFIX
from gateway.backup.order import Made
from gateway.store.folder import write_whole

NAME = re.compile(rf"[a-z0-9-]{{1,60}}-\d{{8}}T\d{{6}}Z{re.escape(SUFFIX)}")


class Shelf:
    """One folder of backups of one site; others' files in it are left alone."""

    def __init__(self, folder: Path, site: str) -> None:
        self.folder, self._site = folder, site

    def all(self) -> list[Made]:
        """Return every finished backup of the site, the newest first; nothing while the folder is not there."""
        if not self.folder.is_dir():
            return []
        found = [self.one(path.name) for path in self.folder.glob(f"{self._site}-*{SUFFIX}")]
        return sorted(
            (each for each in found if each is not None), key=lambda each: each.made_at, reverse=True
        )

    def one(self, name: str) -> Made | None:
        """Return one backup; None when there is no such one, or nothing is known of it."""
        if not NAME.fullmatch(name) or not (self.folder / name).is_file():
            return None
        try:
            found = msgspec.json.decode((self.folder / f"{name}.json").read_bytes(), type=Made)
        except (OSError, msgspec.DecodeError):
            return None
        # others can write on a share: what is said beside a file is about that file, and about this site, or nothing
        return found if (found.name, found.site) == (name, self._site) else None

    def path(self, made: Made) -> Path:
        """Return the file of a backup."""
        return self.folder / made.name

    def verified(self, made: Made, *, at: datetime) -> Made:
        """Write down that a backup was read from end to end."""
        fresh = msgspec.structs.replace(made, verified_at=at)
        write_whole(self.folder / f"{made.name}.json", msgspec.json.encode(fresh))
        return fresh

    def tidy(self, keep: Keep, *, zone: tzinfo) -> list[str]:
        """Delete the backups that need not stay; return their names."""
        dropped = to_drop({each.name: each.made_at.astimezone(zone) for each in self.all()}, keep)
        for name in dropped:
            (self.folder / name).unlink(missing_ok=True)
            (self.folder / f"{name}.json").unlink(missing_ok=True)
        return dropped
