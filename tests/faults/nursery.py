"""Many quick starts of one gateway: a process that has its modules loaded and forks a gateway for each start.

What is forked runs the product's own command line and is killed as hard as any process; only the two
seconds of loading modules are spared, so that many kills fit into a short test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.integration.gateway_process import PATIENCE_S, ROOT, GatewayProcess, Site
from tests.integration.servers import wait_until

_NURSE = """
import os, signal, sys
import gateway.cli.run, gateway.log, gateway.serve, gateway.written
from gateway.cli import main
import gc
gc.freeze()
print("ready", flush=True)
for line in sys.stdin:
    folder, out, err = line.rstrip("\\n").split("\\t")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, number in ((out, 1), (err, 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), number)
    main(["run", folder])
    os._exit(0)
"""


class Nursery:
    """Forks gateways."""

    def __enter__(self) -> Self:
        self._nurse = subprocess.Popen(
            [sys.executable, "-c", _NURSE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._nurse.stdout is not None
        assert self._nurse.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._nurse.stdin is not None
        assert self._nurse.stdout is not None
        self._nurse.stdin.close()
        self._nurse.wait(30)
        self._nurse.stdout.close()

    def fork(self, folder: Path, out: Path, err: Path) -> int:
        """Start a gateway; return its process id."""
        assert self._nurse.stdin is not None
        assert self._nurse.stdout is not None
        self._nurse.stdin.write(f"{folder}\t{out}\t{err}\n")
        self._nurse.stdin.flush()
        return int(self._nurse.stdout.readline())


class ForkedGateway(GatewayProcess):
    """A gateway of the nursery: same ways to start, stop and ask."""

    def __init__(self, site: Site, nursery: Nursery) -> None:
        super().__init__(site)
        self._nursery = nursery
        self._pid = 0

    def __exit__(self, *_: object) -> None:
        if self.running:
            self.kill()
        super().__exit__()

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def running(self) -> bool:
        try:
            state = Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # gone, or going while it was read
            return False
        return self._pid > 0 and state != "Z"

    def launch(self) -> Self:
        self._seen = self._out.stat().st_size if self._out.exists() else 0
        self._pid = self._nursery.fork(self.site.folder, self._out, self._err)
        return self

    def end(self, how: signal.Signals = signal.SIGTERM, *, seconds: float = PATIENCE_S) -> int:
        """Send a signal and return once the process is gone; its exit code is not known here."""
        os.kill(self._pid, how)
        wait_until(lambda: not self.running, seconds=seconds, what="the end of the gateway")
        return 0
