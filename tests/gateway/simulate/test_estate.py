"""The simulated estate: a site file without a mistake, a roster without a gap, the same for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.response.roster import duties, on_duty
from gateway.simulate.estate import SIZES, ZONE, draw_up, site_text
from gateway.simulate.speech import FORMATS, speech
from gateway.site import load_site_file

DAY = date(2026, 3, 6)


@pytest.mark.parametrize("size", list(SIZES))
def test_the_site_file_has_no_mistake(size: str) -> None:
    site, problems = load_site_file(site_text(draw_up(size)), "site.yaml", today=DAY)
    assert problems == []
    assert [str(problem) for problem in site.lint] == []
    assert site.view.demo


TYPES = {
    "access_gate": 6, "vehicle_gate": 4, "unit_door": 60, "lift": 20, "parcel_locker": 8, "camera": 120,
    "smoke_detector": 600, "sos_button": 90, "fall_sensor": 40, "switch": 25,
}  # fmt: skip


def test_it_is_the_size_it_says() -> None:
    small, estate = draw_up("small"), draw_up("estate")
    assert 60 <= len(small.things) <= 80
    assert len(estate.homes) == 3_000
    assert 1_090 <= len(estate.things) <= 1_130
    assert {name: len(estate.of(name)) for name in TYPES} == TYPES
    assert len(estate.of("leak_sensor", "manhole_sensor", "level_sensor")) == 120
    assert estate.size.lockers * estate.size.cells == 800
    assert sum(bool(home.care) for home in small.homes) == 6
    assert {thing.format for thing in (*small.things, *estate.things)} == set(FORMATS)


def test_a_large_estate_has_a_session_for_each_controller_and_bridges_for_the_rest() -> None:
    small, estate = draw_up("small"), draw_up("estate")
    assert small.links() == ("estate",)
    assert 385 <= len(estate.links()) <= 400
    sharing = {thing.link for thing in estate.things if thing.link != thing.id}
    assert {name.split("-")[0] for name in sharing} == {"zigbee", "lora", "frigate", "recorder", "vision"}
    for thing in estate.of("unit_door", "lift", "access_gate", "parcel_locker", "switch"):
        assert thing.link == thing.id
        assert "heartbeat" in thing.tags


def test_every_name_is_in_both_languages_and_every_parent_exists() -> None:
    estate = draw_up("estate")
    ids = [thing.id for thing in estate.things]
    assert len(set(ids)) == len(ids)
    idents = [(thing.format, thing.ident) for thing in estate.things]
    assert len(set(idents)) == len(idents)
    for thing in estate.things:
        assert thing.name["zh"]
        assert thing.name["en"].isascii()
        assert thing.parent is None or thing.parent in ids
        assert 0 <= thing.x <= 1
        assert 0 <= thing.y <= 1


def test_somebody_is_on_duty_in_every_hour_of_a_week() -> None:
    site, _ = load_site_file(site_text(draw_up()), "site.yaml", today=DAY)
    view = site.view
    for hour in range(7 * 24):
        at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
        assert len(_on_duty(view, "community", "guard", at)) >= 2
        for grid in ("grid-1", "grid-2"):
            assert len(_on_duty(view, grid, "worker", at)) == 1


def _on_duty(view, grid, role, at):
    return on_duty(duties(view.roster, at, zone=ZoneInfo(ZONE)), view.people, view.grids, grid, role)


def test_a_format_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match=r"already gateway\.simulate\.speech\.own"):
        speech("own")(lambda *_: [])
