"""App: the wiring of one gateway, the order in which it starts and stops, and nothing else.

Start: core (store, state back from the journal) → writer → broker → pages → ingest → parts (`parts.py`).
Stop is the same backwards: nothing new comes in, what came in is committed, then the doors close.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import msgspec
import structlog
import uvicorn
from uuid_utils.compat import uuid7

from gateway import __version__
from gateway.api.app import create_app
from gateway.api.assemble import assemble
from gateway.api.community import Community, RuleCard
from gateway.api.community_of import community_of
from gateway.api.services import ApiSettings, Services
from gateway.backtest.jobs import Backtests
from gateway.backup.desk import open_backups
from gateway.channels import build_channels, where_of
from gateway.command.opening import open_commanding
from gateway.core import Core, open_core
from gateway.errors import GatewayError
from gateway.estate.opening import open_registrar
from gateway.evidence.opening import limits_of
from gateway.forward import Forward
from gateway.health import HealthReport
from gateway.ingest.broker import EmbeddedBroker
from gateway.ingest.mqtt import MqttIngest
from gateway.ingest.publish import Publisher
from gateway.interop.opening import open_interop
from gateway.links import first_links
from gateway.notify.channel import Destination
from gateway.notify.lan import Lan
from gateway.outbox import Outbox
from gateway.pace import Limits
from gateway.parts import parts_of
from gateway.profiles.opening import open_profiling, subscriptions
from gateway.resident.opening import open_door
from gateway.response.message import render
from gateway.response.model import Message
from gateway.response.naming import why_of
from gateway.response.world import SiteView
from gateway.retention.opening import open_spans
from gateway.rule_cards import earlier_cards, rule_cards, with_cards
from gateway.rulebook.opening import open_rulebook
from gateway.rulebook.standing import Standing
from gateway.service_notify import notify, watchdog_interval_s
from gateway.sinks.build import build_forward
from gateway.sitebook.book import Sitebook
from gateway.store.accounts import sync_people
from gateway.store.read_published import cases_to_show
from gateway.store.telemetry import TelemetryFile
from gateway.telemetry import TelemetryLog
from gateway.unsaved import unsaved_listener
from gateway.upgrade.desk import open_upgrades
from gateway.watch.look import open_watch
from gateway.wiring import broker_settings, embedded_settings, estate_of, http_server, lan_page, questions
from gateway.writer import Writer
from gateway.written import Written

log = structlog.get_logger("gateway")
KEPT_AT_BROKER = timedelta(days=3)  # cases closed since then are told again: no close is missed in an outage
Ready = Callable[["Gateway"], Awaitable[None]]


class Gateway:
    """One running gateway; `run` lives until `stop` is set."""

    def __init__(self, written: Written, *, core: Core | None = None) -> None:
        self.written = written
        self.stop = asyncio.Event()
        self.failure: BaseException | None = None
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        self.core = core or open_core(written)
        settings = written.settings
        mqtt = broker_settings(settings, site=written.site.view.id)
        self.writer = Writer(
            self.core.pump,
            store=self.core.store,
            clock=self.core.clock,
            fatal=self._fatal,
            limits=Limits(flush_interval_s=settings.flush_interval_s, window=mqtt.receive_maximum),
            waits=True,  # until the ingest has heard what was said meanwhile
        )
        self.spans = open_spans(self.core, self.writer)
        self.lan = Lan()
        self.telemetry = TelemetryLog(
            TelemetryFile(settings.data / "telemetry.sqlite3", zone=written.site.view.zone),
            now=self.core.clock.now, keep=self.spans.measurements,
        )  # fmt: skip
        self.broker = None if settings.mqtt.host else EmbeddedBroker(embedded_settings(settings))
        self.ingest = MqttIngest(
            mqtt, subscriptions(self.core, self.writer.ear), self.writer.put, self.writer.heard
        )
        self.publisher = Publisher(mqtt, current=self._open_cases)
        self.outbox = self._outbox()
        self.forward: Forward[Any] | None = build_forward(
            settings, self.core, self.telemetry, self.writer.call
        )
        self.health = HealthReport(self)
        self.rulebook = open_rulebook(self.core, self.writer)
        self.sitebook = Sitebook(self.core, self.writer)
        self.sitebook.changed.append(self._show_site)
        self.backtests = Backtests(settings.data, mint=lambda: str(uuid7()), now=self.core.clock.now)
        self.backups = open_backups(settings, site=written.site.view, keep=self.spans.backups)
        self.upgrades = open_upgrades(settings)
        self.commanding = open_commanding(self.core, self.writer)
        self.estate = estate_of(self.core, self.writer, self.commanding.orders)
        self.connections = open_interop(self.core, self.writer)
        self.door = open_door(self.core, self.writer)
        self.services = self._services()
        self.watch = open_watch(
            self.core, writer=self.writer, ingest=self.ingest, outbox=self.outbox, forward=self.forward
        )
        self.rulebook.say = self.watch.say
        self.parts = parts_of(self)
        self.services.hub.joined = lambda watcher, put: lan_page(self.lan, watcher, put)

    # --- building ---------------------------------------------------------------------------------

    def _outbox(self) -> Outbox:
        self.channels = build_channels(self.written, lan=self.lan, publish=self.publisher.publish)
        outbox = Outbox(
            write=self.writer.call, channels=self.channels, render=render, destination=self.where,
            now=self.core.clock.now, demo=self.core.view.demo, seal_key=self.core.store.seal_key,
        )  # fmt: skip
        self.lan.opened = lambda person: outbox.reachable("lan", person)
        return outbox

    def where(self, message: Message) -> Destination:
        """Return where a message goes, by the site in force now."""
        return where_of(self.core.view, self.written.settings)(message)

    def _services(self) -> Services:
        cards = rule_cards(self.core.engine.rules, self.core.versions)
        self._community = self._community_of(self.core.view, cards)
        self.rulebook.changed.append(self._show_rules)
        self._show_rules({})
        return assemble(
            store=self.core.store,
            writer=self.writer,
            community=lambda: self._community,
            estate=self.estate,
            rulebook=self.rulebook,
            sitebook=self.sitebook,
            registrar=open_registrar(self.core, self.writer, self.sitebook),
            profiling=open_profiling(self.core, self.writer, self.sitebook, self.ingest),
            interop=self.connections.interop,
            receivers=self.connections.desk(self.core, self.writer),
            backtests=self.backtests,
            backups=self.backups,
            upgrades=self.upgrades,
            box=self.written.settings,
            spans=self.spans,
            telemetry=self.telemetry.file,
            sealer=self.core.sealer,
            channels=self.channels,
            door=self.door,
            keeping=self.spans.keeping,
            limits=limits_of(self.written.settings.evidence),
            health=self.health.now,
            now=self.core.clock.now,
            offset=lambda: self.core.clock.offset,
            settings=ApiSettings(demo=self.core.view.demo, public_url=self.written.settings.http.public_url),
        )

    def _community_of(self, view: SiteView, cards: Iterable[RuleCard]) -> Community:
        candidates, near_miss = questions(self.core, self.writer.call)
        return community_of(
            view, cards=cards, why=lambda change: why_of(view, change), candidates=candidates, near_miss=near_miss,
            offset=lambda: self.core.clock.offset,
        )  # fmt: skip

    def _show_site(self, view: SiteView) -> None:
        """Another site is in force: everybody who knows people, places and plans knows the new ones."""
        before = self._community
        fresh = self._community_of(view, before.rules.values())
        self._community = msgspec.structs.replace(fresh, earlier=before.earlier)
        self.writer.call(lambda connection: sync_people(connection, view.people.values()))

    def reload(self) -> None:
        """Read the site file and the rule files again; what was saved on the screens stays over them."""
        self.sitebook.reread()
        self.rulebook.reload()

    def _show_rules(self, changed: Mapping[str, Standing]) -> None:
        """Other versions of rules are in force: show them from now on."""
        rules = with_cards(self._community.rules, changed.values())
        earlier = earlier_cards(self.core.engine.retired)
        self._community = msgspec.structs.replace(self._community, rules=rules, earlier=earlier)

    def _open_cases(self) -> list[Any]:
        with self.core.store.read() as connection:
            return cases_to_show(connection, since=self.core.clock.now() - KEPT_AT_BROKER)

    # --- running ----------------------------------------------------------------------------------

    async def run(self, ready: Ready | None = None) -> None:
        """Start everything, call `ready`, live until `stop`, then stop everything in order.

        Raises:
            GatewayError: it could not start, or the writer had to end the process.
        """
        async with AsyncExitStack() as doors:
            doors.callback(self.core.store.close)
            await self._start(doors)
            if ready is not None:
                await ready(self)
            notify("READY=1")
            await self.stop.wait()
            notify("STOPPING=1")
            log.info("stopping")
            for task in self._tasks:
                await _cancelled(task)
        if self.failure is not None:
            raise GatewayError(f"the writer ended: {self.failure}") from self.failure

    async def _start(self, doors: AsyncExitStack) -> None:
        self.writer.on_commit(self._committed)
        self.writer.degraded.listeners.append(unsaved_listener(self.lan, self.where, self._loop))
        self.core.pump.on_listener_fault = lambda error: log.error("a listener failed", exc_info=error)
        gc.freeze()  # what was recovered lives as long as the process: no collection need walk it again
        self.rulebook.start()
        doors.callback(self.rulebook.stop)
        self.writer.start()
        doors.callback(self.writer.stop)
        await asyncio.wrap_future(self.writer.call(lambda c: sync_people(c, self.core.view.people.values())))
        self.telemetry.start()
        doors.callback(self.telemetry.stop)
        if self.broker is not None:
            await asyncio.to_thread(self.broker.start)
            doors.callback(self.broker.stop)
        doors.push_async_callback(self.backtests.close)
        await self._open_pages(doors)
        self.ingest.start()
        doors.callback(self.ingest.stop)
        self._task(self._watchdog(), "watchdog", doors)
        self.watch.say(
            "system.start", version=__version__, value=round(self.core.clock.down_for.total_seconds())
        )
        for part in self.parts:
            self._task(part.run(), part.name, doors)

    async def _open_pages(self, doors: AsyncExitStack) -> None:
        await self.services.hub.start(seq=self.core.store.last_seq)
        server = http_server(create_app(self.services), self.written.settings)
        task = asyncio.create_task(server.serve(), name="http")
        doors.push_async_callback(_end_server, server, task)
        doors.push_async_callback(self.services.hub.close)
        while not server.started:
            if task.done():
                await task  # says why: the port is taken, a certificate cannot be read
                raise GatewayError("the web server ended while it started")
            await asyncio.sleep(0.01)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something run beside the gateway until it stops (the demo's devices and people)."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _task(self, work: Coroutine[Any, Any, Any], name: str, doors: AsyncExitStack) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        doors.push_async_callback(_cancelled, task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task ended", task=task.get_name(), exc_info=error)
            self._fatal(error)

    async def _watchdog(self) -> None:
        """Tell systemd that everything moves; a part that hangs lets the watchdog start us again."""
        interval = watchdog_interval_s() or 5.0
        while True:
            if self.health.alive():
                notify("WATCHDOG=1")
            await asyncio.sleep(interval)

    def _committed(self, committed: Any) -> None:
        """After each commit, in the writer's thread: tell everybody who waits; nothing here may block."""
        for part in self.parts:  # first: they are guarded, so that each hears whatever fails behind them
            part.committed(committed)
        self.rulebook.committed(committed)
        if committed.telemetry:
            self.telemetry.add(committed.telemetry)
        self.services.committed(committed)

    def _fatal(self, error: BaseException) -> None:
        if self.failure is None:
            self.failure = error
        self._loop.call_soon_threadsafe(self.stop.set)

    async def links(self, *, base: str, demo: bool = False) -> list[tuple[str, str]]:
        """Return one-time login links: (what it is for, address); the first administrator's when nobody can log in."""
        return await first_links(self.writer.call, self.core, base=base, demo=demo)


async def _cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _end_server(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    server.should_exit = True
    await asyncio.gather(task, return_exceptions=True)
