"""Shadow runs: they count what a rule would do, tell nobody, and come to the same counts after a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import ActionRefused
from gateway.rulebook import shadow_run
from gateway.rulebook.entry import Shadow
from gateway.rulebook.opening import open_rulebook
from gateway.rulebook.shadows import MOST
from tests.gateway.rulebook.desk import DENIED, START, Desk, as_item, site_of

DRAFT = DENIED.replace("at_least: 3", "at_least: 2").replace("10m", "1m")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(site_of(tmp_path, rules=as_item(DENIED)))
    yield found
    found.dies()


def heard(desk: Desk) -> Shadow:
    """Return the run once it has heard everything."""
    desk.core.pump.commit()
    shadows = desk.book._shadowing.shadows
    while shadows.hear():
        pass
    return desk.book.shadows()["site.denied"]


def test_a_draft_counts_beside_the_real_rule_and_tells_nobody(desk: Desk) -> None:
    desk.denied(1)
    desk.denied(2)  # before the run: it does not count
    assert desk.book.shadow(DRAFT, on=True, by="li").result(0).version == 1
    for second in (100, 101, 300, 301, 302, 303):
        desk.denied(second)
    desk.denied(1000, "g002")
    found = heard(desk)
    assert [line for line in desk.told if "opened" in line] == [
        "302 opened site.denied L3 v1"
    ]  # the real one
    assert (found.fired, found.by_key) == (2, (({"device": "gate-1"}, 2),))
    assert (found.draft, found.by, found.behind_s, found.anew, found.ended) == (True, "li", 0.0, False, False)
    assert [(each - START).total_seconds() for each in found.newest] == [101, 301]
    assert found.cases == 0
    assert found.events == 7
    assert desk.book.entry("site.denied").shadow == found
    with desk.core.store.read() as connection:
        count = "SELECT count(*) FROM alerts"
        assert connection.exec_driver_sql(count).scalar() == 1


def test_a_run_survives_a_crash(desk: Desk) -> None:
    desk.book.shadow(DRAFT, on=True, by="li").result(0)
    for second in (10, 11, 200, 201):
        desk.denied(second)
    before = heard(desk)
    assert before.fired == 2
    desk.dies()
    again = desk.anew(300)
    again.denied(600)
    again.denied(601)
    found = heard(again)
    assert (found.fired, found.since, found.anew) == (3, before.since, False)
    assert found.newest[:2] == before.newest
    again.dies()


def test_it_says_in_a_sentence_what_it_has_come_to(desk: Desk) -> None:
    desk.book.shadow(DRAFT, on=True, by="li").result(0)
    for day in range(3):
        for second in (1, 2):
            desk.denied(86_400 * day + second)
    desk.passes(86_400 * 3)
    desk.denied(86_400 * 3)
    assert heard(desk).said == {
        "zh": "影子运行 3 天：会触发 3 次",
        "en": "shadow run of 3 days: it would have fired 3 times",
    }


def test_a_run_of_the_version_in_force_goes_by_its_id(desk: Desk) -> None:
    desk.book.shadow("site.denied", on=True, by="li").result(0)
    for second in (1, 2, 3):
        desk.denied(second)
    found = heard(desk)
    assert (found.fired, found.draft) == (1, False)
    assert desk.book.shadow("site.denied", on=False, by="li").result(0).version == 2
    assert desk.book.shadows() == {}
    with pytest.raises(ActionRefused, match="no shadow run"):
        desk.book.shadow("site.denied", on=False, by="li").result(0)
    desk.dies()
    again = desk.anew(10)
    assert again.book.shadows() == {}
    again.dies()


def test_a_draft_with_a_mistake_is_not_begun(desk: Desk) -> None:
    refused = desk.book.shadow(DRAFT.replace("at_least", "at_last"), on=True, by="li").result(0)
    assert refused.problems
    assert desk.book.shadows() == {}


def test_so_many_runs_are_enough(desk: Desk) -> None:
    for number in range(MOST):
        desk.book.shadow(DRAFT.replace("site.denied", f"site.n{number}"), on=True, by="li").result(0)
    with pytest.raises(ActionRefused, match="enough"):
        desk.book.shadow(DRAFT, on=True, by="li").result(0)


def test_a_run_ends_after_its_time(desk: Desk) -> None:
    desk.book.shadow(DRAFT, on=True, by="li").result(0)
    desk.denied(1)
    desk.denied(2)
    later = shadow_run.LONGEST.total_seconds() + 10
    desk.passes(later)
    desk.denied(later + 1)
    desk.denied(later + 2)
    found = heard(desk)
    assert (found.fired, found.ended) == (1, True)


def test_a_journal_that_begins_later_begins_the_count_anew(desk: Desk) -> None:
    desk.book.shadow(DRAFT, on=True, by="li").result(0)
    for second in (10, 11, 200, 201):
        desk.denied(second)
        desk.core.pump.commit()
    desk.ends()
    with sqlite3.connect(desk.folder / "data" / "gateway.sqlite3") as database:
        (first,) = database.execute("select first_seq from journal order by first_seq desc limit 1 offset 2").fetchone()  # fmt: skip
        database.execute("delete from journal where first_seq < ?", (first,))
    again = desk.anew(300)
    found = heard(again)
    assert (found.fired, found.anew) == (1, True)
    assert found.since > START
    again.dies()


def test_it_falls_behind_rather_than_hurry_and_says_so(desk: Desk) -> None:
    desk.book.shadow(DRAFT, on=True, by="li").result(0)
    for second in range(1, 200):
        desk.denied(second)
    desk.core.pump.commit()
    shadows = desk.book._shadowing.shadows
    assert shadows.hear(budget_s=0.0)
    assert desk.book.shadows()["site.denied"].behind_s > 0
    assert heard(desk).behind_s == 0


def test_in_a_running_gateway_a_thread_hears(desk: Desk) -> None:
    book = open_rulebook(desk.core, desk)
    came = threading.Event()
    try:
        book.shadow(DRAFT, on=True, by="li").result(0)
        for second in (1, 2):
            desk.denied(second)
        desk.core.pump.commit()
        book.committed(None)
        for _ in range(200):
            if book.shadows()["site.denied"].fired == 1:
                break
            came.wait(0.05)
        assert book.shadows()["site.denied"].fired == 1
    finally:
        book.stop()
