"""The small parts of a backtest: spans, pairing with live alerts, shifts, names, warm-up, headline, the journal read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.backtest.compare import Live, is_false, pair, verdict
from gateway.backtest.load import Load
from gateway.backtest.parts import Parts, live_rules, parts_of
from gateway.backtest.places import key_words
from gateway.backtest.reach import DAY_US, reach_us, standing_at
from gateway.backtest.result import KeyCount
from gateway.backtest.run import Backtest
from gateway.backtest.said import roughly
from gateway.backtest.span import Asked, window_of
from gateway.backtest.tally import Spell
from gateway.backtest.text import headline, span_words
from gateway.batch import Document
from gateway.clock import to_us
from gateway.errors import ConfigError, StoreError
from gateway.store.history import Extent, open_history
from rules.change import Change
from rules.load import load_rules
from tests.backtest.house import House, replayed, site_file, write_documents
from tests.rules.playing import UTC_START, event, rule, steps_of

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 3, 6, 14, tzinfo=UTC)  # 22:00 there
HOUR = timedelta(hours=1)
EXTENT = Extent(first_seq=1, last_seq=100, first_us=to_us(T0), last_us=to_us(T0 + 10 * HOUR) - 1, offset_us=0)
RULE = rule("{count: {of: access.denied, at_least: 2, within: 60s}}", id="door.denied")


def shown(asked: Asked) -> tuple[datetime, datetime]:
    found = window_of(asked, EXTENT, ZONE, where="data")
    return found.shown(found.begin_us), found.shown(found.end_us)


def test_spans_as_people_write_them():
    assert shown(Asked()) == (T0, T0 + 10 * HOUR)
    assert shown(Asked(last="2h")) == (T0 + 8 * HOUR, T0 + 10 * HOUR)
    assert shown(Asked(begin="2026-03-06T23:00", end="2026-03-07")) == (T0 + HOUR, T0 + 2 * HOUR)
    assert shown(Asked(begin="2026-03-06T15:00:00Z", end="2027-01-01")) == (T0 + HOUR, T0 + 10 * HOUR)
    assert shown(Asked(last="1h", end="2026-03-07T01:00")) == (T0 + 2 * HOUR, T0 + 3 * HOUR)


def test_a_span_says_how_it_differs_from_what_was_asked():
    early = window_of(Asked(begin="2026-03-01", end="2027-01-01"), EXTENT, ZONE, where="data")
    assert (early.begins_late, early.ends_early, early.lately) == (True, True, False)
    plain = window_of(Asked(last="1h"), EXTENT, ZONE, where="data")
    assert (plain.begins_late, plain.ends_early, plain.lately) == (False, False, True)


def test_wall_time_is_not_engine_time():
    """The wall clock is an hour ahead of the engine's: what people ask is wall time."""
    extent = Extent(
        first_seq=1, last_seq=2, first_us=to_us(T0), last_us=to_us(T0 + 4 * HOUR), offset_us=3_600_000_000
    )
    found = window_of(Asked(begin="2026-03-07T00:00", end="2026-03-07T01:00"), extent, ZONE, where="data")
    assert (found.begin_us, found.end_us) == (to_us(T0 + HOUR), to_us(T0 + 2 * HOUR))
    assert found.shown(found.begin_us) == T0 + 2 * HOUR


def test_a_journal_in_which_nothing_is():
    with pytest.raises(ConfigError) as wrong:
        window_of(Asked(last="x"), None, ZONE, where="here")
    assert [each.split(":")[0] for each in wrong.value.problems] == ["--last", "--data"]


def change(t: datetime) -> Change:
    return Change(
        t=t, change="opened", rule="a.b", version=1, key={"device": "d"}, stage="alarm", level="L2", count=1, notify=True,
        respond=True, late=False, delayed=False, why={}, alert="a", opened_at=t, last_at=t,
    )  # fmt: skip


def live(key: str, begin: int, end: int | None, code: str | None = None) -> Live:
    return Live(key=key, begin_us=begin, end_us=end, opening=change(T0), incident=None, close_code=code)


