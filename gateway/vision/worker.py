"""The worker: every camera of a file, read, analysed and spoken for, in one process beside the gateway.

Per camera: a thread that reads (`feed`), a task that looks (the pipeline runs in a small pool of threads,
OpenCV and FFmpeg let the others run), a task that speaks (its own MQTT connection, so that the last will
is the camera's). A camera or broker that is away stops nobody else and nothing here ends for it.
"""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import aiomqtt
import cv2
import structlog
import uuid_utils

import gateway
from gateway.vision.camera import BrokerSettings, Camera, VisionSettings
from gateway.vision.feed import Feed, Read, backoff
from gateway.vision.pipeline import Memory, see
from gateway.vision.source import live_frames
from gateway.vision.voice import Voice, birth, last_will

log = structlog.get_logger("vision.worker")
TICK = 0.5  # seconds: how often a camera without frames is looked at


async def run_worker(settings: VisionSettings, stop: asyncio.Event, *, read: Read = live_frames) -> None:
    """Watch all cameras until `stop` is set; then say goodbye and end."""
    cv2.setNumThreads(1)  # many cameras share few cores: threads inside OpenCV would only get in the way
    pool = ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 2) - 1), thread_name_prefix="look")
    try:
        async with asyncio.TaskGroup() as tasks:
            for camera in settings.cameras:
                voice = Voice(site=settings.site, camera=camera.id, boot=uuid_utils.uuid7().hex[-12:])
                spoken = asyncio.Event()
                tasks.create_task(look_after(camera, voice, spoken, pool, stop, read=read))
                tasks.create_task(speak_for(camera, settings.broker, voice, spoken, stop))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def look_after(
    camera: Camera,
    voice: Voice,
    spoken: asyncio.Event,
    pool: ThreadPoolExecutor,
    stop: asyncio.Event,
    *,
    read: Read,
) -> None:
    """Take the newest frame, or the lack of one, through the pipeline again and again."""
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    feed = Feed(camera, wake=partial(wake, loop, arrived), read=read)
    feed.start()
    memory, signal = Memory(), "waiting"
    try:
        while not stop.is_set():
            await wait_for(arrived, TICK)
            arrived.clear()
            frame, now = feed.take(), time.monotonic()
            job = partial(see, camera, memory, frame, seconds=now, at=datetime.now(UTC))
            try:
                memory, seen = await loop.run_in_executor(pool, job)
            except (
                Exception
            ):  # task boundary: one bad frame costs its camera's memory, never the other cameras
                log.exception("look_failed", camera=camera.id)
                memory = Memory()
                continue
            for sighting in seen.sightings:
                log.info("sighting", camera=camera.id, kind=sighting.kind, data=sighting.data)
                voice.say(sighting)
                spoken.set()
            if seen.signal != signal:
                signal = seen.signal
                log.info("signal", camera=camera.id, signal=signal)
            feed.renew_if_stuck()
    finally:
        feed.stop()


async def speak_for(
    camera: Camera, broker: BrokerSettings, voice: Voice, spoken: asyncio.Event, stop: asyncio.Event
) -> None:
    """Keep a connection for the camera: birth, will, events until confirmed, goodbye at the end."""
    failures = 0
    while not stop.is_set():
        will = aiomqtt.Will(f"{voice.base}/a", last_will(), qos=1, retain=True)
        try:
            async with aiomqtt.Client(
                broker.host,
                broker.port,
                username=broker.user,
                password=broker.password,
                identifier=f"vision-{voice.base.replace('/', '-')}",
                will=will,
                keepalive=15,
                timeout=5,
            ) as client:
                failures = 0
                await converse(client, voice, spoken, stop)
        except aiomqtt.MqttError as error:
            failures += 1
            pause = backoff(failures, most=30)
            log.warning(
                "broker_away", camera=camera.id, why=str(error), retry_in_s=round(pause, 1), kept=len(voice)
            )
            await wait_for(stop, pause)


async def converse(client: aiomqtt.Client, voice: Voice, spoken: asyncio.Event, stop: asyncio.Event) -> None:
    """Speak over one connection until it breaks (MqttError) or `stop`."""
    await client.subscribe(f"{voice.base}/k/{voice.boot}/+", qos=1)
    await client.publish(f"{voice.base}/a", birth(voice.boot, gateway.__version__), qos=1, retain=True)
    voice.reconnected()
    listening = asyncio.create_task(listen(client, voice))
    try:
        while not stop.is_set():
            for said in voice.to_send(time.monotonic()):
                await client.publish(said.topic, said.payload, qos=1)
                said.sent = time.monotonic()
            if listening.done():
                listening.result()
            await wait_for(spoken, TICK)
            spoken.clear()
        await client.publish(f"{voice.base}/a", last_will(), qos=1, retain=True)
    finally:
        listening.cancel()


async def listen(client: aiomqtt.Client, voice: Voice) -> None:
    async for message in client.messages:
        voice.confirmed(str(message.topic))


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, at most so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    """Set an asyncio event from a feed's thread; a loop that is already closed has no listeners."""
    try:
        loop.call_soon_threadsafe(event.set)
    except RuntimeError:
        return
