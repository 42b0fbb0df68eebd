"""A real gateway for tests: a small site written to a folder, `python -m gateway run` over it, and ways to ask it.

The process is the product's own command line; nothing inside it is replaced. Tests look at it from outside:
over HTTP as people with a password, over MQTT as devices, and read-only into its database.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from PIL import Image

from gateway.credentials import hash_password
from gateway.store import accounts
from gateway.store.store import Store
from tests.integration.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 240.0
PASSWORD = "a long enough password"

SITE = """\
site: sc
timezone: Asia/Shanghai
name: {zh: 幸福里, en: Happy Lane}
grids:
  - {id: c1, kind: community, name: {zh: 幸福社区, en: Happy community}}
  - {id: g1, kind: grid, parent: c1, buildings: [b1, b2], name: {zh: 第一网格, en: Grid 1}}
buildings:
  - {id: b1, name: {zh: 1 号楼, en: Building 1}, x: 0.3, y: 0.4}
  - {id: b2, name: {zh: 2 号楼, en: Building 2}, x: 0.6, y: 0.4}
people:
  - {id: wang, name: 王强, roles: [guard]}
  - {id: zhao, name: 赵敏, roles: [worker], grids: [g1]}
  - {id: qian, name: 钱芳, roles: [leader], grids: [c1]}
  - {id: chen, name: 陈刚, roles: [manager]}
  - {id: he, name: 何平, roles: [checker]}
  - {id: lin, name: 林静, roles: [administrator]}
roster:
  shifts:
    - {id: guards, role: guard, from: "00:00", to: "00:00", people: [wang]}
    - {id: workers, role: worker, from: "00:00", to: "00:00", people: [zhao]}
    - {id: leaders, role: leader, from: "00:00", to: "00:00", people: [qian]}
channels:
  - {name: lan, kind: lan}
{channels}
dispatch: {auto_dispatch: [L1, L2], check_roles: [checker]}
devices:
  - {id: gate-n1, type: access_gate, profile: gate, ident: g001, name: {zh: 北门, en: North gate}, building: b1, grid: g1}
  - {id: gate-s1, type: access_gate, profile: gate, ident: g002, name: {zh: 南门, en: South gate}, building: b2, grid: g1}
  - {id: smoke-3, type: smoke, profile: zigbee2mqtt, ident: smoke-3, name: {zh: 三层烟感, en: Smoke sensor}, building: b1, floor: "3", grid: g1}
  - {id: locker-1, type: locker, profile: locker, ident: k1, name: {zh: 快递柜一, en: Locker 1}, building: b1, grid: g1}
  - {id: camera-1, type: camera, profile: frigate, ident: front_door, name: {zh: 门口摄像机, en: Front door}, building: b1, grid: g1}
  - {id: sos-301, type: sos, profile: own, name: {zh: 301 室紧急按钮, en: "Panic button, flat 301"}, building: b1, grid: g1}
{devices}
"""
GATEWAY = """\
data: data
flush_interval_s: {flush_s}
http: {{host: 127.0.0.1, port: {port}}}
log: {{level: info, format: json}}
{broker}
"""


class Site:
    """The files of a site and the ports it uses; `rules` maps file names to texts."""

    def __init__(
        self,
        folder: Path,
        *,
        mqtt: int | None = None,
        version: int = 5,
        devices: str = "",
        channels: str = "",
        rules: Mapping[str, str] | None = None,
        flush_s: float = 1.0,
        extra: str = "",
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.embedded = mqtt is None
        self.broker_port = mqtt or _pair_of_ports()
        broker = (
            f"mqtt: {{host: 127.0.0.1, port: {mqtt}, version: {version}}}"
            if mqtt
            else f"broker: {{port: {self.broker_port}}}"
        )
        folder.mkdir(parents=True, exist_ok=True)
        self.write("site.yaml", SITE.replace("{devices}", devices).replace("{channels}", channels))
        self.write(
            "gateway.yaml",
            GATEWAY.format(flush_s=flush_s, port=self.port, broker=broker) + extra,
        )
        for name, text in (rules or {}).items():
            self.write(f"rules/{name}", text)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def write(self, name: str, text: str) -> None:
        """Write one file of the site."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file of the site."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new))


def _pair_of_ports() -> int:
    """Return a free port whose successor is free too: the embedded broker listens on both."""
    for _ in range(100):
        port = free_port()
        try:
            with _bound(port + 1):
                return port
        except (OSError, OverflowError):
            continue
    pytest.fail("no two free ports side by side")


