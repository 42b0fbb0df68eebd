"""The sitebook on a data folder: saved, checked as a whole, in force, back after a restart, over a changed file."""

from __future__ import annotations

import pytest

from gateway.errors import ActionRefused, StoreError
from tests.gateway.sitebook.estate import GRIDS, write_people


def test_a_saved_person_is_in_force_at_once_and_after_a_restart(estate):
    body = {"name": "孙磊", "roles": ["worker"], "grids": ["g2"], "contacts": {"lan": "x"}}
    saved = estate.sites.save("person:sun", body, by="chen", expected=0, reason="neu").result(0)
    assert (saved.problems, saved.version) == ((), 1)
    assert estate.core.world.people["sun"].grids == ("g2",)
    assert estate.heard[-1] is estate.sites.view
    assert ("chen", "site.save", "person:sun") in estate.audit()
    estate.dies()
    again = estate.anew(10)
    try:
        assert again.core.world.people["sun"].contacts == {"lan": "x"}
        (version,) = again.sites.versions("person:sun")
        assert (version.author, version.reason, version.value["name"]) == ("chen", "neu", "孙磊")
        assert again.core.recovery.report.differences == ()
    finally:
        again.dies()


def test_what_was_never_saved_has_no_versions(estate):
    assert estate.sites.versions("roster") == []
    assert estate.sites.version("roster") == 0


def test_contacts_lie_sealed_in_the_database(estate):
    estate.sites.save(
        "person:sun", {"name": "孙磊", "roles": ["worker"], "contacts": {"lan": "13800000001"}}, by="c"
    ).result(0)
    raw = b"".join(file.read_bytes() for file in (estate.folder / "data").glob("*.sqlite3*"))
    assert b"sealed:1:" in raw
    assert b"13800000001" not in raw


def test_all_mistakes_of_the_whole_site_are_told_and_nothing_changes(estate):
    before = estate.sites.view
    saved = estate.sites.save("grid:g1", None, by="chen").result(0)
    places = {each.path for each in saved.problems}
    assert {"people[1].grids[0]", "devices[0].grid"} <= places
    assert {(each.file, each.message) for each in saved.problems} == {
        (str(estate.folder / "site.yaml"), "unknown grid 'g1', expected one of c1, g2")
    }
    both = estate.sites.save(
        "person:zhao", {"name": "赵敏", "roles": ["gard"], "grids": ["g7"], "phone": 1}, by="chen"
    ).result(0)
    assert [(each.file.rpartition("/")[2], each.path) for each in both.problems] == [
        ("person:zhao", "phone"), ("person:zhao", "roles[0]"), ("person:zhao", "grids[0]"),
        ("site.yaml", "roster.shifts[0].people[0]"),
    ]  # fmt: skip
    assert estate.sites.view is before
    assert estate.sites.documents("") == []


def test_a_name_that_is_no_part_of_the_site_or_another_id_is_a_mistake(estate):
    (odd,) = estate.sites.save("rule:x", {}, by="chen").result(0).problems
    assert "expected one of grid:<id>" in odd.message
    (other,) = (
        estate.sites.save("person:a", {"id": "b", "name": "B", "roles": ["guard"]}, by="c").result(0).problems
    )
    assert (other.path, other.message) == ("id", "expected 'a', as in the document's name, found 'b'")


def test_who_saw_an_older_version_is_refused(estate):
    body = {"name": "王强", "roles": ["guard", "manager"]}
    estate.sites.save("person:wang", body, by="chen", expected=0).result(0)
    with pytest.raises(ActionRefused) as refused:
        estate.sites.save("person:wang", {**body, "name": "王"}, by="lin", expected=0).result(0)
    assert refused.value.code == "stale_document"
    assert refused.value.facts["by"] == "chen"
    assert estate.sites.save("person:wang", body, by="lin", expected=1).result(0).unchanged


def test_several_documents_are_saved_all_or_none(estate):
    def move(present):
        g1, g2 = present("grid:g1"), present("grid:g2")
        return {"grid:g1": {**g1, "buildings": []}, "grid:g2": {**g2, "buildings": g1["buildings"]}}

    saved = estate.sites.amend(move, by="chen").result(0)
    assert saved.versions == {"grid:g1": 1, "grid:g2": 1}
    assert estate.sites.view.grids["g2"].buildings == ("b1",)
    wrong = estate.sites.amend(
        lambda _: {"grid:g1": {"parent": "c1"}, "grid:g2": {"parent": "nowhere"}}, by="c"
    )
    assert len(wrong.result(0).problems) == 1
    assert estate.sites.version("grid:g1") == 1


def test_what_was_checked_on_an_older_site_is_checked_again_in_the_writers_thread(estate):
    late = []
    real = estate.configure

    def slow(prepare, switch):
        if not late:
            late.append(True)
            estate.sites.save(
                "person:zhao", {"name": "赵敏", "roles": ["worker"], "grids": ["g2"]}, by="first"
            ).result(0)
        return real(prepare, switch)

    estate.configure = slow
    saved = estate.sites.save("grid:g2", None, by="second").result(0)
    assert [each.message for each in saved.problems] == ["unknown grid 'g2', expected one of c1, g1"]
    assert "g2" in estate.sites.view.grids


