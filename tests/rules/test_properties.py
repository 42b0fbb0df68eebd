"""Laws of the engine over generated rules and timelines: nothing that must not matter matters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.event import Event
from devices.expression import Step as Test
from devices.expression import all_true
from rules.action import Acknowledge, ClearAlert, SetMode, SilenceAlerts
from rules.change import Change
from rules.dump import dump_rule, to_yaml
from rules.engine import Engine
from rules.index import KindIndex
from rules.keyed import load
from rules.load import Loaded, load_rules
from rules.playback import change_line, play
from rules.route import Candidate
from rules.runtime import RuleAtWork
from rules.site import Site
from rules.timeline import Step, parse_timeline
from tests.rules import playing
from tests.rules.generated import KINDS, SITE, Chance, pack, timeline
from tests.rules.playing import loaded, steps_of

SEEDS = st.integers(0, 2**32)
IDS = ("r0.x", "r1.x", "r2.x")
LAW = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def acted(found: Loaded, where: Site, told: list[dict[str, Any]]) -> list[Step]:
    """Turn a generated timeline into steps; acknowledgements and clears aim at alerts that were open once."""
    keys: dict[str, list[Any]] = {}
    plain = [line for line in told if "any" not in line]
    for change in play(lambda: Engine(found.rules, found.inhibits, where), steps_of(found, where, plain)):
        each = keys.setdefault(change.rule, [])
        if change.key not in each:
            each.append(change.key)
    whole = []
    for line in told:
        aim = line.get("any")
        if aim is None:
            whole.append(line)
        elif keys.get(aim["rule"]):
            key = keys[aim["rule"]][aim["which"] % len(keys[aim["rule"]])]
            whole.append({"t": line["t"], aim["what"]: {"rule": aim["rule"], "key": key, "by": "wang"}})
    return steps_of(found, where, whole)


def said(changes: Iterator[Change], where: Site) -> list[str]:
    told = []
    for change in changes:
        assert change.rule != "system.rule_disabled", change.why
        told.append(change_line(change, where.zone))
    return told


@pytest.mark.parametrize("way", playing.WAYS[1:], ids=lambda way: way.__name__)
@LAW
@given(seed=SEEDS)
def test_what_must_not_matter_does_not(way: playing.Way, seed: int) -> None:
    found, where = loaded(pack(Chance(seed)), SITE)
    steps = acted(found, where, timeline(Chance(seed), IDS))
    build: Callable[[], Engine] = lambda: Engine(found.rules, found.inhibits, where)  # noqa: E731
    assert said(way(build, steps), where) == said(play(build, steps), where)


class Naive(Engine):
    """An engine without an index: every rule is asked about every event of a kind that it reads."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        works = list(self._core.rules.values())

        class Everything(KindIndex):
            def candidates(self, _device: object) -> tuple[Candidate, ...]:
                return tuple(
                    (work, work.plans[self.kind], _all_asked(work, self.kind), None)
                    for work in works
                    if self.kind in work.plans
                )

        self._index = {kind: Everything(kind, {}) for work in works for kind in work.plans}


def _all_asked(work: RuleAtWork, kind: str) -> Test | None:
    """Scope and the one condition of a kind, asked at every event; and no quick way."""
    asked = (work.rule.scope, work.plans[kind].only)
    return all_true([each.run for each in asked if each is not None])


@LAW
@given(seed=SEEDS)
def test_the_index_finds_what_a_scan_finds(seed: int) -> None:
    found, where = loaded(pack(Chance(seed)), SITE)
    steps = acted(found, where, timeline(Chance(seed), IDS))
    by_index = said(play(lambda: Engine(found.rules, found.inhibits, where), steps), where)
    assert by_index == said(play(lambda: Naive(found.rules, found.inhibits, where), steps), where)


