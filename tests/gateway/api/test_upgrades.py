"""Upgrades over the API: a package is taken in only whole, signed and newer; whatever else comes leaves nothing."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.config import Settings
from gateway.upgrade import incoming
from gateway.upgrade.desk import UpgradeDesk
from gateway.upgrade.settings import Upgrade
from tests.gateway.api.house import PASSWORD, House, house
from tests.gateway.upgrade.packages import KEY, changed, package

ADMINISTRATOR, MANAGER, AUDITOR = "zhou", "chen", "shen"


def with_desk(it: House, folder: Path, *, most_mb: int = 1, key: Ed25519PrivateKey = KEY) -> UpgradeDesk:
    """Let the house trust a publisher, as gateway.yaml would; 1.0.0 runs."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "publisher.pub").write_bytes(public)
    wanted = Upgrade(folder=folder / "opt", key_file=Path("publisher.pub"), most_mb=most_mb)
    desk = UpgradeDesk(Settings(data=folder, site=folder / "site.yaml", upgrade=wanted), version="1.0.0")
    it.services = msgspec.structs.replace(it.services, upgrades=desk)
    it.app.state.services = it.services
    return desk


async def announced(browser: Any, size: int, **proof: str) -> Any:
    return await browser.post("/api/upgrades/uploads", json={"size": size, **proof})


async def sent(browser: Any, content: bytes, *, size: int | None = None) -> Any:
    """Announce so many bytes and send these; return the answer."""
    begun = await announced(browser, len(content) if size is None else size)
    assert begun.status_code == 201, begun.text

    async def pieces() -> AsyncIterator[bytes]:
        for place in range(0, len(content), 5000):
            yield content[place : place + 5000]

    headers = {"Content-Type": "application/octet-stream"}
    return await browser.put(f"/api/upgrades/uploads/{begun.json()['id']}", content=pieces(), headers=headers)


def left(folder: Path) -> list[str]:
    """What lies where packages are kept."""
    return sorted(each.name for each in (folder / "upgrade-package").glob("*"))


async def test_a_box_without_a_publishers_key_takes_none(tmp_path):
    async with house(tmp_path) as it:
        it.services = msgspec.structs.replace(
            it.services, upgrades=UpgradeDesk(Settings(data=tmp_path, site=tmp_path / "site.yaml"))
        )
        it.app.state.services = it.services
        browser = it.browser(ADMINISTRATOR)
        assert (await browser.get("/api/upgrades")).json()["configured"] is False
        refused = await announced(browser, 10)
        assert (refused.status_code, refused.json()["code"]) == (409, "upgrade_off")


