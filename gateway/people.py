"""People: who works here, changed while the gateway runs; accounts follow at once.

A person is a document of the site (`person:<id>`), checked with the whole of it; the account (password, sessions,
second factor) belongs to the store. What is done to a person leaves audit rows of both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from gateway.access import Access
from gateway.auth import LINK_LIFETIME, Accounts
from gateway.credentials import new_token, token_hash
from gateway.errors import GatewayError
from gateway.in_chinese import in_chinese
from gateway.people_rules import Mistake, mistakes
from gateway.response.model import Person
from gateway.sitebook.book import Sitebook
from gateway.store import accounts as stored
from gateway.store.contacts import forget_proofs
from gateway.store.read import Connection
from gateway.store.second_factors import enrolled_users, remove_factor
from gateway.tokens import Tokens


class Refused(GatewayError):
    """A change of a person that has mistakes; nothing was changed. All of them are here."""

    def __init__(self, found: list[Mistake]) -> None:
        self.mistakes = found
        super().__init__("; ".join(each.en for each in found))


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A person with how their account stands. `version` 0: only the site file, or nothing, speaks of them."""

    person: Person
    account: stored.Account | None
    version: int
    seen_at: datetime | None
    second_factor: bool


class People:
    """The people of a running gateway; everything returns after its commit."""

    def __init__(
        self,
        access: Access,
        *,
        sitebook: Sitebook,
        accounts: Accounts,
        tokens: Tokens,
    ) -> None:
        self._access, self._book = access, sitebook
        self._accounts, self._tokens = accounts, tokens

    async def all(self) -> list[Standing]:
        """Return everybody: those of the site, and accounts that only the store knows (the first administrator)."""

        def look(connection: Connection) -> tuple[list[stored.Account], dict[str, datetime], frozenset[str]]:
            return stored.accounts(connection), stored.last_seen(connection), enrolled_users(connection)

        known, seen, factors = await self._access.read(look)
        accounts = {each.person.id: each for each in known}
        people = {**{name: each.person for name, each in accounts.items()}, **self._book.view.people}
        return [
            Standing(
                person=_with_account(person, accounts.get(name), in_site=name in self._book.view.people),
                account=accounts.get(name),
                version=self._book.version(f"person:{name}"),
                seen_at=seen.get(name),
                second_factor=name in factors,
            )
            for name, person in sorted(people.items())
        ]

    async def one(self, name: str) -> Standing | None:
        """Return one person, or None."""
        return next((each for each in await self.all() if each.person.id == name), None)

    async def save(
        self, entry: Mapping[str, Any], *, by: str, expected: int, new: bool = False, reason: str = ""
    ) -> Standing:
        """Make `entry` what the site says of a person, as an entry of a site file.

        Raises:
            Refused: with every mistake.
            ActionRefused: `stale_document`.
        """
        after = _person(entry)
        everybody = {each.person.id: each for each in await self.all()}
        before = everybody.get(after.id)
        found = []
        if new and before is not None:
            zh, en = f"登录名“{after.id}”已经有人用", f"the login name '{after.id}' is taken"
            found.append(Mistake(path="id", zh=zh, en=en))
        found += mistakes(
            after,
            before=before.person if before else None,
            by=by,
            administrators=[name for name, each in everybody.items() if _administrates(each)],
        )
        body = _entry(after, entry)
        name = f"person:{after.id}"
        found += [
            Mistake(path=each.path, zh=f"与小区配置不符：{in_chinese(each.message)}", en=each.message)
            for each in (await asyncio.to_thread(self._book.check, name, body)).problems
        ]
        if found:
            raise Refused(found)
        await asyncio.wrap_future(self._book.save(name, body, by=by, expected=expected, reason=reason))
        if before is not None:
            self._accounts.forget(after.id)  # other roles count from the next request on
        # The account follows in the writer's own order; asking it once more waits for that.
        await self._access.write(
            lambda connection: stored.sync_people(connection, self._book.view.people.values())
        )
        saved = await self.one(after.id)
        assert saved is not None
        return saved

    async def deactivate(self, standing: Standing, *, by: str, reason: str) -> None:
        """Let somebody in no more, from this moment: sessions, links and tokens end; old cases keep their name.

        Raises:
            Refused: it is themselves, or the last administrator.
        """
        person = standing.person
        gone = msgspec.structs.replace(person, active=False)
        everybody = await self.all()
        found = [
            each
            for each in mistakes(
                gone,
                before=person,
                by=by,
                administrators=[each.person.id for each in everybody if _administrates(each)],
            )
            if each.path == "active"
        ]
        if found:
            raise Refused(found)
        await self._close(person.id, by=by, reason=reason)
        await self._mark_active(person.id, by=by, active=False, reason=reason)

    async def activate(self, standing: Standing, *, by: str, reason: str) -> None:
        """Let somebody in again, with the password they had."""
        name = standing.person.id
        await self._mark_active(name, by=by, active=True, reason=reason)

        def job(connection: Connection) -> None:
            stored.reopen_account(connection, name)
            self._access.note(
                connection, actor=by, action="person.activated", about=name, facts={"reason": reason}
            )

        await self._access.write(job)

    async def invite(self, name: str, *, by: str) -> tuple[str, timedelta]:
        """Return the token of a one-time link with which a person sets a password; an earlier one stops working."""
        token, lifetime = new_token(), LINK_LIFETIME["invite"]
        now = self._access.now()

        def job(connection: Connection) -> None:
            stored.put_link(
                connection, token_hash(token), user=name, purpose="invite", now=now, lifetime=lifetime
            )
            self._access.note(connection, actor=by, action="link", about=name, facts={"purpose": "invite"})

        await self._access.write(job)
        return token, lifetime

    async def reset(self, name: str, *, by: str) -> tuple[str, timedelta]:
        """Take password and second factor from an account, end its sessions, return the token of a link for new ones."""

        def job(connection: Connection) -> None:
            stored.clear_password(connection, name)
            remove_factor(connection, name)
            self._access.note(connection, actor=by, action="person.reset", about=name, facts={})

        await self._access.write(job)
        self._accounts.forget(name)
        return await self.invite(name, by=by)

    async def unlock(self, name: str, *, by: str) -> None:
        """Let somebody try again who typed too many wrong passwords."""

        def job(connection: Connection) -> None:
            stored.unlock(connection, name)
            self._access.note(connection, actor=by, action="person.unlocked", about=name, facts={})

        await self._access.write(job)

    async def _close(self, name: str, *, by: str, reason: str) -> None:
        def job(connection: Connection) -> None:
            stored.close_account(connection, name)
            forget_proofs(connection, name)
            self._access.note(
                connection, actor=by, action="person.deactivated", about=name, facts={"reason": reason}
            )

        await self._access.write(job)
        self._accounts.forget(name)
        await self._tokens.revoke(by=by, user=name)

    async def _mark_active(self, name: str, *, by: str, active: bool, reason: str) -> None:
        entry = self._book.present(f"person:{name}")
        if entry is None:  # an account that the site does not know
            return
        body = {key: value for key, value in entry.items() if key != "active"}
        if not active:
            body["active"] = False
        await asyncio.wrap_future(self._book.save(f"person:{name}", body, by=by, reason=reason))


def _administrates(each: Standing) -> bool:
    account = each.account
    able = account is not None and account.active and account.password is not None
    return able and each.person.active and "administrator" in each.person.roles


def _with_account(person: Person, account: stored.Account | None, *, in_site: bool) -> Person:
    """Return a person whom the site does not know with whether their account is open."""
    if in_site or account is None:
        return person
    return msgspec.structs.replace(person, active=account.active)


def _person(entry: Mapping[str, Any]) -> Person:
    try:
        return msgspec.convert(entry, Person)
    except msgspec.ValidationError as error:
        raise Refused([Mistake(path="", zh=f"内容不对：{error}", en=str(error))]) from error


def _entry(after: Person, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person as an entry of a site file, with fields that others have added to it."""
    body: dict[str, Any] = {**entry, **msgspec.json.decode(msgspec.json.encode(after))}
    empty: dict[str, Any] = {"grids": [], "skills": [], "household": None, "contacts": {}, "active": True}
    return {name: value for name, value in body.items() if name not in empty or value != empty[name]}
