"""Login: sessions, one-time links and the patience shown to those who guess.

A session is a random token in a cookie; the store knows only its hash. Nothing here tells a stranger
whether an account exists: same words, same work, same waiting. Tries for one account, and from one address, are
decided one after the other: many at once are no more tries. Times are engine times, so a stepped clock neither ends
all sessions nor unlocks an account early.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from gateway.access import Access
from gateway.credentials import (
    check_password,
    hash_password,
    new_token,
    token_hash,
)
from gateway.patience import Patience
from gateway.response.model import Person
from gateway.second_factor import SecondFactors
from gateway.session import LIFETIME, LoginError, Opened, Session
from gateway.store import accounts as stored
from gateway.store.read import Connection

IDLE = timedelta(minutes=30)
TOUCH = timedelta(minutes=1)  # how often "seen" is written
RECHECK = timedelta(seconds=10)  # how long a dismissed person's open page may go on
LINK_LIFETIME = {"first_run": timedelta(days=30), "invite": timedelta(days=3), "demo": timedelta(hours=12)}
OPENS_ACCOUNT = {"first_run", "invite"}  # these links set the password of their account


class Accounts:
    """Logs people in and out and knows who is behind a token; writes go through the writer's queue."""

    def __init__(self, access: Access, *, factors: SecondFactors) -> None:
        self._access, self._now = access, access.now
        self._read, self._write, self.audit = access.read, access.write, access.audit
        self._factors = factors
        self._sessions: OrderedDict[str, tuple[Session, datetime]] = (
            OrderedDict()
        )  # with the last look at the store
        self._patience = Patience(access)
        self._hashing = asyncio.Semaphore(2)  # 19 MiB each: guessing must not eat the box

    async def login(
        self,
        user: str,
        password: str,
        *,
        address: str,
        allowed: Callable[[Person], bool],
        code: str | None = None,
        plain: bool = False,
    ) -> Opened:
        """Open a session for a name, a password and, where the account has a second factor, a code.

        Raises:
            LoginError: `login_failed`, `too_many` (with the wait), `tls_required` when `allowed` says no,
                `code_required` or `code_wrong`.
        """
        async with self._patience.both(user, address=address) as account:
            now = self._now()
            async with self._hashing:
                right = await asyncio.to_thread(
                    check_password, password, account.password if account else None
                )
            if account is None or not right or not account.active:
                await self._patience.failed(user, account, address=address, now=now)
                raise LoginError("login_failed")
            if not allowed(account.person):
                await self.audit(user, "login.refused", address, {"why": "tls_required"})
                raise LoginError("tls_required")
            await self._second(account, code, address, now)
            self._patience.forget(address)
            return await self._open(account, address=address, how="password", plain=plain, now=now)

    async def login_link(
        self,
        token: str,
        *,
        password: str | None,
        address: str,
        allowed: Callable[[Person], bool],
        code: str | None = None,
        plain: bool = False,
    ) -> Opened:
        """Open a session for a one-time link; a link that opens an account sets its password with it.

        Raises:
            LoginError: `link_failed`, `password_required`, `too_many`, `tls_required`, `code_required` or `code_wrong`.
        """
        async with self._patience.address(address):
            now = self._now()
            link = await self._read(lambda connection: stored.link(connection, token_hash(token), now=now))
            if link is None:
                await self._patience.link_failed(address=address, now=now)
                raise LoginError("link_failed")
            if link.purpose in OPENS_ACCOUNT and password is None:
                raise LoginError("password_required")
            person = link.account.person
            if not allowed(person):
                await self.audit(person.id, "login.refused", address, {"why": "tls_required"})
                raise LoginError("tls_required")
            async with self._patience.account(person.id, address=address) as account:
                await self._second(account or link.account, code, address, now)
            await self._use(token, password if link.purpose in OPENS_ACCOUNT else None, now)
            how = f"link:{link.purpose}"
            return await self._open(link.account, address=address, how=how, plain=plain, now=now)

    async def session(self, token: str) -> Session | None:
        """Return the living session behind a token, or None; being looked for keeps it alive."""
        now, key = self._now(), token_hash(token)
        known, looked = self._sessions.get(key, (None, now))
        if (
            known is not None
            and now - looked < RECHECK
            and now - known.seen_at < TOUCH
            and now < known.expires_at
        ):
            return known
        if known is None or now - looked >= RECHECK:
            found = await self._read(lambda connection: stored.session(connection, key))
            session, looked = (None if found is None else _session(*found)), now
            if session is not None and known is not None:
                session = msgspec.structs.replace(session, seen_at=max(session.seen_at, known.seen_at))
        else:
            session = known
        if session is None or now >= session.expires_at or now - session.seen_at >= IDLE:
            self._sessions.pop(key, None)
            return None
        if now - session.seen_at >= TOUCH:
            session = msgspec.structs.replace(session, seen_at=now)
            self._access.send(lambda connection: stored.touch_session(connection, key, now=now))
        self._remember(session, looked)
        return session

    async def logout(self, session: Session) -> None:
        """End one session."""
        self._sessions.pop(session.token_hash, None)
        await self._write(lambda connection: stored.close_session(connection, session.token_hash))
        await self.audit(session.person.id, "logout", session.address, {})

    async def change_password(self, session: Session, *, current: str | None, new: str) -> None:
        """Set a new password, end all other sessions of the person.

        Raises:
            LoginError: `password_wrong`; `too_many` after several wrong ones.
        """
        person = session.person.id
        await self.own_password(session, current)
        async with self._hashing:
            hashed = await asyncio.to_thread(hash_password, new)
        await self._write(
            lambda connection: stored.set_password(connection, person, hashed, keep=session.token_hash)
        )
        self.forget(person, keep=session.token_hash)
        await self.audit(person, "password.changed", person, {})

    async def own_code(self, session: Session, code: str | None) -> None:
        """See that who asks holds the second factor of the session's account, if it has one.

        Raises:
            LoginError: `code_required`, `code_wrong`; `too_many` after several wrong ones.
        """
        person, address = session.person.id, session.address
        async with self._patience.both(person, address=address) as account:
            if account is None:
                raise LoginError("code_wrong")
            await self._second(account, code, address, self._now())

    async def own_password(self, session: Session, current: str | None) -> None:
        """See that who asks for something weighty knows the password of the session's account, if it has one.

        Raises:
            LoginError: `password_wrong`; `too_many` after several wrong ones.
        """
        person, address = session.person.id, session.address
        async with self._patience.both(person, address=address) as account:
            if account is None:
                raise LoginError("password_wrong")
            if account.password is None:
                return
            async with self._hashing:
                right = await asyncio.to_thread(check_password, current or "", account.password)
            if not right:
                await self._patience.failed(person, account, address=address, now=self._now())
                raise LoginError("password_wrong")

    def forget(self, person: str, *, keep: str = "") -> None:
        """Look at the store anew for the sessions of a person: they were ended there, except the one to keep."""
        for key in [key for key, (other, _) in self._sessions.items() if other.person.id == person]:
            if key != keep:
                del self._sessions[key]

    async def refused(self, session: Session, permission: str, path: str) -> None:
        """Write down that somebody reached for what their role may not do."""
        by = {"token": session.token} if session.token else {}
        await self.audit(session.person.id, "permission.refused", permission, {"path": path, **by})

    async def _second(self, account: stored.Account, code: str | None, address: str, now: datetime) -> None:
        """Ask for the code of an account that has a second factor; wrong ones count like wrong passwords."""
        person = account.person.id
        if not await self._factors.enrolled(person):
            return
        if code is None:
            raise LoginError("code_required")
        if not await self._factors.check(person, code):
            await self._patience.failed(person, account, address=address, now=now)
            raise LoginError("code_wrong")

    async def _use(self, token: str, password: str | None, now: datetime) -> None:
        """Use up a link, setting the password it came with.

        Raises:
            LoginError: `link_failed` when somebody else was faster with the same link.
        """
        hashed: str | None = None
        if password is not None:
            async with self._hashing:
                hashed = await asyncio.to_thread(hash_password, password)
        if not await self._write(
            lambda connection: stored.use_link(connection, token_hash(token), now=now, password=hashed)
        ):
            raise LoginError("link_failed")

    async def _open(
        self, account: stored.Account, *, address: str, how: str, plain: bool, now: datetime
    ) -> Opened:
        token, csrf = new_token(), new_token()
        row = stored.SessionRow(
            token_hash=token_hash(token),
            csrf=csrf,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            address=address,
        )
        person = account.person.id
        facts = {"how": how, **({"plain_http": True} if plain else {})}

        def store_it(connection: Connection) -> None:
            stored.open_session(connection, person, row)
            self._access.note(connection, actor=person, action="login", about=address, facts=facts)

        await self._write(store_it)
        opened = Opened(token=token, session=_session(row, account))
        self._remember(opened.session, now)
        return opened

    def _remember(self, session: Session, looked: datetime) -> None:
        self._sessions[session.token_hash] = (session, looked)
        self._sessions.move_to_end(session.token_hash)
        if len(self._sessions) > 2000:
            self._sessions.popitem(last=False)


def _session(row: stored.SessionRow, account: stored.Account) -> Session:
    return Session(
        token_hash=row.token_hash,
        person=account.person,
        language=account.language,
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        address=row.address,
    )