async def test_a_package_is_taken_in_and_the_page_says_what_it_is_and_what_comes_next(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        answer = await sent(browser, package(tmp_path, "1.1.0").read_bytes())
        assert answer.status_code == 200, answer.text
        seen = (await it.browser(AUDITOR).get("/api/upgrades")).json()
        assert seen["package"]["version"] == "1.1.0"
        assert [each["name"] for each in seen["package"]["parts"]] == [
            "smart_community_gateway-1.1.0-py3-none-any.whl"
        ]
        assert seen["package"]["by"]["id"] == ADMINISTRATOR
        assert seen["package"]["use"].endswith(f"upgrade use 1.1.0 {tmp_path}")
        assert (seen["version"], seen["back"], seen["installed"]) == ("1.0.0", None, [])
        assert len(seen["key"]) == 64
        assert left(tmp_path) == ["package.json", "package.scgu"]
        assert (ADMINISTRATOR, "upgrade.loaded", "1.1.0") in it.audit()
        dropped = await browser.delete("/api/upgrades/package")
        assert (dropped.status_code, dropped.json()["package"]) == (200, None)
        assert left(tmp_path) == []
        assert (await browser.delete("/api/upgrades/package")).status_code == 404


def unsigned(content: bytes) -> bytes:
    """The signature is another."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        place = archive.getmembers()[1].offset_data
    return content[:place] + bytes(64) + content[place + 64 :]


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "changed": (changed, "upgrade_damaged"),
    "unsigned": (unsigned, "upgrade_unsigned"),
    "cut": (lambda content: content[:3000], "upgrade_foreign"),
    "cut before its last file": (lambda content: content[:2048], "upgrade_damaged"),
    "longer": (lambda content: content + b"something behind", "upgrade_damaged"),
    "another file": (lambda _: b"PK\x03\x04 no tar at all" * 100, "upgrade_foreign"),
    "one byte": (lambda _: b"x", "upgrade_foreign"),
}


async def test_what_does_not_hold_is_refused_in_words_and_leaves_nothing(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        whole = package(tmp_path, "1.1.0").read_bytes()
        for name, (spoil, code) in SPOILT.items():
            answer = await sent(browser, spoil(whole))
            said = answer.json()
            assert (answer.status_code, said["code"]) == (422, code), name
            assert "没有保存" in said["detail"]["zh"], name
            assert left(tmp_path) == [], name
        seen = (await browser.get("/api/upgrades")).json()
        assert (seen["package"], seen["doing"]) == (None, None)
        assert it.audit().count((ADMINISTRATOR, "upgrade.refused", "package")) == len(SPOILT)


async def test_an_older_one_or_the_same_is_refused_and_what_waited_still_waits(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        assert (await sent(browser, package(tmp_path, "1.1.0").read_bytes())).status_code == 200
        for version in ("1.0.0", "0.9.9", "1.0.0rc1"):
            answer = await sent(browser, package(tmp_path, version).read_bytes())
            assert (answer.status_code, answer.json()["code"]) == (422, "upgrade_older")
            assert answer.json()["facts"] == {"version": version, "running": "1.0.0"}
        assert (await browser.get("/api/upgrades")).json()["package"]["version"] == "1.1.0"
        assert left(tmp_path) == ["package.json", "package.scgu"]


async def test_too_large_and_no_room_are_refused_before_a_byte_is_sent(tmp_path, monkeypatch):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        large = await announced(browser, desk.most_bytes + 1)
        assert (large.status_code, large.json()["code"]) == (422, "upload_size")
        monkeypatch.setattr(desk, "free_bytes", lambda: incoming.ROOM_BYTES + 99)
        full = await announced(browser, 100)
        assert (full.status_code, full.json()["code"]) == (409, "upgrade_room")
        assert "MB" in full.json()["detail"]["zh"]
        assert (await announced(browser, 99)).status_code == 201


async def test_more_or_less_than_was_announced_leaves_nothing(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser, whole = it.browser(ADMINISTRATOR), package(tmp_path, "1.1.0").read_bytes()
        for size, code in ((1000, "upload_overrun"), (10**6, "upload_incomplete")):
            assert (await sent(browser, whole, size=size)).json()["code"] == code
            assert left(tmp_path) == []


async def test_a_disk_that_fills_meanwhile_ends_it(tmp_path, monkeypatch):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        begun = (await announced(browser, 100)).json()
        monkeypatch.setattr(incoming, "ROOM_BYTES", 1 << 60)
        answer = await browser.put(f"/api/upgrades/uploads/{begun['id']}", content=bytes(100))
        assert answer.json()["code"] == "upgrade_room"
        assert left(tmp_path) == []


async def test_an_announcement_is_good_once_for_its_owner_and_not_for_ever(tmp_path):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        content = package(tmp_path, "1.1.0").read_bytes()
        begun = (await announced(browser, len(content))).json()
        assert await desk.receive(begun["id"], _nothing(), by="somebody.else") is None
        address = f"/api/upgrades/uploads/{begun['id']}"
        assert (await browser.put(address, content=content)).status_code == 200
        assert (await browser.put(address, content=content)).status_code == 404


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


async def test_who_sends_one_proves_once_more_who_they_are(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        it.password(ADMINISTRATOR)
        browser = it.browser(ADMINISTRATOR)
        for proof in ({}, {"current": "not this one"}):
            refused = await announced(browser, 100, **proof)
            assert (refused.status_code, refused.json()["code"]) == (403, "password_wrong")
        assert (await announced(browser, 100, current=PASSWORD)).status_code == 201


async def test_who_has_a_second_factor_proves_that_too(tmp_path, monkeypatch):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)

        async def enrolled(_: str) -> bool:
            return True

        async def check(_: str, code: str) -> bool:
            return code == "492039"

        monkeypatch.setattr(it.services.factors, "enrolled", enrolled)
        monkeypatch.setattr(it.services.factors, "check", check)
        for proof in ({}, {"code": "000000"}):
            refused = await announced(browser, 100, **proof)
            assert (refused.status_code, refused.json()["code"]) == (422, "code_refused")
        assert (await announced(browser, 100, code="492039")).status_code == 201


async def test_the_auditor_looks_and_the_manager_does_not(tmp_path):
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)
        assert (await it.browser(AUDITOR).get("/api/upgrades")).status_code == 200
        assert (await announced(it.browser(AUDITOR), 100)).status_code == 403
        assert (await it.browser(MANAGER).get("/api/upgrades")).status_code == 403
        assert (await announced(it.browser(MANAGER), 100)).status_code == 403


@pytest.mark.integration  # a real environment is made: half a minute of a free processor
@pytest.mark.timeout(600)
async def test_one_is_installed_beside_where_the_gateway_may_write_and_nothing_is_turned(tmp_path):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        browser = it.browser(ADMINISTRATOR)
        assert (await browser.post("/api/upgrades/install")).status_code == 404
        assert (await sent(browser, package(tmp_path, "1.1.0").read_bytes())).status_code == 200
        part = asyncio.create_task(desk.run())
        try:
            begun = await browser.post("/api/upgrades/install")
            assert (begun.status_code, begun.json()["doing"]) == (202, "installing")
            busy = await announced(browser, 100)
            assert (busy.status_code, busy.json()["code"]) == (409, "upgrade_busy")
            async with asyncio.timeout(500):
                while desk.doing is not None:
                    assert not part.done(), part
                    await asyncio.sleep(0.05)
        finally:
            part.cancel()
            await asyncio.gather(part, return_exceptions=True)
        seen = (await browser.get("/api/upgrades")).json()
        assert seen["failed"] is None
        assert [(each["version"], each["standing"]) for each in seen["installed"]] == [("1.1.0", "beside")]
        assert seen["package"]["installed"]
        assert not (tmp_path / "opt/current").exists()
        assert (ADMINISTRATOR, "upgrade.install", "1.1.0") in it.audit()


async def test_a_service_that_may_not_write_there_leaves_it_to_the_command(tmp_path, monkeypatch):
    async with house(tmp_path) as it:
        desk = with_desk(it, tmp_path)
        monkeypatch.setattr(desk, "can_install", lambda: False)
        browser = it.browser(ADMINISTRATOR)
        assert (await sent(browser, package(tmp_path, "1.1.0").read_bytes())).json()["can_install"] is False
        refused = await browser.post("/api/upgrades/install")
        assert (refused.status_code, refused.json()["code"]) == (409, "upgrade_by_hand")