@LAW
@given(seed=SEEDS)
def test_events_of_other_keys_change_nothing(seed: int) -> None:
    rule = json.loads(pack(Chance(seed), 1))["rules"][0]
    told = timeline(Chance(seed), ("r0.x",))
    text = json.dumps({"rules": [{**rule, "by": ["device"]}]})
    found, where = loaded(
        text,
        "site: s\ncalendars: {day: [{from: '22:05', to: '22:20'}], late: [{from: '22:00', to: '22:10'}]}\ndevices: [{id: d1, type: gate, building: b1}]\n",
    )
    mine = [
        line
        for line in told
        if "any" not in line and "silence" not in line and line.get("event", {}).get("device", "d1") == "d1"
    ]
    theirs = [line for line in told if "any" not in line and "silence" not in line]
    twice = {line["event"]["id"] for line in theirs if "id" in line.get("event", {})}
    for line in [*mine, *theirs]:
        if line.get("event", {}).get("id") in twice:
            line["event"] = {**line["event"], "id": f"{line['event']['id']}-{line['event']['device']}"}

    def play_of(those: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        steps = steps_of(found, where, [*those, {"t": theirs[-1]["t"] + 2000}])
        changes = play(lambda: Engine(found.rules, (), where), steps)
        return [
            (c.t, c.change, c.stage, c.level, c.count, c.notify) for c in changes if c.key["device"] == "d1"
        ]

    assert play_of(mine) == play_of(theirs)


@LAW
@given(seed=SEEDS)
def test_a_snapshot_says_everything(seed: int) -> None:
    """What a loaded engine would dump is what it was loaded from."""
    found, where = loaded(pack(Chance(seed)), SITE)
    engine = Engine(found.rules, found.inhibits, where)
    rows: dict[tuple[str, str], bytes] = {}
    for step in acted(found, where, timeline(Chance(seed), IDS)):
        if isinstance(step.what, Event):
            engine.step(step.what, now=step.t)
        else:
            engine.tick(step.t, seq=step.line)
        playing.save(engine, rows)
    again = Engine(found.rules, found.inhibits, where)
    again.load(rows)
    for (rule, key), blob in rows.items():
        if rule:
            state, other = load(blob, key), again._core.rules[rule].keys[key]
            for name in (
                "values",
                "detect",
                "stages",
                "clear",
                "alerts",
                "deadlines",
                "device",
                "variant",
                "hits",
                "extra",
                "touched",
                "waiting",
            ):
                assert getattr(state, name) == getattr(other, name)
    assert again.next_due() == engine.next_due()
    assert again.open_alerts() == engine.open_alerts()


@LAW
@given(seed=SEEDS)
def test_a_rule_written_out_is_the_same_rule(seed: int) -> None:
    """Read again, and played again: a dump of it says what it says."""
    first, where = loaded(pack(Chance(seed)), SITE)
    text = to_yaml(first.rules, first.inhibits)
    second = load_rules({"again.yaml": text}, zone=where.zone, calendars=where.calendars)
    assert not second.problems, text
    for one, other in zip(first.rules, second.rules, strict=True):
        assert dump_rule(one) == dump_rule(other)
    steps = acted(first, where, timeline(Chance(seed), IDS))
    here = said(play(lambda: Engine(first.rules, first.inhibits, where), steps), where)
    assert said(play(lambda: Engine(second.rules, second.inhibits, where), steps), where) == here


WORDS = st.sampled_from((
    "rules", "inhibit", "id", "name", "category", "by", "scope", "active", "notify", "detect", "stages", "hold_down", "clear", "cooldown", "respond",
    "late", "dedup", "overrides", "note", "enabled", "event", "count", "sustained", "absence", "sequence", "missing", "aggregate", "corroborate", "every",
    "of", "at_least", "within", "distinct", "reset", "for", "holds", "max_gap", "expect", "first", "then", "match", "value", "fn", "over", "above", "below",
    "any_of", "cron", "interval", "if", "stage", "level", "when", "all", "any", "unacknowledged", "open_for", "on", "quiet", "after", "where", "set", "kind",
    "source", "target", "equal", "behind", "zh", "en", "roster", "min_samples", "clear_below", "per",
))  # fmt: skip
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=12),
        st.sampled_from(("access.denied", "5m", "device", "L1", "alarm")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.text(max_size=8), WORDS), inner, max_size=6)
    ),
    max_leaves=20,
)


