"""A block of the large estate, forty connections with accounts, through Mosquitto into a gateway: what comes is what is owed.

The four commands of docs/how-to/simulate.md, each a process of its own; the comparison asks the folder and the address.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gateway.simulate.oracle import read_oracle
from tests.integration.servers import Server, accepts, free_port, program, wait_until

pytestmark = pytest.mark.integration
GATEWAY = [sys.executable, "-m", "gateway"]
RUN_S = 120  # which troubles come in it is drawn by the hour of the day: few at dawn
RATE = 40  # messages a second
SLACK_S = 15  # a slow machine says and hears late
PATIENCE_S = 300.0


def said(*arguments: object, expect: int = 0) -> str:
    done = subprocess.run(
        [*GATEWAY, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


@contextmanager
def broker(folder: Path, port: int) -> Iterator[None]:
    assert " accounts" in said("simulate", "accounts", folder, "--size", "block", "--port", port)
    conf = folder / "mosquitto.conf"
    conf.write_text(conf.read_text() + "user root\n")
    command = [program("mosquitto", "mosquitto"), "-c", str(conf)]
    server = Server("mosquitto", command, port, folder / "mosquitto.log", lambda: accepts(port)).start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def running(site: Path) -> Iterator[None]:
    with (site / "out").open("wb") as out, (site / "err").open("wb") as err:
        gateway = subprocess.Popen([*GATEWAY, "run", str(site)], stdout=out, stderr=err)
    try:
        wait_until(
            lambda: b"ready" in (site / "out").read_bytes() or gateway.poll() is not None,
            seconds=PATIENCE_S, what="a ready gateway",
        )  # fmt: skip
        assert gateway.poll() is None, (site / "err").read_text()[-2000:]
        yield
    finally:
        gateway.terminate()
        gateway.wait(PATIENCE_S)


def token_file(site: Path, http: int) -> Path:
    """Make an account and with it a token that may read alerts, as a person would; return the file that holds it."""
    link = said("users", "add", "boss", "--site", site).split()[-1]
    with httpx.Client(base_url=f"http://127.0.0.1:{http}", trust_env=False, timeout=60) as client:
        opening = {"token": link.partition("#")[2], "password": "a long enough password"}
        opened = client.post("/api/login/link", json=opening).raise_for_status().json()
        made = client.post(
            "/api/tokens",
            json={"name": "compare", "permissions": ["alerts.read"], "days": 1},
            headers={"X-CSRF-Token": opened["csrf"], "Idempotency-Key": "compare-0001"},
        )
    file = site / "token"
    file.write_text(made.raise_for_status().json()["token"] + "\n")
    return file


@pytest.mark.timeout(900)
def test_a_block_raises_exactly_what_it_owes(tmp_path: Path) -> None:
    port, http, site = free_port(), free_port(), tmp_path / "site"
    site.mkdir()
    with broker(tmp_path / "broker", port):
        (site / "site.yaml").write_text(said("simulate", "site", "--size", "block"))
        password = tmp_path / "broker" / "gateway-password"
        (site / "gateway.yaml").write_text(
            f"flush_interval_s: 0.05\nhttp: {{port: {http}}}\n"
            f"mqtt: {{host: 127.0.0.1, port: {port}, username: gateway, password_file: {password}}}\n"
        )
        oracle = tmp_path / "oracle.jsonl"
        with running(site):
            told = said(
                "simulate", "--broker", f"127.0.0.1:{port}", "--size", "block", "--rate", RATE, "--pause", 5,
                "--days", RUN_S / 86400, "--seed", 2, "--measure", "--out", oracle,
                "--accounts", tmp_path / "broker" / "accounts.json",
            )  # fmt: skip
            verdict = said("simulate", "compare", oracle, site / "data", "--slack", SLACK_S)
            where, token = f"http://127.0.0.1:{http}", token_file(site, http)
            asked = said("simulate", "compare", oracle, where, "--token-file", token, "--slack", SLACK_S)
    found = read_oracle(oracle)
    assert found.run is not None
    assert found.run.messages > RATE / 2 * RUN_S
    assert found.run.faults.keys() >= {"late", "disordered"}
    met = re.search(r"met (\d+), lost 0, late 0, too low 0, doubled 0, extra 0", verdict)
    assert met is not None
    assert int(met[1]) >= 2
    assert asked == verdict
    assert re.search(r"said to confirmed: p50 [\d.]+ ms", told)
