"""The report post: managers get yesterday's report at its time, once, and never an old one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.figures import BusyPlace, ChangeView, DigestView, FigureView, RemedyView
from gateway.report.period import period_of
from gateway.report_post import ReportPost
from gateway.response.message import render
from gateway.response.model import Message
from gateway.store.tables import outbox
from tests.gateway.report.records import SHANGHAI
from tests.gateway.rulebook.desk import site_of
from tests.gateway.sitebook.estate import Estate, write_people

PEOPLE = """
grids:
- {id: g1, name: {zh: 一, en: One}}
people:
- {id: wang, name: 王强, roles: [guard]}
- {id: chen, name: 陈刚, roles: [manager]}
- {id: he, name: 何玲, roles: [manager], active: false}
channels: [{name: lan, kind: lan}]
"""


def same(words: str) -> Bilingual:
    return Bilingual(zh=words, en=words)


def told(kind, day) -> DigestView:
    period = period_of(kind, day, SHANGHAI)
    return DigestView(
        kind=kind, first=period.first, last=period.last, title=Bilingual(**period.title), running=False,
        sentences=[same("s1"), same("s2"), same("s3")],
        figures=[
            FigureView(
                name="opened", title=same("n"), value=2, form="count", more=None, text=same("2"),
                before=ChangeView(before=1, way="up", share=1.0, text=same("m")), year=None,
            )
        ],
        places=[BusyPlace(name=same("p"), cases=2, share=1.0)],
        suggestions=[
            RemedyView(kind="edit", text=same("t"), why=same("w"), rule="r", rule_name=same("R"), path="x", value=1, device=None)
        ],
    )  # fmt: skip


class Post:
    """A post over a store, with a clock to set and the periods that were asked for."""

    def __init__(self, estate: Estate, digest=told) -> None:
        self.estate, self.wall, self.asked, self.woken = estate, datetime(2026, 3, 9, tzinfo=UTC), [], 0

        def ask(kind, day):
            self.asked.append((kind, day))
            return digest(kind, day)

        def wake() -> None:
            self.woken += 1

        self.make = lambda: ReportPost(
            "08:00", digest=ask, view=lambda: estate.core.view, write=estate.call, wake=wake,
            now=lambda: estate.now, wall=lambda: self.wall,
        )  # fmt: skip
        self.post = self.make()

    def at(self, day: int, clock: str) -> None:
        hour, minute = map(int, clock.split(":"))
        self.wall = datetime(2026, 3, day, hour, minute, tzinfo=self.estate.core.view.zone)

    def stored(self) -> list[Message]:
        with self.estate.core.store.read() as connection:
            bodies = connection.execute(sa.select(outbox.c.body).order_by(outbox.c.order)).scalars()
            return [msgspec.json.decode(body, type=Message) for body in bodies]


@pytest.fixture
def estate(tmp_path):
    folder = site_of(tmp_path / "site")
    write_people(folder, PEOPLE)
    it = Estate(folder)
    yield it
    it.dies()


async def test_on_a_monday_the_manager_gets_the_day_and_the_week_once(estate):
    it = Post(estate)
    it.at(9, "07:59")
    assert await it.post.turn() == 0
    it.at(9, "08:00")
    assert await it.post.turn() == 2
    assert (it.asked, it.woken) == ([("daily", date(2026, 3, 8)), ("weekly", date(2026, 3, 8))], 1)
    it.at(9, "08:01")
    assert await it.post.turn() == 0
    assert await it.make().turn() == 0, "a restart sends nothing twice"
    kept = it.stored()
    assert [(each.recipient, each.template) for each in kept] == [("chen", "report.due")] * 2
    words = render(kept[0], "zh")
    assert words.title == "2026-03-08 日报"
    assert words.text.split("\n") == [
        "s1",
        "s2",
        "s3",
        "n 2（▲ m）",
        "案件最多的地方：p 2 件",
        "建议先改：1. R：t（w）",
        "详见报表页。",
    ]
    assert render(kept[1], "en").title.startswith("Weekly ledger 2026-W10")


async def test_a_gateway_that_was_off_all_morning_sends_nothing_old(estate):
    it = Post(estate)
    it.at(10, "10:01")
    assert await it.post.turn() == 0
    assert it.asked == []
    it.wall += timedelta(days=1, hours=-1)
    assert await it.post.turn() == 1


async def test_nothing_is_sent_of_a_time_in_which_nothing_was_heard(estate):
    it = Post(estate, digest=lambda kind, day: None)
    it.at(10, "08:00")
    assert await it.post.turn() == 0
    assert it.stored() == []
