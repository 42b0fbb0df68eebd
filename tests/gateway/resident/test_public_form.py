"""The public form from the street to the guard, and the answer back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.store import ratings, reports
from gateway.store.read_events import events_by_id
from tests.gateway.api.house import house, key
from tests.gateway.resident.street import act, closed, code_of, opened, picture, reported, sent

PHONE = "139 0000 1234"


async def test_a_scanned_code_says_where_one_is_and_the_report_reaches_the_guard(tmp_path):
    async with house(tmp_path) as it:
        browser, token = it.stranger(), await code_of(it, "lift:lift-1")
        form = await opened(it, browser, p=token)
        assert form["place"]["key"] == "lift:lift-1"
        assert form["places"] == []
        answer = await sent(
            browser, form, "a", p=token, category="0302", text="电梯<b>抖</b>\u202e👵🏽\x00", phone=PHONE, photos=(picture(),)
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        number = answer.json()["number"]
        case = it.pump.state.cases.incidents[number]
        assert (case.state, case.level, case.building, case.device) == (
            "pending_verify",
            "L2",
            "b2",
            "lift-1",
        )
        assert len(case.photos) == 1
        page = (await it.browser("wang").get(f"/api/incidents/{number}")).json()
        assert page["report"]["text"] == "电梯<b>抖</b>👵🏽"
        assert page["report"]["by_name"]["zh"] == "居民（扫码上报）"


async def test_words_and_phone_lie_sealed_and_nowhere_else(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, text="三楼垃圾异味很大", phone=PHONE)
        with it.store.read() as connection:
            (row,) = reports.of_case(connection, done["number"])
        assert it.services.sealer.open(row.words) == "三楼垃圾异味很大"
        assert it.services.sealer.open(row.phone) == "13900001234"
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("gateway.sqlite3*"))
    for secret in ("三楼垃圾异味很大".encode(), b"13900001234", b"139 0000"):
        assert secret not in raw
    assert done["link"].removeprefix("/report/a/").encode() not in raw


async def test_the_event_names_place_category_and_case_only(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, photos=(picture(),))
        with it.store.read() as connection:
            (row,) = reports.of_case(connection, done["number"])
            ids = connection.exec_driver_sql(
                "SELECT id FROM event_index WHERE kind='resident.report'"
            ).scalars()
            (event,) = events_by_id(connection, list(ids))
    facts = {"building": "b1", "category": "0602", "text": row.id, "incident": done["number"], "drill": False}
    assert event.data == facts
    assert [piece.sha256 for piece in event.evidence] == [row.pieces[0].sha256]


async def test_a_repeat_gets_the_same_answer_and_other_words_under_the_key_are_refused(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        first = await sent(browser, form, "a", spot="building:b1", photos=(picture(),))
        again = await sent(browser, form, "a", spot="building:b1", photos=(picture(),))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        other = await sent(browser, form, "a", spot="building:b1", text="别的事")
        assert (other.status_code, other.json()["code"]) == (409, "key_reused")
        with it.store.read() as connection:
            kinds = connection.exec_driver_sql(
                "SELECT count(*) FROM event_index WHERE kind='resident.report'"
            )
            assert kinds.scalar() == 1


async def test_what_a_stopped_process_left_is_finished_at_the_next_start(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it)
        with it.store.read() as connection:
            (row,) = reports.of_case(connection, done["number"])
        table = reports.resident_reports
        it.write(lambda c: c.execute(table.update().values(incident=None, told=False)))
        running = asyncio.create_task(it.door.reception.run())
        for _ in range(400):
            with it.store.read() as connection:
                if not reports.unfinished(connection):
                    break
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        with it.store.read() as connection:
            assert reports.by_id(connection, row.id) == row
        assert len(it.pump.state.cases.incidents) == 1


async def test_a_like_report_of_the_same_place_joins_within_two_hours(tmp_path):
    async with house(tmp_path) as it:
        first = await reported(it, "a")
        second = await reported(it, "b", address="192.168.1.31", text="我家门口也是")
        elsewhere = await reported(it, "c", address="192.168.1.32", spot="building:b2")
        other = await reported(it, "d", address="192.168.1.33", category="0302")
        it.ticker.advance(hours=2, seconds=1)
        later = await reported(it, "e", address="192.168.1.34")
        assert second["number"] == first["number"]
        assert second["link"] != first["link"]
        numbers = [first["number"], elsewhere["number"], other["number"], later["number"]]
        assert len(set(numbers)) == 4
        page = (await it.browser("wang").get(f"/api/incidents/{first['number']}")).json()
        notes = [line["text"]["note"] for line in page["timeline"] if line["action"] == "note"]
        assert notes == ["垃圾桶满了两天没人收", "我家门口也是"]


async def test_the_answer_tells_roles_and_what_was_done_and_no_name(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, photos=(picture(),))
        token = done["link"].removeprefix("/report/a/")
        browser = it.stranger()
        address = f"/api/public/reports/{token}"
        first = (await browser.get(address)).json()
        assert (first["state"], first["can_rate"], first["note"]) == ("received", False, None)
        case = it.pump.state.cases.incidents[done["number"]]
        released = case.photos[0].sha256
        await closed(it, done["number"], public_note="楼道已清理干净，以后每天收两次。", release=[released])
        last = await browser.get(address)
        told = last.json()
        assert (told["state"], told["note"]["zh"]) == ("done", "楼道已清理干净，以后每天收两次。")
        assert told["photos"] == [released]
        assert (await browser.get(f"{address}/photos/{released}")).headers["content-type"] == "image/jpeg"
        assert (await browser.get(f"{address}/photos/{'0' * 64}")).status_code == 404
        for name in ("赵敏", "王强", "何核", "zhao", "wang", "王师傅", "305", "L4"):
            assert name not in last.text, name
        assert any("网格员" in step["text"]["zh"] for step in told["steps"])


async def test_pictures_that_were_not_released_are_not_shown(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, photos=(picture(),))
        address = f"/api/public/reports/{done['link'].removeprefix('/report/a/')}"
        await closed(it, done["number"])
        told = (await it.stranger().get(address)).json()
        assert (told["photos"], told["note"]["zh"]) == ([], "已经处理好。")
        hash_ = it.pump.state.cases.incidents[done["number"]].photos[0].sha256
        assert (await it.stranger().get(f"{address}/photos/{hash_}")).status_code == 404


async def test_a_rating_once_changeable_for_a_week_and_the_managers_hear_of_the_unhappy(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, photos=(picture(),))
        browser = it.stranger()
        address = f"/api/public/reports/{done['link'].removeprefix('/report/a/')}"
        early = await browser.post(f"{address}/rating", json={"score": 5}, headers=key("early"))
        assert (early.status_code, early.json()["code"]) == (409, "rating_closed")
        await closed(it, done["number"])
        happy = await browser.post(f"{address}/rating", json={"score": 4}, headers=key("first-rating"))
        assert happy.status_code == 200, happy.text
        refused = await browser.post(f"{address}/reopen", headers=key("ask-too-soon"))
        assert refused.json()["code"] == "reopen_closed"
        it.ticker.advance(days=3)
        changed = await browser.post(
            f"{address}/rating", json={"score": 1, "words": "又满了\x07"}, headers=key("second-rating")
        )
        assert (changed.json()["rating"]["score"], changed.json()["rating"]["words"]) == (1, "又满了")
        asked = await browser.post(f"{address}/reopen", headers=key("ask"))
        assert asked.json()["asked_reopen"] is True
        again = await browser.post(f"{address}/reopen", headers=key("ask-again"))
        assert (again.status_code, again.json()["code"] if again.status_code != 200 else "") in {
            (200, ""),
            (409, "reopen_closed"),
        }
        told = (await it.browser("chen").get(f"/api/incidents/{done['number']}")).json()
        actions = [line["action"] for line in told["timeline"]]
        assert (actions.count("rated"), actions.count("ask_reopen")) == (2, 1)
        assert {m["recipient"] for m in told["told"] if m["template"] == "case.unhappy"} == {"chen", "site"}
        await act(it, "chen", done["number"], "reopen", reason="居民不满意")
        it.ticker.advance(days=4, minutes=1)
        late = await browser.post(f"{address}/rating", json={"score": 5}, headers=key("late-rating"))
        assert late.json()["code"] == "rating_closed"
        table = (await it.browser("chen").get("/api/reports/satisfaction", params={"by": "category"})).json()
        assert [(row["key"], row["count"], row["satisfied"]) for row in table["rows"]] == [("0602", 1, 0)]


async def test_erasing_leaves_that_there_was_a_report_and_nothing_it_said(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, phone=PHONE)
        with it.store.read() as connection:
            (row,) = reports.of_case(connection, done["number"])
        it.write(lambda connection: reports.erase(connection, row.id, at=it.clock.now()))
        with it.store.read() as connection:
            erased = reports.by_id(connection, row.id)
        assert erased == msgspec.structs.replace(row, words=None, phone=None, erased=True)
        page = (await it.browser("wang").get(f"/api/incidents/{done['number']}")).json()
        assert page["report"]["text"] is None


async def test_phones_go_a_month_after_the_case_was_closed(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, phone=PHONE, photos=(picture(),))
        await reported(it, "open", address="192.168.1.44", category="0302", phone=PHONE)
        await closed(it, done["number"])
        it.ticker.advance(days=31)
        cut = it.clock.now() - timedelta(days=30)
        assert it.write(lambda connection: reports.forget_phones(connection, closed_before=cut)) == 1
        with it.store.read() as connection:
            (row,) = reports.of_case(connection, done["number"])
        assert row.phone is None


async def test_a_person_with_an_account_is_known_and_their_home_is_not_needed(tmp_path):
    async with house(tmp_path) as it:
        browser = it.browser("liu")
        form = await opened(it, browser)
        assert form["me"] == "刘住户"
        answer = await sent(browser, form, "a", spot="building:b1")
        case = it.pump.state.cases.incidents[answer.json()["number"]]
        assert case.reporter == "liu"


async def test_satisfaction_by_month_follows_the_site_calendar(tmp_path):
    async with house(tmp_path) as it:
        at = datetime(2026, 3, 31, 17, tzinfo=UTC)  # the first of April in Shanghai
        one = ratings.Rating(
            report="r", incident="n", category="0602", grid=None, score=5, words=None, first_at=at, at=at
        )
        it.write(lambda connection: ratings.put(connection, one))
        with it.store.read() as connection:
            rows = ratings.satisfaction(
                connection,
                since=at,
                until=datetime(2026, 5, 1, tzinfo=UTC),
                by="month",
                zone=ZoneInfo("Asia/Shanghai"),
            )
    assert [(row.key, row.rate) for row in rows] == [("2026-04", 1.0)]
