"""The demo: its folder, a week of history through the real pipeline, then live devices and people.

The folder holds a site of its own with `demo: true`; a folder of a real site is refused. Nothing of a demo
leaves the machine: its broker listens on loopback, and the outbox refuses every channel but page and console.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog

from gateway.app import Gateway
from gateway.clock import Sources, from_us, to_us
from gateway.config import Broker, Http, Reports, Settings
from gateway.core import Core, open_core
from gateway.errors import ActionRefused, ConfigError
from gateway.links import demo_visitors
from gateway.log import configure_log
from gateway.serve import base_url, live
from gateway.simulate.estate import Estate, draw_up, site_text
from gateway.simulate.history import Turn, history
from gateway.simulate.live import Show, simulate
from gateway.simulate.people import Crew, action_of, case_of
from gateway.simulate.switchboard import Address
from gateway.store.read_incidents import open_incidents
from gateway.wiring import check_port
from gateway.written import Written, load_written

log = structlog.get_logger("demo")
DONE = "history.done"  # written when the history is complete; without it a start begins afresh
ADDRESS = "address"  # where the pages of this demo are: `gateway links` prints it
BATCH = 1000
PAUSE_S = 300.0  # seconds between troubles on average: busier than life, calm enough to look at each
DUTY_ROOM = "000-0000-0110"  # nobody's: no number begins so
LOOK_S = 5.0  # how often the simulated people look at the cases


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    host: str
    port: int
    data: Path
    broker_port: int
    days: float
    seed: str
    people: bool


def run_demo(demo: Demo) -> None:
    """Prepare the folder, make the history at the first start, and live until told to stop."""
    check_port(demo.host, demo.port)  # before a week is played for nothing
    _check_broker_port(demo.broker_port)
    estate = draw_up()
    written = _prepare(demo, estate)
    if not (demo.data / DONE).exists():
        _make_history(demo, estate, written)
    if not demo.broker_port:  # playing a week takes a while: what was free before may be somebody's now
        settings = written.settings.model_copy(update={"broker": Broker(port=_free_pair())})
        written = msgspec.structs.replace(written, settings=settings)
    live(written, lambda gateway: _open(gateway, demo, estate))


def _prepare(demo: Demo, estate: Estate) -> Written:
    site = demo.data / "site.yaml"
    if site.exists() and "\ndemo: true" not in f"\n{site.read_text('utf-8')}":
        raise ConfigError(
            [
                f"{demo.data}: holds a real site; the demo needs a folder of its own: gateway demo --data demo-data"
            ]
        )
    demo.data.mkdir(parents=True, exist_ok=True)
    site.write_text(site_text(estate), "utf-8")
    settings = Settings(
        data=demo.data, site=site, rules=demo.data / "rules", profiles=demo.data / "profiles",
        http=Http(host=demo.host, port=demo.port), broker=Broker(port=demo.broker_port or _free_pair()),
        reports=Reports(phone=DUTY_ROOM),
    )  # fmt: skip
    configure_log(settings.log)
    return load_written(settings, today=datetime.now(UTC).date())


def _check_broker_port(port: int) -> None:
    """Refuse a port that was named and is taken, before a week is played for nothing."""
    for each in (port, port + 1) if port else ():
        if not _is_free(each):
            raise ConfigError(
                [
                    (
                        f"--broker-port {port}: port {each} of 127.0.0.1 is taken (MQTT 3.1.1 and 5 need {port} and {port + 1}); "
                        f"name another one, or leave it out: the first free pair from 1883 is taken / 端口 {each} 已被占用"
                    )
                ]
            )


def _free_pair() -> int:
    """Return the first port from 1883 that is free together with the one after it (MQTT 3.1.1 and 5)."""
    for port in range(1883, 1983, 2):
        if all(_is_free(each) for each in (port, port + 1)):
            return port
    raise ConfigError(["--broker-port: no free pair of ports between 1883 and 1983; name one"])


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


# --- history --------------------------------------------------------------------------------------


class _Past:
    """A clock that stands where the history stands."""

    def __init__(self, at: datetime) -> None:
        self.us = to_us(at)

    def sources(self) -> Sources:
        return Sources(
            elapsed_us=lambda: self.us,
            wall_us=lambda: self.us,
            synchronised=lambda: True,
            boot=lambda: "history",
        )


def _make_history(demo: Demo, estate: Estate, written: Written) -> None:
    for name in ("gateway.sqlite3", "gateway.sqlite3-wal", "gateway.sqlite3-shm", "telemetry.sqlite3"):
        (demo.data / name).unlink(missing_ok=True)
    until = datetime.now(UTC)
    past = _Past(until - timedelta(days=demo.days))
    if not sys.stdout.isatty():  # a terminal sees how far it is
        _say(
            f"正在走完过去 {demo.days:g} 天，一两分钟 / playing the last {demo.days:g} days, a minute or two\n"
        )
    core = open_core(written, sources=past.sources())
    began = datetime.now(UTC)
    try:
        count = _play(core, past, estate, demo, until)
    finally:
        core.store.close()
    (demo.data / DONE).write_text(f"{count} messages\n", "utf-8")
    took = (datetime.now(UTC) - began).total_seconds()
    _say(
        f"过去 {demo.days:g} 天已走完真实流程 / the last {demo.days:g} days went through the real pipeline: {count} messages in {took:.0f} s\n"
    )


def _play(core: Core, past: _Past, estate: Estate, demo: Demo, until: datetime) -> int:
    pump, crew, count = core.pump, Crew(seed=demo.seed), 0
    pump.restart(from_us(past.us), timedelta(0))
    for at, item in history(estate, until=until, days=demo.days, seed=demo.seed):
        past.us = to_us(at)
        if isinstance(item, Turn):
            pump.advance(at)
            _people(core, crew, at, item.hands_off)
            continue
        pump.message(item, at, _nothing)
        count += 1
        if pump.batch.taken >= BATCH:
            pump.commit()
            share = 1 - (until - at) / timedelta(days=demo.days)
            _say(f"\r正在走完过去 {demo.days:g} 天 / playing the last {demo.days:g} days: {share:4.0%}")
    until = datetime.now(UTC)  # playing took a while: the live gateway goes on from now
    past.us = to_us(until)
    pump.advance(until)
    pump.snapshot()
    pump.commit()
    _say("\r")
    return count


def _nothing() -> None:
    """The past needs no acknowledgement."""


def _people(core: Core, crew: Crew, at: datetime, hands_off: datetime) -> None:
    cases = [
        case_of(each)
        for each in core.world.incidents.values()
        if each.closed_at is None and each.opened_at <= hands_off
    ]
    for move in crew.turn(at, cases):
        if move.picture is not None:
            _, record = core.store.save_blob(move.picture, "image/jpeg", move.by, at_us=to_us(at))
            core.store.run([(record, Future())])
        action = action_of(move, at)
        core.pump.act(action, at, Future(), by=action.by, key=action.key)


def _say(text: str) -> None:
    if text.endswith("\n") or sys.stdout.isatty():
        print(text, end="", flush=True)


# --- live -----------------------------------------------------------------------------------------


async def _open(gateway: Gateway, demo: Demo, estate: Estate) -> None:
    base = base_url(gateway.written)
    (demo.data / ADDRESS).write_text(base, "utf-8")
    broker = gateway.written.settings.broker
    lines = [f"演示小区已打开 / the simulated community is open: {base}/", ""]
    lines += [f"  {role:14} {link}" for role, link in await gateway.links(base=base, demo=True)]
    lines += [
        "",
        f"  再要链接 / more links: gateway links --data {demo.data}",
        f"  MQTT 127.0.0.1:{broker.port} (3.1.1), :{broker.port + 1} (5) · 数据 / data: {demo.data} · Ctrl-C 停止 / stops",
        "",
    ]
    print("\n".join(lines), flush=True)
    gateway.spawn(asyncio.to_thread(_devices, gateway, demo, estate, broker.port))
    if demo.people:
        crew = Crew(seed=demo.seed, spare=demo_visitors(gateway.core).values(), share=0.5, pace=2.0)
        gateway.spawn(_live_people(gateway, crew))


def _devices(gateway: Gateway, demo: Demo, estate: Estate, port: int) -> None:
    """Run the simulated devices in a thread and loop of their own: drawing up their day must not hold the pages up."""

    async def devices() -> None:
        stop = asyncio.Event()
        show = asyncio.create_task(
            simulate(
                estate,
                Address(host="127.0.0.1", port=port),
                stop=stop,
                show=Show(pause=PAUSE_S, seed=f"{demo.seed}-{datetime.now(UTC):%Y%m%d%H%M}"),
            )
        )
        while not gateway.stop.is_set() and not show.done():  # noqa: ASYNC110  # its event belongs to another loop
            await asyncio.sleep(0.2)
        stop.set()
        await show

    asyncio.run(devices())


async def _live_people(gateway: Gateway, crew: Crew) -> None:
    """Let the simulated people handle part of the cases, as clients of the writer like anybody with a page."""
    while not gateway.stop.is_set():
        now = gateway.core.clock.now()
        rows = await asyncio.to_thread(_open_rows, gateway)
        for move in crew.turn(now, [case_of(row) for row in rows]):
            try:
                await _move(gateway, move, now)
            except ActionRefused as refused:
                log.debug("somebody was faster", why=str(refused))
        try:
            await asyncio.wait_for(gateway.stop.wait(), LOOK_S)
        except TimeoutError:
            continue


def _open_rows(gateway: Gateway) -> list[Any]:
    with gateway.core.store.read() as connection:
        return [row.incident for row in open_incidents(connection, limit=500)]


async def _move(gateway: Gateway, move: Any, now: datetime) -> None:
    if move.picture is not None:
        store = gateway.core.store
        _, record = await asyncio.to_thread(
            store.save_blob, move.picture, "image/jpeg", move.by, at_us=to_us(now)
        )
        await asyncio.wrap_future(gateway.writer.call(record))
    await asyncio.wrap_future(gateway.writer.act(action_of(move, now)))
