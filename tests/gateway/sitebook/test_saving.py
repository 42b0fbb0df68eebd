"""One change of the site, one transaction: who did it and whom it concerns are stored with it, and whoever asked is answered."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from gateway.errors import StoreFull
from gateway.response.model import Message
from gateway.store.tables import outbox
from tests.gateway.sitebook.estate import GRIDS, write_people


def waiting(it):
    with it.core.store.read() as connection:
        return [
            (msgspec.json.decode(row.body)["template"], row.recipient)
            for row in connection.execute(sa.select(outbox.c.body, outbox.c.recipient)).all()
        ]


def one_message(before, after, at):
    added = sorted(set(after.grids) - set(before.grids))
    return [
        Message(
            id=f"grid {each}", incident=None, alert=None, channel="lan", recipient="wang", template="duty.gap",
            params={}, level="L4", created_at=at, not_after=at + timedelta(hours=1),
        )
        for each in added
    ]  # fmt: skip


def test_who_did_it_and_what_it_causes_are_on_disk_with_the_change_itself(estate):
    """As after a kill right behind the commit: no later write of this life is ever made."""
    estate.sites.causes.append(one_message)
    estate.call = lambda _: Future()
    committed = []
    estate.core.pump.listeners.append(committed.append)
    saved = estate.sites.save("grid:g3", {"parent": "c1"}, by="chen", reason="neu").result(0)
    assert saved.version == 1
    assert [each.recipient for each in committed[-1].messages] == ["wang"], (
        "the outbox is woken by the commit"
    )
    estate.dies()
    again = estate.anew(10)
    try:
        assert "g3" in again.core.world.site.grids
        assert again.audit() == [("chen", "site.save", "grid:g3")]
        assert waiting(again) == [("duty.gap", "wang")]
        assert again.core.store.verify() is None
    finally:
        again.dies()


def test_a_full_disk_keeps_neither_the_change_nor_its_row_nor_its_messages_and_the_next_try_all_three(
    estate, monkeypatch
):
    estate.sites.causes.append(one_message)

    def full(*_, **__):
        raise StoreFull("no room")

    monkeypatch.setattr(estate.core.store._commit, "_rare", full)
    with pytest.raises(StoreFull):
        estate.sites.save("grid:g3", {"parent": "c1"}, by="chen").result(0)
    monkeypatch.undo()
    assert (estate.audit(), waiting(estate), estate.sites.documents("")) == ([], [], [])
    assert "g3" not in estate.core.world.site.grids
    estate.sites.save("grid:g3", {"parent": "c1"}, by="chen").result(0)
    assert (estate.audit(), waiting(estate)) == ([("chen", "site.save", "grid:g3")], [("duty.gap", "wang")])


def test_a_change_whose_messages_cannot_be_made_is_refused_whole(estate):
    def fails(*_):
        raise KeyError("words")

    estate.sites.causes.append(fails)
    with pytest.raises(KeyError):
        estate.sites.save("grid:g3", {"parent": "c1"}, by="chen").result(0)
    assert "g3" not in estate.core.world.site.grids
    assert (estate.audit(), estate.sites.documents("")) == ([], [])


def test_a_site_file_that_is_read_again_causes_messages_as_well(estate):
    estate.sites.causes.append(one_message)
    write_people(estate.folder, GRIDS.replace("people:", "- {id: g3, parent: c1}\npeople:", 1))
    assert estate.sites.reread().result(0).problems == ()
    assert waiting(estate) == [("duty.gap", "wang")]


def test_a_listener_that_fails_leaves_nobody_without_an_answer_and_the_others_hear(estate):
    def fails(_):
        raise RuntimeError("a fault of ours")

    estate.sites.changed.insert(0, fails)
    with capture_logs() as logs:
        saved = estate.sites.save("grid:g3", {"parent": "c1"}, by="chen").result(0)
    assert saved.version == 1
    assert estate.heard[-1] is estate.sites.view
    assert ("chen", "site.save", "grid:g3") in estate.audit()
    assert [each["event"] for each in logs if each["log_level"] == "error"] == [
        "a listener of the site failed"
    ]


def test_whoever_asked_is_answered_even_when_the_answer_fails(estate, monkeypatch):
    def fails(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(estate.core.sites, "take", fails)
    with pytest.raises(RuntimeError, match="ours"):
        estate.sites.save("grid:g3", {"parent": "c1"}, by="chen").result(0)


def test_who_goes_away_before_the_answer_changes_nothing(estate, monkeypatch):
    real, late = estate.configure, []
    monkeypatch.setattr(estate, "configure", lambda *asked: late.append((Future(), asked)) or late[0][0])
    answer = estate.sites.save("grid:g3", {"parent": "c1"}, by="chen")
    assert not answer.cancel(), "a request that ends early must not undo what is being written"
    late[0][0].set_result(real(*late[0][1]).result(0))
    assert answer.result(0).version == 1


def test_a_file_that_cannot_be_taken_for_want_of_room_is_in_the_log(estate, monkeypatch):
    write_people(estate.folder, GRIDS.replace("name: 赵敏", "name: 赵小敏"))

    def full(*_, **__):
        raise StoreFull("no room")

    monkeypatch.setattr(estate.core.store, "commit", full)
    with capture_logs() as logs:
        read = estate.sites.reread()
    monkeypatch.undo()
    assert isinstance(read.exception(0), StoreFull)
    assert [(each["event"], each["error"]) for each in logs if each["log_level"] == "error"] == [
        ("site file not taken; the site stays", "no room")
    ]
    assert estate.sites.reread().result(0).problems == ()
    assert estate.core.world.people["zhao"].name == "赵小敏"
