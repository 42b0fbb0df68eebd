"""The life of a rule: versions, who made them, what is in force after a stop, a crash, a replay."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.batch import Batch, Position
from gateway.errors import ActionRefused, StoreFull
from gateway.rulebook.version import Edit
from rules.action import ClearAlert
from rules.dump import dump_rule
from tests.gateway.rulebook.desk import DENIED, Desk, as_item, site_of

OTHER = DENIED.replace("at_least: 3", "at_least: 2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(site_of(tmp_path, rules=as_item(DENIED)))
    yield found
    found.dies()


def test_the_first_version_is_what_the_file_says(desk: Desk) -> None:
    (entry,) = desk.book.entries()
    assert (entry.rule.id, entry.version, entry.enabled, entry.origin) == ("site.denied", 1, True, "site")
    assert (entry.author, entry.file.rpartition("/")[2]) == ("file", "own.yaml")
    (version,) = desk.book.versions("site.denied")
    assert version.text == as_item(DENIED)
    assert version.act == "read"
    assert version.source == entry.rule.source


def test_a_save_makes_a_version_with_author_reason_text_and_difference(desk: Desk) -> None:
    desk.seconds = 5
    saved = desk.book.save(OTHER, author="li", reason="one is a mistake, two are not").result(0)
    assert (saved.rule, saved.version, saved.resets_state, saved.problems) == ("site.denied", 2, False, ())
    assert saved.difference == (Edit(path="detect.count.at_least", before=3, after=2),)
    newest, first = desk.book.versions("site.denied")
    assert (newest.author, newest.reason, newest.act, newest.text) == (
        "li",
        "one is a mistake, two are not",
        "saved",
        OTHER,
    )
    assert (newest.at, newest.difference, first.difference) == (desk.now, saved.difference, ())


def test_a_save_is_in_force_at_once(desk: Desk) -> None:
    desk.denied(1)
    desk.book.save(OTHER, author="li").result(0)
    desk.denied(2)
    desk.core.pump.commit()
    assert desk.told == ["2 opened site.denied L3 v2"]


def test_several_are_saved_together_or_not_at_all(desk: Desk) -> None:
    other, new = plain(desk, OTHER), plain(desk, DENIED.replace("site.denied", "site.two"))
    for expected in ({"site.denied": 1, "site.two": 7}, {"site.denied": 7}):
        with pytest.raises(ActionRefused, match="changed meanwhile"):
            desk.book.save_all([other, new], author="li", expected=expected).result(0)
    wrong = desk.book.save_all([other, {**new, "stages": []}], author="li", expected={"site.denied": 1})
    assert [bool(each.problems) for each in wrong.result(0)] == [True]
    assert [(each.rule.id, each.version) for each in desk.book.entries()] == [("site.denied", 1)]
    saved = desk.book.save_all([other, new], author="li", reason="both", expected={"site.denied": 1}).result(
        0
    )
    assert [(each.rule, each.version) for each in saved] == [("site.denied", 2), ("site.two", 1)]
    assert {each.reason for each in desk.book.versions("site.two")} == {"both"}


def plain(desk: Desk, text: str) -> dict[str, Any]:
    """Return a rule that somebody wrote as plain data."""
    return dump_rule(desk.book.read(text).rules[0])


def test_what_has_a_mistake_is_refused_whole(desk: Desk) -> None:
    saved = desk.book.save(OTHER.replace("at_least", "at_last"), author="li").result(0)
    assert (saved.version, [problem.path for problem in saved.problems]) == (
        None,
        ["rules[0].detect.count", "rules[0].detect.count.at_last"],
    )
    assert desk.book.entry("site.denied").version == 1
    two = desk.book.save(
        as_item(DENIED) + as_item(DENIED.replace("site.denied", "site.two")), author="li"
    ).result(0)
    assert [str(problem) for problem in two.problems] == [
        "rule.yaml:1: rules: expected exactly one rule, found 2"
    ]


def test_plain_data_is_a_rule_too(desk: Desk) -> None:
    source = {**desk.book.entry("site.denied").rule.source, "cooldown": "2m"}
    assert desk.book.save(source, author="li").result(0).version == 2
    assert desk.book.save(source, author="li").result(0).unchanged


def test_a_new_rule_needs_no_file(desk: Desk) -> None:
    new = DENIED.replace("site.denied", "site.new")
    assert desk.book.save(new, author="li").result(0).version == 1
    assert [entry.rule.id for entry in desk.book.entries()] == ["site.denied", "site.new"]
    desk.ends()
    again = desk.anew(10)
    assert [entry.rule.id for entry in again.book.entries()] == ["site.denied", "site.new"]
    assert again.started.saved == ()


def test_one_step_back_and_forth(desk: Desk) -> None:
    with pytest.raises(ActionRefused, match="only one version"):
        desk.book.rollback("site.denied", by="li").result(0)
    desk.book.save(OTHER, author="li").result(0)
    back = desk.book.rollback("site.denied", by="wang", reason="too loud").result(0)
    assert back.version == 3
    newest, middle, first = desk.book.versions("site.denied")
    assert (newest.source, newest.text, newest.act) == (first.source, first.text, "rolled_back")
    assert desk.book.rollback("site.denied", by="wang").result(0).version == 4
    assert desk.book.versions("site.denied")[0].source == middle.source


def test_disabled_and_enabled_by_whom_and_why(desk: Desk) -> None:
    desk.denied(1)
    desk.denied(2)
    off = desk.book.disable("site.denied", by="li", reason="the reader is being replaced").result(0)
    assert off.resets_state
    entry = desk.book.entry("site.denied")
    assert (entry.enabled, entry.author, entry.reason) == (False, "li", "the reader is being replaced")
    assert "enabled: false" in desk.book.versions("site.denied")[0].text
    assert "# 三次" in desk.book.versions("site.denied")[0].text  # people's own words stay
    for second in (3, 4, 5):
        desk.denied(second)
    assert desk.book.disable("site.denied", by="li", reason="again").result(0).unchanged
    on = desk.book.enable("site.denied", by="wang").result(0)
    assert (on.version, on.resets_state) == (3, False)
    assert desk.book.versions("site.denied")[0].text == as_item(DENIED)
    desk.denied(6)
    desk.core.pump.commit()
    assert desk.told == []  # it begins anew
    for second in (7, 8):
        desk.denied(second)
    desk.core.pump.commit()
    assert desk.told == ["8 opened site.denied L3 v3"]


def test_unknown_rules_are_refused(desk: Desk) -> None:
    with pytest.raises(ActionRefused):
        desk.book.entry("no.such")
    for ask in (desk.book.enable, desk.book.rollback, desk.book.reset):
        with pytest.raises(ActionRefused):
            ask("no.such", by="li").result(0)


def test_open_alerts_keep_their_version_over_a_crash(desk: Desk) -> None:
    for second in (1, 2, 3):
        desk.denied(second)
    desk.seconds = 4
    saved = desk.book.save(DENIED.replace("L3", "L2").replace("10m", "1m"), author="li").result(0)
    assert saved.keeps_open == 1
    desk.dies()
    again = desk.anew(10)
    assert again.core.recovery.report.differences == ()
    again.denied(20, "g002")
    again.denied(21, "g002")
    again.denied(22, "g002")
    again.passes(700)
    again.denied(800)
    again.denied(801)
    again.denied(802)
    again.core.pump.commit()
    assert desk.told + again.told == [
        "3 opened site.denied L3 v1",
        "22 opened site.denied L2 v2",
        "130 cleared site.denied L2 v2",  # no quiet time ends within the grace after a start
        "603 cleared site.denied L3 v1",
        "802 opened site.denied L2 v2",
    ]
    again.dies()


def test_an_open_alert_keeps_its_words(desk: Desk) -> None:
    for second in (1, 2, 3):
        desk.denied(second)
    desk.book.save(DENIED.replace("Repeated denials", "Too often refused"), author="li").result(0)
    site = desk.core.written.site.view
    names = {name: rule.name["en"] for name, rule in site.rules.items()}
    assert names == {"site.denied": "Too often refused", "site.denied@1": "Repeated denials"}
    desk.dies()
    again = desk.anew(10)
    assert again.core.written.site.view.rules["site.denied@1"].name["en"] == "Repeated denials"
    again.act(ClearAlert(alert=desk.alerts[0], by="wang"))
    again.book.save(OTHER, author="li").result(0)
    assert list(again.core.written.site.view.rules) == ["site.denied"]
    again.dies()


def test_a_person_clears_what_an_old_version_holds(desk: Desk) -> None:
    for second in (1, 2, 3):
        desk.denied(second)
    desk.book.save(DENIED.replace("L3", "L2"), author="li").result(0)
    desk.dies()
    again = desk.anew(10)
    again.act(ClearAlert(alert=desk.alerts[0], by="wang"))
    assert again.told == ["10 cleared site.denied L3 v1"]
    again.dies()


def test_what_is_pending_goes_on_over_a_save_and_a_crash(desk: Desk) -> None:
    desk.denied(1)
    desk.book.save(DENIED.replace("60s", "90s"), author="li").result(0)
    desk.denied(2)
    desk.core.pump.commit()
    desk.dies()
    again = desk.anew(10)
    again.denied(11)
    again.core.pump.commit()
    assert again.told == ["11 opened site.denied L3 v2"]
    again.dies()


def test_the_journal_alone_gives_the_same_state(desk: Desk) -> None:
    """Without any snapshot, everything is put in force again at its own place."""
    for second in (1, 2, 3):
        desk.denied(second)
    desk.seconds = 4
    desk.book.save(OTHER.replace("L3", "L2"), author="li").result(0)
    desk.denied(5, "g002")
    desk.seconds = 6
    desk.book.disable("site.denied", by="li", reason="quiet").result(0)
    desk.denied(7, "g002")
    desk.book.enable("site.denied", by="li").result(0)
    desk.denied(8, "g002")
    desk.passes(9)
    before = desk.core.engine.open_alerts()
    desk.dies()
    with sqlite3.connect(desk.folder / "data" / "gateway.sqlite3") as database:
        assert database.execute("update engine_state set state = x'91c0'").rowcount > 0
    again = desk.anew(10)
    assert again.core.recovery.report.unreadable
    assert (again.core.recovery.report.skipped, again.core.recovery.report.differences) == ((), ())
    assert again.core.engine.open_alerts() == before
    again.denied(11, "g002")
    again.core.pump.commit()
    assert again.told == ["11 opened site.denied L2 v4"]
    again.dies()


def test_a_full_disk_leaves_the_version_that_was_in_force(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.denied(1)
    desk.denied(2)
    write = desk.core.store.commit
    monkeypatch.setattr(desk.core.store, "commit", _full_for_versions(write))
    with pytest.raises(StoreFull):
        desk.book.save(OTHER.replace("L3", "L1"), author="li").result(0)
    monkeypatch.undo()
    assert desk.book.entry("site.denied").version == 1
    desk.denied(3)
    desk.core.pump.commit()
    assert desk.told == ["3 opened site.denied L3 v1"]
    assert desk.book.save(OTHER, author="li").result(0).version == 2


def _full_for_versions(write: Callable[[Batch, Position], None]) -> Callable[[Batch, Position], None]:
    def commit(batch: Batch, position: Position) -> None:
        if batch.documents:
            raise StoreFull("no room")
        write(batch, position)

    return commit
