"""What residents wrote by the form goes when they or the site ask for it; what was done stays."""

from __future__ import annotations

from typing import Any

from gateway.evidence.keeper import Keeper
from gateway.evidence.shelf import Shelf
from gateway.response.model import SOMEBODY
from gateway.store import ratings, reports
from gateway.store.bundles import Hold, set_hold
from gateway.store.ratings import Rating
from tests.gateway.api.house import House, house
from tests.gateway.resident.street import closed, opened, picture, reported, sent

PHONE = "139 0000 1234"


async def by_liu(it: House, name: str, **fields: Any) -> str:
    """Let the resident with an account report by the form; return the number of the case."""
    browser = it.browser("liu")
    answer = await sent(browser, await opened(it, browser), name, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


def rated(it: House, number: str) -> None:
    """Rate the report of a case with words."""
    with it.store.read() as connection:
        (row,) = reports.of_case(connection, number)
    at, words = it.clock.now(), it.services.sealer.seal("还是很臭")
    rating = Rating(
        report=row.id, incident=number, category="0602", grid=None, score=2, words=words, first_at=at, at=at
    )
    it.write(lambda connection: ratings.put(connection, rating))


async def test_a_person_who_is_erased_leaves_no_word_of_their_reports(tmp_path):
    async with house(tmp_path) as it:
        number = await by_liu(it, "a", category="0603", spot="building:b1", phone=PHONE, photos=(picture(),))
        still_open = await by_liu(it, "b", spot="building:b2")
        stranger = await reported(it, "c", category="0302")
        await closed(it, number)
        rated(it, number)
        at = it.clock.now()
        assert it.write(lambda connection: reports.erase_of(connection, "liu", at=at)) == 1
        assert it.write(lambda connection: reports.erase_of(connection, "liu", at=at)) == 0
        assert it.write(lambda connection: reports.erase_of(connection, SOMEBODY, at=at)) == 0
        with it.store.read() as connection:
            (gone,) = reports.of_case(connection, number)
            (waits,) = reports.of_case(connection, still_open)
            (other,) = reports.of_case(connection, stranger["number"])
            rating = ratings.rating_of(connection, gone.id)
        assert (gone.words, gone.phone, gone.erased) == (None, None, True)
        assert rating is not None
        assert (rating.score, rating.words) == (2, None)
        assert waits.words is not None
        assert other.words is not None


async def test_a_copy_for_a_person_holds_their_reports_and_ratings(tmp_path):
    async with house(tmp_path) as it:
        number = await by_liu(it, "a", spot="building:b1", phone=PHONE, text="三楼异味")
        rated(it, number)
        await reported(it, "c", category="0302")
        with it.store.read() as connection:
            (mine,) = reports.of(connection, "liu")
            assert reports.of(connection, SOMEBODY) == []
        unseal = it.services.sealer.open
        assert (mine["case"], mine["place"], mine["category"]) == (number, {"building": "b1"}, "0602")
        assert (unseal(mine["words"]), unseal(mine["phone"])) == ("三楼异味", "13900001234")
        assert (mine["rating"]["score"], unseal(mine["rating"]["words"])) == (2, "还是很臭")


async def test_somebody_without_an_account_takes_back_what_they_wrote(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it, text="三楼垃圾异味", phone=PHONE, photos=(picture(),))
        await reported(it, "b", address="192.168.1.31", text="我家门口也是")
        address = f"/api/public/reports/{done['link'].removeprefix('/report/a/')}"
        browser = it.stranger()
        assert (await browser.get(address)).json()["withdrawn"] is False
        for _ in range(2):
            answer = await browser.delete(address)
            assert (answer.status_code, answer.json()["withdrawn"]) == (200, True), answer.text
        with it.store.read() as connection:
            one, two = reports.of_case(connection, done["number"])
        assert (one.words, one.phone, one.erased) == (None, None, True)
        assert two.words is not None
        page = await it.browser("wang").get(f"/api/incidents/{done['number']}")
        assert "三楼垃圾异味" not in page.text
        rows = [line for line in page.json()["timeline"] if line["action"] == "report_withdrawn"]
        assert len(rows) == 1
        assert it.store.verify() is None


async def test_only_the_holder_of_the_link_withdraws_and_no_page_of_another_site(tmp_path):
    async with house(tmp_path) as it:
        done = await reported(it)
        browser = it.stranger()
        missing = await browser.delete(f"/api/public/reports/{'A' * 16}")
        assert (missing.status_code, missing.json()["code"]) == (404, "answer_unknown")
        browser.headers["Origin"] = "http://evil.example"
        foreign = await browser.delete(f"/api/public/reports/{done['link'].removeprefix('/report/a/')}")
        assert (foreign.status_code, foreign.json()["code"]) == (403, "csrf")
        with it.store.read() as connection:
            (row,) = reports.of_case(connection, done["number"])
        assert row.words is not None


async def test_pictures_of_an_erased_report_go_with_the_next_sweep_and_held_ones_stay(tmp_path):
    async with house(tmp_path) as it:
        keeper = Keeper(
            Shelf(it.store, it.writer), view=lambda: it.view, now=it.clock.now, offset=lambda: it.clock.offset,
            uploads=it.services.uploads, touched=it.services.pages.touched, keeping=it.services.keeping,
        )  # fmt: skip
        free = await by_liu(it, "a", category="0603", spot="building:b1", photos=(picture("red"),))
        held = await by_liu(it, "b", category="0603", spot="building:b2", photos=(picture("blue"),))
        for number in (free, held):
            await closed(it, number)
        it.ticker.advance(minutes=5)
        await keeper.turn()
        await keeper.turn()
        at = it.clock.now()
        hold = Hold(by="chen", at=at, reason="police")
        it.write(lambda connection: set_hold(connection, held, hold))
        assert it.write(lambda connection: reports.erase_of(connection, "liu", at=at)) == 2
        it.ticker.advance(hours=2)
        await keeper.turn()
        with it.store.read() as connection:
            (gone,) = reports.of_case(connection, free)
            (stays,) = reports.of_case(connection, held)
        assert not it.store.blob_path(gone.pieces[0].sha256).exists()
        assert it.store.blob_path(stays.pieces[0].sha256).is_file()
        assert it.store.verify() is None
