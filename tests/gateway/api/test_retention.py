"""How long things are kept, changed on the page: at once, all or none, counted before, with its row in the audit log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from gateway.backup.order import Made
from gateway.clock import to_us
from gateway.config import Evidence, Settings
from gateway.retention.book import Spanbook, setting_documents
from gateway.retention.forecast import Stock, losses
from gateway.retention.spans import BY_SETTING
from gateway.store.read_audit import list_audit
from gateway.store.telemetry import Minute
from gateway.telemetry import TelemetryLog
from tests.gateway.api.house import House
from tests.gateway.api.test_backups import with_desk
from tests.gateway.api.test_evidence import act, clip, kept, passed

ADMINISTRATOR, MANAGER, AUDITOR = "zhou", "chen", "shen"
MEDIA, MINUTE = "evidence.media_days", "telemetry.minute_days"
WAY, ASK = "/api/settings/retention", "/api/settings/retention/forecast"


@asynccontextmanager
async def spanned(folder: Path, variables: dict[str, str] | None = None) -> AsyncIterator[tuple[House, Any]]:
    """Run a house whose keeper asks the page's values, as a gateway wires it."""
    async with kept(folder) as (it, keeper):
        book = opened(it, folder, variables or {})
        it.services = msgspec.structs.replace(
            it.services, spans=book, box=Settings(data=folder), keeping=book.keeping
        )
        it.app.state.services = it.services
        keeper.keeping = book.keeping
        yield it, keeper


def opened(it: House, folder: Path, variables: dict[str, str] | None = None) -> Spanbook:
    """Open the spanbook as a start does."""
    with it.store.read() as connection:
        rows = setting_documents(connection)
    settings = Settings(data=folder, evidence=Evidence(media_days=60))
    return Spanbook(settings, rows, it.writer, variables=variables or {})


async def spans(it: House, person: str = ADMINISTRATOR) -> dict[str, Any]:
    answer = await it.browser(person).get("/api/settings")
    assert answer.status_code == 200, answer.text
    return {each["setting"]: each["span"] for each in answer.json()["retention"] if each["span"]}


def told(answer: Any) -> dict[str, Any]:
    return {each["path"]: each["message"] for each in answer.json()["facts"]["fields"]}


async def closed_with_clip(it: House, keeper: Any, device: str, content: bytes) -> Path:
    """Have a case with a clip that is over; return where the clip lies."""
    piece = clip(it, content)
    before = set(it.pump.state.cases.incidents)
    it.say(device, "access.forced", evidence=[piece])
    (number,) = set(it.pump.state.cases.incidents) - before
    await act(it, MANAGER, number, "reject", code="false_device")
    await passed(it, keeper, seconds=120)
    return it.store.blob_path(str(piece["sha256"]))


async def test_a_shorter_time_says_what_goes_and_takes_exactly_that_at_the_next_round(tmp_path):
    async with spanned(tmp_path) as (it, keeper):
        old = await closed_with_clip(it, keeper, "gate-n1", b"an old clip")
        await passed(it, keeper, days=20)
        young = await closed_with_clip(it, keeper, "lift-1", b"a young clip!")
        browser = it.browser(ADMINISTRATOR)
        wanted = {"values": {MEDIA: 14}}

        foreseen = (await browser.post(ASK, json=wanted)).json()
        assert foreseen["shortened"] == [MEDIA]
        (loss,) = foreseen["losses"]
        assert (loss["count"], loss["cases"], loss["size_bytes"]) == (1, 1, len(b"an old clip"))
        assert "1 KB" in loss["text"]["zh"]
        assert (await spans(it))[MEDIA]["value"] == 60, "foreseeing changes nothing"

        refused = await browser.put(WAY, json=wanted)
        assert (refused.status_code, refused.json()["code"]) == (409, "shorter_unconfirmed")
        assert loss["text"]["zh"] in refused.json()["detail"]["zh"]
        assert (await spans(it))[MEDIA]["value"] == 60

        saved = await browser.put(WAY, json={**wanted, "confirmed": True, "reason": "磁盘小"})
        assert saved.json()["changed"] == [MEDIA]
        await passed(it, keeper, hours=2)
        assert not old.exists()
        assert young.exists()
        with it.store.read() as connection:
            row = next(
                r for r in list_audit(connection, after=None, limit=50).rows if r.action == "setting.change"
            )
        assert (row.actor, row.about) == (ADMINISTRATOR, MEDIA)
        facts = json.loads(row.facts) if isinstance(row.facts, str) else row.facts
        assert (facts["before"], facts["after"], facts["deletes"]) == (60, 14, 1)
        assert facts["reason"] == "磁盘小"


async def test_who_changed_it_is_shown_and_the_files_value_comes_back(tmp_path):
    async with spanned(tmp_path) as (it, _):
        browser = it.browser(ADMINISTRATOR)
        longer = {"values": {MEDIA: 365, "telemetry.hour_days": 800}, "reason": "街道要求"}
        saved = await browser.put(WAY, json=longer)
        assert sorted(saved.json()["changed"]) == [MEDIA, "telemetry.hour_days"], (
            "a longer time is not asked about"
        )
        found = (await spans(it, AUDITOR))[MEDIA]
        assert (found["value"], found["source"], found["below"], found["below_source"]) == (
            365,
            "page",
            60,
            "file",
        )
        assert found["changed_by"] == {"id": "zhou", "name": "周管"}
        assert (found["version"], found["reason"]) == (1, "街道要求")

        again = await browser.put(WAY, json=longer)
        assert again.json()["changed"] == []
        stale = await browser.put(WAY, json={"values": {MEDIA: 400}, "versions": {MEDIA: 0}})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_document")
        back = await browser.put(
            WAY, json={"values": {MEDIA: None}, "versions": {MEDIA: 1}, "confirmed": True}
        )
        assert back.json()["changed"] == [MEDIA]
        found = (await spans(it))[MEDIA]
        assert (found["value"], found["source"], found["version"]) == (60, "file", 2)
        assert opened(it, tmp_path).settings.telemetry.hour_days == 800, "after a start it is as it was"