@contextmanager
def _bound(port: int) -> Iterator[None]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        yield


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def give_passwords(site: Site, *people: str) -> None:
    """Let people of the site have chosen their password before; the gateway must not be running."""
    from datetime import date

    from gateway.site import load_site_file

    text = (site.folder / "site.yaml").read_text(encoding="utf-8")
    file, problems = load_site_file(text, "site.yaml", today=date(2026, 3, 6))
    assert not problems, [str(problem) for problem in problems]
    store = Store.open(site.data, reserve_bytes=4096)
    try:
        with store.database.write.begin() as connection:
            accounts.sync_people(connection, file.view.people.values())
            for person in people:
                accounts.set_password(connection, person, _hash())
    finally:
        store.close()


def _environment() -> dict[str, str]:
    """Return the environment of an installed gateway: its modules are compiled once, not at each start."""
    return {
        **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONUNBUFFERED": "1",
    }


class Person:
    """Somebody logged in at the gateway's API."""

    def __init__(self, base: str, body: Mapping[str, str], path: str) -> None:
        self.http = httpx.Client(base_url=base, timeout=PATIENCE_S, trust_env=False)
        answer = self.http.post(path, json=dict(body))
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]
        self._count = 0

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a page of the API."""
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def post(self, path: str, body: Any, *, expect: int = 200) -> Any:
        """Post as this person, with a fresh idempotency key."""
        self._count += 1
        headers = {"X-CSRF-Token": self.csrf, "Idempotency-Key": f"test-{id(self)}-{self._count:04d}"}
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json()

    def photo(self, number: str) -> str:
        """Take a picture at the place and add it to the case; returns its hash."""
        picture = io.BytesIO()
        Image.new("RGB", (320, 240), "gray").save(picture, "JPEG")
        answer = self.http.post(
            f"/api/incidents/{number}/photos",
            files={"file": ("door.jpg", picture.getvalue(), "image/jpeg")},
            data={"captured_at": datetime.now(UTC).isoformat()},
            headers={"X-CSRF-Token": self.csrf, "Idempotency-Key": f"photo-{number}-{id(self)}"},
        )
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()["sha256"])

    def incident(self, number: str) -> dict[str, Any]:
        """Return a case as this person sees it."""
        found: dict[str, Any] = self.get(f"/api/incidents/{number}")["incident"]
        return found

    def act(self, number: str, action: str, *, expect: int = 200, **fields: Any) -> Any:
        """Do something to a case, on its newest version."""
        version = self.incident(number)["version"]
        body = {"action": action, "version": version, "fields": fields}
        return self.post(f"/api/incidents/{number}/actions", body, expect=expect)

    def alerts(self, **query: Any) -> list[dict[str, Any]]:
        """Return the alerts this person sees, newest first."""
        found: list[dict[str, Any]] = self.get("/api/alerts", **query)["items"]
        return found

    def counters(self) -> dict[str, int]:
        """Return the gateway's counters."""
        found: dict[str, int] = self.get("/api/health")["counters"]
        return found

    def reasons(self) -> set[str]:
        """Return the codes of what is not as it should be."""
        return {each["code"] for each in self.get("/api/health")["reasons"]}

    def close(self) -> None:
        self.http.close()


