"""A camera for tests: a small RTSP server over TCP (interleaved RTP) that shows a made scene for ever.

It can hang (connections stay open, nothing more comes), die (sockets close, the port is shut) and come
back on the same port. Enough of RFC 2326 and RFC 6184 for FFmpeg; not a server for anything else.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import socketserver
import struct
import threading
import time
from fractions import Fraction
from typing import Self

import av

from gateway.vision.scene import Scene, draw

CLOCK = 90_000  # RTP ticks a second for video
ROOM = 1200  # bytes of a NAL unit in one packet


def encoded(scene: Scene) -> list[list[bytes]]:
    """Return the scene as H.264: for each picture its NAL units, parameter sets before every key frame."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = scene.size
    codec.pix_fmt, codec.time_base, codec.framerate = "yuv420p", Fraction(1, scene.rate), Fraction(scene.rate)
    codec.gop_size = scene.rate
    codec.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "28"}
    packets = []
    for index, picture in enumerate(draw(scene)):
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = index
        packets += codec.encode(frame)
    packets += codec.encode(None)
    return [nal_units(bytes(packet)) for packet in packets]


def nal_units(stream: bytes) -> list[bytes]:
    """Split Annex B bytes at their start codes."""
    return [unit for part in stream.split(b"\x00\x00\x01") if (unit := part.rstrip(b"\x00"))]


def rtp(unit: bytes, sequence: int, timestamp: int) -> list[bytes]:
    """Return the RTP packets of one NAL unit: whole, or in FU-A fragments."""
    if len(unit) <= ROOM:
        payloads = [unit]
    else:
        first, rest = unit[0], unit[1:]
        pieces = [rest[at : at + ROOM] for at in range(0, len(rest), ROOM)]
        payloads = [
            bytes(
                [
                    first & 0xE0 | 28,
                    (0x80 if n == 0 else 0) | (0x40 if n == len(pieces) - 1 else 0) | first & 0x1F,
                ]
            )
            + piece
            for n, piece in enumerate(pieces)
        ]
    return [
        struct.pack(">BBHII", 0x80, 96, (sequence + n) & 0xFFFF, timestamp & 0xFFFFFFFF, 0x1234) + payload
        for n, payload in enumerate(payloads)
    ]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    camera: RtspCamera


class _Talk(socketserver.StreamRequestHandler):
    """One connection: answers requests until PLAY, then sends until it is told to stop."""

    def handle(self) -> None:
        camera = self.server.camera  # type: ignore[attr-defined]  # set on the server above
        camera.connections.append(self.connection)
        with contextlib.suppress(OSError):
            while line := self.rfile.readline().decode("ascii", "replace").strip():
                headers = {}
                while field := self.rfile.readline().decode("ascii", "replace").strip():
                    name, _, value = field.partition(":")
                    headers[name.lower()] = value.strip()
                method = line.split()[0]
                if not camera.allowed(headers.get("authorization", "")):
                    self.answer("401 Unauthorized", headers, 'WWW-Authenticate: Basic realm="camera"')
                elif method == "DESCRIBE":
                    self.describe(headers)
                elif method == "SETUP":
                    self.answer(
                        "200 OK", headers, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1"
                    )
                elif method == "PLAY":
                    self.answer("200 OK", headers, "Session: 1", "Range: npt=0-")
                    camera.play(self.connection)
                    return
                else:
                    self.answer("200 OK", headers, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")

    def answer(self, status: str, headers: dict[str, str], *more: str, body: str = "") -> None:
        lines = [f"RTSP/1.0 {status}", f"CSeq: {headers.get('cseq', '0')}", *more]
        if body:
            lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode("ascii"))

    def describe(self, headers: dict[str, str]) -> None:
        body = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
            "c=IN IP4 0.0.0.0\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:track0\r\n"
        )
        self.answer("200 OK", headers, body=body)


class RtspCamera:
    """The camera: `start`, `hang`, `die`; `url` says where, with credentials when it asks for them."""

    def __init__(self, scene: Scene, port: int, *, user: str = "", password: str = "") -> None:
        self.scene, self.port, self.user, self.password = scene, port, user, password
        self.connections: list[socket.socket] = []
        self._pictures = encoded(scene)
        self._server: _Server | None = None
        self._hung = threading.Event()
        self._dead = threading.Event()

    @property
    def url(self) -> str:
        secret = f"{self.user}:{self.password}@" if self.user else ""
        return f"rtsp://{secret}127.0.0.1:{self.port}/stream"

    def allowed(self, authorization: str) -> bool:
        expected = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return not self.user or authorization == f"Basic {expected}"

    def start(self) -> None:
        self._hung.clear()
        self._dead = threading.Event()
        self._server = _Server(("127.0.0.1", self.port), _Talk)
        self._server.camera = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def hang(self) -> None:
        """Send nothing more; keep every connection and the port open."""
        self._hung.set()

    def die(self) -> None:
        """Close everything, as when the plug is pulled and the switch answers with resets."""
        self._dead.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        while self.connections:
            with contextlib.suppress(OSError):
                self.connections.pop().shutdown(socket.SHUT_RDWR)

    def play(self, connection: socket.socket) -> None:
        dead, sequence, shown = self._dead, 0, 0
        begin = time.monotonic()
        while not dead.is_set():
            if self._hung.is_set():
                dead.wait(0.05)
                continue
            for unit in self._pictures[shown % len(self._pictures)]:
                for packet in rtp(unit, sequence, shown * CLOCK // self.scene.rate):
                    sequence += 1
                    connection.sendall(b"$\x00" + struct.pack(">H", len(packet)) + packet)
            shown += 1
            dead.wait(max(0.0, begin + shown / self.scene.rate - time.monotonic()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()
