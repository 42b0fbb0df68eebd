"""The duty desk when something fails: what a changed roster means is stored with it, the morning is told until it is on disk."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from gateway.duty_desk import DutyDesk
from gateway.errors import StoreFull
from gateway.store.tables import outbox
from tests.gateway.rulebook.desk import site_of
from tests.gateway.sitebook.estate import Estate, write_people

PEOPLE = """
grids:
- {id: g1, name: {zh: 一, en: One}}
people:
- {id: wang, name: 王强, roles: [guard]}
- {id: li, name: 李娜, roles: [guard]}
- {id: zhao, name: 赵敏, roles: [worker]}
- {id: chen, name: 陈刚, roles: [manager]}
roster:
  shifts:
  - {id: day, role: guard, from: "08:00", to: "20:00", people: [wang]}
channels: [{name: lan, kind: lan}]
"""
ASKED = {"id": "s1", "asker": "wang", "other": "li", "shift": "day", "day": "2026-03-08", "state": "asked"}
AWAY = {"id": "l1", "person": "zhao", "from": "2026-03-09", "to": "2026-03-10", "state": "asked"}
LONGER = {"id": "day", "role": "guard", "from": "07:00", "to": "20:00", "people": ["wang"]}
CAUSED = {("duty.asked", "li"), ("duty.leave", "chen"), ("duty.gap", "chen")}


def desk_on(estate, call=None):
    woken = []
    desk = DutyDesk(
        view=lambda: estate.core.view, call=call or estate.call, wake=lambda: woken.append(True),
        now=lambda: estate.now, offset=lambda: timedelta(0),
    )  # fmt: skip
    desk.woken = woken
    estate.sites.causes.append(desk.caused)
    return desk


def waiting(estate):
    with estate.core.store.read() as connection:
        columns = sa.select(outbox.c.body, outbox.c.recipient).order_by(outbox.c.order)
        return [
            (msgspec.json.decode(row.body)["template"], row.recipient) for row in connection.execute(columns)
        ]


def ask(estate):
    """Put a swap, leave and a longer shift on the roster in one change."""
    found = {"requests": {"swaps": [ASKED], "leave": [AWAY]}, "roster": {"shifts": [LONGER]}}
    saved = estate.sites.amend(lambda _: found, by="wang").result(0)
    assert saved.problems == ()


@pytest.fixture
def estate(tmp_path):
    folder = site_of(tmp_path / "site")
    write_people(folder, PEOPLE)
    it = Estate(folder, seconds=0)
    yield it
    it.dies()


def test_a_kill_right_after_the_save_loses_no_notice_of_swap_leave_and_gap(estate):
    estate.call = lambda _: Future()  # nothing is written any more in this life
    desk_on(estate)
    ask(estate)
    estate.dies()
    again = estate.anew(60)
    try:
        assert set(waiting(again)) == CAUSED
        assert ("wang", "site.save", "roster") in again.audit()
        assert again.core.view.roster.swaps[0].state == "asked"
    finally:
        again.dies()


def test_a_full_disk_tells_nobody_of_a_swap_that_was_not_saved(estate, monkeypatch):
    desk_on(estate)

    def full(*_, **__):
        raise StoreFull("no room")

    monkeypatch.setattr(estate.core.store._commit, "_beside", full)
    with pytest.raises(StoreFull):
        ask(estate)
    monkeypatch.undo()
    assert (waiting(estate), estate.core.view.roster.swaps) == ([], ())
    ask(estate)
    assert set(waiting(estate)) == CAUSED


def test_the_morning_counts_as_told_when_it_is_on_disk(estate):
    refused = []

    def full(_):
        done = Future()
        done.set_exception(StoreFull("no room"))
        refused.append(done)
        return done

    desk = desk_on(estate, call=lambda work: full(work) if len(refused) < 2 else estate.call(work))
    with capture_logs() as logs:
        desk.turn()
        desk.turn()
    assert [each["error"] for each in logs if each["log_level"] == "warning"] == ["no room", "no room"]
    assert (waiting(estate), desk.woken) == ([], [])
    desk.turn()
    told = waiting(estate)
    assert ("duty.today", "wang") in told
    assert desk.woken == [True]
    desk.turn()
    assert (waiting(estate), desk.woken) == (told, [True]), "once it is on disk it is not said again"


def test_a_morning_that_a_kill_cut_short_is_told_after_the_restart_and_only_once(estate):
    desk_on(estate, call=lambda _: Future()).turn()
    assert waiting(estate) == []
    estate.dies()
    again = estate.anew(60)
    try:
        desk_on(again).turn()
        told = waiting(again)
        assert told.count(("duty.today", "wang")) == 1
        again.dies()
        third = estate.anew(120)
        desk_on(third).turn()
        assert waiting(third) == told
        third.dies()
    finally:
        again.dies()
