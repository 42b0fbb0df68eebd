"""Laws of replacement, over timelines and edits made up at random."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.change import Change
from rules.model import Rule
from tests.rules.test_replace import Desk, Restless, rule

QUIET = "clear: {quiet: 5m}\ncooldown: 2m"
LADDER = "[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {open_for: 3m}}]"
EDITED = (
    rule("{count: {of: access.denied, at_least: 3, within: 60s}}", QUIET),
    rule("{count: {of: access.denied, at_least: 2, within: 90s}}", QUIET),
    rule("{count: {of: access.denied, at_least: 2, within: 90s}}", QUIET, stages=LADDER),
    rule("{count: {of: access.denied, at_least: 2, within: 90s}}", "by: []\n" + QUIET),
    rule("{sustained: {of: access.denied, holds: 'data.n > 1', for: 2m}}", "cooldown: 1m"),
    rule("{sustained: {of: access.denied, holds: 'data.n > 1', for: 4m}}", "cooldown: 1m"),
    rule("{event: {of: access.denied}}", "clear: {after: 4m}\ndedup: [data.n]"),
    rule("{missing: {first: access.denied, then: access.granted, within: 30s}}"),
    rule("{aggregate: {of: access.denied, value: data.n, fn: avg, over: 2m, above: 1, clear_below: 0.5}}"),
    rule("{event: {of: access.denied}}", "enabled: false"),
    None,
)
BESIDE = (
    rule("{count: {of: access.denied, at_least: 2, within: 60s}}", QUIET, name="beside.count"),
    rule("{sustained: {of: access.denied, holds: 'data.n > 0', for: 3m}}", name="beside.sustained"),
)
steps = st.lists(
    st.tuples(
        st.sampled_from((1, 5, 20, 61, 150, 400)),
        st.one_of(
            st.tuples(
                st.sampled_from(("access.denied", "access.granted")), st.sampled_from(("d1", "d2")), st.integers(0, 3)
            ),
            st.integers(0, len(EDITED) - 1),
        ),
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip
Steps = list[tuple[int, Any]]


def played(desk: Desk, story: Steps, *, edits: bool = True) -> Desk:
    at = 0.0
    for wait, what in story:
        at += wait
        if isinstance(what, int):
            if edits:
                desk.replace(at, "a.b", EDITED[what])
        else:
            kind, device, number = what
            desk.event(at, kind, device, n=number)
    desk.tick(at + 3600)
    return desk


def started(made: type[Desk], *rules: Rule | None) -> Desk:
    return made(*(each for each in rules if each is not None))


@settings(max_examples=150, deadline=None)
@given(steps)
def test_a_replacement_and_all_that_follows_goes_through_the_snapshot(story: Steps) -> None:
    live = played(started(Desk, EDITED[0], *BESIDE), story)
    assert played(started(Restless, EDITED[0], *BESIDE), story).told == live.told


@settings(max_examples=150, deadline=None)
@given(steps)
def test_rules_beside_it_do_not_notice(story: Steps) -> None:
    edited = played(started(Desk, EDITED[0], *BESIDE), story)
    alone = played(started(Desk, *BESIDE), story, edits=False)
    assert [_plain(each) for each in edited.changes if each.rule != "a.b"] == [
        _plain(each) for each in alone.changes
    ]


def _plain(change: Change) -> tuple[Any, ...]:
    return change.t, change.change, change.rule, change.key, change.stage, change.count, change.notify


@settings(max_examples=150, deadline=None)
@given(steps)
def test_an_alert_goes_through_its_life_by_one_version_and_once(story: Steps) -> None:
    desk = played(started(Desk, EDITED[0], *BESIDE), story)
    versions: dict[str, int] = {}
    for change in desk.changes:
        if change.change in ("opened", "reopened"):
            assert change.alert not in versions, "opened twice"
            versions[change.alert] = change.version
        assert versions[change.alert] == change.version
        if change.change in ("cleared", "late_resolved"):
            del versions[change.alert]
    assert set(versions) == set(desk.engine.open_alerts())
