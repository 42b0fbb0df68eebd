"""Rules in files and packs: read at a start and again, mended, broken, taken out, overridden and reset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.rulebook.version import Edit
from tests.gateway.rulebook.desk import DENIED, Desk, as_item, site_of, write_rules

OTHER = DENIED.replace("at_least: 3", "at_least: 2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(site_of(tmp_path, rules=as_item(DENIED)))
    yield found
    found.dies()


def test_a_file_that_changed_is_a_new_version_at_the_start(desk: Desk) -> None:
    desk.denied(1)
    desk.denied(2)
    desk.core.pump.commit()
    write_rules(desk.folder, as_item(DENIED.replace("60s", "5m")))
    desk.dies()
    again = desk.anew(100)
    assert [(each.rule, each.version) for each in again.started.saved] == [("site.denied", 2)]
    again.denied(101)
    again.core.pump.commit()
    assert again.told == ["101 opened site.denied L3 v2"]  # what was pending still means the same
    again.dies()


def test_a_saved_version_stands_until_its_file_changes(desk: Desk) -> None:
    desk.book.save(OTHER, author="li").result(0)
    desk.ends()
    again = desk.anew(10)
    assert (again.started.saved, again.book.entry("site.denied").version) == ((), 2)
    write_rules(again.folder, as_item(DENIED.replace("at_least: 3", "at_least: 9")))
    (taken,) = again.book.reload(by="li").result(0).saved
    assert (taken.version, taken.difference) == (
        3,
        (Edit(path="detect.count.at_least", before=2, after=9),),
    )
    assert again.book.versions("site.denied")[0].act == "read"
    again.dies()


def test_a_bad_file_changes_nothing_and_is_said_aloud(desk: Desk) -> None:
    write_rules(desk.folder, as_item(OTHER) + as_item(DENIED.replace("site.denied", "site.two").replace("count", "cuont")))  # fmt: skip
    reloaded = desk.book.reload(by="li").result(0)
    assert (reloaded.saved, len(reloaded.problems)) == ((), 1)
    assert [entry.version for entry in desk.book.entries()] == [1]
    (said,) = desk.said
    assert (said["kind"], said["state"]) == ("system.rule", "refused")
    assert said["rule"] == "*"
    assert "own.yaml:12: rules[1].detect.cuont: unknown operator 'cuont'" in said["reason"]


def test_a_file_that_was_mended_is_said_too(desk: Desk) -> None:
    write_rules(desk.folder, as_item(DENIED.replace("count", "cuont")))
    assert desk.book.reload(by="li").result(0).problems
    write_rules(desk.folder, as_item(OTHER))
    assert [each.version for each in desk.book.reload(by="li").result(0).saved] == [2]
    assert [each["state"] for each in desk.said] == ["refused", "enabled"]


def test_a_rule_taken_out_of_its_file_is_gone_and_may_come_back(desk: Desk) -> None:
    for second in (1, 2, 3):
        desk.denied(second)
    desk.seconds = 4
    write_rules(desk.folder, "")
    (gone,) = desk.book.reload().result(0).saved
    assert (gone.version, gone.keeps_open) == (2, 1)
    assert desk.book.entries() == []
    desk.dies()
    again = desk.anew(10)
    assert again.book.entries() == []
    again.passes(700)
    assert again.told == ["603 cleared site.denied L3 v1"]
    write_rules(again.folder, as_item(DENIED))
    (back,) = again.book.reload().result(0).saved
    assert (back.version, [each.act for each in again.book.versions("site.denied")]) == (
        3,
        ["read", "removed", "read"],
    )
    again.dies()


def test_inhibitions_are_reloaded_with_their_files(desk: Desk) -> None:
    inhibit = "inhibit: [{source: site.denied, target: site.*, behind: true}]\n"
    rules = "rules:\n" + "".join(f"  {line}\n" for line in as_item(DENIED).splitlines())
    write_rules(desk.folder, rules + inhibit)
    assert desk.book.reload().result(0).saved == ()
    assert len(desk.core.standings.inhibits) == 1
    desk.dies()
    again = desk.anew(10)
    assert len(again.core.standings.inhibits) == 1
    again.dies()


def test_a_rule_of_a_pack_may_be_overridden_and_reset(tmp_path: Path) -> None:
    desk = Desk(site_of(tmp_path, packs="[access]"))
    forced = desk.book.entry("access.forced")
    assert (forced.origin, forced.overridden) == ("pack", False)
    assert desk.book.export().strip() == "rules: []"
    desk.book.save({**forced.rule.source, "cooldown": "1m"}, author="li").result(0)
    mine = desk.book.entry("access.forced")
    assert (mine.origin, mine.overridden, mine.newer_in_pack) == ("site", True, False)
    assert "id: access.forced" in desk.book.export()
    desk.ends()
    again = Desk(tmp_path, 10)
    assert (again.started.saved, again.book.entry("access.forced").overridden) == ((), True)
    assert again.book.reset("access.forced", by="li").result(0).version == 3
    back = again.book.entry("access.forced")
    assert (back.origin, back.overridden, back.rule.source) == ("pack", False, forced.rule.source)
    assert again.book.reset("access.forced", by="li").result(0).unchanged
    again.dies()
