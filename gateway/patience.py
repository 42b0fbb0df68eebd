"""Patience: how those who guess are slowed down, by account and by address, one try at a time.

A try is let in, decided and written down before the next one for the same account or from the same address is
looked at: a hundred sent together are no more tries than a hundred sent one after the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from gateway.access import Access
from gateway.credentials import (
    FREE_TRIES_ACCOUNT,
    FREE_TRIES_ADDRESS,
    LONGEST_WAIT_ACCOUNT,
    LONGEST_WAIT_ADDRESS,
    Failures,
    wait_after,
)
from gateway.session import LoginError
from gateway.store import accounts as stored
from gateway.turns import Turns


class Patience:
    """Lets tries in by turns; failures of accounts are in the store, those of addresses and unknown names here."""

    def __init__(self, access: Access) -> None:
        self._access, self._now = access, access.now
        self._turns = Turns()
        self._addresses = Failures(free=FREE_TRIES_ADDRESS, longest=LONGEST_WAIT_ADDRESS)
        self._strangers = Failures(free=FREE_TRIES_ACCOUNT, longest=LONGEST_WAIT_ACCOUNT)

    @asynccontextmanager
    async def address(self, address: str) -> AsyncIterator[None]:
        """Hold the turn of an address. Taken before that of an account, so that no two wait for each other.

        Raises:
            LoginError: `too_many`.
        """
        async with self._turns.hold(f"address {address}"):
            self._refuse(self._addresses.wait(address, self._now()))
            yield

    @asynccontextmanager
    async def account(self, user: str, *, address: str) -> AsyncIterator[stored.Account | None]:
        """Hold the turn of an account within that of an address; give the account as earlier tries left it.

        Raises:
            LoginError: `too_many`.
        """
        async with self._turns.hold(f"account {user}"):
            account = await self._access.read(lambda connection: stored.account(connection, user))
            now = self._now()
            locked = account.locked_until if account is not None else None
            self._refuse(
                max(
                    self._addresses.wait(address, now),
                    self._strangers.wait(user, now) if account is None else timedelta(0),
                    locked - now if locked is not None else timedelta(0),
                )
            )
            yield account

    @asynccontextmanager
    async def both(self, user: str, *, address: str) -> AsyncIterator[stored.Account | None]:
        """Hold the turns of an address and of an account."""
        async with self.address(address), self.account(user, address=address) as account:
            yield account

    async def failed(self, user: str, account: stored.Account | None, *, address: str, now: datetime) -> None:
        """Write a wrong password or code down, within the turn in which it was tried."""
        self._addresses.failed(address, now)
        if account is None:
            self._strangers.failed(user, now)
        else:
            person = account.person.id
            wait = wait_after(account.failed + 1, free=FREE_TRIES_ACCOUNT, longest=LONGEST_WAIT_ACCOUNT)
            await self._access.write(
                lambda connection: stored.record_failure(connection, person, locked_until=now + wait)
            )
        await self._access.audit("", "login.failed", address, {"user": user[:80]})

    async def link_failed(self, *, address: str, now: datetime) -> None:
        """Write down a link that nobody gave out."""
        self._addresses.failed(address, now)
        await self._access.audit("", "link.refused", address, {})

    def forget(self, address: str) -> None:
        """A success ends the row of failures of an address."""
        self._addresses.forget(address)

    def _refuse(self, wait: timedelta) -> None:
        if wait > timedelta(0):
            raise LoginError("too_many", wait=wait)