def test_alerts_of_a_key_that_overlap_are_the_same_and_only_one_each():
    second = 1_000_000
    spells = [
        Spell(key="d", begin_us=10 * second, end_us=20 * second),
        Spell(key="d", begin_us=22 * second, end_us=30 * second),
        Spell(key="e", begin_us=10 * second, end_us=None),
        Spell(key="d", begin_us=50 * second, end_us=60 * second),
    ]
    raised = [
        live("d", 12 * second, 25 * second, "false_device"),
        live("e", 900 * second, None, "true_handled"),
        live("d", 70 * second, 80 * second),
        live("d", 5000 * second, None),
    ]
    found = pair(spells, raised, 0, 1000 * second)
    assert found.same == [(0, 0), (2, 1)]
    assert found.only_new == [1, 3]
    assert found.only_old == [2]  # the last one opened after the span
    judged = verdict(found, raised)
    assert judged is not None
    assert (judged.closed, judged.false, judged.precision) == (2, 1, 0.5)
    assert verdict(pair([], raised, 0, 10), raised) is None


def test_close_codes_that_mean_a_false_alarm():
    codes = (
        "false_rule",
        "false_device",
        "nuisance",
        "unfounded",
        "true_handled",
        "test_drill",
        "duplicate",
        None,
    )
    assert [is_false(code) for code in codes] == [True, True, True, True, False, False, False, False]


ROSTER = """
site: s
people: [{id: wang, name: 王, roles: [guard]}, {id: li, name: 李, roles: [guard]}]
roster:
  shifts:
    - {id: night, role: guard, from: "19:00", to: "07:00", people: [wang, li]}
    - {id: day, role: guard, from: "07:00", to: "19:00", people: [wang]}
"""


def test_load_is_counted_in_the_shift_and_shared_by_its_people():
    load = Load(site_file(ROSTER).view, T0, T0 + 24 * HOUR)
    for hours in (1, 2, 3, 12):
        load.take(T0 + hours * HOUR, alerts=1, cases=1)
    night, day = load.result()
    assert (night.shift, night.alerts, night.cases, night.people, night.per_person) == (
        "night",
        3,
        3,
        ["li", "wang"],
        1.5,
    )
    assert (day.shift, day.begin, day.cases, day.per_person) == ("day", T0 + 9 * HOUR, 1, 1.0)


def test_without_a_roster_there_are_day_and_night_and_nobody():
    load = Load(site_file().view, T0, T0 + 24 * HOUR)
    load.take(T0 + HOUR, alerts=2, cases=0)
    (night,) = load.result()
    assert (night.shift, night.alerts, night.cases, night.people, night.per_person) == (
        "night",
        2,
        0,
        [],
        None,
    )


def test_names_of_keys():
    text = """
site: s
devices: [{id: d1, type: gate, name: {zh: 南门, en: South gate}}]
buildings: [{id: b1, name: {zh: 一号楼, en: Building one}}]
"""
    site = site_file(text).view
    assert key_words(site, {"device": "d1"}) == {"zh": "南门", "en": "South gate"}
    assert key_words(site, {"device": "d9"}) == {"zh": "d9", "en": "d9"}
    assert key_words(site, {"device.building": "b1"}) == {"zh": "一号楼", "en": "Building one"}
    assert key_words(site, {"device": "d1", "data.cell": 3}) == {"zh": "南门 3", "en": "South gate, 3"}
    assert key_words(site, {}) == {"zh": "全小区", "en": "the site"}


