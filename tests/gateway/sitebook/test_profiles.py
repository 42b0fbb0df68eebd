"""Saved profiles: in force at once, back after a restart, put aside when they no longer fit, sealed at rest."""

from __future__ import annotations

from devices.draft import write_profile
from gateway.config import load_settings
from gateway.store.beside import documents_beside
from gateway.written import load_written, saved_profiles
from tests.devices.test_draft import BELL
from tests.gateway.rulebook.desk import START, site_of
from tests.gateway.sitebook.estate import Estate

TEXT = write_profile(BELL).text
HEARD = "bell/b1/event"


def saved(desk: Estate, name: str, text: str | None):
    body = None if text is None else {"id": name, "text": text}
    return desk.sites.save(f"profile:{name}", body, by="chen").result(10)


def test_a_saved_profile_is_in_force_at_once_and_after_a_restart(tmp_path):
    desk = Estate(site_of(tmp_path / "s"))
    decoder = desk.core.decoder
    assert HEARD.replace("b1", "+") not in decoder.subscriptions()
    assert not saved(desk, "bell", TEXT).problems
    assert decoder is desk.core.decoder
    assert "bell/+/event" in decoder.subscriptions()
    assert [each.ref for each in desk.sites.profiles if each.id == "bell"] == ["bell@1"]
    assert "Door bell" not in documents_beside(desk.folder / "data", "profile:")["profile:bell"]
    desk.ends()
    assert saved_profiles(desk.folder / "data") == ["bell"]
    site = desk.folder / "site.yaml"
    site.write_text(site.read_text("utf-8").replace("profile: gate,", "profile: bell,"), "utf-8")
    load_written(load_settings(desk.folder / "gateway.yaml"), today=START.date())
    again = desk.anew(60)
    assert "bell/+/event" in again.core.decoder.subscriptions()
    assert not saved(again, "bell", None).problems
    assert "bell/+/event" not in again.core.decoder.subscriptions()
    again.ends()


def test_what_is_wrong_changes_nothing(tmp_path):
    desk = Estate(site_of(tmp_path / "s"))
    before = desk.core.decoder.profiles
    for name, text, words in (
        ("bell", "profile: [", "YAML"),
        ("bell", None, ""),
        ("gong", TEXT, "expected 'gong'"),
        ("frigate", TEXT.replace("bell@1", "frigate@9"), "is already in devices/profiles/frigate.yaml"),
        ("bell", TEXT.replace("press: long", "press: short"), "fails"),
    ):
        problems = saved(desk, name, text).problems
        assert words in " ".join(each.message for each in problems)
        assert desk.core.decoder.profiles is before
    saved(desk, "bell", TEXT)
    (twin,) = saved(desk, "gong", TEXT.replace("bell@1", "gong@1")).problems
    assert "reads the same topics" in twin.message
    assert twin.file == "profile:gong"
    desk.ends()


def test_a_profile_that_no_longer_fits_is_put_aside_at_the_start(tmp_path):
    desk = Estate(site_of(tmp_path / "s"))
    saved(desk, "bell", TEXT)
    desk.ends()
    folder = desk.folder / "profiles"
    folder.mkdir(exist_ok=True)
    (folder / "bell.yaml").write_text(TEXT, "utf-8")
    again = desk.anew(60)
    (bell,) = [each for each in again.sites.profiles if each.id == "bell"]
    assert bell.file.endswith("bell.yaml")
    assert any("put aside" in each.message for each in again.sites.lint)
    again.ends()