@LAW
@given(value=JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    load_rules({"any.yaml": json.dumps(value)})


@LAW
@given(seed=SEEDS, data=st.data())
def test_a_rule_with_one_part_replaced_is_read_or_refused(seed: int, data: st.DataObject) -> None:
    """Nearly good rules reach further than any JSON does."""
    whole = json.loads(pack(Chance(seed), 1))
    place: Any = whole
    path = []
    while isinstance(place, dict | list) and place:
        step = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        path.append(step)
        place = place[step]
        if data.draw(st.integers(0, 3)) == 0:
            break
    if not path:
        return
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = data.draw(JSON)
    _, where = loaded("[]", SITE)
    found = load_rules({"any.yaml": json.dumps(whole)}, zone=where.zone, calendars=where.calendars)
    if not found.problems:  # then it runs
        steps, problems = parse_timeline(
            playing.written([playing.event(n, data={"value": n, "door": 1}) for n in range(20)]),
            "t",
            rules={},
            site="s",
        )
        assert not problems
        list(play(lambda: Engine(found.rules, found.inhibits, where), steps))


@LAW
@given(value=JSON, more=st.lists(JSON, max_size=3))
def test_any_line_is_read_or_refused(value: Any, more: list[Any]) -> None:
    text = "\n".join(json.dumps(each) for each in (value, *more))
    parse_timeline(text, "t.jsonl", rules={"a.b": ("device",)}, site="s")


@LAW
@given(
    name=st.sampled_from(("event", "ack", "clear", "silence", "site", "restart")), value=JSON,
    t=st.one_of(st.just("2026-03-06T22:00:00+08:00"), st.datetimes(timezones=st.timezones()).map(lambda t: t.isoformat())),
)  # fmt: skip
def test_any_input_is_read_or_refused(name: str, value: Any, t: str) -> None:
    for body in (
        value,
        {
            "device": "d",
            "kind": "env.level",
            "data": {"value": value},
            "subject": {"household": value},
            "at": t,
        },
    ):
        steps, problems = parse_timeline(
            json.dumps({"t": t, name: body}), "t.jsonl", rules={"a.b": ("device",)}, site="s"
        )
        if not problems:
            found = load_rules(
                {
                    "r.yaml": playing.rule(
                        "{aggregate: {of: env.level, value: data.value, fn: sum, over: 1m, above: 5}}",
                        "by: [data.value]\nscope: 'data.value > 1'",
                    )
                }
            )
            for change in play(lambda: Engine(found.rules, (), Site()), steps):  # noqa: B023 - played at once
                change_line(change, Site().zone)


# --- many events -----------------------------------------------------------------------------------


def many(seed: int, count: int) -> None:
    """Play random events through random rules, with restarts and people; the engine must neither fail nor grow."""
    chance = Chance(seed)
    found, where = loaded(pack(chance, 6), SITE)
    engine = Engine(found.rules, found.inhibits, where)
    rows: dict[tuple[str, str], bytes] = {}
    now = playing.UTC_START
    for number in range(count):
        now += timedelta(seconds=chance.choice((0, 0.01, 0.5, 2, 20)))
        at = now - timedelta(seconds=chance.choice((0, 0, 0, 1, 6, 1000, -100)))
        event = Event(
            id=str(number - (chance.randrange(100) == 0)), seq=number + 1, device=f"d{chance.randrange(6)}", kind=chance.choice(KINDS), at=at,
            received_at=now, mode=chance.choice(("live", "live", "live", "backfill", "snapshot", "retained")),
            data={"value": chance.randrange(12), "door": chance.randrange(3)}, subject={"household": "h1"},
        )  # fmt: skip
        changes = engine.step(event, now=now)
        if changes and chance.randrange(8) == 0:
            changes += _by_a_person(engine, chance, now, number)
        if number % 5000 == 4999:
            playing.save(engine, rows)
            assert sum(map(len, rows.values())) < 1_000_000
            engine = Engine(found.rules, found.inhibits, where)
            engine.load(rows)
            now += timedelta(seconds=chance.choice((0, 90, 10_000)))
            changes += engine.restart(now, down_for=timedelta(seconds=90), seq=number + 1)
        assert not [change.why for change in changes if change.rule == "system.rule_disabled"]


def _by_a_person(engine: Engine, chance: Chance, now: datetime, number: int) -> list[Change]:
    alert = chance.choice([*engine.open_alerts(), "none"])
    actions = (
        Acknowledge(by="w", alert=alert), ClearAlert(by="w", alert=alert), SetMode(flags={"armed": number % 2 == 0}),
        SilenceAlerts(where="true", until=now + timedelta(minutes=5), by="w", reason="r"),
    )  # fmt: skip
    try:
        return engine.act(chance.choice(actions), now=now, seq=number + 1)
    except LookupError:
        return []


def test_fifty_thousand_events() -> None:
    for seed in range(5):
        many(seed, 10_000)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(10))
def test_a_million_events(part: int) -> None:
    for seed in range(part * 10, part * 10 + 10):
        many(seed, 10_000)


def test_idle_keys_are_forgotten() -> None:
    found, where = loaded(
        playing.rule("{count: {of: access.denied, at_least: 3, within: 60s}}") + playing.rule("{event: {of: access.forced}}", id="a.c")
        + playing.rule("{sequence: {first: access.denied, then: access.forced, within: 60s}}", id="a.d")
        + playing.rule("{missing: {first: access.denied, then: access.denied, within: 60s}}", "clear: {after: 1m}", id="a.e")
    )  # fmt: skip
    engine = Engine(found.rules, (), where)
    now = playing.UTC_START
    rows: dict[tuple[str, str], bytes] = {}

    def saved() -> int:
        playing.save(engine, rows)
        return sum(1 for rule, _ in rows if rule)

    for number in range(2000):
        now += timedelta(seconds=1)
        for kind in ("access.denied", "access.forced"):
            event = Event(device=f"card-{number}", kind=kind, at=now, received_at=now)
            engine.step(event, now=now)
    assert saved() >= 2000
    engine.tick(now + timedelta(days=2), seq=0)
    assert saved() == 0
