"""Push: how many devices' pushes a second the HTTP door answers after their commit, and how long the slowest wait.

Run `python bench/push.py`. The real command with the built-in rules; devices push over loopback and each waits for its answer before
it says the next thing, first one alone, then `AT_ONCE` of them: JSON with a password (Digest once, then the same nonce), polling
as ZKTeco terminals do, and JSON with a picture of 60 KB. Budget: 99 of 100 answers within the 500 ms after which a device is told to send
again, and no 503 at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.run_queue import RunQueue
from gateway.push.issuing import issue
from gateway.secret_files import secret
from gateway.site import load_site_file
from tests.integration.gateway_process import GatewayProcess, Site, give_passwords
from tests.integration.servers import accepts, free_port, wait_until

AT_ONCE = 40
SECONDS = 10.0
BUDGET_P99_MS = 500.0
RESULT = Path(__file__).resolve().parent / "results" / "push.json"
PICTURE = os.urandom(60_000)
BELL = """\
profile: bell@1
name: {zh: 门铃, en: Bell}
identity: e.id
dedup: [e.n]
match: {path: /bell}
kinds: [{when: "e.say == 'open'", kind: contact.opened}]
samples:
  - {name: open, path: /bell, payload: {id: b1, n: 7, say: open}, expect: [{event: contact.opened}]}
"""


class Device:
    """One device with one connection: pushes, waits for the answer, pushes the next."""

    def __init__(self, number: int, port: int, password: str) -> None:
        self.id, self._port, self._password = f"bell-{number}", port, password
        self._count = self._nc = 0
        self._challenge: dict[str, str] = {}
        self.took_ms: list[float] = []
        self.statuses: dict[int, int] = {}

    async def run(self, kind: str, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while time.perf_counter() < until:
                began = time.perf_counter()
                status = await self._push(kind, reader, writer)
                self.took_ms.append(1000 * (time.perf_counter() - began))
                self.statuses[status] = self.statuses.get(status, 0) + 1
        finally:
            writer.close()

    async def _push(self, kind: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        self._count += 1
        if kind == "poll":
            return (await self._ask(reader, writer, "GET", f"/iclock/getrequest?SN={self.id}", b""))[0]
        fields = {"id": self.id, "n": f"{kind}{self._count}", "say": "open"}
        body = json.dumps(fields).encode()
        if kind == "picture":
            body = json.dumps({**fields, "picture": PICTURE.hex()[:60_000]}).encode()
        status, headers = await self._ask(reader, writer, "POST", "/bell", body)
        if status == 401:
            given = headers["www-authenticate"].partition('nonce="')[2].partition('"')[0]
            self._challenge, self._nc = {"nonce": given}, 0
            status, _ = await self._ask(reader, writer, "POST", "/bell", body)
        return status

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, path: str, body: bytes
    ) -> tuple[int, dict[str, str]]:
        authorization = self._authorization(method, path) if self._challenge else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\n{authorization}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers: dict[str, str] = {}
        for name, _, value in (each.partition(": ") for each in lines):
            headers.setdefault(name.lower(), value)
        await reader.readexactly(int(headers["content-length"]))
        return int(first.split()[1]), headers

    def _authorization(self, method: str, path: str) -> str:
        self._nc += 1
        nonce, nc = self._challenge["nonce"], f"{self._nc:08x}"
        one = _md5(f"{self.id}:devices:{self._password}")
        response = _md5(f"{one}:{nonce}:{nc}:c:auth:{_md5(f'{method}:{path}')}")
        return (
            f'Authorization: Digest username="{self.id}", realm="devices", nonce="{nonce}", uri="{path}", '
            f'qop=auth, nc={nc}, cnonce="c", algorithm=MD5, response="{response}"\r\n'
        )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def cpu_s(pid: int) -> float:
    """Return the processor time a process has used, in seconds: it hardly depends on what else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(devices: list[Device], kind: str, pid: int) -> dict[str, Any]:
    """Let these devices push for `SECONDS`; return the figures."""
    used = cpu_s(pid)
    for each in devices:
        each.took_ms.clear()
        each.statuses.clear()
    began = time.perf_counter()
    await asyncio.gather(*(each.run(kind, began + SECONDS) for each in devices))
    took = sorted(ms for each in devices for ms in each.took_ms)
    statuses: dict[int, int] = {}
    for each in devices:
        for status, count in each.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return {
        "a_second": round(len(took) / (time.perf_counter() - began)),
        "p50_ms": round(took[len(took) // 2], 1),
        "p99_ms": round(took[int(len(took) * 0.99)], 1),
        "cpu_ms_each": round(1000 * (cpu_s(pid) - used) / len(took), 2),
        "statuses": statuses,
    }


def main() -> None:
    """Start a gateway in a folder of its own and measure it."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as folder:
        port = free_port()
        numbers = range(1, AT_ONCE + 1)
        lines = "".join(
            f"  - {{id: bell-{n}, type: contact, profile: bell, building: b1, grid: g1}}\n"
            f"  - {{id: zk-{n}, type: access_gate, profile: zkteco, ident: bell-{n}, building: b1, grid: g1}}\n"
            for n in numbers
        )
        polling = "".join(f"    zk-{n}: {{addresses: [127.0.0.1], by_address: true}}\n" for n in numbers)
        push = f"push:\n  port: {port}\n  per_device: 1000\n  per_address: 10000\n  devices:\n{polling}"
        site = Site(Path(folder) / "site", devices=lines, extra=push)
        site.write("profiles/bell.yaml", BELL)
        give_passwords(site, "chen")
        secret(site.data / "secrets", "seal.key")
        file, _ = load_site_file((site.folder / "site.yaml").read_text("utf-8"), "site.yaml", today=_today())
        devices = [
            Device(n, port, issue(site.data, f"bell-{n}", file.view.registry, scheme="password").secret)
            for n in numbers
        ]
        with GatewayProcess(site) as process:
            process.start()
            wait_until(lambda: accepts(port), what="the open door")  # it opens beside the main path
            with RunQueue({"gateway": process.pid, "devices": os.getpid()}) as queue:
                found: dict[str, Any] = {"alone": asyncio.run(measure(devices[:1], "json", process.pid))}
                for kind in ("json", "poll", "picture"):
                    found[f"{AT_ONCE}_{kind}"] = asyncio.run(measure(devices, kind, process.pid))
    served = [figures for figures in found.values() if isinstance(figures, dict)]
    found["budget_p99_ms"] = BUDGET_P99_MS
    found["within_budget"] = all(
        each["p99_ms"] <= BUDGET_P99_MS and set(each["statuses"]) == {200} for each in served
    )
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "nice": os.nice(0)}
    load = {"load": round(os.getloadavg()[0], 1)}
    text = json.dumps({**found, "run_queue": queue.told(), **machine, **load}, indent=1)
    print(text)
    RESULT.write_text(f"{text}\n", "utf-8")


def _today() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


if __name__ == "__main__":
    main()
