"""Spans: what is in force, who says so, what may be said, and that the page may say no more than the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.backup.settings import Backup
from gateway.config import Evidence, Measurements, Settings, load_settings
from gateway.retention.spans import SPANS, Kept, fits, in_force, locks, spans_of, standings
from gateway.retention.wanted import mistakes, shortened

AT = datetime(2026, 3, 6, 14, tzinfo=UTC)
MEDIA, MINUTE, WEEKS = "evidence.media_days", "telemetry.minute_days", "backup.keep_weeks"


def box(**more: object) -> Settings:
    backup = Backup(folder=Path("shelf"), passphrase_file=Path("pass"))
    return Settings(evidence=Evidence(media_days=60), backup=backup, **more)


def kept(setting: str, value: float | None, version: int = 1) -> dict[str, Kept]:
    return {setting: Kept(setting=setting, version=version, author="zhou", at=AT, value=value)}


def test_the_environment_wins_over_the_page_and_the_page_over_the_file():
    file = standings(box(), {}, {})
    assert (file[MEDIA].value, file[MEDIA].source) == (60, "file")
    assert (file[MINUTE].value, file[MINUTE].source) == (7, "default")
    page = standings(box(), kept(MEDIA, 14), {})
    assert (page[MEDIA].value, page[MEDIA].source, page[MEDIA].below) == (14, "page", 60)
    locked = standings(box(), kept(MEDIA, 14), {MEDIA: "GATEWAY_EVIDENCE__MEDIA_DAYS"})
    assert (locked[MEDIA].value, locked[MEDIA].source) == (60, "environment")
    back = standings(box(), kept(MEDIA, None, version=2), {})
    assert (back[MEDIA].value, back[MEDIA].source) == (60, "file")


def test_what_is_in_force_is_what_the_cleaners_get():
    settings = in_force(box(), standings(box(), kept(WEEKS, 2.0) | kept(MINUTE, 3.5), {}))
    assert settings.backup is not None
    assert settings.backup.keep.weeks == 2
    assert isinstance(settings.backup.keep_weeks, int)
    assert settings.telemetry.minute_days == 3.5
    assert settings.evidence.media_days == 60


def test_a_saved_value_beyond_its_limits_does_not_count():
    found = standings(box(), kept(MEDIA, 0.5), {})
    assert (found[MEDIA].value, found[MEDIA].source) == (60, "file")


def test_without_backups_nothing_is_said_of_them():
    assert {span.section for span in spans_of(Settings())} == {"telemetry", "evidence"}
    assert [each.setting for each in mistakes(Settings(), standings(Settings(), {}, {}), {WEEKS: 3})] == [
        WEEKS
    ]


@pytest.mark.parametrize("span", SPANS, ids=lambda span: span.setting)
def test_the_page_may_say_exactly_what_the_file_may(span):
    """The limits are asked of the models of the settings, value by value, around both ends."""
    models = {"telemetry": Measurements, "evidence": Evidence, "backup": Backup}
    given = {"folder": "shelf", "passphrase_file": "pass"} if span.section == "backup" else {}
    ends = (span.least, span.most)
    for value in [end + step for end in ends for step in (-1, -0.5, 0, 0.5, 1)]:
        try:
            models[span.section](**given, **{span.field: value})
        except ValidationError:
            allowed = False
        else:
            allowed = True
        assert fits(span, value) is allowed, value


def test_every_mistake_is_said_at_once_with_value_and_expectation():
    wanted = {MEDIA: 0.0, WEEKS: 2.5, "evidence.media_day": 3.0, MINUTE: 3.0, "telemetry.hour_days": 9.0}
    standing = standings(box(), {}, {"telemetry.hour_days": "GATEWAY_TELEMETRY"})
    found = {each.setting: each for each in mistakes(box(), standing, wanted)}
    assert set(found) == {MEDIA, WEEKS, "evidence.media_day", "telemetry.hour_days"}
    assert found[MEDIA].en == "expected a number from 1 to 3650 days, found 0"
    assert found[MEDIA].zh == "应为 1 到 3650 天的数字，写的是 0"
    assert found[WEEKS].en == "expected a whole number from 0 to 520 weeks, found 2.5"
    assert "evidence.media_days" in found["evidence.media_day"].en
    assert "GATEWAY_TELEMETRY" in found["telemetry.hour_days"].zh


def test_shorter_is_shorter_than_what_is_in_force_also_by_going_back():
    standing = standings(box(), kept(MEDIA, 90), {})
    assert set(shortened(standing, {MEDIA: 89, MINUTE: 8})) == {MEDIA}
    assert set(shortened(standing, {MEDIA: None})) == {MEDIA}, "the file says 60, less than the page's 90"
    assert not shortened(standing, {MEDIA: 91, MINUTE: 7})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_EVIDENCE__MEDIA_DAYS", "12"),
        ("gateway_evidence__media_days", "12"),
        ("GATEWAY_EVIDENCE", '{"media_days": 12}'),
    ],
)
def test_what_is_called_locked_is_what_the_settings_take_from_the_environment(
    tmp_path, monkeypatch, name, value
):
    file = tmp_path / "gateway.yaml"
    file.write_text("evidence: {media_days: 60}\n", "utf-8")
    monkeypatch.setenv(name, value)
    assert load_settings(file).evidence.media_days == 12
    assert locks({name: value}) == {MEDIA: name.upper()}


def test_a_variable_of_one_setting_does_not_make_the_others_the_files(tmp_path, monkeypatch):
    file = tmp_path / "gateway.yaml"
    file.write_text("telemetry: {day_days: 900}\n", "utf-8")
    monkeypatch.setenv("GATEWAY_TELEMETRY__HOUR_DAYS", "400")
    found = standings(load_settings(file), {}, locks({"GATEWAY_TELEMETRY__HOUR_DAYS": "400"}))
    sources = {setting: each.source for setting, each in found.items() if setting.startswith("telemetry")}
    assert sources == {MINUTE: "default", "telemetry.hour_days": "environment", "telemetry.day_days": "file"}


def test_a_variable_of_another_setting_locks_nothing():
    assert (
        locks({"GATEWAY_EVIDENCE": '{"voice_s": 30}', "GATEWAY_EVIDENCE__VOICE_S": "30", "HOME": "/x"}) == {}
    )
    assert locks({"GATEWAY_EVIDENCE": "not json"}) == {}
