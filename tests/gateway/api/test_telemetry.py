"""Measurements on the screens: by minute, hour and day, page by page, with their units, as a file, by scope."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from devices.event import Telemetry
from gateway.api.routes.telemetry import unit_of
from gateway.telemetry import TelemetryLog
from tests.gateway.api.house import START, House, house


def measured(it: House, device: str, metric: str, *values: float, every_s: int = 60) -> None:
    """Let a device have measured values, the first at the START, and write them."""
    log = TelemetryLog(it.telemetry, now=it.clock.now)
    log.add(
        Telemetry(device=device, metric=metric, value=value, at=START + timedelta(seconds=every_s * n))
        for n, value in enumerate(values)
    )
    log.flush(everything=True)


async def test_one_metric_is_read_by_step_and_page_by_page(tmp_path):
    async with house(tmp_path) as it:
        measured(it, "gate-n1", "temperature", *range(150))
        it.ticker.advance(hours=3)
        it.telemetry.roll_up()
        guard = it.browser("wang")

        async def asked(**query):
            answer = await guard.get(
                "/api/devices/gate-n1/telemetry", params={"metric": "temperature", **query}
            )
            assert answer.status_code == 200, answer.text
            return answer.json()

        page = await asked(limit=100)
        rest = await asked(limit=100, cursor=page["next"])
        assert [row["last"] for row in (*page["items"], *rest["items"])] == list(range(150))
        assert rest["next"] is None
        assert (page["unit"], page["step"]) == ("°C", "minute")

        hours = (await asked(step="hour"))["items"]
        assert [(row["count"], row["low"], row["high"], row["mean"]) for row in hours] == [
            (60, 0, 59, 29.5), (60, 60, 119, 89.5), (30, 120, 149, 134.5),
        ]  # fmt: skip
        day, _ = (await asked(step="day"))["items"]  # midnight comes after two hours
        assert (day["count"], day["last"], day["at"]) == (120, 119, "2026-03-06T00:00:00+08:00")

        part = {"from": "2026-03-06T23:00:00+08:00", "to": "2026-03-06T23:02:00+08:00"}
        assert [row["last"] for row in (await asked(**part))["items"]] == [60, 61]


async def test_a_device_lists_what_it_measures(tmp_path):
    async with house(tmp_path) as it:
        measured(it, "gate-n1", "temperature", 20.5, 21)
        measured(it, "gate-n1", "voltage_2", 229)
        guard = it.browser("wang")
        items = (await guard.get("/api/devices/gate-n1/metrics")).json()["items"]
        assert [(row["metric"], row["unit"], row["last"]) for row in items] == [
            ("temperature", "°C", 21), ("voltage_2", "V", 229),
        ]  # fmt: skip


async def test_the_file_opens_in_a_spreadsheet(tmp_path):
    async with house(tmp_path) as it:
        measured(it, "gate-n1", "level", 80, 82)
        it.ticker.advance(hours=1)
        answer = await it.browser("wang").get(
            "/api/devices/gate-n1/telemetry.csv", params={"metric": "level", "step": "minute"}
        )
        assert answer.text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert [(row["时间 at"], row["单位 unit"], row["最新 last"]) for row in rows] == [
            ("2026-03-06T22:00:00+08:00", "%", "80.0"), ("2026-03-06T22:01:00+08:00", "%", "82.0"),
        ]  # fmt: skip


async def test_who_does_not_see_the_device_does_not_see_what_it_measures(tmp_path):
    async with house(tmp_path) as it:
        measured(it, "gate-n1", "temperature", 20)
        statuses = {
            person: (await it.browser(person).get("/api/devices/gate-n1/metrics")).status_code
            for person in ("wang", "liu")
        }
        assert statuses == {"wang": 200, "liu": 403}
        assert (await it.browser("wang").get("/api/devices/none/metrics")).status_code == 404


async def test_what_is_asked_wrongly_is_said_in_both_languages(tmp_path):
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        asked = {"metric": "t", "from": "2026-03-06T10:00:00+08:00", "to": "2026-03-05T10:00:00+08:00"}
        answer = await guard.get("/api/devices/gate-n1/telemetry", params=asked)
        assert answer.status_code == 422
        (field,) = answer.json()["facts"]["fields"]
        assert field["path"] == "query.from"
        assert field["message"]["zh"] == "开始时间要早于结束时间"
        for wrong in ({"step": "week"}, {"limit": 100_000}, {"cursor": "x"}, {"metric": ""}):
            query = {"metric": "t", **wrong}
            assert (await guard.get("/api/devices/gate-n1/telemetry", params=query)).status_code == 422


def test_units_come_from_the_tree_of_kinds():
    assert [unit_of(name) for name in ("temperature", "voltage", "voltage_2", "rainfall", "level")] == [
        "°C", "V", "V", "", "%",
    ]  # fmt: skip
