"""Reports by reference: they join, they never send people by themselves, drills stay apart, answers are public notes."""

from __future__ import annotations

import msgspec
import pytest

from gateway.errors import ActionRefused
from gateway.response.model import SOMEBODY, Action, Decision, Photo
from tests.gateway.response.estate import T0, Desk


def report(desk: Desk, *, by: str = SOMEBODY, reference: str = "r-1", **fields: object) -> Decision:
    """Let somebody report about building b1 by the form."""
    place = fields.pop("place", {"building": "b1", "unit": "1"})
    body = {"report": reference, "category": "0602", "place": place, **fields}
    return desk.give(Action(name="report", by=by, roles=("resident",), channel="form", fields=body))


def test_the_words_are_in_no_row_and_no_case() -> None:
    desk = Desk()
    decision = report(desk)
    (row,) = [row for row in decision.timeline if row.action == "note"]
    assert (row.text, row.facts) == (None, {"report": "r-1"})
    assert decision.result["joined"] is False


def test_a_stranger_sends_nobody_even_with_a_grave_category() -> None:
    desk = Desk()
    decision = report(desk, category="0101", level="L1")
    case = decision.incidents[-1]
    assert (case.level, case.state, case.assignees) == ("L2", "pending_verify", ())


def test_a_report_joins_the_open_case_of_its_place_and_group() -> None:
    desk = Desk()
    first = report(desk).result["incident"]
    joined = report(desk, by="liu", reference="r-2", category="0603").result
    assert (joined["incident"], joined["joined"]) == (first, True)
    assert desk.case(first).watchers == ("liu",)
    again = report(desk, by="liu", reference="r-3").result
    assert again["incident"] == first
    assert desk.case(first).watchers == ("liu",)


@pytest.mark.parametrize(
    "fields",
    [
        {"place": {"building": "b2"}},
        {"place": {"building": "b1", "unit": "2"}},
        {"place": {"text": "somewhere"}},
        {"category": "0302"},
    ],
)
def test_another_place_or_kind_is_another_case(fields: dict[str, object]) -> None:
    desk = Desk()
    first = report(desk).result["incident"]
    assert report(desk, reference="r-2", **fields).result["incident"] != first


def test_after_two_hours_or_once_it_is_resolved_it_is_another_case() -> None:
    desk = Desk()
    first = report(desk).result["incident"]
    desk.wait(hours=2, minutes=1)
    second = report(desk, reference="r-2").result["incident"]
    assert second != first
    desk.act("settle", "wang", second, note="done", code="true_handled")
    assert report(desk, reference="r-3").result["incident"] != second


def test_a_sensors_case_takes_the_report_in() -> None:
    desk = Desk()
    case = desk.alarm(category="0302", device="lift-1", level="L2")
    joined = report(desk, category="0302", place={"building": "b2"}).result
    assert joined["incident"] == case.number


def test_a_drill_and_the_real_thing_stay_apart() -> None:
    desk = Desk()
    first = report(desk).result
    desk.world.set_mode({"drill": True})
    second = report(desk, reference="r-2").result
    assert (second["incident"] != first["incident"], second["drill"]) == (True, True)


def test_only_pictures_of_the_case_are_released_and_the_note_is_told_once() -> None:
    desk = Desk()
    number = report(desk).result["incident"]
    desk.act("note", "wang", number, note="looked", public_note="在处理了", release=["0" * 64])
    rows = [row for decision in desk.decisions for row in decision.timeline if row.action == "answered"]
    assert [(row.text, row.attachments) for row in rows] == [({"note": "在处理了"}, ())]
    noted = [row for decision in desk.decisions for row in decision.timeline if row.actor == "wang"]
    assert "public_note" not in noted[0].facts


def test_reopening_is_asked_for_only_while_it_is_possible() -> None:
    desk = Desk()
    number = report(desk).result["incident"]
    ask = Action(
        name="ask_reopen", by=SOMEBODY, roles=("resident",), incident=number, fields={"report": "r-1"}
    )
    with pytest.raises(ActionRefused) as refused:
        desk.give(ask)
    assert refused.value.code == "window_over"
    desk.act("settle", "wang", number, note="done", code="true_handled")
    desk.act("close", "he", number, code="true_handled")
    decision = desk.give(ask)
    assert {message.recipient for message in decision.messages} == {"chen", "site"}


def test_staff_report_by_hand_as_before() -> None:
    desk = Desk()
    fields = {"text": "楼道灯坏了", "place": {"building": "b1"}, "category": "0307"}
    by_guard = Action(name="report", by="wang", roles=("guard",), fields={**fields, "level": "L2"})
    decision = desk.give(by_guard)
    assert (decision.incidents[-1].level, decision.incidents[-1].reporter) == ("L2", "wang")
    again = desk.give(msgspec.structs.replace(by_guard, by="zhao", roles=("worker",)))
    assert again.result["incident"] != decision.result["incident"]


def test_the_reporters_own_picture_is_no_proof_of_the_work() -> None:
    desk, done = Desk(), {"note": "门已关好", "code": "true_handled"}
    theirs = Photo(sha256="ab" * 32, mime="image/jpeg", size=9, captured_at=T0, received_at=T0, by=SOMEBODY)
    number = report(desk, category="0105", photos=(theirs,)).result["incident"]
    desk.act("take", "wang", number)
    with pytest.raises(ActionRefused) as refused:
        desk.act("resolve", "wang", number, **done)
    assert refused.value.code == "photo_needed"
    ours = msgspec.structs.replace(theirs, sha256="cd" * 32, by="wang")
    assert desk.act("resolve", "wang", number, **done, photos=(ours,)).state == "resolved"