def test_the_headline():
    week = span_words(T0, T0 + 7 * 24 * HOUR, ZONE, lately=True)
    assert week == {"zh": "过去 7 天", "en": "in the last 7 d"}
    nearly = span_words(T0, T0 + 7 * 24 * HOUR - timedelta(seconds=40), ZONE, lately=True)
    assert nearly["zh"] == "过去 7 天"
    south = KeyCount(key={}, where={"zh": "南门", "en": "South gate"}, count=38)
    north = KeyCount(key={}, where={"zh": "北门", "en": "North gate"}, count=5)
    assert headline(43, [south, north], week)["zh"] == "过去 7 天会触发 43 次，其中 38 次在南门"
    assert (
        headline(43, [south, north], week)["en"]
        == "it would have fired 43 times in the last 7 d, 38 of them at South gate"
    )
    assert headline(38, [south], week)["zh"] == "过去 7 天会触发 38 次，都在南门"
    assert headline(0, [], week) == {
        "zh": "过去 7 天一次也不会触发",
        "en": "it would not have fired once in the last 7 d",
    }
    assert span_words(T0, T0 + HOUR, ZONE, lately=False)["zh"] == "03-06 22:00 到 03-06 23:00 "


def test_how_far_back_a_rule_reaches():
    short = load_rules({"r": RULE}).rules
    assert reach_us(short) == DAY_US
    long = load_rules(
        {"r": rule("{sustained: {of: env.level, holds: 'data.value > 5', for: 3d}}", "cooldown: 1d")}
    ).rules
    assert reach_us(long) > 4 * DAY_US


# --- over a real journal -------------------------------------------------------------------------------


def lived(folder: Path, rules: str, lines: list[dict], site: str = "") -> Parts:
    where = site_file(site)
    found = load_rules({"r": rules}, zone=where.rules.zone, calendars=where.rules.calendars)
    assert not found.problems, [str(each) for each in found.problems]
    House(folder, found, where).play(steps_of(found, where.rules, lines))
    return Parts(site=where, tested=found.rules, inhibits=found.inhibits)


def backtest(folder: Path, parts: Parts, asked: Asked) -> tuple[Backtest, list[Change]]:
    history = open_history(folder)
    extent = history.extent()
    assert extent is not None
    test = Backtest(history, extent, parts, window_of(asked, extent, ZONE, where="data"))
    found = list(test.changes())
    history.close()
    return test, found


ARMED = rule("{event: {of: contact.opened}}", "scope: 'site.armed'", id="night.door")


def test_what_people_had_set_stands_when_the_warm_up_begins_later(tmp_path):
    until = 7 * 86_400
    lines = [
        {"t": 0},
        {"t": 10, "site": {"armed": True}},
        {"t": 20, "site": {"armed": False, "zone": "yard"}},
        {
            "t": 30,
            "silence": {"where": 'rule == "night.door"', "until": until, "by": "wang", "reason": "Umbau"},
        },
        {"t": 40, "silence": {"where": "true", "until": 50, "by": "wang", "reason": "over"}},
        *[event(1000.0 * n, kind="access.granted") for n in range(1, 400)],
        event(400_000, kind="contact.opened"),
    ]
    parts = lived(tmp_path, ARMED, lines)
    test, found = backtest(tmp_path, parts, Asked(last="1h", warm_up="1h"))
    assert not test.whole
    assert [(each.change, each.notify) for each in found] == [("opened", False), ("silenced", False)]
    whole, again = backtest(tmp_path, parts, Asked(last="1h", warm_up="all"))
    assert whole.whole
    assert [(each.change, each.notify) for each in again] == [(each.change, each.notify) for each in found]
    history = open_history(tmp_path)
    standing = standing_at(history, 1, history.seq_since(test.warm_us), test.warm_us)
    history.close()
    assert standing.modes == {None: {"armed": True}, "yard": {"armed": False}}
    assert [silence.reason for _, silence in standing.silences] == ["Umbau"]


def test_an_alert_that_was_open_before_the_span_is_not_counted_again(tmp_path):
    lines = [{"t": 0}, *[event(300.0 * n, kind="contact.opened") for n in range(1, 30)]]
    parts = lived(tmp_path, rule("{event: {of: contact.opened}}", id="night.door"), lines)
    history = open_history(tmp_path)
    extent = history.extent()
    assert extent is not None
    result = Backtest(history, extent, parts, window_of(Asked(last="30m"), extent, ZONE, where="data")).run()
    history.close()
    (found,) = result.rules
    assert (found.fired, found.by_key, found.samples) == (0, [], [])
    assert "一次也不会触发" in found.headline["zh"]


