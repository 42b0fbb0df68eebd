"""A false alarm that somebody finds when a case closes counts against its rule, there where it was."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

from gateway.response.model import Action
from gateway.rulebook.entry import Verdicts
from gateway.rulebook.precision import finding
from tests.gateway.rulebook.desk import Desk, as_item, site_of

FORCED = """
id: site.forced
name: {zh: 强开, en: Forced}
category: "0207"
detect: {event: {of: access.forced}}
stages:
- {stage: alarm, level: L3}
clear: {after: 1m}
cooldown: 0s
"""


def closed(desk: Desk, action: str, code: str) -> None:
    """Let the manager end the only open case."""
    (case,) = (each for each in desk.core.world.incidents.values() if each.closed_at is None)
    answer: Future[dict[str, Any]] = Future()
    fields = {"code": code, "note": "nobody there"}
    done = Action(name=action, by="manager1", roles=("manager",), incident=case.number, fields=fields)
    desk.core.pump.act(done, desk.now, answer, by="manager1", key=None)
    desk.core.pump.commit()
    answer.result(0)


def test_what_people_find_is_counted_by_rule_and_device(tmp_path: Path) -> None:
    desk = Desk(site_of(tmp_path, rules=as_item(FORCED)))
    for day, (gate, code) in enumerate(
        (
            ("g001", "false_environment"),
            ("g001", "false_rule"),
            ("g002", "test_drill"),
            ("g001", "false_device"),
        )
    ):
        desk.denied(day * 86_400 * 10, gate, "forced")
        desk.core.pump.commit()
        closed(desk, "reject", code)
    found = desk.book.precision("site.forced")
    assert found.whole == Verdicts(closed=4, true=0, false=3, unknown=1)
    assert found.by_device == {
        "gate-1": Verdicts(closed=3, false=3),
        "gate-2": Verdicts(closed=1, unknown=1),
    }
    assert {month: each.closed for month, each in found.by_month.items()} == {"2026-03": 3, "2026-04": 1}
    recent = desk.book.precision("site.forced", since=desk.now)
    assert (recent.whole.closed, recent.whole.false) == (1, 1)
    assert desk.book.precision("no.such").whole == Verdicts()
    desk.dies()


def test_a_case_that_is_open_says_nothing(tmp_path: Path) -> None:
    desk = Desk(site_of(tmp_path, rules=as_item(FORCED)))
    desk.denied(1, "g001", "forced")
    desk.core.pump.commit()
    assert len(desk.core.world.incidents) == 1
    assert desk.book.precision("site.forced").whole == Verdicts()
    desk.dies()


def test_close_codes_are_true_false_or_say_nothing() -> None:
    found = {
        code: finding(code) for code in ("true_handled", "true_transferred", "false_rule", "nuisance", None)
    }
    assert found == {
        "true_handled": "true",
        "true_transferred": "true",
        "false_rule": "false",
        "nuisance": "unknown",
        None: "unknown",
    }
