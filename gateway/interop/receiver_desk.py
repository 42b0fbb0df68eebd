"""Receiver desk: the receivers of the page and of the file, and a real test of each, signed as its cases are.

A test goes straight out, so that whoever asks sees the other system's own answer. What keeps a demo on its box keeps
its tests there too.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.access import Access
from gateway.channel_tries import Tested, Tries
from gateway.interop.receiver_book import Receiverbook
from gateway.interop.saved_receiver import settings_of
from gateway.notify.address import Resolve, resolve
from gateway.notify.channel import Destination
from gateway.notify.signed import WebhookSettings
from gateway.notify.webhook import Webhook


class ReceiverDesk:
    """Belongs to the event loop. `in_file` are where those of gateway.yaml are reached, by name."""

    def __init__(
        self,
        book: Receiverbook,
        access: Access,
        *,
        in_file: Mapping[str, WebhookSettings],
        site: str,
        demo: bool,
        using: Resolve = resolve,
    ) -> None:
        self.book, self.demo = book, demo
        self._access, self._in_file, self._site, self._using = access, dict(in_file), site, using
        self._tries = Tries(demo=demo)

    def names(self) -> frozenset[str]:
        """Return all that can be tested."""
        return frozenset([*self._in_file, *self.book.live()])

    async def test(self, name: str, *, by: str) -> Tested:
        """Post a test to one receiver and write down that it was done.

        Raises:
            TooSoon: the last one was less than 30 seconds ago.
        """
        channel = Webhook(self._settings(name), site=self._site, using=self._using)
        try:
            became = await self._tries.one(
                channel, name, now=self._access.now(), to=Destination(recipient="site")
            )
        finally:
            await channel.close()
        await self._access.audit(by, "receiver.test", name, {"state": became.state, "detail": became.detail})
        return became

    def _settings(self, name: str) -> WebhookSettings:
        if name in self._in_file:
            return self._in_file[name]
        entry = self.book.live()[name].entry
        assert entry is not None
        return settings_of(entry)
