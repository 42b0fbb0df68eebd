"""The wall: let in by a code, shown nothing but what hangs there, shut out at once."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from gateway.api.wall import FRESH
from gateway.screens import LIFETIME, OF_ONE_ADDRESS
from tests.gateway.api.house import House, house, key

AT_HOME = "https://gateway.lan"


async def shown(display: httpx.AsyncClient) -> dict[str, str]:
    begun = await display.post("/api/screens/pairing")
    assert begun.status_code == 201, begun.text
    return dict(begun.json())


async def hung(it: House, *, names: bool = False) -> httpx.AsyncClient:
    """Return a display that the administrator has let in."""
    display = it.stranger()
    begun = await shown(display)
    answer = await it.browser("zhou", base=AT_HOME).post(
        "/api/screens", json={"code": begun["code"], "name": "大厅", "names": names}
    )
    assert answer.status_code == 201, answer.text
    claimed = await display.post("/api/screens/pairing/claim", json={"secret": begun["secret"]})
    assert claimed.json() == {"state": "paired"}
    return display


async def test_a_display_waits_until_its_code_is_confirmed_and_then_looks(tmp_path):
    async with house(tmp_path) as it:
        display = it.stranger()
        begun = await shown(display)
        secret = {"secret": begun["secret"]}
        assert (await display.get("/api/wall")).status_code == 401
        assert (await display.post("/api/screens/pairing/claim", json=secret)).json() == {"state": "waiting"}
        office = it.browser("zhou", base=AT_HOME)
        wrong = await office.post("/api/screens", json={"code": "000 000", "name": "大厅"})
        if begun["code"] != "000000":
            assert (wrong.status_code, wrong.json()["code"]) == (404, "pairing_over")
        typed = f"{begun['code'][:3]} {begun['code'][3:]}"
        made = await office.post("/api/screens", json={"code": typed, "name": "大厅"})
        assert made.json()["works"] is True
        again = await office.post("/api/screens", json={"code": typed, "name": "another"})
        assert again.json()["code"] == "pairing_over"
        claimed = await display.post("/api/screens/pairing/claim", json=secret)
        cookie = claimed.headers["set-cookie"]
        assert cookie.startswith("screen=scg_")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert (await display.get("/api/wall")).status_code == 200
        late = await display.post("/api/screens/pairing/claim", json=secret)
        assert late.json()["code"] == "pairing_over"  # the cookie is given once
        assert ("zhou", "token.made", made.json()["id"]) in it.audit()


async def test_a_display_sees_the_wall_and_nothing_else_and_changes_nothing(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        display = await hung(it)
        for path in (
            "/api/incidents",
            "/api/alerts",
            "/api/me",
            "/api/stream",
            "/api/wall/reporters",
            "/api/screens",
        ):
            assert (await display.get(path)).status_code == 401, path
        act = await display.post(
            f"/api/incidents/{case.number}/actions",
            json={"action": "accept", "version": case.version, "fields": {}},
            headers={"Idempotency-Key": "from-the-wall"},
        )
        assert act.status_code == 401


async def test_a_display_that_is_shut_out_sees_nothing_from_then_on(tmp_path):
    async with house(tmp_path) as it:
        display = await hung(it)
        office = it.browser("zhou", base=AT_HOME)
        (screen,) = (await office.get("/api/screens")).json()["items"]
        assert screen["name"] == "大厅"
        assert (await office.delete(f"/api/screens/{screen['id']}")).status_code == 204
        assert (await display.get("/api/wall")).status_code == 401
        assert (await office.get("/api/screens")).json()["items"][0]["works"] is False
        assert (await office.delete("/api/screens/unknown")).status_code == 404


async def test_a_code_is_over_after_ten_minutes_and_one_address_has_few(tmp_path):
    async with house(tmp_path) as it:
        display = it.stranger()
        begun = [await shown(display) for _ in range(OF_ONE_ADDRESS + 1)]
        first = await display.post("/api/screens/pairing/claim", json={"secret": begun[0]["secret"]})
        assert first.json()["code"] == "pairing_over"
        it.ticker.advance(seconds=LIFETIME.total_seconds())
        over = await display.post("/api/screens/pairing/claim", json={"secret": begun[-1]["secret"]})
        assert over.json()["code"] == "pairing_over"


async def test_from_the_internet_a_display_needs_encryption_and_no_other_site_begins_one(tmp_path):
    async with house(tmp_path) as it:
        far = await it.stranger(address="8.8.8.8").post("/api/screens/pairing")
        assert far.json()["code"] == "tls_required"
        cross = await it.stranger().post("/api/screens/pairing", headers={"Origin": "http://evil.example"})
        assert cross.json()["code"] == "csrf"


async def test_the_wall_counts_what_is_open_what_the_hours_brought_and_who_is_there(tmp_path):
    async with house(tmp_path) as it:
        display = await hung(it)
        calm = (await display.get("/api/wall")).json()
        assert (calm["open"], calm["alarms"]) == (0, [])
        assert [each["level"] for each in calm["levels"]] == ["L1", "L2", "L3", "L4"]
        assert len(calm["hours"]) == 24
        assert calm["last_year"] is None
        case = it.force()
        after = (await display.get("/api/wall")).json()
        assert after["open"] == 1
        (alarm,) = after["alarms"]
        assert (alarm["key"], alarm["level"]) == (case.number, case.level)
        counts = {each["level"]: each["count"] for each in after["levels"]}
        assert counts[case.level] == 1
        assert sum(after["hours"][-1]["counts"].values()) == 1
        assert after["today"] == {"alerts": 1, "cases": 1, "closed": 0, "false": 0}
        assert after["yesterday"]["alerts"] == 0
        it.ticker.advance(days=1)
        tomorrow = (await it.browser("wang").get("/api/wall")).json()
        assert (tomorrow["today"]["alerts"], tomorrow["yesterday"]["alerts"]) == (0, 1)
        assert all(sum(each["counts"].values()) == 0 for each in tomorrow["hours"])


async def test_a_case_that_only_waits_to_be_checked_is_not_counted_as_the_desk_does_not(tmp_path):
    async with house(tmp_path) as it:
        display, case = await hung(it), it.force()
        steps = (
            ("wang", "dispatch", {"assignees": ["zhao"]}),
            ("chen", "recall", {"code": "false_device", "note": "误报"}),
        )
        for person, action, fields in steps:
            assert (await display.get("/api/wall")).json()["open"] == 1, f"before {action}"
            version = it.pump.state.cases.incidents[case.number].version
            done = await it.browser(person).post(
                f"/api/incidents/{case.number}/actions",
                json={"action": action, "version": version, "fields": fields},
                headers=key(action),
            )
            assert done.status_code == 200, done.text
            it.ticker.advance(seconds=FRESH.total_seconds())
        assert it.pump.state.cases.incidents[case.number].state == "resolved"
        wall = (await display.get("/api/wall")).json()
        assert (wall["open"], wall["alarms"]) == (0, [])
        assert {each["count"] for each in wall["levels"]} == {0}


async def test_what_stood_a_year_ago_is_compared_once_there_is_a_year(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        it.ticker.advance(days=365)
        again = (await it.browser("wang").get("/api/wall")).json()
        assert again["last_year"] is None  # the first alert came after that day had begun
        it.ticker.advance(days=1)
        assert (await it.browser("wang").get("/api/wall")).json()["last_year"]["alerts"] == 0


@pytest.mark.parametrize("names", [False, True])
async def test_words_and_names_of_residents_stay_off_the_wall_unless_the_site_wants_names(tmp_path, names):
    async with house(tmp_path) as it:
        report = {"text": "楼道里有人打架", "place": {"building": "1", "note": "三楼老刘家门口"}}
        sent = await it.browser("liu").post(
            "/api/reports", json=report, headers={"Idempotency-Key": "a-report-of-liu"}
        )
        assert sent.status_code == 201, sent.text
        display = await hung(it, names=names)
        wall = await display.get("/api/wall")
        assert wall.json()["open"] == 1
        assert wall.json()["names"] is names
        assert not any(word in wall.text for word in ("打架", "老刘", "刘住户"))
        reporters = await display.get("/api/wall/reporters")
        if names:
            assert [each["name"] for each in reporters.json()["items"]] == ["刘住户"]
        else:
            assert reporters.status_code == 401


async def test_many_screens_read_the_store_once(tmp_path, monkeypatch):
    from gateway.api.routes import wall as routes

    reads: list[object] = []
    real = routes.wall_view
    monkeypatch.setattr(
        routes, "wall_view", lambda *given, **named: (reads.append(1), real(*given, **named))[1]
    )
    async with house(tmp_path) as it:
        looking = it.browser("wang")
        for _ in range(5):
            assert (await looking.get("/api/wall")).status_code == 200
        assert len(reads) == 1
        it.ticker.advance(seconds=(FRESH + timedelta(seconds=1)).total_seconds())
        await looking.get("/api/wall")
        assert len(reads) == 2
