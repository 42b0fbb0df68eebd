"""CAP 1.2: valid against the schema whatever a site is called, narrow in scope, silent about people."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.errors import Rejected
from gateway.interop.cap import Audience, Sender, cap_alert
from gateway.response.grid import Grid, Place
from gateway.response.incident import STATE_NAMES
from gateway.response.model import Incident
from gateway.store.case_feed import Step
from tests.gateway.interop.case_store import NOW, case
from tests.gateway.response.estate import site

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("cap12.xsd")))
NS = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


def step(
    incident: Incident, number: int = 1, to: str | None = "pending_verify", action: str = "open"
) -> Step:
    return Step(
        id=number, sequence=number, key=f"{number:064x}", at=NOW + timedelta(seconds=number), action=action,
        from_state=None, to_state=to, timer=None, incident=incident,
    )  # fmt: skip


def sender(**more: Any) -> Sender:
    return Sender(gateway="gw 1", site=msgspec.structs.replace(site(), **more))


def alert(incident: Incident, *steps: Step, **more: Any) -> Any:
    found = etree.fromstring(cap_alert(incident, steps or [step(incident)], **{"sender": sender(), **more}))
    SCHEMA.assertValid(found)
    return found


def text(found: Any, path: str) -> list[str]:
    return [each.text for each in found.findall("/".join(f"c:{part}" for part in path.split("/")), NS)]


def test_the_first_message_of_a_fire() -> None:
    found = alert(case(timers={"resolve": NOW + timedelta(minutes=30)}))
    assert text(found, "msgType") == ["Alert"]
    assert text(found, "status") == ["Actual"]
    assert text(found, "scope") == ["Restricted"]
    assert text(found, "references") == []
    assert text(found, "sent") == ["2026-03-04T18:15:01+08:00"]
    assert text(found, "info/language") == ["zh-CN", "en-US"]
    assert text(found, "info/category") == ["Fire", "Fire"]
    assert text(found, "info/event") == ["火灾报警", "Fire alarm"]
    assert text(found, "info/urgency") == ["Immediate"] * 2
    assert text(found, "info/severity") == ["Extreme"] * 2
    assert text(found, "info/certainty") == ["Likely"] * 2
    assert text(found, "info/responseType") == ["Evacuate"] * 2
    assert text(found, "info/expires") == ["2026-03-04T18:45:00+08:00"] * 2
    assert set(zip(text(found, "info/eventCode/valueName"), text(found, "info/eventCode/value"), strict=True)) == {
        ("community", "0101"), ("CID", "110"), ("CID", "111"),
    }  # fmt: skip
    assert len(set(text(found, "identifier") + text(found, "sender"))) == 2


def test_a_later_message_refers_to_all_before_it_and_the_end_gives_the_all_clear() -> None:
    one = case()
    steps = [step(one), step(one, 2, "accepted", "accept"), step(one, 3, "closed", "close")]
    found = alert(one, *steps)
    assert text(found, "msgType") == ["Update"]
    (references,) = text(found, "references")
    first, second = references.split()
    assert first == f"{text(found, 'sender')[0]},sc-20260304-001-000001,2026-03-04T18:15:01+08:00"
    assert second.split(",")[1] == "sc-20260304-001-000002"
    assert text(found, "info/urgency") == ["Past"] * 2
    assert text(found, "info/responseType") == ["AllClear"] * 2


@pytest.mark.parametrize(
    ("to", "code", "kind"),
    [("rejected", None, "Cancel"), ("closed", "false_device", "Cancel"), ("closed", "handled", "Update"), ("taken", None, "Update")],
)  # fmt: skip
def test_what_was_no_case_is_cancelled(to: str, code: str | None, kind: str) -> None:
    one = case(close_code=code)
    found = alert(one, step(one), step(one, 2, to, "x"))
    assert text(found, "msgType") == [kind]


def test_a_drill_is_an_exercise_and_a_try_is_a_test() -> None:
    found = alert(case(drill=True))
    assert text(found, "status") == ["Exercise"]
    assert text(found, "info/headline")[0].startswith("【演练】")
    assert text(alert(case(), test=True), "status") == ["Test"]


def test_public_is_refused_and_a_scope_needs_its_audience() -> None:
    one = case()
    for audience, words in (
        (Audience(scope="Public"), "only authorities"),
        (Audience(scope="Private"), "addresses"),
        (Audience(restriction=""), "restriction"),
    ):
        with pytest.raises(Rejected, match=words):
            cap_alert(one, [step(one)], sender=sender(), audience=audience)
    with pytest.raises(Rejected, match="no step"):
        cap_alert(one, [], sender=sender())
    found = alert(one, audience=Audience(scope="Private", addresses=("幸福街道 综治中心", "hub")))
    assert text(found, "addresses") == ['"幸福街道 综治中心" hub']


def test_nothing_about_people_or_rooms_and_no_official_grade() -> None:
    one = case(title={"zh": "王强家 1801", "en": "Wang Qiang 1801"})
    said = cap_alert(one, [step(one)], sender=sender()).decode()
    for word in ("王强", "Wang", "1801", "wang", "liu", "official_warning_level", ">18<"):
        assert word not in said
    assert "非政府预警等级" in said


def test_a_utc_site_writes_minus_zero() -> None:
    found = alert(case(), sender=sender(zone=ZoneInfo("UTC")))
    assert text(found, "sent") == ["2026-03-04T10:15:01-00:00"]


def test_a_grid_with_its_official_number_is_named_by_it() -> None:
    grids = {"g1": Grid(id="g1", name={"zh": "第一网格"}, code="440305001001001")}
    found = alert(case(), sender=sender(grids=grids))
    assert text(found, "info/area/geocode/valueName") == ["grid15"] * 2
    assert text(found, "info/area/areaDesc")[0].startswith("第一网格")


@given(
    state=st.sampled_from(sorted(STATE_NAMES)),
    level=st.sampled_from(["L1", "L2", "L3", "L4"]),
    category=st.sampled_from(["0101", "0902", "0205", "9999", ""]),
    words=st.text(max_size=400),
    drill=st.booleans(),
    count=st.integers(1, 4),
)
def test_any_case_of_any_site_is_valid(
    state: str, level: Any, category: str, words: str, drill: bool, count: int
) -> None:
    one = case(number=f"sc{words[:40]}-1", level=level, category=category or "0000", drill=drill)
    view = {
        "name": {"zh": words or "x"},
        "grids": {"g1": Grid(id="g1", name={"zh": words}, code=words[:10])},
        "buildings": {"b1": Place(id="b1", name={"zh": words})},
    }
    steps = [step(one, number, state) for number in range(1, count + 1)]
    found = alert(one, *steps, sender=sender(**view))
    assert all(re.search(r"[+-]\d\d:\d\d$", sent) for sent in text(found, "sent"))
