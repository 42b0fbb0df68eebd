"""The demo's start: what cannot be is said before a week is played."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.simulate.demo import Demo, run_demo
from tests.integration.servers import free_port


def demo(folder: Path, broker_port: int) -> Demo:
    return Demo(
        host="127.0.0.1",
        port=free_port(),
        data=folder,
        broker_port=broker_port,
        days=1,
        seed="1",
        people=False,
    )


@pytest.mark.parametrize("beside", [0, 1])
def test_a_broker_port_that_is_taken_is_named_before_anything_is_played(tmp_path: Path, beside: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"--broker-port {port - beside}: port {port} "):
            run_demo(demo(tmp_path / "data", port - beside))
    assert not (tmp_path / "data").exists()
