"""A panel that calls in by SIA DC-09 and, as panels do, says a thing again until it is acknowledged."""

from __future__ import annotations

import re
import socket
import time
from datetime import UTC, datetime

from Crypto.Cipher import AES

from gateway.interop.dc09 import framed

_ANSWER = re.compile(rb'"(\*?)(ACK|NAK|DUH)"(\d{4})')


class Panel:
    """One account. `key` is its AES key (16 characters), `clock_s` how far its clock is off."""

    def __init__(
        self, port: int, account: str = "4F39", *, key: str | None = None, udp: bool = False
    ) -> None:
        self.port, self.account, self.key, self.udp = port, account, key, udp
        self.clock_s = 0.0
        self.sequence = 0
        self.sent = 0

    def next(self) -> str:
        """Go to the next sequence number."""
        self.sequence = self.sequence % 9999 + 1
        return f"{self.sequence:04d}"

    def frame(self, data: str, kind: str = "ADM-CID", sequence: str | None = None) -> bytes:
        """Return a frame around what stands in the brackets, with the panel's time."""
        sequence = sequence or f"{self.sequence:04d}"
        at = datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.clock_s, UTC)
        stamp = at.strftime("_%H:%M:%S,%m-%d-%Y")
        head = f"{sequence}R0L0#{self.account}["
        if self.key is None:
            return framed(f'"{kind}"{head}{data}]{stamp}')
        text = f"|{data}]{stamp}"
        text = "0" * (-len(text) % 16) + text
        sealed = AES.new(self.key.encode(), AES.MODE_CBC, b"\0" * 16).encrypt(text.encode()).hex().upper()
        return framed(f'"*{kind}"{head}{sealed}')

    def cid(self, qualifier: int, code: str, zone: int = 1, partition: int = 1) -> str:
        """Return Contact-ID data."""
        return f"#{self.account}|{qualifier}{code} {partition:02d} {zone:03d}"

    def send(self, frame: bytes, *, timeout_s: float = 2.0) -> str | None:
        """Send a frame once; return the word of the answer, None for silence."""
        self.sent += 1
        try:
            answer = self._udp(frame, timeout_s) if self.udp else self._tcp(frame, timeout_s)
        except OSError:
            return None
        found = _ANSWER.search(answer)
        return found[2].decode() if found else None

    def say(self, data: str, kind: str = "ADM-CID") -> str | None:
        """Say something new once."""
        self.next()
        return self.send(self.frame(data, kind))

    def until_acknowledged(
        self, data: str, kind: str = "ADM-CID", *, seconds: float = 240.0, pace_s: float = 0.05
    ) -> int:
        """Say something new again and again, each time with the time of then; return how often it took."""
        self.next()
        end, attempt = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            attempt += 1
            if self.send(self.frame(data, kind), timeout_s=2.0) == "ACK":
                return attempt
            time.sleep(pace_s)  # a panel's own pace
        raise AssertionError(f"no ACK within {seconds} s")

    def _tcp(self, frame: bytes, timeout_s: float) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s) as line:
            line.sendall(frame)
            return line.recv(1024)

    def _udp(self, frame: bytes, timeout_s: float) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(timeout_s)
            line.sendto(frame, ("127.0.0.1", self.port))
            return line.recv(1024)
