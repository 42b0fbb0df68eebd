"""The desk for upgrades: it takes a package in, has it proven and installed beside; turning to it is done on the machine.

Nothing of a package that is not proven stays. One thing at a time; what takes long is done by a nice child (child.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from gateway import __version__
from gateway.aside import aside
from gateway.batch import Committed
from gateway.config import Settings
from gateway.errors import PackageRefused, UpgradeError
from gateway.upgrade.bundle import Manifest
from gateway.upgrade.child import REFUSED, Ask, Install, Look, Refusal, encoded
from gateway.upgrade.held import Held, Shelf
from gateway.upgrade.incoming import Announced, Announcements, fit, room, stream_to
from gateway.upgrade.order import newer
from gateway.upgrade.versions import Versions

Doing: TypeAlias = Literal["receiving", "checking", "installing"]
_MODULE = "gateway.upgrade.child"


class UpgradeDesk:
    """A part of the app. `version`: the one that runs; an older package or the same is not taken."""

    name = "upgrade"

    def __init__(
        self,
        settings: Settings,
        *,
        version: str = __version__,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.version, self.base, self.data = version, settings.site.parent, settings.data
        self.wanted = settings.upgrade
        self.key_file = None if self.wanted.key_file is None else self.base / self.wanted.key_file
        self.shelf, self.versions = Shelf(settings.data), Versions(self.wanted.folder)
        self.doing: Doing | None = None
        self.failed: str | None = None  # why the newest installation came to nothing
        self._announcements, self._wall = Announcements(), wall
        self._install = asyncio.Event()

    @property
    def most_bytes(self) -> int:
        """The largest package that is taken."""
        return self.wanted.most_mb << 20

    def free_bytes(self) -> int:
        """Return what the disk of the data folder still takes."""
        return room(self.data)

    def announce(self, size: int, *, by: str) -> Announced:
        """Let somebody send a package of so many bytes.

        Raises:
            PackageRefused: no key is set up, something is under way, it is too large or has no room.
        """
        self._ready()
        fit(size, most=self.most_bytes, free=self.free_bytes())
        return self._announcements.add(by=by, size=size, now=self._wall())

    async def receive(self, name: str, content: AsyncIterator[bytes], *, by: str) -> Held | None:
        """Take in what was announced, prove it and keep it in the place of the one before; None: nothing was announced.

        Raises:
            PackageRefused: why it is not taken; nothing of it is left, and a package that lay there still lies there.
            UpgradeError: it cannot be proven now.
            OSError: the disk is full or fails.
        """
        self._ready()
        announced = self._announcements.take(name, by=by, now=self._wall())
        if announced is None:
            return None
        self.doing = "receiving"
        try:
            sha256 = await stream_to(self.shelf.incoming, content, size=announced.size)
            self.doing = "checking"
            manifest = await self._proven(self.shelf.incoming)
            held = await asyncio.to_thread(
                self.shelf.keep, manifest, size=announced.size, sha256=sha256, by=by, at=self._wall()
            )
            self.failed = None
            return held
        finally:
            self.doing = None
            self.shelf.incoming.unlink(missing_ok=True)

    def drop(self) -> None:
        """Take the package away that waits.

        Raises:
            PackageRefused: something is under way.
        """
        self._idle()
        self.shelf.drop()
        self.failed = None

    def install(self) -> None:
        """Have the package that waits installed beside the running version, soon.

        Raises:
            PackageRefused: something is under way, or the folder of the versions is not this process's to write.
        """
        self._ready()
        if not self.can_install():
            raise PackageRefused("upgrade_by_hand", "the folder of the versions is closed to this process")
        self.doing, self.failed = "installing", None
        self._install.set()

    def can_install(self) -> bool:
        """Tell whether this process may write where the versions lie; a hardened service may not."""
        return self.versions.writable()

    async def run(self) -> None:
        """Clear what a kill or an upgrade has left, then install what is asked for, until cancelled."""
        await asyncio.to_thread(self._tidy)
        while True:
            await self._install.wait()
            self._install.clear()
            try:
                await self._installed()
            except (UpgradeError, OSError) as error:
                self.failed = str(error)
            finally:
                self.doing = None

    def committed(self, committed: Committed) -> None:
        """Commits do not matter to it."""

    def _tidy(self) -> None:
        self.shelf.incoming.unlink(missing_ok=True)
        held = self.shelf.held()
        if held is not None and not newer(held.version, self.version):
            self.shelf.drop()  # it is in use by now

    async def _proven(self, file: Path) -> Manifest:
        said = await self._ask(Look(file=file, key_file=self._key()))
        manifest = msgspec.json.decode(said, type=Manifest)
        if not newer(manifest.version, self.version):
            facts = {"version": manifest.version, "running": self.version}
            raise PackageRefused("upgrade_older", f"{manifest.version} is not newer", **facts)
        return manifest

    async def _installed(self) -> None:
        if await asyncio.to_thread(self.shelf.held) is None:
            raise UpgradeError("there is no package to install")
        await self._ask(
            Install(file=self.shelf.file, key_file=self._key(), folder=self.versions.folder.absolute())
        )

    def _key(self) -> Path:
        if self.key_file is None:
            raise PackageRefused("upgrade_off", "gateway.yaml names no publisher's key")
        return self.key_file

    def _idle(self) -> None:
        if self.doing is not None:
            raise PackageRefused("upgrade_busy", f"{self.doing} is under way")

    def _ready(self) -> None:
        self._key()
        self._idle()

    async def _ask(self, ask: Ask) -> bytes:
        said = await aside(_MODULE, encoded(ask))
        if said.code == REFUSED:
            refusal = msgspec.json.decode(said.wrong, type=Refusal)
            raise PackageRefused(refusal.code, refusal.said)
        if said.code != 0:
            raise UpgradeError(said.wrong or "the process for upgrades ended without a word")
        return said.out


def open_upgrades(settings: Settings) -> UpgradeDesk:
    """Return the desk; without a publisher's key it says what runs and takes nothing."""
    return UpgradeDesk(settings)