class GatewayProcess:
    """`python -m gateway run` over a site: start, stop, kill, start again."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.base = f"http://127.0.0.1:{site.port}"
        self.starts_s: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._people: dict[str, Person] = {}
        self._out = site.folder / "gateway.out"
        self._err = site.folder / "gateway.err"
        self._seen = 0  # bytes of output that earlier starts wrote

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for person in self._people.values():
            person.close()
        self._people.clear()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def output(self) -> str:
        """What the newest start said on standard output."""
        return self._out.read_bytes()[self._seen :].decode(errors="replace") if self._out.exists() else ""

    @property
    def errors(self) -> str:
        """Everything that was said on standard error."""
        return self._err.read_text(errors="replace") if self._err.exists() else ""

    def launch(self) -> Self:
        """Start the process without waiting for it."""
        self._seen = self._out.stat().st_size if self._out.exists() else 0
        command = [sys.executable, "-m", "gateway", "run", str(self.site.folder)]
        with self._out.open("ab") as out, self._err.open("ab") as err:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=_environment()
            )
        return self

    def start(self) -> Self:
        """Start the process and return when it says that it is ready."""
        began = time.monotonic()
        self.launch()
        self.wait_ready()
        self.starts_s.append(time.monotonic() - began)
        return self

    def wait_ready(self) -> None:
        """Return when /health/ready answers 200."""

        def ready() -> bool:
            assert self.running, f"the gateway ended: {self.errors[-3000:]}"
            return self.ready() == 200

        wait_until(ready, seconds=PATIENCE_S, what="a ready gateway")

    def hears(self, person: str = "chen") -> Self:
        """Return when it listens at its broker, as /health tells this person: what is said before may be lost."""
        asked = self.person(person)

        def listens() -> bool:
            parts = asked.get("/api/health")["parts"]
            return bool(next(part["facts"]["connected"] for part in parts if part["name"] == "mqtt"))

        wait_until(listens, seconds=PATIENCE_S, what="a gateway that hears its broker")
        return self

    def ready(self) -> int | None:
        """Return the status of /health/ready, or None when nothing answers."""
        try:
            return httpx.get(f"{self.base}/health/ready", timeout=5, trust_env=False).status_code
        except httpx.TransportError:
            return None

    def end(self, how: signal.Signals = signal.SIGTERM, *, seconds: float = PATIENCE_S) -> int:
        """Send a signal and return the exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return self.wait(seconds=seconds)

    def wait(self, *, seconds: float = PATIENCE_S) -> int:
        """Wait for the end of the process and return its exit code."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.end(signal.SIGKILL)

    def signal(self, how: signal.Signals) -> None:
        """Send a signal and do not wait."""
        assert self._process is not None
        self._process.send_signal(how)

    def bound_files(self, size: int | None) -> None:
        """Let no file grow beyond `size` bytes from now on (a disk without room); None lifts that again."""
        hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    # --- people -----------------------------------------------------------------------------------

    def first_administrator(self) -> Person:
        """Log in by the first-run link that the start printed."""
        wait_until(lambda: "/login#" in self.output, seconds=PATIENCE_S, what="the first-run link")
        found = re.search(r"/login#(\S+)", self.output)
        assert found is not None
        body = {"token": found[1], "password": PASSWORD}
        return self._keep("first", Person(self.base, body, "/api/login/link"))

    def person(self, name: str) -> Person:
        """Return this person, logged in (see `give_passwords`)."""
        if name not in self._people:
            self._keep(name, Person(self.base, {"user": name, "password": PASSWORD}, "/api/login"))
        return self._people[name]

    def _keep(self, name: str, person: Person) -> Person:
        self._people[name] = person
        return person

    # --- looking ----------------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return what a query of the database gives, read-only, also while the gateway runs."""
        return rows(self.site.data, query, *values)

    def alert(
        self, rule: str, *, by: str = "chen", device: str | None = None, count: int = 1
    ) -> dict[str, Any]:
        """Wait for an alert of this rule with at least this count and return it."""
        person = self.person(by)
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [
                each
                for each in person.alerts()
                if each["rule"] == rule
                and (device is None or each["device"] == device)
                and each["count"] >= count
            ]
            return bool(found)

        wait_until(there, seconds=PATIENCE_S, what=f"an alert of {rule}")
        return found[0]

    def incident_in(self, number: str, state: str, *, by: str = "chen") -> dict[str, Any]:
        """Wait until a case is in this state and return it."""
        person = self.person(by)
        wait_until(
            lambda: person.incident(number)["state"] == state,
            seconds=PATIENCE_S,
            what=f"{number} in {state}",
        )
        return person.incident(number)


def rows(data: Path, query: str, *values: object) -> list[Any]:
    """Return what a query of a data folder's database gives, read-only."""
    connection = sqlite3.connect(f"file:{data / 'gateway.sqlite3'}?mode=ro", uri=True, timeout=PATIENCE_S)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def verify(site: Site) -> subprocess.CompletedProcess[str]:
    """Run `gateway verify` over the site's data folder; the gateway must not be running."""
    command = [sys.executable, "-m", "gateway", "verify", str(site.data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def now_ms(*, ago: timedelta = timedelta(0)) -> int:
    """Return a device's time of day in milliseconds."""
    return int((datetime.now(UTC) - ago).timestamp() * 1000)


def body(**fields: Any) -> bytes:
    """Return a payload."""
    return json.dumps(fields).encode()


@contextmanager
def gateway(site: Site, *people: str) -> Iterator[GatewayProcess]:
    """Run a gateway over a site whose people have their passwords; stopped at the end."""
    if people:
        give_passwords(site, *people)
    with GatewayProcess(site) as process:
        yield process.start()
