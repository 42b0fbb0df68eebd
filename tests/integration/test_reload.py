"""SIGHUP in a real process: the site file is read again, a mistake changes nothing, and a kill right after loses nothing."""

from __future__ import annotations

import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

from tests.integration.gateway_process import GatewayProcess, Site, give_passwords
from tests.integration.servers import wait_until

SECONDS = 30.0


def name_of(gateway: GatewayProcess, person: str) -> str:
    people = gateway.person("lin").get("/api/people")["items"]
    return next(str(each["name"]) for each in people if each["id"] == person)


def told(site: Site) -> list[tuple[str, str]]:
    """Return template and recipient of every message in the outbox."""
    with sqlite3.connect(f"file:{database(site)}?mode=ro", uri=True) as connection:
        rows: list[Any] = connection.execute("SELECT body, recipient FROM outbox").fetchall()
    return [(json.loads(body)["template"], recipient) for body, recipient in rows]


def database(site: Site) -> Path:
    return site.data / "gateway.sqlite3"


def said(gateway: GatewayProcess) -> str:
    return gateway.output + gateway.errors


def hang_up(gateway: GatewayProcess) -> None:
    gateway.signal(signal.SIGHUP)


def test_a_site_file_is_read_again_on_a_signal_and_its_notices_outlive_a_kill(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    give_passwords(site, "lin", "chen")
    with GatewayProcess(site) as gateway:
        gateway.start()
        assert name_of(gateway, "zhao") == "赵敏"
        site.edit("site.yaml", "grids: [g1]}", "grids: [g9]}")
        hang_up(gateway)
        wait_until(lambda: "site file refused" in said(gateway), seconds=SECONDS, what="a refused file")
        assert "unknown grid 'g9'" in said(gateway)
        site.edit("site.yaml", "grids: [g9]}", "grids: [g1]}")
        site.edit("site.yaml", "name: 赵敏", "name: 赵小敏")
        site.edit(
            "site.yaml",
            'id: guards, role: guard, from: "00:00", to: "00:00"',
            'id: guards, role: guard, from: "08:00", to: "20:00"',
        )
        before = told(site)
        assert ("duty.gap", "chen") not in before
        hang_up(gateway)
        wait_until(lambda: name_of(gateway, "zhao") == "赵小敏", seconds=SECONDS, what="the new name")
        gateway.kill()
        assert ("duty.gap", "chen") in told(site)
        gateway.start()
        assert name_of(gateway, "zhao") == "赵小敏"
        assert told(site).count(("duty.gap", "chen")) == 1
