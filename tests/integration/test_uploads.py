"""Uploads to the real command: killed in the middle, fifty at once in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from tests.gateway.evidence.phone import SteadyPhone, peak_rss_mb, picture
from tests.integration.gateway_process import ROOT, GatewayProcess, Site, give_passwords

TAKEN = "2026-03-06T03:00:00+08:00"
BUDGET_MB = 64.0  # what fifty uploads may add to the process


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    site = Site(tmp_path / "site")
    with GatewayProcess(site) as process:
        give_passwords(site, "wang", "chen")
        yield process.start()


def reported(process: GatewayProcess) -> str:
    """Report something; return the number of the case."""
    body = {"category": "0602", "place": {"building": "b1"}, "text": "垃圾桶满了"}
    return str(process.person("wang").post("/api/reports", body, expect=201)["incident"])


def phone(process: GatewayProcess, person: str = "wang") -> SteadyPhone:
    who = process.person(person)
    return SteadyPhone(who.http, who.csrf)


def test_a_kill_in_the_middle_of_an_upload_costs_nothing_but_time(gateway: GatewayProcess) -> None:
    number, content = reported(gateway), picture(900)
    facts = {"key": "killed", "incident": number, "captured_at": TAKEN}
    half = phone(gateway).send(content, stop_at=len(content) // 2, **facts)
    gateway.kill()

    gateway.start()
    again = phone(gateway).announce(content, **facts)
    assert again["id"] == half["id"]
    assert again["offset"] >= len(content) // 2
    done = phone(gateway).send(content, **facts)
    gateway.kill()  # after the answer: what was answered is there

    gateway.start()
    assert phone(gateway).send(content, **facts) == done
    (photo,) = gateway.person("wang").incident(number)["photos"]
    assert photo["sha256"] == done["file"]["sha256"]
    assert datetime.fromisoformat(photo["captured_at"]) == datetime.fromisoformat(TAKEN)
    assert not list((gateway.site.data / "uploads").glob("*"))
    gateway.end()
    command = [sys.executable, "-m", "gateway", "verify", str(gateway.site.data)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.slow
def test_fifty_uploads_at_once_arrive_in_bounded_memory(gateway: GatewayProcess) -> None:
    number = reported(gateway)
    pictures = [picture(700, seed=seed) for seed in range(50)]
    before = peak_rss_mb(gateway.pid)

    def send(each: int) -> str:
        sender = phone(gateway, ("wang", "chen")[each % 2])
        return str(sender.send(pictures[each], key=f"n-{each}", incident=number)["file"]["sha256"])

    for person in ("wang", "chen"):
        gateway.person(person)
    with ThreadPoolExecutor(50) as pool:
        hashes = list(pool.map(send, range(50)))
    assert {photo["sha256"] for photo in gateway.person("wang").incident(number)["photos"]} == set(hashes)
    assert len(set(hashes)) == 50
    grown = peak_rss_mb(gateway.pid) - before
    assert grown < BUDGET_MB, f"{grown:.0f} MB for {sum(map(len, pictures)) / 1e6:.0f} MB of pictures"
