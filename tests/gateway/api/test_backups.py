"""Backups over the API: off, made, listed, checked, taken away, and who may."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec

from gateway.backup.desk import BackupDesk
from gateway.backup.settings import Backup
from gateway.config import Settings
from tests.gateway.api.house import House, house

ADMINISTRATOR, MANAGER, AUDITOR = "zhou", "chen", "shen"


def with_desk(it: House, folder: Path) -> BackupDesk:
    """Give the house a folder for backups, as gateway.yaml would."""
    (folder / "shelf").mkdir()
    (folder / "site.yaml").write_text("site: demo\n", "utf-8")
    (folder / "pass").write_text("a passphrase of the site\n", "utf-8")
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    wanted = Backup(folder=Path("shelf"), passphrase_file=Path("pass"))
    settings = Settings(
        data=folder,
        site=folder / "site.yaml",
        rules=folder / "rules",
        profiles=folder / "profiles",
        backup=wanted,
    )
    desk = BackupDesk(settings, wanted, site="demo", zone=UTC)
    it.services = msgspec.structs.replace(it.services, backups=desk, box=settings)
    it.app.state.services = it.services
    return desk


async def asked(browser: Any) -> dict[str, Any]:
    answer = await browser.get("/api/backups")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_box_without_backups_says_so_and_makes_none(tmp_path):
    async with house(tmp_path) as it:
        browser = it.browser(ADMINISTRATOR)
        assert (await asked(browser))["configured"] is False
        refused = await browser.post("/api/backups")
        assert (refused.status_code, refused.json()["code"]) == (409, "backup_off")


async def test_one_is_made_checked_and_taken_away_and_the_audit_log_says_so(tmp_path):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        begun = await browser.post("/api/backups")
        assert begun.status_code == 202, begun.text
        again = await browser.post("/api/backups")
        assert (again.status_code, again.json()["code"]) == (409, "backup_runs")
        part = asyncio.create_task(desk.run())
        try:
            async with asyncio.timeout(60):
                while not (await asked(browser))["items"]:
                    assert not part.done(), part
                    await asyncio.sleep(0.05)
        finally:
            part.cancel()
            await asyncio.gather(part, return_exceptions=True)
        (made,) = (await asked(it.browser(AUDITOR)))["items"][-1:]
        assert made["verified_at"] is None
        checked = await browser.post(f"/api/backups/{made['name']}/verify")
        assert checked.status_code == 200, checked.text
        assert checked.json()["verified_at"] is not None
        taken = await browser.get(f"/api/backups/{made['name']}/file")
        assert hashlib.sha256(taken.content).hexdigest() == made["sha256"]
        assert [row[1] for row in it.audit() if row[1].startswith("backup")] == [
            "backup", "backup.verify", "backup.take",
        ]  # fmt: skip


async def test_a_damaged_backup_is_named_and_not_called_checked(tmp_path):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        made = await desk.make(by="gateway")
        file = desk.shelf.path(made)
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        answer = await it.browser(ADMINISTRATOR).post(f"/api/backups/{made.name}/verify")
        assert (answer.status_code, answer.json()["code"]) == (409, "backup_bad")
        assert desk.shelf.all()[0].verified_at is None


async def test_no_other_file_is_handed_out(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        for name in ("pass", "..%2Fpass", "demo-20260306T193000Z.scgb", "site.yaml"):
            assert (await browser.get(f"/api/backups/{name}/file")).status_code == 404


async def test_the_auditor_looks_and_the_manager_does_not(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        assert (await it.browser(AUDITOR).get("/api/backups")).status_code == 200
        assert (await it.browser(AUDITOR).post("/api/backups")).status_code == 403
        assert (await it.browser(MANAGER).get("/api/backups")).status_code == 403


async def test_a_folder_that_went_away_is_said_and_nothing_is_made(tmp_path):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        (tmp_path / "shelf").rmdir()
        part = asyncio.create_task(desk.run())
        done, _ = await asyncio.wait([part], timeout=60)
        assert done
        assert "no such folder" in str(part.exception())
        assert "no such folder" in (await asked(it.browser(ADMINISTRATOR)))["failed"]
