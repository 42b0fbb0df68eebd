"""The camera worker against a real broker and a real RTSP stream: what dies, hangs, returns, repeats."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from gateway.vision.analytics.motion import MotionWatch
from gateway.vision.camera import BrokerSettings, Camera, SignalSettings, VisionSettings
from gateway.vision.scene import Scene, Walker, encode
from gateway.vision.source import SourceError, live_frames, open_container
from gateway.vision.worker import run_worker
from tests.integration.rtsp import RtspCamera
from tests.integration.servers import free_port, mosquitto

pytestmark = pytest.mark.integration

WALK = Scene(
    seed=21,
    seconds=12,
    walkers=(Walker(begin=4, end=10, start=(-0.05, 0.85), stop=(1.05, 0.85), height=0.3),),
    size=(384, 216),
)
# Short enough for a test, long enough that a busy machine is not taken for a dead camera: opening a stream
# alone may take seconds there.
FAST = SignalSettings(abnormal=2.0, lost=8.0, timeout=5.0, retry_most=1.0)


@pytest.fixture(scope="module")
def broker_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as server:
        yield server.port


class Ear:
    """Hears everything on the broker; `wait` returns the first message that fits, heard or still to come."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, str, dict[str, Any]]] = []
        self._more = asyncio.Event()

    async def listen(self, client: aiomqtt.Client) -> None:
        with suppress(aiomqtt.MqttError):  # the broker may be killed by the test
            await self._listen(client)

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self.heard.append((time.monotonic(), str(message.topic), json.loads(bytes(message.payload))))
            self._more.set()

    def count(self, topic: str, *, after: float) -> int:
        return sum(where == topic and at >= after for at, where, _ in self.heard)

    async def wait(
        self, topic: str, *, after: float = 0.0, seconds: float = 30.0
    ) -> tuple[float, dict[str, Any]]:
        async with asyncio.timeout(seconds):
            while True:
                self._more.clear()
                for at, where, body in self.heard:
                    if where == topic and at >= after:
                        return at, body
                await self._more.wait()


@asynccontextmanager
async def running(port: int, *cameras: Camera) -> AsyncIterator[tuple[Ear, aiomqtt.Client]]:
    """Run a worker over the cameras, with an ear on the broker."""
    settings = VisionSettings(site="s1", broker=BrokerSettings(port=port), cameras=cameras)
    ear, stop = Ear(), asyncio.Event()
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("sc1/#", qos=1)
        tasks = [asyncio.create_task(ear.listen(client)), asyncio.create_task(run_worker(settings, stop))]
        try:
            yield ear, client
        finally:
            stop.set()
            await asyncio.wait_for(tasks[1], 10)
            tasks[0].cancel()
            with suppress(asyncio.CancelledError):
                await tasks[0]
            with suppress(aiomqtt.MqttError):
                for camera in cameras:
                    await client.publish(f"sc1/s1/{camera.id}/a", b"", retain=True)


def camera(name: str, url: str, **more: Any) -> Camera:
    analytics = {"motion": MotionWatch(quiet=2.0), "signal": None}
    return Camera(id=name, url=url, signal=FAST, analytics=analytics, **more)


async def test_a_walker_becomes_an_event_with_a_picture(broker_port: int) -> None:
    with RtspCamera(WALK, free_port()) as stream:
        async with running(broker_port, camera("c1", stream.url)) as (ear, client):
            _, birth = await ear.wait("sc1/s1/c1/a")
            assert birth["status"] == "online"
            at, event = await ear.wait("sc1/s1/c1/e/camera.motion")
            assert (event["n"], event["boot"]) == (1, birth["boot"])
            assert event["evidence"][0]["mime"] == "image/jpeg"
            assert len(event["evidence"][0]["b64"]) < 300_000
            assert re.fullmatch(r"[\d.]+,[\d.]+,[\d.]+,[\d.]+", event["data"]["box"])
            # Not confirmed: after a new connection it is said again, with the same number.
            assert at > 0
            await client.publish(f"sc1/s1/c1/k/{birth['boot']}/1", b"{}", qos=1)
        farewell = [body for _, topic, body in ear.heard if topic == "sc1/s1/c1/a"]
        assert [body["status"] for body in farewell[:2]] == ["online", "offline"]