async def test_every_mistake_comes_back_at_once_and_nothing_is_saved(tmp_path):
    async with spanned(tmp_path, {"telemetry.hour_days": "GATEWAY_TELEMETRY__HOUR_DAYS"}) as (it, _):
        browser = it.browser(ADMINISTRATOR)
        values = {MEDIA: 0, MINUTE: 9, "telemetry.hour_days": 30, "backup.keep_days": 3, "evidence.days": 1}
        for answer in (
            await browser.put(WAY, json={"values": values}),
            await browser.post(ASK, json={"values": values}),
        ):
            assert answer.status_code == 422, answer.text
            found = told(answer)
            assert set(found) == {f"body.values.{name}" for name in values if name != MINUTE}
            assert found[f"body.values.{MEDIA}"]["zh"] == "应为 1 到 3650 天的数字，写的是 0"
            assert "GATEWAY_TELEMETRY__HOUR_DAYS" in found["body.values.telemetry.hour_days"]["en"]
        assert (await spans(it))[MINUTE]["value"] == 7
        assert (await spans(it))["telemetry.hour_days"]["variable"] == "GATEWAY_TELEMETRY__HOUR_DAYS"
        assert (await browser.put(WAY, json={"values": {}})).status_code == 422


async def test_only_an_administrator_who_is_logged_in_changes_it(tmp_path):
    async with spanned(tmp_path) as (it, _):
        for person in (MANAGER, AUDITOR, "wang"):
            refused = await it.browser(person).put(WAY, json={"values": {MEDIA: 90}})
            assert refused.status_code == 403, person
        made = await it.browser(ADMINISTRATOR).post(
            "/api/tokens", json={"name": "script", "permissions": ["settings.edit"], "days": 1}
        )
        assert made.status_code == 422, "no token may delete proof"


async def test_measurements_go_at_the_next_round_as_many_as_were_foretold(tmp_path):
    async with spanned(tmp_path) as (it, _):
        assert it.telemetry is not None
        now_us = to_us(it.clock.now())
        day_us = 86_400_000_000
        rows = [
            Minute(device="t-1", metric="temperature", at_us=now_us - age * day_us, count=1, mean=20, low=20, high=20, last=20)
            for age in range(7)
        ]  # fmt: skip
        it.telemetry.add(rows)
        browser = it.browser(ADMINISTRATOR)
        wanted = {"values": {MINUTE: 2}, "confirmed": True}
        (loss,) = (await browser.post(ASK, json={"values": {MINUTE: 2}})).json()["losses"]
        assert (loss["count"], loss["size_bytes"]) == (4, None)
        assert (await browser.put(WAY, json=wanted)).status_code == 200
        TelemetryLog(it.telemetry, now=it.clock.now, keep=it.services.spans.measurements).tidy()
        left = it.telemetry.series("t-1", "temperature", since_us=0, until_us=now_us + 1)
        assert len(left) == len(rows) - loss["count"]


def test_a_count_that_is_too_long_says_more_than(tmp_path, monkeypatch):
    class Full:
        def count_before(self, at_us: int, *, step: str, most: int) -> int:
            return most

    stock = Stock(now=datetime(2026, 3, 6, tzinfo=UTC), telemetry=Full())  # type: ignore[arg-type]  # all that is asked
    (loss,) = losses({MINUTE: BY_SETTING[MINUTE]}, Settings(), stock, None)  # type: ignore[arg-type]  # not asked
    assert (loss.more, loss.count) == (True, 1_000_000)
    assert loss.zh == "超过 1,000,000 条每分钟的测量值，几分钟内删"


async def test_backups_that_would_go_are_counted_with_their_size(tmp_path):
    async with spanned(tmp_path) as (it, _):
        desk = with_desk(it, tmp_path)
        book = Spanbook(it.services.box, [], it.writer, variables={})
        desk._keep = book.backups
        it.services = msgspec.structs.replace(it.services, spans=book)
        it.app.state.services = it.services
        for age in range(3):
            shelved(desk.shelf.folder, datetime(2026, 3, 6, 3, tzinfo=UTC) - timedelta(days=age))
        wanted = {"backup.keep_days": 1, "backup.keep_weeks": 0, "backup.keep_months": 0}
        browser = it.browser(ADMINISTRATOR)
        (loss,) = (await browser.post(ASK, json={"values": wanted})).json()["losses"]
        assert (loss["count"], loss["size_bytes"]) == (2, 2_000_000)
        assert loss["text"]["en"] == "2 backups, 2.0 MB, after the next backup is made"
        saved = await browser.put(WAY, json={"values": wanted, "confirmed": True})
        assert saved.status_code == 200, saved.text
        assert len(desk.shelf.tidy(desk.keep, zone=UTC)) == loss["count"]
        assert (await browser.get("/api/backups")).json()["keep_days"] == 1


def shelved(folder: Path, at: datetime) -> None:
    """Put a backup on the shelf, as far as the shelf looks at it."""
    name = f"demo-{at:%Y%m%dT%H%M%SZ}.scgb"
    made = Made(
        name=name, site="demo", made_at=at, version="0", size_bytes=10**6, sha256="0" * 64, files=1, seconds=1, by="zhou"
    )  # fmt: skip
    (folder / name).write_bytes(b"sealed")
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(made))