def test_what_cannot_be_stored_is_not_in_force(estate, monkeypatch):
    before = estate.sites.view

    def full(*_):
        raise StoreError("no")

    monkeypatch.setattr(estate.core.store, "commit", full)
    answer = estate.sites.save("grid:g3", {"parent": "c1"}, by="chen")
    monkeypatch.undo()
    with pytest.raises(StoreError):
        answer.result(0)
    assert estate.sites.view is before
    assert "g3" not in estate.core.world.site.grids


def test_the_file_read_again_keeps_what_was_saved_and_names_what_waits(estate):
    estate.sites.save("person:wang", {"name": "王强", "roles": ["guard", "manager"]}, by="chen").result(0)
    write_people(
        estate.folder, GRIDS.replace("name: 赵敏", "name: 赵小敏") + "holidays: {2026-05-06: workday}\n"
    )
    read = estate.sites.reread().result(0)
    assert (read.problems, read.later) == ((), ("holidays",))
    assert estate.core.world.people["zhao"].name == "赵小敏"
    assert estate.core.world.people["wang"].roles == ("guard", "manager")
    assert estate.sites.reread().result(0).unchanged
    write_people(estate.folder, GRIDS.replace("grids: [g1]", "grids: [g8]"))
    wrong = estate.sites.reread().result(0)
    assert len(wrong.problems) == 1
    assert estate.core.world.people["zhao"].grids == ("g1",)


def test_a_saved_document_that_no_longer_fits_its_file_is_put_aside_and_comes_back(estate):
    estate.sites.save("person:sun", {"name": "孙磊", "roles": ["worker"], "grids": ["g2"]}, by="chen").result(
        0
    )
    estate.dies()
    write_people(estate.folder, GRIDS.replace("- {id: g2, parent: c1, name: {zh: 二, en: Two}}\n", ""))
    without = estate.anew(10)
    assert "sun" not in without.core.world.people
    assert without.sites.lint[0].file == "person:sun"
    without.dies()
    write_people(estate.folder)
    again = estate.anew(20)
    assert "sun" in again.core.world.people
    again.dies()


def test_a_deleted_person_that_the_shifts_name_is_a_mistake_and_one_they_do_not_name_goes(estate):
    assert estate.sites.save("person:zhao", None, by="chen").result(0).problems
    assert estate.sites.save("person:wang", None, by="chen").result(0).problems == ()
    assert "wang" not in estate.core.world.people
    assert estate.sites.documents("person:") == []


GATE = {
    "type": "gate",
    "profile": "gate",
    "ident": "g009",
    "name": {"zh": "九号门", "en": "Gate 9"},
    "zone": "north",
}


def test_a_saved_device_is_heard_and_judged_at_once_and_after_a_restart(estate):
    estate.denied(1, "g009")
    estate.core.pump.commit()
    assert estate.core.store.counters()["quarantined"] == 1
    saved = estate.sites.save("device:gate-9", GATE, by="chen").result(0)
    assert saved.problems == ()
    for seconds in (2, 3, 4):
        estate.denied(seconds, "g009")
    estate.core.pump.commit()
    assert estate.core.store.counters()["quarantined"] == 1
    assert estate.core.world.site.registry.get("gate-9").zone == "north"
    assert estate.core.engine._core.device("gate-9").zone == "north"
    estate.dies()
    again = estate.anew(10)
    assert again.core.decoder.registry.get("gate-9").ident == "g009"
    assert again.core.engine._core.device("gate-9").zone == "north"
    assert again.core.recovery.report.differences == ()
    again.dies()


def test_a_suspended_device_is_not_taken_and_a_device_of_the_file_goes(estate):
    body = estate.sites.present("device:gate-1")
    estate.sites.save("device:gate-1", {**body, "state": "suspended"}, by="chen").result(0)
    estate.denied(1, "g001")
    estate.sites.save("device:gate-2", None, by="chen").result(0)
    estate.denied(2, "g002")
    estate.core.pump.commit()
    assert estate.core.store.counters()["quarantined"] == 2
    assert estate.core.decoder.registry.get("gate-2") is None


def test_a_device_that_could_not_be_stored_is_not_heard(estate, monkeypatch):
    def full(*_):
        raise StoreError("no")

    monkeypatch.setattr(estate.core.store, "commit", full)
    answer = estate.sites.save("device:gate-9", GATE, by="chen")
    monkeypatch.undo()
    with pytest.raises(StoreError):
        answer.result(0)
    assert estate.core.decoder.registry.get("gate-9") is None
    assert estate.core.engine._core.site.registry.get("gate-9") is None


def test_devices_of_a_file_that_is_read_again_are_taken_at_once(estate):
    site = estate.folder / "site.yaml"
    site.write_text(site.read_text("utf-8").replace("ident: g002", "ident: g042"), "utf-8")
    assert estate.sites.reread().result(0).later == ()
    estate.denied(1, "g042")
    estate.core.pump.commit()
    assert estate.core.store.counters().get("quarantined", 0) == 0
