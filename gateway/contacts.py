"""Contacts: a code goes to an address, comes back from its person, and the address is known to be good.

The code goes straight to the channel, not through the outbox: nothing that opens anything is kept readable.
A contact counts as fresh for 90 days; dispatch takes that as a hint, never as a reason to stay silent.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from gateway.access import Access
from gateway.errors import GatewayError
from gateway.notify.channel import Channel, Destination
from gateway.response.model import Message, Person
from gateway.sealing import Sealer
from gateway.store import contacts as stored

FRESH = timedelta(days=90)
LIFETIME = timedelta(minutes=10)
PAUSE = timedelta(seconds=60)  # between two codes to one contact
NOT_FOR_CODES = frozenset(
    {"lan", "console", "mqtt", "webhook"}
)  # these reach a screen or a machine, not one person


class ContactError(GatewayError):
    """A code could not be sent or was wrong; `code` is a word of the API's catalogue."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The code in words."""

    title: str
    text: str


class Contacts:
    """Sends codes and takes them back. `channels` are those of the site by name; `demo`: none that leaves the box."""

    def __init__(
        self, access: Access, *, sealer: Sealer, channels: Mapping[str, Channel], demo: bool = False
    ) -> None:
        self._access, self._sealer, self._demo = access, sealer, demo
        self._channels = dict(channels)
        self._sent: dict[tuple[str, str], datetime] = {}

    def mark(self, address: str) -> str:
        """Return the form under which it is kept which address was verified."""
        return self._sealer.fingerprint(address)

    async def send(self, person: Person, channel: str) -> None:
        """Send a code to one of a person's contacts.

        Raises:
            ContactError: `no_contact`, `too_many` (too soon), `contact_failed` with the channel's own words.
        """
        address, sender = person.contacts.get(channel), self._sender(channel)
        if not address or sender is None:
            raise ContactError("no_contact", channel=channel)
        now = self._access.now()
        before = self._sent.get((person.id, channel))
        if before is not None and now - before < PAUSE:
            raise ContactError("too_many", wait_s=int((PAUSE - (now - before)).total_seconds()) + 1)
        self._sent[person.id, channel] = now
        code = f"{secrets.randbelow(1_000_000):06}"
        mark, hashed = self.mark(address), self._hash(person.id, channel, code)
        await self._access.write(
            lambda connection: stored.begin_proof(
                connection,
                person.id,
                channel,
                address_mark=mark,
                code_hash=hashed,
                now=now,
                lifetime=LIFETIME,
            )
        )
        await self._deliver(sender, channel, person, address, code, now)

    async def verify(self, person: Person, channel: str, code: str) -> None:
        """Take a code back; the contact is verified from now on.

        Raises:
            ContactError: `no_contact` or `code_refused`: wrong, too old, or tried too often.
        """
        address = person.contacts.get(channel)
        if not address:
            raise ContactError("no_contact", channel=channel)
        now, mark = self._access.now(), self.mark(address)
        hashed = self._hash(person.id, channel, code)
        good = await self._access.write(
            lambda connection: stored.take_code(
                connection, person.id, channel, address_mark=mark, code_hash=hashed, now=now
            )
        )
        if not good:
            raise ContactError("code_refused")
        await self._access.audit(person.id, "contact.verified", person.id, {"channel": channel})

    async def verified(self, people: Mapping[str, Person]) -> dict[tuple[str, str], datetime]:
        """Return when each contact was verified, by (person, channel); only for addresses that are still theirs."""
        known = await self._access.read(stored.proofs)
        return {
            (each.user, each.channel): each.verified_at
            for each in known
            if each.verified_at is not None
            and (person := people.get(each.user)) is not None
            and self.mark(person.contacts.get(each.channel, "")) == each.address_mark
        }

    def _sender(self, channel: str) -> Channel | None:
        """Return the channel of this name, or the only one of this kind, if it reaches one person."""
        found = self._channels.get(channel) or next(
            (each for each in self._channels.values() if each.kind == channel), None
        )
        if found is None or found.kind in NOT_FOR_CODES or (self._demo and found.reach != "box"):
            return None
        return found

    async def _deliver(
        self, sender: Channel, channel: str, person: Person, address: str, code: str, now: datetime
    ) -> None:
        message = Message(
            id=f"contact-{secrets.token_hex(8)}", incident=None, alert=None, channel=channel, recipient=person.id,
            template="contact_code", params={"code": code}, level="L4", created_at=now, not_after=now + LIFETIME,
        )  # fmt: skip
        words = Words(
            title="联系方式验证 / contact check",
            text=f"验证码 {code}，10 分钟内有效。不是您本人操作请忽略。 / Your code is {code}, good for 10 minutes.",
        )
        where = Destination(recipient=person.id, address=address, roles=tuple(person.roles))
        try:
            async with asyncio.timeout(sender.timeout_s):
                await sender.send(message, words, where)
        except (GatewayError, TimeoutError) as error:
            raise ContactError("contact_failed", why=str(error) or "no answer in time") from error

    def _hash(self, user: str, channel: str, code: str) -> str:
        return self._sealer.fingerprint(f"{user}|{channel}|{code.strip()}")
