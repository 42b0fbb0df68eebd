"""The live simulation at a real broker: it speaks, survives the broker's absence, and stops when told."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from gateway.simulate.estate import draw_up
from gateway.simulate.faults import Sent
from gateway.simulate.line import Line
from gateway.simulate.live import Show, Stage, simulate
from gateway.simulate.oracle import read_oracle
from gateway.simulate.switchboard import Address
from tests.integration.servers import mosquitto

pytestmark = pytest.mark.integration


async def heard(port: int, topics: list[str], ready: asyncio.Event) -> None:
    with suppress(aiomqtt.MqttError):
        async with aiomqtt.Client("127.0.0.1", port, max_queued_incoming_messages=0) as client:
            await client.subscribe("#", qos=1)
            ready.set()
            async for message in client.messages:
                topics.append(str(message.topic))


async def until(condition, *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what is waited for is a plain list that a listener fills
            await asyncio.sleep(0.02)


async def test_every_make_is_heard_and_it_stops_at_once(tmp_path: Path) -> None:
    estate = draw_up()
    with mosquitto(tmp_path) as server:
        topics, ready, stop, stage = [], asyncio.Event(), asyncio.Event(), Stage()
        ear = asyncio.create_task(heard(server.port, topics, ready))
        await ready.wait()
        show = asyncio.create_task(
            simulate(
                estate,
                Address(host="127.0.0.1", port=server.port),
                stop=stop,
                stage=stage,
                show=Show(speed=50),
            )
        )
        await until(lambda: len(topics) > len(estate.things))
        roots = {topic.split("/")[0] for topic in topics}
        assert {"sc1", "community", "zigbee2mqtt", "frigate", "tele"} <= roots
        assert stage.expected
        begun = asyncio.get_running_loop().time()
        stop.set()
        assert (await show).sent == stage.sent > 0
        assert asyncio.get_running_loop().time() - begun < 3
        ear.cancel()


async def test_nothing_is_lost_when_the_broker_goes_away_and_returns(tmp_path: Path) -> None:
    at = datetime.now(UTC)
    sent = [Sent(at=at, topic=f"t/{n}", payload=b"x", retain=True) for n in range(400)]
    with mosquitto(tmp_path) as server:
        async with Line("127.0.0.1", server.port) as line:
            for message in sent[:200]:
                await line.send(message)
            await line.flush()
            server.kill()
            rest = asyncio.create_task(_all(line, sent[200:]))
            await asyncio.sleep(0.3)  # the broker is away for a while: that is the case under test
            server.start()
            await asyncio.wait_for(rest, 30)
            await asyncio.wait_for(line.flush(), 30)
            assert line.lost >= 1
        topics, ready = [], asyncio.Event()
        ear = asyncio.create_task(heard(server.port, topics, ready))
        await until(lambda: {f"t/{n}" for n in range(200, 400)} <= set(topics))
        ear.cancel()


async def _all(line: Line, messages: list[Sent]) -> None:
    for message in messages:
        await line.send(message)


def test_the_command_writes_what_had_to_come(tmp_path: Path) -> None:
    out = tmp_path / "oracle.jsonl"
    with mosquitto(tmp_path) as server:
        command = [sys.executable, "-m", "gateway", "simulate", "--broker", f"127.0.0.1:{server.port}"]
        done = subprocess.run(
            [*command, "--days", str(3 / 86400), "--out", str(out)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "messages sent" in done.stdout
        found = read_oracle(out)
        assert found.expected == ()  # three seconds: nothing can have come yet
        assert found.run is not None
        assert found.run.messages > 50
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert "stop with Ctrl-C" in process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "messages sent" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--broker", "nowhere"], "is not HOST:PORT"),
        (["--size", "huge"], "choose one of: small, block, estate"),
        (["compare", "none.jsonl", "none.json"], "cannot read what to compare"),
        (["compare", "none.jsonl", "http://127.0.0.1:1"], "cannot read what to compare"),
        (["--accounts", "none.json"], "--accounts: cannot be read"),
    ],
)
def test_wrong_input_is_a_sentence(arguments: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "simulate", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_site_file_can_be_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "simulate", "site"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "site: xingfuli" in done.stdout
