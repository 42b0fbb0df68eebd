"""Link: one connection to a broker, as a socket that is read in large pieces and written in one.

It belongs to one thread. It keeps the connection alive and notices a silent death: nothing was heard for
one and a quarter keep-alives, although a ping goes out after half of one without anything said.
"""

from __future__ import annotations

import select
import socket
import ssl
import time

from gateway.ingest.packets import PINGREQ
from gateway.ingest.settings import MqttSettings, Tls

READ_BYTES = 128 * 1024
CONNECT_S = 10.0
QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)
"""Linux only. A broker with Nagle's algorithm (Mosquitto's default) holds the next small packet back until the last one
is acknowledged by TCP, which a receiver that answers only after a commit puts off by up to 40 ms."""


class Link:
    """An open connection; every method may raise OSError, which means that it is over."""

    def __init__(self, settings: MqttSettings, wake: socket.socket) -> None:
        self._keepalive_s = float(settings.keepalive_s)
        self._wake = wake
        self._socket = _open(settings)
        self._poll = select.poll()
        self._poll.register(wake, select.POLLIN)
        self._poll.register(self._socket, select.POLLIN)
        self._out = bytearray()
        self._heard = self._said = time.monotonic()

    def keep_alive(self, seconds: int) -> None:
        """Take the keep-alive that the broker wants; 0 switches it off."""
        self._keepalive_s = float(seconds)

    def say(self, packet: bytes) -> None:
        """Put a packet in line; it leaves with the next `turn`."""
        self._out += packet

    def turn(self, *, listening: bool = True) -> tuple[bytes, bool]:
        """Write what is in line and wait for something to happen: (bytes read, was somebody waking us).

        Without `listening` nothing is read: what the broker sends stays in the connection. Returns after one
        second at the latest. Raises ConnectionError when the other side closed or is dead.
        """
        self._flush()
        pending = listening and isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        number = self._socket.fileno()
        self._poll.modify(number, (select.POLLIN if listening else 0) | (select.POLLOUT if self._out else 0))
        happened = dict(self._poll.poll(0 if pending else 1000))
        data = b""
        if pending or happened.get(number, 0) & ~select.POLLOUT:
            data = self._read()
        self._live(heard=bool(data) or not listening)
        return data, self._wake.fileno() in happened

    def close(self, *goodbye: bytes) -> None:
        """Say goodbye if that is possible at once, and close."""
        self._out += b"".join(goodbye)
        try:
            self._flush()
        except OSError:
            self._out.clear()
        self._socket.close()

    def _read(self) -> bytes:
        try:
            data = self._socket.recv(READ_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""
        if not data:
            raise ConnectionError("closed by the broker")
        acknowledge_at_once(self._socket)
        return data

    def _flush(self) -> None:
        if not self._out:
            return
        try:
            sent = self._socket.send(self._out)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        del self._out[:sent]
        self._said = time.monotonic()

    def _live(self, *, heard: bool) -> None:
        if not self._keepalive_s:
            return
        now = time.monotonic()
        if heard:
            self._heard = now
        elif now - self._heard > 1.25 * self._keepalive_s:
            raise TimeoutError("no sign of life")
        if now - self._said > self._keepalive_s / 2:
            self._out += PINGREQ
            self._said = now


def acknowledge_at_once(link: socket.socket) -> None:
    """Have TCP acknowledge what was just read without delay; it forgets that, so say it after each read."""
    if QUICK_ACK is not None:
        link.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)


def _open(settings: MqttSettings) -> socket.socket:
    link: socket.socket = socket.create_connection((settings.host, settings.port), timeout=CONNECT_S)
    try:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if settings.tls is not None:
            link = _context(settings.tls).wrap_socket(link, server_hostname=settings.host)
        link.setblocking(False)
    except BaseException:
        link.close()
        raise
    return link


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_file or None)
    if tls.cert_file:
        context.load_cert_chain(tls.cert_file, tls.key_file or None)
    return context
