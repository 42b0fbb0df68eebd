"""Channel board: how each channel fares, and a test message through one of them."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.access import Access
from gateway.channel_tries import Tested, Tries
from gateway.notify.channel import Channel, Destination
from gateway.response.model import Person
from gateway.store.read_channels import Fares, how_it_fares


class ChannelBoard:
    """Belongs to the event loop. `channels` are those of the site by name."""

    def __init__(
        self,
        access: Access,
        *,
        channels: Mapping[str, Channel],
        demo: bool = False,
        public_url: str | None = None,
    ) -> None:
        self._access = access
        self._link = f"{public_url.rstrip('/')}/m" if public_url else ""
        self.channels = dict(channels)
        self._tries = Tries(demo=demo)

    async def fares(self) -> dict[str, Fares]:
        """Return how every channel fares, by name."""
        names = sorted(self.channels)
        return await self._access.read(lambda connection: {n: how_it_fares(connection, n) for n in names})

    async def test(self, name: str, *, by: Person) -> Tested:
        """Send a test through one channel, to the group or to whoever asks, and write down that it was done.

        Raises:
            TooSoon: the last one was less than 30 seconds ago.
        """
        channel = self.channels[name]
        to = self._to(channel, name, by)
        became = await self._tries.one(channel, name, now=self._access.now(), to=to)
        facts = {"state": became.state, "detail": became.detail, "reference": became.reference}
        await self._access.audit(by.id, "channel.test", name, facts)
        return became

    def _to(self, channel: Channel, name: str, by: Person) -> Destination:
        return Destination(
            recipient="group" if channel.for_groups else by.id,
            address=by.contacts.get(name, by.contacts.get(channel.kind, "")),
            roles=tuple(by.roles),
            grids=tuple(by.grids),
            link=self._link,
        )
