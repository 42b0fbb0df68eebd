"""The desk for backups: one every night, one when somebody asks, and the reading of them; one thing at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

import msgspec

from gateway.aside import aside
from gateway.backup.child import Make, Verify, encoded
from gateway.backup.keeping import Keep
from gateway.backup.order import Made, order_of
from gateway.backup.settings import Backup
from gateway.backup.shelf import Shelf
from gateway.batch import Committed
from gateway.config import Settings
from gateway.errors import BackupError
from gateway.response.world import SiteView

LOOK_EVERY_S = 30.0
OLD_AFTER = timedelta(hours=36)  # one night may fail; two may not go unnoticed
_MODULE = "gateway.backup.child"


class BackupDesk:
    """A part of the app. A backup that fails ends `run` with why: it is tried again, and the health page says it."""

    name = "backup"

    def __init__(
        self,
        settings: Settings,
        wanted: Backup,
        *,
        site: str,
        zone: tzinfo,
        keep: Callable[[], Keep | None] = lambda: None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.wanted, self.zone, self._keep = wanted, zone, keep
        self.shelf = Shelf(order_of(settings, site).folder, site)
        self.running_since: datetime | None = None
        self.failed: str | None = None  # why the newest attempt came to nothing
        self.known: list[
            Made
        ] = []  # what lay on the shelf when it was last looked at; a share may take its time
        self._settings, self._site, self._wall = settings, site, wall
        self._asked: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        self._alone = asyncio.Lock()

    @property
    def keep(self) -> Keep:
        """How many stay: what was changed on the page, or else what the settings say."""
        return self._keep() or self.wanted.keep

    def ask(self, by: str) -> bool:
        """Have a backup made soon; False when one is under way or asked for already."""
        if self.running_since is not None or self._asked.full():
            return False
        self._asked.put_nowait(by)
        return True

    async def run(self) -> None:
        """Make what is due and what is asked for, until cancelled.

        Raises:
            BackupError: one could not be made; nothing of it is left.
        """
        while True:
            await self.look()
            if self.due():
                await self.make(by="gateway")
            try:
                by = await asyncio.wait_for(self._asked.get(), LOOK_EVERY_S)
            except TimeoutError:
                continue
            await self.make(by=by)

    def committed(self, committed: Committed) -> None:
        """Commits do not matter to it."""

    async def look(self) -> None:
        """Look at the shelf, in a thread of its own."""
        self.known = await asyncio.to_thread(self.shelf.all)

    def due(self) -> bool:
        """Tell whether none was made since the last time of day at which one is made.

        One that says it is of the future was made under a wrong clock, and stands for no night.
        """
        return not any(self.last_due() <= each.made_at <= self._wall() for each in self.known)

    def last_due(self) -> datetime:
        """Return the newest moment at which a backup was to be made."""
        return self._at(0) if self._at(0) <= self._wall() else self._at(-1)

    def next_due(self) -> datetime:
        """Return when the next one is to be made."""
        return self._at(0) if self._at(0) > self._wall() else self._at(1)

    async def make(self, *, by: str) -> Made:
        """Make one now and let those go that need not stay.

        Raises:
            BackupError: why there is none.
        """
        async with self._alone:
            self.running_since = self._wall()
            try:
                said = await _child(encoded(Make(order=order_of(self._settings, self._site, by=by))))
                made = msgspec.json.decode(said, type=Made)
                await asyncio.to_thread(self.shelf.tidy, self.keep, zone=self.zone)
                await self.look()
            except BackupError as error:
                self.failed = str(error)
                raise
            finally:
                self.running_since = None
            self.failed = None
            return made

    async def verify(self, made: Made) -> Made:
        """Read a backup from end to end; return it with the time at which it was.

        Raises:
            BackupError: it is not whole or not true.
        """
        passphrase_file = self._settings.site.parent / self.wanted.passphrase_file
        async with self._alone:
            await _child(encoded(Verify(file=self.shelf.path(made), passphrase_file=passphrase_file)))
        fresh = await asyncio.to_thread(self.shelf.verified, made, at=self._wall())
        await self.look()
        return fresh

    def _at(self, days: int) -> datetime:
        day = self._wall().astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, time.fromisoformat(self.wanted.at), self.zone)


def open_backups(
    settings: Settings, *, site: SiteView, keep: Callable[[], Keep | None] = lambda: None
) -> BackupDesk | None:
    """Return the desk; None when the settings say nothing of backups."""
    if settings.backup is None:
        return None
    return BackupDesk(settings, settings.backup, site=site.id, zone=site.zone, keep=keep)


async def _child(ask: bytes) -> bytes:
    """Let the child do it; cancelling ends it, and what it had begun is cleared by the next."""
    try:
        said = await aside(_MODULE, ask)
    except OSError as error:
        raise BackupError(f"the process for backups cannot be started: {error}") from error
    if said.code != 0:
        raise BackupError(said.wrong or "the process for backups ended without a word")
    return said.out
