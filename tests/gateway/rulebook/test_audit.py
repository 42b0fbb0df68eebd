"""One change of a rule, one transaction: who made it stands in the audit log exactly when the version does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import StoreFull
from gateway.store.read_audit import list_audit
from tests.gateway.rulebook.desk import DENIED, Desk, as_item, site_of, write_rules

DRAFT = DENIED.replace("at_least: 3", "at_least: 2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    it = Desk(site_of(tmp_path / "site", rules=f"rules:\n{as_item(DENIED)}"))
    yield it
    it.dies()


def audit(desk: Desk) -> list[tuple[str, str, str, Any]]:
    """Return who did what to which rule, and its version, oldest first."""
    with desk.core.store.read() as connection:
        rows = list_audit(connection, after=None, limit=50).rows
    return [(row.actor, row.action, row.about, row.facts["version"]) for row in reversed(rows)]


def test_after_a_kill_right_behind_the_commit_a_change_and_who_made_it_are_there(desk: Desk) -> None:
    """As after a kill: what a later write of this life would add is never made."""
    saved = desk.book.save(DRAFT, author="chen", reason="东门误报", expected=1).result(0)
    desk.dies()
    again = desk.anew(10)
    try:
        assert again.book.entry("site.denied").version == saved.version == 2
        assert audit(again) == [("chen", "rule.save", "site.denied", 2)]
        assert again.core.store.verify() is None
    finally:
        again.dies()


def test_each_act_has_its_own_word_and_what_changes_nothing_or_comes_from_a_file_has_no_row(
    desk: Desk,
) -> None:
    book = desk.book
    book.disable("site.denied", by="chen", reason="施工").result(0)
    book.enable("site.denied", by="chen").result(0)
    assert book.enable("site.denied", by="chen").result(0).unchanged
    book.rollback("site.denied", by="chen").result(0)
    book.shadow(DRAFT, on=True, by="li").result(0)
    book.shadow("site.denied", on=False, by="li").result(0)
    write_rules(desk.folder, f"rules:\n{as_item(DRAFT)}")
    book.reload().result(0)
    assert audit(desk) == [
        ("chen", "rule.disable", "site.denied", 2),
        ("chen", "rule.enable", "site.denied", 3),
        ("chen", "rule.rollback", "site.denied", 4),
        ("li", "rule.shadow", "site.denied", 1),
        ("li", "rule.shadow", "site.denied", 2),
    ]


def test_a_full_disk_keeps_neither_the_version_nor_its_row_and_the_next_try_both(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr(desk.core.store._commit, "_beside", full)
    with pytest.raises(StoreFull):
        desk.book.save(DRAFT, author="chen").result(0)
    assert (desk.book.entry("site.denied").version, audit(desk)) == (1, [])
    monkeypatch.undo()
    desk.book.save(DRAFT, author="chen").result(0)
    assert (desk.book.entry("site.denied").version, audit(desk)) == (
        2,
        [("chen", "rule.save", "site.denied", 2)],
    )
