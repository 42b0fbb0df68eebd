"""The whole gateway as a process of its own over a simulated community, as `gateway demo` opens it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser.estate import HOST
from tests.browser.windows import ROOT
from tests.gateway.upgrade.packages import KEY
from tests.integration.servers import free_port, wait_until

START_S = 180.0


class Process:
    """`gateway demo` in a folder of its own, with the one-time links that it prints."""

    def __init__(self, folder: Path, days: float = 0.05, *, patience_s: float | None = None) -> None:
        self.port = free_port()
        self.base = f"http://{HOST}:{self.port}"
        self.output = folder / "output.txt"
        self.folder = folder / "demo"
        command = [
            sys.executable, "-m", "gateway", "demo",
            "--port", str(self.port), "--data", str(self.folder), "--days", str(days), "--no-people",
        ]  # fmt: skip
        key = folder / "publisher.pub"  # whose packages of upgrades this gateway takes
        key.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        settings = {
            "GATEWAY_UPGRADE__KEY_FILE": str(key),
            "GATEWAY_UPGRADE__FOLDER": str(folder / "versions"),
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **settings}
            )
        try:
            wait_until(
                lambda: self.links() or self.process.poll() is not None,
                seconds=START_S + 120 * days if patience_s is None else patience_s,
                what="the links of the demo",
            )
            assert self.process.poll() is None, self.output.read_text("utf-8")
        except (
            BaseException
        ):  # a time-out, Ctrl-C: nobody else knows of the process, so it holds no folder and no port
            self.end()
            raise

    def links(self) -> dict[str, str]:
        """Return the addresses by role, below the host name."""
        text = self.output.read_text("utf-8")
        found = re.findall(r"^\s+(\w+)\s+http://[^/\s]+(/login#\S+)$", text, re.MULTILINE)
        return dict(found) if "MQTT" in text else {}

    @property
    def mqtt_port(self) -> int:
        """The port of its embedded broker."""
        found = re.search(r"MQTT 127\.0\.0\.1:(\d+)", self.output.read_text("utf-8"))
        assert found is not None
        return int(found[1])

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; returns its exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        finally:
            self.end()

    def end(self) -> None:
        """End it for certain; the lock of its folder goes with it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
