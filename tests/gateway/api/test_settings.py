"""How a box is set up, as its administrators read it: what is in force, and never a secret."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import HealthPart, HealthReason
from gateway.api.views.settings import host_of
from gateway.config import Influx, Mqtt, Settings
from gateway.interop.settings import Receiver
from tests.gateway.api.house import HEALTHY, house

SECRET = "whsec-that-nobody-sees"


def box(folder: Path) -> Settings:
    street = Receiver(
        url=f"https://user:{SECRET}@street.example.org:8443/hook/{SECRET}?key={SECRET}",
        secret_file=folder / SECRET, recipient="街道综治中心", purpose="联动处置",
    )  # fmt: skip
    return Settings(
        data=folder, site=folder / "site.yaml", receivers={"street": street},
        influx=Influx(url="http://127.0.0.1:8428", token_file=folder / SECRET),
        mqtt=Mqtt(host="broker.lan", username="gateway", password_file=folder / SECRET),
    )  # fmt: skip


async def test_everything_in_force_is_shown_and_no_secret(tmp_path):
    async with house(tmp_path) as it:
        it.app.state.services = msgspec.structs.replace(it.services, box=box(tmp_path))
        answer = await it.browser("zhou").get("/api/settings")
        assert answer.status_code == 200, answer.text
        assert SECRET not in answer.text
        found = answer.json()
        assert found["site"]["timezone"] == str(it.view.zone)
        ways = {each["name"]: each for each in found["integrations"]}
        assert ways["receiver street"]["where"] == "https://street.example.org:8443"
        assert ways["receiver street"]["purpose"] == "街道综治中心 · 联动处置"
        assert ways["broker"]["where"] == "broker.lan:1883"
        assert ways["panels"]["status"] == "off"
        kept = {each["what"]: each["days"] for each in found["retention"]}
        assert kept["minute"] == 7
        assert kept["media"] == 30
        assert kept["audit"] is None
        assert "backups" not in kept


async def test_what_is_wrong_with_a_way_stands_beside_it(tmp_path):
    async with house(tmp_path) as it:
        behind = HealthReason(
            code="receiver_behind", text=Bilingual(zh="接收方 street 没有收下案件：超时", en="receiver street does not take cases: timeout"), since=None
        )  # fmt: skip
        parts = [HealthPart(name="receiver street", status="ok", facts={"sent": 3, "last_success": "2026-03-06T03:00:00Z", "list": [1], "pair": (1, 2), "map": {}})]  # fmt: skip
        it.health = HEALTHY.model_copy(update={"reasons": [behind], "parts": parts})
        it.app.state.services = msgspec.structs.replace(it.services, box=box(tmp_path))
        ways = {
            each["name"]: each
            for each in (await it.browser("chen").get("/api/settings")).json()["integrations"]
        }
        assert ways["receiver street"]["status"] == "degraded"
        assert ways["receiver street"]["trouble"] == {"zh": behind.text.zh, "en": behind.text.en}
        assert ways["receiver street"]["facts"] == {"sent": 3}
        assert ways["receiver street"]["last_success"].startswith("2026-03-06T03:00:00")
        assert ways["influx"]["trouble"] is None


async def test_a_guard_has_nothing_to_do_with_it(tmp_path):
    async with house(tmp_path) as it:
        assert (await it.browser("wang").get("/api/settings")).status_code == 403


def test_an_address_is_named_without_what_may_be_secret():
    assert host_of("https://a:b@host.example:9/secret/path?token=1#x") == "https://host.example:9"
    assert host_of("https://[fd00::1]:8443/x") == "https://[fd00::1]:8443"
    assert host_of("http://10.0.0.1") == "http://10.0.0.1"