def test_a_clear_by_a_person_is_done_to_the_same_rule_and_key(tmp_path):
    lines = [
        {"t": 0},
        event(10),
        event(20),
        {"t": 30, "clear": {"rule": "door.denied", "key": {"device": "d1"}, "by": "wang"}},
        {"t": 40},
    ]
    parts = lived(tmp_path, RULE, lines)
    other = load_rules({"r": RULE.replace("at_least: 2", "at_least: 1")})
    stricter = Parts(site=parts.site, tested=other.rules)
    assert [each.change for each in replayed(tmp_path, stricter)] == ["opened", "repeated", "cleared"]
    none = load_rules({"r": RULE.replace("at_least: 2", "at_least: 3")})
    assert replayed(tmp_path, Parts(site=parts.site, tested=none.rules)) == []


def test_rules_that_mute_run_beside(tmp_path):
    text = f"""
rules:
{RULE}
- id: power.out
  name: p
  category: "0207"
  detect: {{event: {{of: power.lost}}}}
  stages: [{{stage: alarm, level: L2}}]
inhibit:
- {{source: power.*, target: door.*, equal: [device.building]}}
"""
    lived(tmp_path, RULE, [{"t": 0}])
    live_now = load_rules({"r": text})
    assert not live_now.problems, [str(each) for each in live_now.problems]
    tested = load_rules({"r": RULE.replace("at_least: 2", "at_least: 3")})
    found = parts_of(site_file(), tested, live_now, {})
    assert [each.id for each in found.beside] == ["power.out"]
    assert len(found.inhibits) == 1
    alone = parts_of(site_file(), load_rules({"r": RULE.replace("door.denied", "gate.denied")}), live_now, {})
    assert alone.beside == ()


def test_saved_rules_are_read_as_they_were_saved(tmp_path):
    lived(tmp_path, RULE, [{"t": 0}])
    at = UTC_START
    source = '{"id":"door.denied","name":"n","category":"0207","detect":{"event":{"of":"access.denied"}},"stages":[{"stage":"alarm","level":"L2"}]}'
    write_documents(
        tmp_path,
        [
            Document(name="rule:door.denied", version=1, author="a", at=at, body="{}"),
            Document(
                name="rule:door.denied", version=2, author="a", at=at + HOUR, body=f'{{"source":{source}}}'
            ),
            Document(
                name="rule:gone", version=1, author="a", at=at, body=f'{{"source":{source},"act":"removed"}}'
            ),
            Document(
                name="inhibit",
                version=1,
                author="a",
                at=at,
                body='[{"source":"a.b","target":"door.*","behind":true}]',
            ),
        ],
    )
    history = open_history(tmp_path)
    found, versions = live_rules(history, site_file())
    early = history.document_at("rule:door.denied", to_us(at))
    history.close()
    assert (found.problems, [each.id for each in found.rules], versions) == (
        (),
        ["door.denied"],
        {"door.denied": 2},
    )
    assert len(found.inhibits) == 1
    assert early == (1, "{}")


def test_a_number_that_is_missing_in_the_journal_is_named(tmp_path):
    parts = lived(tmp_path, RULE, [{"t": 0}, *[event(10.0 * n) for n in range(1, 30)]])
    with closing(sqlite3.connect(tmp_path / "gateway.sqlite3")) as database, database:
        database.execute(
            "delete from journal where first_seq = (select max(first_seq) from journal where first_seq < 20)"
        )
    with pytest.raises(StoreError, match=r"number 1[0-9] is missing"):
        replayed(tmp_path, parts)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, 0), (45, 45), (119, 119), (547, 540), (7_199, 7_140), (7_260, 7_200), (200_000, 172_800)],
)
def test_a_span_is_said_in_the_largest_unit_of_which_it_has_two(seconds: int, said: int) -> None:
    assert roughly(seconds * 1_000_000 + 999) == said * 1_000_000
