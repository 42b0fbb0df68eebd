"""How far behind reception is, told by a real broker that holds a queue: late while it is read, caught up after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from gateway.ingest.mqtt import MqttIngest
from gateway.ingest.settings import MqttSettings
from tests.contracts.ingest import Taken
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import Server, mosquitto, wait_until

pytestmark = pytest.mark.integration
MESSAGES = 3000


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Server]:
    with mosquitto(tmp_path) as server:
        yield server


class Told:
    """What the ingest said of its progress, each with the number of messages that had come by then."""

    def __init__(self, taken: Taken) -> None:
        self.said: list[tuple[float | None, int]] = []
        self._taken = taken

    def __call__(self, ago_s: float | None) -> None:
        self.said.append((ago_s, len(self._taken.messages)))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_queue_at_the_broker_is_noticed_and_so_is_its_end(
    broker: Server, version: Literal["5", "3.1.1"]
) -> None:
    taken = Taken()
    told = Told(taken)
    settings = MqttSettings(
        port=broker.port, client_id=f"progress-{version}", version=version, receive_maximum=100,
        marker_topic="own/progress", retry_most_s=0.2,
    )  # fmt: skip
    ingest = MqttIngest(settings, ["load/#"], taken.put, told)
    ingest.start()
    stop = threading.Event()

    def settle_slowly() -> None:
        done = 0
        while not stop.wait(0.05):
            for receipt in taken.receipts[done : done + 25]:
                receipt()
                done += 1

    slow = threading.Thread(target=settle_slowly)
    try:
        wait_until(lambda: told.said == [(None, 0)], what="a broker that kept nothing")
        with Voice(broker.port) as device:
            for number in range(MESSAGES):
                sent = device.send("load/x", str(number).encode())
            sent.wait_for_publish(30)
            wait_until(lambda: len(told.said) > 1, seconds=30, what="a probe that is late")
            slow.start()  # not before: on a busy machine the device may say less than is settled meanwhile
            ago, then = told.said[1]
            assert ago is not None
            assert ago >= 0.5
            assert then < MESSAGES
            wait_until(lambda: told.said[-1][0] is None, seconds=60, what="the end of the queue")
            assert told.said[-1][1] == MESSAGES
            assert taken.texts() == [str(number) for number in range(MESSAGES)]
    finally:
        stop.set()
        if slow.ident is not None:
            slow.join(10)
        ingest.stop()
