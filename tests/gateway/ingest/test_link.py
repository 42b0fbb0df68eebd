"""The connection to a broker: what TCP is told, which no broker shows."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from gateway.ingest.link import QUICK_ACK, Link
from gateway.ingest.settings import MqttSettings


@pytest.fixture
def ends() -> Iterator[tuple[Link, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        inlet, outlet = socket.socketpair()
        link = Link(MqttSettings(port=server.getsockname()[1]), inlet)
        broker, _ = server.accept()
        yield link, broker
        link.close()
        for each in (broker, inlet, outlet):
            each.close()


@pytest.mark.skipif(QUICK_ACK is None, reason="TCP_QUICKACK is Linux's own")
def test_what_was_read_is_acknowledged_by_tcp_at_once(ends: tuple[Link, socket.socket]) -> None:
    link, broker = ends
    own = link._socket
    assert QUICK_ACK is not None
    for _ in range(
        5
    ):  # a conversation: from now on TCP waits with its acknowledgement for an answer to ride on
        broker.sendall(b"?")
        own.setblocking(True)
        own.recv(1)
        own.sendall(b"!")
        broker.recv(1)
    assert own.getsockopt(socket.IPPROTO_TCP, QUICK_ACK) == 0
    own.setblocking(False)
    broker.sendall(b"?")
    assert link.turn() == (b"?", False)
    assert own.getsockopt(socket.IPPROTO_TCP, QUICK_ACK) == 1
