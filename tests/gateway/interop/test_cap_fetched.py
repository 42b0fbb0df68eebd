"""A case fetched in CAP: by whom, valid, recorded; and by the command, from a folder at rest."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
from lxml import etree

from gateway.interop.cap import Sender
from gateway.interop.door import Door
from gateway.interop.inbound import Inbound
from gateway.interop.services import Interop
from tests.gateway.api.house import House, house
from tests.gateway.interop.test_cap import NS, SCHEMA
from tests.integration.gateway_process import ROOT, Site


def connect(it: House) -> None:
    """Give the house what a gateway gives its API."""
    interop = Interop(
        inbound=Inbound({}, Door(it.writer.offer)),
        sender=lambda: Sender(gateway="gw", site=it.view, offset=timedelta(0)),
    )
    it.app.state.services = msgspec.structs.replace(it.services, interop=interop)


async def test_the_manager_fetches_it_and_that_is_recorded(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        connect(it)
        number = it.force().number
        answer = await it.browser("chen").get(f"/api/incidents/{number}/cap")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/cap+xml")
        alert = etree.fromstring(answer.content)
        SCHEMA.assertValid(alert)
        assert alert.findtext("c:scope", namespaces=NS) == "Restricted"
        assert ("chen", "export", number) in it.audit()
        assert (await it.browser("wang").get(f"/api/incidents/{number}/cap")).status_code == 403
        assert (await it.browser("chen").get("/api/incidents/no-such/cap")).status_code == 404
        stranger = await it.stranger().post("/in/nobody", content=b"{}")
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")


async def test_the_command_prints_the_same_case(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    async with house(site.data) as it:
        number = it.force().number

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "gateway", "cap", *words, "--site", str(site.folder)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)

    done = run(number, "--test", "--to", "幸福街道 综治中心")
    assert done.returncode == 0, done.stderr
    alert = etree.fromstring(done.stdout)
    SCHEMA.assertValid(alert)
    assert alert.findtext("c:status", namespaces=NS) == "Test"
    assert alert.findtext("c:addresses", namespaces=NS) == '"幸福街道 综治中心"'
    nothing = run("no-such-case")
    assert nothing.returncode == 2
    assert b"no such case" in nothing.stderr
