"""Silences and modes by the API: set, listed, ended; by whom, until when."""

from __future__ import annotations

from datetime import timedelta

from gateway.clock import to_us
from gateway.store.read_alerts import hidden_by
from gateway.store.tables import alert_changes, alerts
from tests.gateway.api.house import START
from tests.gateway.api.rule_house import rule_house

HOUR = (START + timedelta(hours=1)).isoformat()
ASKED = {"where": 'rule == "site.denied"', "until": HOUR, "reason": "3 栋搬家"}


async def test_a_silence_is_set_listed_and_ended(tmp_path):
    async with rule_house(tmp_path) as it:
        guard = it.browser("wang")
        made = await guard.post("/api/silences", json=ASKED)
        assert made.status_code == 201, made.text
        shown = made.json()
        assert (shown["begun"], shown["covers_l1"], shown["reason"]) == (True, False, "3 栋搬家")
        assert shown["said"]["zh"] == "规则为 site.denied"
        assert (await guard.get("/api/silences")).json()["items"] == [shown]
        ended = await guard.delete(f"/api/silences/{shown['id']}")
        assert (ended.status_code, ended.json()) == (200, {"items": []})
        again = await guard.delete(f"/api/silences/{shown['id']}")
        assert (again.status_code, again.json()["code"]) == (404, "unknown_silence")
        assert [row[1] for row in it.audit() if row[1].startswith("silence")] == ["silence", "silence.end"]


async def test_it_acts_on_the_engine(tmp_path):
    async with rule_house(tmp_path) as it:
        await it.browser("wang").post("/api/silences", json={**ASKED, "where": "true"})
        engine = it.core.engine
        (silence,) = engine.silences()
        assert (silence.where, silence.by, silence.l1) == ("true", "wang", False)
        it.ticker.advance(hours=2)
        assert (await it.browser("wang").get("/api/silences")).json()[
            "items"
        ] == [] or engine.silences() == ()


async def test_one_that_begins_later_and_mistakes_in_their_fields(tmp_path):
    async with rule_house(tmp_path) as it:
        guard = it.browser("wang")
        later = {**ASKED, "start": (START + timedelta(minutes=10)).isoformat()}
        assert (await guard.post("/api/silences", json=later)).json()["begun"] is False
        for change, path in (
            ({"where": "ruel == 1"}, "body.where"),
            ({"until": (START - timedelta(hours=1)).isoformat()}, "body.until"),
            ({"until": (START + timedelta(days=60)).isoformat()}, "body.until"),
            ({"start": HOUR, "until": HOUR}, "body.until"),
        ):
            told = await guard.post("/api/silences", json={**ASKED, **change})
            assert (told.status_code, told.json()["facts"]["fields"][0]["path"]) == (422, path)


async def test_l1_is_silenced_only_by_those_who_may_edit_rules(tmp_path):
    async with rule_house(tmp_path) as it:
        for asked in ({**ASKED, "level": "L1"}, {**ASKED, "where": 'level == "L1"'}):
            assert (await it.browser("wang").post("/api/silences", json=asked)).status_code == 403
            made = await it.browser("chen").post("/api/silences", json=asked)
            assert (made.status_code, made.json()["covers_l1"]) == (201, True)


async def test_modes_are_set_shown_and_turn_back(tmp_path):
    async with rule_house(tmp_path) as it:
        guard = it.browser("wang")
        assert (await guard.get("/api/modes")).json() == {"items": []}
        body = {"flags": {"armed": True, "maintenance": True}, "until": HOUR}
        items = (await guard.post("/api/modes", json=body)).json()["items"]
        assert [(each["flag"], each["zone"], each["value"], each["by"]["id"]) for each in items] == [
            ("armed", None, True, "wang"),
            ("maintenance", None, True, "wang"),
        ]
        assert all(each["until"].startswith("2026-03-06T15:00") for each in items)
        await guard.post("/api/modes", json={"flags": {"maintenance": False}})
        modes = it.services.estate.modes
        await modes.end_due()
        assert it.pump.state.modes[""] == {"armed": True, "maintenance": False}
        it.ticker.advance(hours=2)
        await modes.end_due()
        assert it.pump.state.modes[""] == {"armed": False, "maintenance": False}
        items = (await it.browser("wang").get("/api/modes")).json()["items"]  # the session before is over
        assert [(each["flag"], each["value"], each["by"]["id"], each["until"]) for each in items] == [
            ("armed", False, "system", None),
            ("maintenance", False, "wang", None),
        ]


async def test_modes_of_a_zone_that_there_is_not(tmp_path):
    async with rule_house(tmp_path) as it:
        guard = it.browser("wang")
        for change, path in (({"zone": "moon"}, "body.zone"), ({"until": (START - timedelta(hours=1)).isoformat()}, "body.until")):  # fmt: skip
            told = await guard.post("/api/modes", json={"flags": {"armed": True}, **change})
            assert (told.status_code, told.json()["facts"]["fields"][0]["path"]) == (422, path)
        assert (await guard.post("/api/modes", json={"flags": {}})).status_code == 422


async def test_it_counts_what_it_keeps_from_being_told(tmp_path):
    async with rule_house(tmp_path) as it:
        guard = it.browser("wang")
        made = (await guard.post("/api/silences", json=ASKED)).json()
        other = (await guard.post("/api/silences", json={**ASKED, "where": 'rule == "no.such"'})).json()
        assert (made["hidden"], other["hidden"]) == (0, 0)
        now = to_us(it.clock.now())
        alert = {
            "id": "a1", "dedup_key": "k", "rule": "site.denied", "version": 1, "open": True, "stage": "warning", "level": "L3",
            "category": "0207", "count": 1, "opened_us": now, "last_us": now, "updated_seq": 1, "body": "{}",
        }  # fmt: skip
        word = {
            "seq": 1,
            "alert": "a1",
            "t_us": now,
            "body": f'{{"why":{{"muted_by":{{"silence_id":"{made["id"]}"}}}}}}',
        }
        it.write(lambda connection: connection.execute(alerts.insert(), alert))
        for change in ("opened", "silenced", "silenced"):  # said twice, hidden once
            it.write(
                lambda connection, change=change: connection.execute(
                    alert_changes.insert(), {**word, "change": change}
                )
            )
        with it.store.read() as connection:
            assert hidden_by(connection, {made["id"]: START, other["id"]: START}) == {
                made["id"]: 1,
                other["id"]: 0,
            }
