"""Sentences for people hold names, never ids, in both languages."""

from __future__ import annotations

import pytest

from gateway.errors import ActionRefused
from gateway.response.naming import why_of
from gateway.response.wording import refusal_sentence
from tests.gateway.response.estate import Desk, change, site


def test_whoever_acknowledged_is_named():
    view = site()
    assert why_of(view, change(change="acknowledged", why={"by": "wang"}))["zh"] == "北门：王强已确认。"
    assert (
        why_of(view, change(change="acknowledged", why={"by": "wang"}))["en"]
        == "North gate: acknowledged by 王强."
    )
    assert "王强" in why_of(view, change(change="cleared", why={"by": "wang"}))["zh"]


def test_what_mutes_an_alert_is_named():
    view = site()
    silenced = why_of(
        view, change(change="silenced", why={"muted_by": {"silence": 1, "by": "chen", "reason": "施工"}})
    )
    assert "陈刚" in silenced["zh"]
    behind = change(device="smoke-3", change="inhibited", why={"muted_by": {"parent": "gate-n1"}})
    assert "北门" in why_of(view, behind)["zh"]
    assert "North gate" in why_of(view, behind)["en"]


def test_sources_that_agree_are_named():
    why = {
        "operator": "corroborate",
        "values": ["gate-n1", "smoke-3"],
        "number": 2,
        "at_least": 2,
        "within": "5m",
    }
    assert "北门" in why_of(site(), change(why=why, device=None, key={}))["zh"]


def test_a_home_is_named_by_where_it_is():
    said = why_of(site(), change(device=None, key={"subject.household": "h1"}))
    assert "h1" not in said["zh"]
    assert said["zh"].startswith("b1 栋")


def test_a_refusal_names_actions_roles_and_fields():
    desk = Desk()
    desk.alarm(category="0203")
    with pytest.raises(ActionRefused) as refused:
        desk.act("arrive", "wang")
    said = refusal_sentence(refused.value.code, refused.value.facts)
    assert "立案" in said["zh"]
    assert "accept" in said["en"]
    assert "note" not in said["zh"]
    role = refusal_sentence("role", {"roles": ["manager", "checker"]})
    assert role == {
        "zh": "需要以下角色之一：物业经理、核查员",
        "en": "This needs one of the roles manager, checker",
    }
    assert refusal_sentence("missing_field", {"fields": ["note", "code"]})["zh"] == "还需要填写：说明、结果"
