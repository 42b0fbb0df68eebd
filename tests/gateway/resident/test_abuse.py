"""What people and programs do to a form that anybody can open; what is refused leaves nothing behind."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gateway.config import Reports
from gateway.resident.words import clean, phone_number
from gateway.store import reports
from tests.gateway.api.house import House, house
from tests.gateway.resident.street import code_of, opened, picture, sent


def kept(it: House) -> tuple[int, int, int, int]:
    """Return how many reports, cases, events and pictures there are."""
    with it.store.read() as connection:
        tables = ("resident_reports", "incidents", "event_index", "blobs")
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in tables]
    return tuple(int(count or 0) for count in counts)  # type: ignore[return-value]  # four of them


def files(folder: Path) -> int:
    """Return how many pictures and recordings lie on the disk."""
    return sum(path.is_file() for path in folder.rglob("blobs/*/*"))


async def refused(it: House, expected: str, status: int, /, **fields: Any) -> dict[str, Any]:
    """Send one report that must be refused; nothing may be kept."""
    before, browser = kept(it), it.stranger(address=fields.pop("address", "192.168.1.60"))
    form = await opened(it, browser)
    answer = await sent(browser, form, fields.pop("name", "refused"), **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, expected), answer.text
    assert kept(it) == before
    return answer.json()


async def test_a_thousand_posts_from_one_address(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger(address="192.168.1.66")
        forms = [(await browser.get("/api/public/form")).json() for _ in range(1000)]
        it.ticker.advance(seconds=5)
        taken = []
        for number, form in enumerate(forms):
            answer = await sent(browser, form, f"flood-{number}", text=f"{number}")
            taken.append(answer.status_code)
            assert answer.status_code in {201, 429}
        assert taken.count(201) == Reports().per_address
        said = answer.json()
        assert said["code"] == "report_pace"
        assert "分钟" in said["detail"]["zh"]
        assert 3500 < int(answer.headers["Retry-After"]) <= 3600
        assert kept(it)[0] == Reports().per_address
        neighbour = it.stranger(address="192.168.1.67")
        form = await opened(it, neighbour)
        assert (await sent(neighbour, form, "neighbour", spot="building:b2")).status_code == 201
        it.ticker.advance(hours=1)
        again = it.stranger(address="192.168.1.66")
        form = await opened(it, again)
        assert (await sent(again, form, "an-hour-later")).status_code == 201


async def test_one_phone_one_place_and_the_whole_site_have_their_own_pace(tmp_path):
    few = Reports(per_device=2, per_place=3, per_site=5)
    async with house(tmp_path, reports=few) as it:

        async def one(number: int, **fields: str) -> int:
            browser = it.stranger(address=f"10.0.0.{number}")
            form = await opened(it, browser)
            return (await sent(browser, form, f"pace-{number}", **fields)).status_code

        assert [await one(n, device="a-phone-of-its-own") for n in (1, 2, 3)] == [201, 201, 429]
        assert [await one(n, spot="building:b1") for n in (4, 5, 6)] == [201, 201, 201]
        assert await one(7, spot="building:b2") == 429  # the site's five


async def test_ten_megabytes_of_text(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        answer = await sent(browser, form, "large", text="垃" * 3_500_000)
        assert answer.status_code in {400, 413}
        assert kept(it)[:2] == (0, 0)
        await refused(it, "invalid_input", 422, text="x" * 1001)


async def test_what_no_person_can_have_sent(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        fresh = (await browser.get("/api/public/form")).json()
        quick = await sent(browser, fresh, "quick")
        assert quick.json()["facts"]["why"] == "early"
        await refused(it, "report_ticket", 422, website="http://buy.example")
        await refused(it, "report_ticket", 422, ticket="MTIz.AAAAAAAAAAAAAAAA")
        form = await opened(it, browser)
        it.ticker.advance(hours=13)
        old = await sent(browser, form, "old")
        assert old.json()["facts"]["why"] == "old"
        assert kept(it)[:2] == (0, 0)


async def test_a_ticket_is_good_for_one_report(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        assert (await sent(browser, form, "one")).status_code == 201
        replay = await sent(browser, form, "two", text="another one")
        assert (replay.status_code, replay.json()["facts"]["why"]) == (422, "used")
        assert kept(it)[0] == 1


async def test_nobody_invents_places_and_renewed_codes_do_not_open_the_old_ones(tmp_path):
    async with house(tmp_path) as it:
        token = await code_of(it, "building:b1")
        browser = it.stranger()
        body, _, mark = token.partition(".")
        for wrong in (body, f"{body}.", f"{body}.{mark[::-1]}", "x" * 60, f"{body}AA.{mark}", "🏠"):
            answer = await browser.get("/api/public/form", params={"p": wrong})
            assert (answer.status_code, answer.json()["code"]) == (422, "place_code"), wrong
        await refused(it, "place_code", 422, spot="building:b99")
        await refused(it, "place_code", 422, p=f"{body}.{mark[::-1]}")
        manager = it.browser("chen")
        assert (await manager.post("/api/places/codes/renew")).json()["round"] == 2
        assert (await browser.get("/api/public/form", params={"p": token})).status_code == 422
        fresh = await code_of(it, "building:b1")
        assert fresh != token
        assert (await browser.get("/api/public/form", params={"p": fresh})).status_code == 200
        assert ("chen", "places.codes.renew", "places") in it.audit()


async def test_a_forged_answer_link_opens_nothing(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        for token in ("A" * 16, "0" * 16, "../../etc/passwd", "%00" * 4):
            answer = await browser.get(f"/api/public/reports/{token}")
            assert answer.status_code in {404, 422}, token


async def test_a_picture_that_is_none_keeps_nothing_of_the_report(tmp_path):
    async with house(tmp_path) as it:
        out = io.BytesIO()
        Image.new("RGB", (9000, 9000)).save(out, "PNG")
        for wrong in (b"<svg onload=alert(1)>", b"\xff\xd8\xff" + b"\x00" * 500, out.getvalue()):
            await refused(it, "bad_picture", 422, photos=(picture(), wrong))


async def test_more_pictures_than_asked_for_and_a_report_of_nothing(tmp_path):
    async with house(tmp_path) as it:
        await refused(it, "invalid_input", 422, photos=(picture(),) * 4)
        await refused(it, "report_empty", 422, text=" \u202e\x00 \n ")
        await refused(it, "invalid_input", 422, category="9999")
        await refused(it, "invalid_input", 422, phone="call me")


async def test_a_page_of_another_site_cannot_post(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        browser.headers["Origin"] = "http://evil.example"
        answer = await sent(browser, form, "foreign")
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize(("mode", "code"), [(False, "reports_closed"), ("residents", "reports_residents")])
async def test_a_site_may_close_the_form(tmp_path, mode, code):
    async with house(tmp_path, reports=Reports(open=mode, phone="020-1234")) as it:
        said = await refused(it, code, 403)
        assert "020-1234" in said["detail"]["zh"]


async def test_the_code_of_the_notice_board_changes_monthly_and_cannot_be_tried_out(tmp_path):
    async with house(tmp_path, reports=Reports(open="code")) as it:
        manager = it.browser("chen")
        month = (await manager.get("/api/places/codes")).json()["lobby_code"]
        assert len(month) == 4
        wrong = f"{(int(month) + 1) % 10000:04d}"
        await refused(it, "lobby_code", 403)
        await refused(it, "lobby_code", 403, code=wrong)
        browser = it.stranger()
        form = await opened(it, browser)
        assert (await sent(browser, form, "right", code=month)).status_code == 201
        for number in range(7):
            await refused(
                it, "lobby_code", 403, code=f"{(int(month) + 2 + number) % 10000:04d}", address="10.0.0.9"
            )
        await refused(it, "lobby_code", 403, code=wrong, address="10.0.0.9")
        await refused(it, "report_pace", 429, code=month, address="10.0.0.9")
        it.ticker.advance(days=40)
        fresh = (await manager_again(it)).json()["lobby_code"]
        assert fresh != month
        await refused(it, "lobby_code", 403, code=month)


async def manager_again(it: House) -> Any:
    return await it.browser("chen").get("/api/places/codes")


async def test_sheets_escape_what_a_name_holds(tmp_path):
    async with house(tmp_path) as it:
        page = (await it.browser("chen").get("/api/places/codes/sheets")).text
        assert page.count('<section class="sheet">') == len((await manager_again(it)).json()["items"])
        assert "幸福里" in page
        assert "<script" not in page
        assert "http://gateway.lan/report?p=" not in page  # the address is in the code, not in the text
        assert (await it.browser("wang").get("/api/places/codes/sheets")).status_code == 403


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("a\x00b\x1bc", "abc"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("x\r\n\r\n\r\n\r\ny", "x\n\ny"),
        ("👩‍👩‍👧 家", "👩‍👩‍👧 家"),
        ("\ud800half", "half"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_words_are_made_safe_and_stay_words(given, left):
    assert clean(given) == left


@pytest.mark.parametrize(
    ("given", "read"),
    [("139 0000 1234", "13900001234"), ("+86-139-0000-1234", "+8613900001234"), ("（020）1234 567", "0201234567"), ("12", None), ("1" * 16, None)],
)  # fmt: skip
def test_telephone_numbers(given, read):
    assert phone_number(given) == read


async def test_the_same_key_from_two_people_is_two_reports(tmp_path):
    async with house(tmp_path) as it:
        one, two = it.stranger(), it.browser("liu")
        first = await sent(one, await opened(it, one), "same", spot="building:b1")
        second = await sent(two, await opened(it, two), "same", spot="building:b1")
        assert first.json()["link"] != second.json()["link"]
        with it.store.read() as connection:
            assert len(reports.of_case(connection, first.json()["number"])) == 2


async def test_those_who_send_together_share_one_pace(tmp_path):
    async with house(tmp_path, reports=Reports(per_address=2)) as it:
        browser = it.stranger()
        forms = [(await browser.get("/api/public/form")).json() for _ in range(6)]
        it.ticker.advance(seconds=5)
        answers = await asyncio.gather(
            *(sent(browser, form, f"crowd-{n}", photos=(picture(),), text=f"{n}") for n, form in enumerate(forms))
        )  # fmt: skip
        assert sorted(answer.status_code for answer in answers) == [201, 201, 429, 429, 429, 429]
        assert kept(it)[0] == 2


async def test_a_ticket_sent_five_times_at_once_is_one_report(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        answers = await asyncio.gather(
            *(sent(browser, form, f"ticket-{n}", photos=(picture(),), text=f"{n}") for n in range(5))
        )
        assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422, 422]
        assert {answer.json()["facts"]["why"] for answer in answers if answer.status_code == 422} == {"used"}
        assert kept(it)[0] == 1


async def test_what_is_refused_gives_its_place_and_its_ticket_back(tmp_path):
    async with house(tmp_path, reports=Reports(per_address=1)) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        wrong = await sent(browser, form, "wrong", photos=(b"<svg/>",))
        assert wrong.json()["code"] == "bad_picture"
        right = await sent(browser, form, "right", photos=(picture(),))
        assert right.status_code == 201, right.text
        assert files(tmp_path) == kept(it)[3] == 1


async def test_other_pictures_under_a_taken_key_are_neither_looked_at_nor_kept(tmp_path):
    async with house(tmp_path, reports=Reports(per_address=3)) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        first = await sent(browser, form, "taken", photos=(picture(),))
        assert first.status_code == 201
        before, lying = kept(it), files(tmp_path)
        answers = await asyncio.gather(
            *(sent(browser, form, "taken", photos=(picture(f"#0000{n:02x}"),)) for n in range(8)),
            sent(browser, form, "taken", photos=(b"no picture at all",)),
        )
        assert {(each.status_code, each.json()["code"]) for each in answers} == {(409, "key_reused")}
        again = await sent(browser, form, "taken", photos=(picture(),))
        assert (again.status_code, again.json()) == (201, first.json())
        assert (kept(it), files(tmp_path)) == (before, lying)
        tries = [(await sent(browser, form, "taken", text=f"{n}")).status_code for n in range(6)]
        assert tries == [409, 409, 409, 409, 429, 429]  # five tries for each of the three reports


async def test_one_key_sent_at_once_with_different_pictures_keeps_the_first(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        form = await opened(it, browser)
        colours = ("red", "red", "green", "blue")
        answers = await asyncio.gather(
            *(sent(browser, form, "at-once", photos=(picture(colour),)) for colour in colours)
        )
        assert {each.status_code for each in answers} == {201, 409}
        assert kept(it)[0] == kept(it)[3] == files(tmp_path) == 1
