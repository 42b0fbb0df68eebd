"""Real servers for tests: started on a free port, ready by condition, stopped by their own process id.

Use the context managers, or the fixtures that wrap them. A server that is not installed makes the test
skip and say which package has it. Nothing here sleeps for a guessed time: readiness is asked for.
"""

from __future__ import annotations

import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import pytest

MOSQUITTO_DEFAULT = """
listener {port} 127.0.0.1
allow_anonymous true
max_inflight_messages 500
max_queued_messages 100000
persistence false
"""


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], *, seconds: float = 10.0, what: str = "condition") -> None:
    """Wait until `condition()` is true, looking every 5 ms; fail the test after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds} s for: {what}")
        time.sleep(0.005)


def accepts(port: int) -> bool:
    """Tell whether something accepts TCP connections on 127.0.0.1:`port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return True
    except OSError:
        return False


class Server:
    """A server process of a test: start, kill, stop and start again on the same port."""

    def __init__(
        self, name: str, command: list[str], port: int, log: Path, ready: Callable[[], bool]
    ) -> None:
        self.name = name
        self.port = port
        self._command = command
        self._log = log
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything the server has written to its output so far."""
        return self._log.read_text(errors="replace")

    def start(self, *, seconds: float = 20.0) -> Server:
        """Start the process and return when it answers; fail the test with its log if it does not."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(self._command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        end = time.monotonic() + seconds
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                pytest.fail(f"{self.name} did not start: {self.log[-2000:]}")
            time.sleep(0.01)
        return self

    def pause(self) -> None:
        """Freeze the process (SIGSTOP): connections stay open and nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once (SIGKILL), as a power cut or the OOM killer would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the process in the ordinary way; safe to call twice."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def program(name: str, package: str) -> str:
    """Return the path of an installed program, or skip the test naming the Debian package that has it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed (apt install {package})")
    return found


@contextmanager
def mosquitto(folder: Path, config: str = MOSQUITTO_DEFAULT, *, port: int | None = None) -> Iterator[Server]:
    """Run Mosquitto on a free port of 127.0.0.1; `{port}` and `{folder}` in `config` are filled in."""
    path = program("mosquitto", "mosquitto")
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    file = folder / f"mosquitto-{port}.conf"
    # As root Mosquitto would change to its own user, who may not read a test's temporary folder.
    file.write_text(config.format(port=port, folder=folder) + "\nuser root\n")
    server = Server(
        "mosquitto", [path, "-c", str(file)], port, folder / f"mosquitto-{port}.log", lambda: accepts(port)
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def victoria_metrics(folder: Path, *, port: int | None = None) -> Iterator[Server]:
    """Run a single-node VictoriaMetrics on 127.0.0.1: InfluxDB v2 writes at /api/v2/write, PromQL to read."""
    path = program("victoria-metrics", "victoria-metrics")
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [
        path,
        f"-httpListenAddr=127.0.0.1:{port}",
        f"-storageDataPath={folder / 'metrics'}",
        "-retentionPeriod=100y",
        "-search.latencyOffset=0s",
        "-dedup.minScrapeInterval=1ms",  # a point written twice counts once, as in InfluxDB
        "-memory.allowedBytes=64MB",
    ]
    server = Server(
        "victoria-metrics",
        command,
        port,
        folder / f"metrics-{port}.log",
        lambda: _answers(f"http://127.0.0.1:{port}/health"),
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Proxy:
    """A TCP proxy on 127.0.0.1 in front of `target`: cut every connection, or refuse new ones for a while.

    `hold(True)` stops forwarding without closing anything (a black hole).
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port = int(self._listener.getsockname()[1])
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._ended = False
        self._held = False
        self._refusing = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._thread.join()
        self.cut()
        self._listener.close()
        self._selector.close()

    def cut(self) -> None:
        """Close every connection at once, as a pulled cable does; new ones are accepted again."""
        with self._lock:
            for end in list(self._pairs):
                self._drop(end)

    def refuse(self, refuse: bool) -> None:
        """Drop connections as soon as they are opened, or stop doing so."""
        self._refusing = refuse

    def hold(self, held: bool) -> None:
        """Stop forwarding, or go on."""
        self._held = held

    def _drop(self, end: socket.socket) -> None:
        other = self._pairs.pop(end, None)
        for one in (end, other):
            if one is None:
                continue
            self._pairs.pop(one, None)
            with suppress(KeyError, ValueError):
                self._selector.unregister(one)
            one.close()

    def _run(self) -> None:
        while not self._ended:
            for key, _ in self._selector.select(0.05):
                with self._lock:
                    self._turn(key.fileobj)
            if self._held:
                time.sleep(0.01)

    def _turn(self, ready: object) -> None:
        if ready is self._listener:
            near, _ = self._listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=2)
            except OSError:
                near.close()
                return
            if self._refusing:
                near.close()
                far.close()
                return
            for one, other in ((near, far), (far, near)):
                self._pairs[one] = other
                self._selector.register(one, selectors.EVENT_READ)
            return
        assert isinstance(ready, socket.socket)
        if self._held or ready not in self._pairs:
            return
        try:
            data = ready.recv(65536)
            if not data:
                raise ConnectionError
            self._pairs[ready].sendall(data)
        except OSError:
            self._drop(ready)
