"""A house for the API's tests: a real store, pump and writer over a small estate, and browsers of its people.

Only the rule engine is the small one of `pump_parts`: a forced door opens an alert, a door held open for
30 s another. Cases, dispatch, journal, sessions and the stream are the product's own.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from devices.event import Decoded, Event, Evidence, RawMessage
from devices.gateway_voice import read_self
from gateway.api.app import create_app
from gateway.api.assemble import assemble
from gateway.api.community import Condition, RuleCard
from gateway.api.community_of import community_of
from gateway.api.estate import Estate as EstateSaid
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import Health, HealthPart, HealthReason
from gateway.api.services import ApiSettings
from gateway.backtest.jobs import Backtests
from gateway.clock import EngineClock, Sources
from gateway.config import Reports
from gateway.credentials import hash_password, new_token, token_hash
from gateway.pace import Limits
from gateway.pump import Pump
from gateway.resident.door import Door
from gateway.resident.reception import Reception
from gateway.response.dispatch import candidates
from gateway.response.model import Incident, Person
from gateway.response.naming import why_of
from gateway.response.respond import respond
from gateway.response.world import World
from gateway.rulebook.book import Rulebook
from gateway.sealing import Sealer
from gateway.store import accounts
from gateway.store.recover import Recovery
from gateway.store.store import Store
from gateway.store.telemetry import TelemetryFile
from gateway.writer import Writer
from tests.gateway.pump_parts import DoorRules, PlainDecoder
from tests.gateway.response.estate import PEOPLE, site

START = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
PASSWORD = "a long enough password"
ORIGIN = "http://gateway.lan"  # not localhost: browsers treat that as secure and hide mistakes
OTHERS = [
    Person(id="zhou", name="周管", roles=("administrator",)),
    Person(id="shen", name="沈审", roles=("auditor",)),
    Person(id="liu", name="刘住户", roles=("resident",), household="h1"),
]
ROLES = {person.roles[0]: person.id for person in reversed([*PEOPLE, *OTHERS])}
CARDS = [
    RuleCard(
        id=rule,
        name={"zh": zh, "en": en},
        sentence={"zh": f"{zh}时报警", "en": f"Alarm when: {en}"},
        note={"zh": "去现场看看", "en": "Go and look"},
        enabled=True,
        version=1,
        category="0207",
        level="L2",
    )
    for rule, zh, en in (("forced", "强行开门", "Door forced"), ("held", "门久开", "Door held open"))
]
_hash = hash_password(PASSWORD)


class SeeingDecoder(PlainDecoder):
    """The plain decoder, with the evidence and the references that a message names, and reports of residents."""

    def decode(self, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
        if message.adapter == "self":
            return [read_self(message, site="demo", mint=mint)]
        return super().decode(message, mint=mint)

    @staticmethod
    def _event(said: dict[str, Any], message: RawMessage, event_id: str) -> Event:
        event = PlainDecoder._event(said, message, event_id)
        pieces = msgspec.convert(said.get("evidence", []), tuple[Evidence, ...])
        return msgspec.structs.replace(event, evidence=pieces, subject=said.get("subject", {}))


class Ticker:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.us = 0

    def sources(self) -> Sources:
        start = int(START.timestamp() * 1_000_000)
        return Sources(
            elapsed_us=lambda: self.us,
            wall_us=lambda: start + self.us,
            synchronised=lambda: True,
            boot=lambda: "boot",
        )

    def advance(self, **length: float) -> None:
        self.us += timedelta(**length) // timedelta(microseconds=1)


H = TypeVar("H", bound="House")
HEALTHY = Health(
    status="ok", version="0", at=START, parts=[HealthPart(name="store", status="ok", facts={})], counters={},
    reasons=[HealthReason(code="demo", text=Bilingual(zh="示例", en="An example"), since=None)],
)  # fmt: skip


class House:
    """Everything between the store and the browser, running. Use `async with house(tmp_path) as it`."""

    book: Rulebook | None = None  # where the rules are real
    telemetry: TelemetryFile | None = None  # where measurements are kept

    def __init__(self, folder: Path, *, reports: Reports | None = None, **settings: Any) -> None:
        self.view = site(
            name={"zh": "幸福里", "en": "Happy Lane"}, people={p.id: p for p in [*PEOPLE, *OTHERS]}
        )
        self.ticker = Ticker()
        self.clock = EngineClock(sources=self.ticker.sources())
        self.store = Store.open(folder, reserve_bytes=4096)
        self.store.seal_with(b"a key of the site")
        recovery = Recovery(
            self.store,
            make_rules=DoorRules,
            make_cases=lambda incidents, counters, modes: World(
                self.view, incidents=incidents, counters=counters, modes=modes
            ),
        )
        ids = (f"event-{number}" for number in itertools.count(1))
        self.pump = Pump(
            store=self.store, decoder=SeeingDecoder(), recover=recovery, respond=respond,
            mint=lambda: next(ids), mark=self.clock.mark(), now=self.clock.now(),
        )  # fmt: skip
        self.writer = self._writer_of()
        self.health = HEALTHY
        community = community_of(
            self.view,
            cards=CARDS,
            why=lambda change: why_of(self.view, change),
            candidates=self._in_writer(lambda case, now: candidates(self.pump.state.cases, case, now)),
            near_miss=self._in_writer(
                lambda rule, key: [Condition(ok=None, text={"zh": f"{rule} 等待事件", "en": f"{rule} waits"})]
            ),
        )
        self.telemetry = TelemetryFile(folder / "telemetry.sqlite3", zone=self.view.zone)
        sealer = Sealer(b"a key for what is sealed")
        self.door = door_of(self.store, self.writer, self.clock, sealer, reports)
        self.services = assemble(
            sealer=sealer,
            door=self.door,
            store=self.store, writer=self.writer, community=lambda: community, health=lambda: self.health,
            now=self.clock.now, offset=lambda: self.clock.offset, settings=ApiSettings(**settings),
            telemetry=self.telemetry,
            backtests=Backtests(folder, mint=lambda: f"test-{next(ids)}", now=self.clock.now),
            estate=self._estate(),
        )  # fmt: skip
        self.writer.on_commit(self.services.committed)
        self.app = create_app(self.services)
        self.people = self.view.people
        self._browsers: list[httpx.AsyncClient] = []

    def _writer_of(self) -> Writer:
        self.fatal: list[BaseException] = []
        limits = Limits(linger_s=0.0)
        return Writer(self.pump, store=self.store, clock=self.clock, fatal=self.fatal.append, limits=limits)

    def _estate(self) -> EstateSaid | None:
        return None  # these rules know no silences

    def _in_writer(self, answer: Callable[..., Any]) -> Callable[..., Future[Any]]:
        return lambda *given: self.writer.call(lambda _: answer(*given))

    # --- what happens on the estate ---

    def say(self, device: str, kind: str, **more: Any) -> None:
        """A device says something; returns when it is committed."""
        done: Future[None] = Future()
        body = msgspec.json.encode({"device": device, "kind": kind, **more})
        message = RawMessage(
            topic=f"door/{device}", payload=body, received_at=self.clock.now(), adapter="http"
        )
        self.writer.put(message, lambda: done.set_result(None))
        done.result(60)

    def force(self, device: str = "gate-n1") -> Incident:
        """Force a door; return the case that opened."""
        self.say(device, "access.forced")
        return max(self.pump.state.cases.incidents.values(), key=lambda case: case.number)  # type: ignore[attr-defined]  # the house's own state

    def write(self, job: Callable[[Any], Any]) -> Any:
        """Run a write in the writer's thread."""
        return self.writer.call(job).result(60)

    # --- people ---

    def password(self, person: str, password_hash: str = _hash) -> None:
        """Give somebody the password PASSWORD."""
        self.write(lambda connection: accounts.set_password(connection, person, password_hash))

    def link(self, person: str, purpose: str) -> str:
        """Make a one-time link; return its token."""
        token = new_token()
        self.write(
            lambda connection: accounts.put_link(
                connection,
                token_hash(token),
                user=person,
                purpose=purpose,
                now=self.clock.now(),
                lifetime=timedelta(hours=1),
            )
        )
        return token

    def stranger(self, *, address: str = "192.168.1.20", base: str = ORIGIN) -> httpx.AsyncClient:
        """Return a browser that is not logged in."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 50000))
        browser = httpx.AsyncClient(transport=transport, base_url=base, headers={"Origin": base})
        self._browsers.append(browser)
        return browser

    def browser(self, person: str, **where: str) -> httpx.AsyncClient:
        """Return a browser in which this person is logged in, sending the CSRF token with every request."""
        now, token = self.clock.now(), new_token()
        row = accounts.SessionRow(
            token_hash=token_hash(token), csrf=f"csrf-{person}", created_at=now, seen_at=now,
            expires_at=now + timedelta(hours=12), address="192.168.1.20",
        )  # fmt: skip
        self.write(lambda connection: accounts.open_session(connection, person, row))
        browser = self.stranger(**where)
        name = "__Host-session" if str(browser.base_url).startswith("https") else "session"
        browser.headers["Cookie"] = f"{name}={token}"
        browser.headers["X-CSRF-Token"] = row.csrf
        return browser

    def audit(self) -> list[tuple[str, str, str]]:
        """Return (actor, action, object) of every audit row."""
        from gateway.store.read_audit import list_audit

        with self.store.read() as connection:
            rows = list_audit(connection, after=None, limit=500).rows
        return [(row.actor, row.action, row.about) for row in reversed(rows)]


def door_of(
    store: Store, writer: Writer, clock: EngineClock, sealer: Sealer, settings: Reports | None = None
) -> Door:
    """Return the door of residents of a house."""

    def read(query: Callable[[Any], Any]) -> Any:
        with store.read() as connection:
            return query(connection)

    key = b"a key of the printed codes"
    reception = Reception(
        secret=key, sealer=sealer, writer=writer, read=read, now=clock.now, offset=lambda: clock.offset
    )
    return Door(settings or Reports(), reception, secret=key)


@asynccontextmanager
async def living(it: H) -> AsyncIterator[H]:
    """Run a house, the stream's hub too; at its end nothing fatal has happened."""
    begun = it.book.start() if it.book is not None else None
    it.writer.start()
    if begun is not None:
        await asyncio.wrap_future(begun)
    it.write(lambda connection: accounts.sync_people(connection, it.people.values()))
    await it.services.hub.start(seq=it.store.last_seq)
    try:
        yield it
    finally:
        await it.services.hub.close()
        if it.services.backtests is not None:
            await it.services.backtests.close()
        for browser in it._browsers:
            await browser.aclose()
        assert await asyncio.to_thread(it.writer.stop)
        if it.book is not None:
            it.book.stop()
        it.store.close()
        if it.telemetry is not None:
            it.telemetry.close()
        assert not it.fatal, it.fatal


def house(folder: Path, **settings: Any) -> AbstractAsyncContextManager[House]:
    """Run the plain house."""
    return living(House(folder, **settings))


KEY = {"Idempotency-Key": "0f8fad5b-d9cb-469f-a165-70867728950e"}


def key(text: str) -> dict[str, str]:
    """Return the header for an action of its own."""
    return {"Idempotency-Key": f"test-key-{text}"}
