"""A broker that sends far more unacknowledged messages than it was asked to: we stop reading, it keeps the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.ingest.mqtt import MqttIngest
from gateway.ingest.settings import MqttSettings
from tests.contracts.ingest import Taken
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import mosquitto, wait_until

pytestmark = pytest.mark.integration
NO_WINDOW = "listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\npersistence false\n"
MESSAGES = 4000
ONE_READ = 128 * 1024 // 1000  # messages of a thousand bytes that one read may bring beyond the limit


def test_what_exceeds_the_window_twice_stays_in_the_connection(tmp_path: Path) -> None:
    with mosquitto(tmp_path, NO_WINDOW) as broker:
        taken = Taken()
        ingest = MqttIngest(
            MqttSettings(port=broker.port, version="3.1.1", receive_maximum=50), ["load/#"], taken.put
        )
        ingest.start()
        try:
            wait_until(lambda: ingest.status().connected, what="a connection")
            with Voice(broker.port) as device:
                for n in range(MESSAGES):
                    sent = device.send("load/x", str(n).encode().ljust(1000))
                sent.wait_for_publish(30)
                wait_until(lambda: len(taken.messages) >= 100, seconds=30, what="two windows of messages")
                assert len(taken.messages) <= 100 + ONE_READ + 1
                done = 0
                while done < MESSAGES:
                    wait_until(
                        lambda d=done: len(taken.receipts) > d, seconds=30, what="more after acknowledgements"
                    )
                    assert len(taken.receipts) - done <= 100 + ONE_READ + 1
                    taken.receipts[done]()
                    done += 1
            assert taken.texts() == [str(n).ljust(1000) for n in range(MESSAGES)]
        finally:
            ingest.stop()