@pytest.mark.parametrize("fault", ["hang", "die"])
async def test_the_loss_of_a_camera_is_noticed_and_its_return(broker_port: int, fault: str) -> None:
    name = f"c-{fault}"
    with RtspCamera(WALK, free_port()) as stream, RtspCamera(WALK, free_port()) as other:
        async with running(broker_port, camera(name, stream.url), camera("c-other", other.url)) as (ear, _):
            # Both at work, and past a start that a busy machine may have drawn out.
            await ear.wait(f"sc1/s1/{name}/e/camera.motion", seconds=40)
            await ear.wait("sc1/s1/c-other/e/camera.motion", seconds=40)
            broken = time.monotonic()
            getattr(stream, fault)()
            at, _ = await ear.wait(f"sc1/s1/{name}/e/camera.offline", after=broken, seconds=30)
            assert at - broken >= FAST.lost - 0.7
            back = time.monotonic()
            if fault == "hang":
                stream.die()
            stream.start()
            await ear.wait(f"sc1/s1/{name}/e/camera.online", after=back, seconds=30)
            assert ear.count(f"sc1/s1/{name}/e/camera.offline", after=broken) == 1
            assert ear.count("sc1/s1/c-other/e/camera.offline", after=broken) == 0


async def test_a_camera_that_is_dead_at_the_start_is_tried_until_it_lives(broker_port: int) -> None:
    stream = RtspCamera(WALK, free_port())
    try:
        async with running(broker_port, camera("c-late", stream.url)) as (ear, _):
            _, body = await ear.wait("sc1/s1/c-late/e/camera.offline", seconds=15)
            assert body["data"]["reason"] == f"no new picture for {FAST.lost:.0f} s"
            stream.start()
            await ear.wait("sc1/s1/c-late/e/camera.online", seconds=15)
    finally:
        stream.die()


async def test_events_outlive_a_broker_that_is_away(tmp_path: Path) -> None:
    clip = encode(WALK, tmp_path / "walk.mp4")
    with mosquitto(tmp_path) as server:
        async with running(server.port, camera("c-b", str(clip), loop=True)) as (ear, _):
            _, first = await ear.wait("sc1/s1/c-b/e/camera.motion")
            server.kill()
            await asyncio.sleep(0)
            server.start()
            ear_again = Ear()
            async with aiomqtt.Client("127.0.0.1", server.port) as client:
                await client.subscribe("sc1/#", qos=1)
                listening = asyncio.create_task(ear_again.listen(client))
                _, again = await ear_again.wait("sc1/s1/c-b/e/camera.motion")
                listening.cancel()
            assert (again["n"], again["boot"], again["at"]) == (first["n"], first["boot"], first["at"])


def test_a_stream_that_asks_for_a_password_never_shows_it() -> None:
    port = free_port()
    with RtspCamera(WALK, port, user="admin", password="geheim7"):
        wrong = camera("c", f"rtsp://admin:falsch9@127.0.0.1:{port}/stream")
        with pytest.raises(SourceError) as caught:
            open_container(wrong)
        assert "falsch9" not in str(caught.value)
        assert "***@127.0.0.1" in str(caught.value)
        right = camera("c", f"rtsp://admin:geheim7@127.0.0.1:{port}/stream")
        open_container(right).close()


def test_a_frame_has_the_age_of_its_taking(broker_port: int) -> None:
    import threading

    with RtspCamera(WALK, free_port()) as stream:
        frames = live_frames(camera("c", stream.url), threading.Event())
        ages = [time.monotonic() - next(frames).seconds for _ in range(10)]
        assert max(ages) < 1.0
        time.sleep(2.0)  # a reader that is busy: what waited in the buffers must not look fresh
        assert time.monotonic() - next(frames).seconds > 1.0
        frames.close()
