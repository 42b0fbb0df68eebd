"""An estate to look at: the real API, store and pump of `tests/gateway/api/house.py` behind a real HTTP server.

It runs in a thread of its own on the machine's clock, so that a browser can be pointed at it and events can
be made from the test. `stop` and `start` cut the line as a restart does.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self

import msgspec
import uvicorn

from devices.registry import Device, Household, Registry
from gateway.api.estate import Estate as EstateSaid
from gateway.clock import Sources
from gateway.modes import Modes
from gateway.response.model import Action, Incident
from tests.gateway.api import house as house_module
from tests.gateway.api.house import House
from tests.gateway.response import estate as response_estate
from tests.integration.servers import accepts, free_port, wait_until

HOST = "gateway.test"  # not localhost: browsers treat that as secure and hide mistakes


DOORS = (
    ("gate-n1", "b1", "北门门禁", "North gate", 0.2, 0.25),
    ("door-2", "b2", "2号楼单元门", "Entrance of building 2", 0.5, 0.25),
    ("door-3", "b3", "3号楼单元门", "Entrance of building 3", 0.8, 0.25),
    ("door-4", "b4", "4号楼单元门", "Entrance of building 4", 0.2, 0.75),
    ("shed-5", "b5", "车棚门", "Bicycle shed door", 0.5, 0.75),
    ("door-6", "b6", "6号楼单元门", "Entrance of building 6", 0.8, 0.75),
)


def six_buildings(**changes: Any) -> Any:
    """Return the small estate with six buildings, a door each; workers go first, and a photo is asked for."""
    view = response_estate.site(**changes)
    category = msgspec.structs.replace(
        view.categories["0207"], responders=("worker", "guard"), evidence=("photo",)
    )
    devices = [
        Device(
            id=name, type="access_gate", name={"zh": zh, "en": en}, building=building[1:], grid="g1", x=x, y=y
        )
        for name, building, zh, en, x, y in DOORS
    ]
    grids = {
        "c1": msgspec.structs.replace(view.grids["c1"], name={"zh": "幸福社区", "en": "Happy community"}),
        "g1": msgspec.structs.replace(
            view.grids["g1"], name={"zh": "第一网格", "en": "Grid 1"}, buildings=("1", "2", "3")
        ),
        "g2": msgspec.structs.replace(
            view.grids["g2"], name={"zh": "第二网格", "en": "Grid 2"}, buildings=("4", "5", "6")
        ),
    }
    return msgspec.structs.replace(
        view,
        registry=Registry(devices, [Household(id="h1", building="1", unit="2", grid="g1")]),
        grids=grids,
        categories={**view.categories, "0207": category},
    )


class Wall(house_module.Ticker):
    """The machine's own clock; `advance` jumps ahead."""

    def sources(self) -> Sources:
        begin = time.monotonic()
        return Sources(
            elapsed_us=lambda: int((time.monotonic() - begin) * 1_000_000) + self.us,
            wall_us=lambda: int(time.time() * 1_000_000) + self.us,
            synchronised=lambda: True,
            boot=lambda: "boot",
        )


class Furnished(House):
    """A house that answers what people have set: its flags as the journal has them, and no silences."""

    def _estate(self) -> EstateSaid:
        return EstateSaid(
            silences=lambda: self.writer.call(lambda _: ()),
            flags=lambda: self.writer.call(
                lambda _: {zone: dict(on) for zone, on in self.pump.state.modes.items()}
            ),
            modes=Modes(act=self.writer.act, call=self.writer.call, now=self.clock.now),
        )


class Estate:
    """A house with a front door on a TCP port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.base = f"http://{HOST}:{self.port}"
        self._folder = folder
        self._ready: Future[House] = Future()
        self._loop = asyncio.new_event_loop()
        self._over: asyncio.Event | None = None
        self._server: uvicorn.Server | None = None
        self._serving: Future[None] | None = None
        self._thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self._live()), name="estate"
        )

    def __enter__(self) -> Self:
        self._thread.start()
        self.house = self._ready.result(30)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(30)
        self._loop.close()

    async def _live(self) -> None:
        self._over = asyncio.Event()
        try:
            async with house_module.living(Furnished(self._folder)) as it:
                self._ready.set_result(it)
                await self._over.wait()
                await self._clear()
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _clear(self) -> None:
        """Let go what the cut connections had asked for: a request may still wait for a child of its own."""
        left = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for each in left:
            each.cancel()
        await asyncio.wait(left, timeout=30) if left else None

    def start(self) -> None:
        """Open the front door and wait until it answers."""
        config = uvicorn.Config(
            self.house.app,
            host="127.0.0.1",
            port=self.port,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = self._server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # signals belong to the test run
        self._serving = asyncio.run_coroutine_threadsafe(server.serve(), self._loop)
        wait_until(lambda: accepts(self.port), what="the estate's HTTP server")

    def stop(self) -> None:
        """Close the front door; open streams are cut."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = self._server.force_exit = True
            for connection in list(self._server.server_state.connections):
                self._loop.call_soon_threadsafe(connection.transport.abort)  # type: ignore[union-attr]  # it is connected
            self._serving.result(15)
        self._server = None

    # --- what happens ---

    def force(self, device: str = "gate-n1") -> Incident:
        """Force a door; returns the case that opened or that it belongs to."""
        return self.house.force(device)

    def people(self, *names: str) -> None:
        """Give these people their password."""
        for name in names:
            self.house.password(name)

    def act(self, by: str, incident: str, action: str, **fields: Any) -> None:
        """Let somebody else act on a case, as another page would."""
        person = self.house.people[by]
        now = self.case(incident)
        self.house.writer.act(
            Action(
                name=action,
                by=by,
                roles=person.roles,
                incident=incident,
                version=now.version,
                key=f"{by}-{action}-{incident}-{now.version}",
                fields=fields,
            )
        ).result(60)

    def case(self, number: str) -> Incident:
        """Return a case as it stands."""
        return self.house.pump.state.cases.incidents[number]  # type: ignore[attr-defined,no-any-return]  # the house's own state
