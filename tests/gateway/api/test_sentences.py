"""Sentences of refusals as people read them: lists are lists of words, and each cause has its own next step."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import msgspec

from gateway.api.errors import problem
from gateway.api.refusals import refusal_body
from gateway.api.schemas.shifts import RoundView
from gateway.resident.signing import Signer
from gateway.resident.ticket import FLAWS, Tickets

NOW = datetime(2026, 3, 6, 8, tzinfo=UTC)


def detail(code: str, **facts: object) -> dict[str, str]:
    said: dict[str, str] = msgspec.json.decode(bytes(problem(code, **facts).body))["detail"]
    return said


def test_numbers_are_listed_as_words_not_as_a_program_would() -> None:
    for code in ("handover_unconfirmed", "handover_case"):
        said = detail(code, numbers=["a-001", "a-002"])
        assert said["zh"].endswith("a-001、a-002")
        assert said["en"].endswith("a-001, a-002")


def test_each_flaw_of_a_form_says_what_helps() -> None:
    tickets = Tickets(Signer(b"a key", "ticket"))
    ticket = tickets.give(NOW, "word")
    later = NOW + timedelta(minutes=1)
    found = [tickets.flaw(ticket, "r1", NOW), tickets.flaw(ticket, "r1", NOW + timedelta(days=1))]
    tickets.use(ticket, "r1")
    found += [tickets.flaw(ticket, "r2", later), tickets.flaw("nonsense", "r1", later)]
    said = [FLAWS[each or ""]["zh"] for each in found]
    assert len(set(said)) == 4
    assert "再点一次提交" in said[0]
    assert "刷新页面" in said[1]
    assert "刷新页面" in said[2]
    assert "This form has sent a report" in detail("report_ticket", why="used", said=FLAWS["used"])["en"]


def test_a_picture_that_is_wanted_says_how_to_give_it() -> None:
    said = refusal_body("photo_needed", "", {"category": "0302"})["detail"]
    assert "先在案件里拍照上传" in said["zh"]
    assert "add one, then resolve" in said["en"]


def test_times_of_day_come_back_as_they_are_written() -> None:
    made = RoundView.model_construct(starts=[time(15, 30)])
    assert made.model_dump(include={"starts"}, mode="json") == {"starts": ["15:30"]}
