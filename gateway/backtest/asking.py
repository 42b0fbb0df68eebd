"""Asking: from “why did this rule (not) fire for this key at that time” to a replay that can answer it.

The rule is taken as it was at the time; every mistake in the question is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from devices.problem import nearest
from gateway.backtest.answer import Explained
from gateway.backtest.compare import live_of
from gateway.backtest.explain import AHEAD_US, Asking, explain, same_key
from gateway.backtest.parts import parse_saved, parts_of
from gateway.backtest.prepare import Opened, Question, open_data
from gateway.backtest.result import Said
from gateway.backtest.run import Backtest
from gateway.backtest.said import note
from gateway.backtest.span import Window, read_time
from gateway.backtest.tally import key_of_text
from gateway.clock import to_us
from gateway.errors import ConfigError
from gateway.store.history import Extent
from rules.load import Loaded, load_rules
from rules.model import Rule
from rules.words import lasting


class WhyQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The question as it was put: `key` as `path=value`, a device's id or a JSON object; `at` None: the newest."""

    rule: str
    key: Sequence[str] = ()
    at: str | None = None
    texts: Mapping[str, str] = {}  # rule files to look in instead of the saved rules
    site: str | None = None
    site_name: str = "site.yaml"


def answer_why(
    data: Path, question: WhyQuestion, *, unread: Sequence[str] = (), today: date | None = None
) -> Explained:
    """Return why the rule did or did not fire.

    Raises:
        ConfigError: with every mistake in the question.
        StoreError: the journal cannot be read.
    """
    problems = list(unread)
    whole = Question(site=question.site, site_name=question.site_name)
    opened = open_data(data, problems, question=whole, today=today)
    if opened is None:
        raise ConfigError(problems)
    try:
        return _answer(opened, question, problems)
    finally:
        opened.history.close()


def _answer(opened: Opened, question: WhyQuestion, problems: list[str]) -> Explained:
    extent = opened.extent
    if extent is None:
        raise ConfigError([*problems, f"--data: {opened.history.name}: the journal is empty"])
    at_us = _moment(question, extent, opened, problems)
    rule, version, said = _rule(opened, question, at_us + extent.offset_us, problems)
    key = read_key(question.key, rule, problems) if rule is not None else {}
    if problems or rule is None:
        raise ConfigError(problems)
    window = Window(
        begin_us=at_us,
        end_us=max(at_us, min(at_us + AHEAD_US, extent.last_us)) + 1,
        offset_us=extent.offset_us,
    )
    if at_us > extent.last_us:
        shown = window.shown(extent.last_us).astimezone(opened.site.rules.zone)
        said.append(note("nothing_since", t=shown.strftime("%Y-%m-%d %H:%M:%S")))
    tested = Loaded(rules=(rule,))
    parts = parts_of(opened.site, tested, opened.live, {**opened.versions, rule.id: version})
    test = Backtest(opened.history, extent, parts, window)
    found = explain(test, Asking(rule=rule, key=key, at_us=at_us))
    if not test.enough() and not test.whole:
        warm = (at_us - test.warm_us) // 1_000_000 * 1_000_000
        said.append(note("warm_up_short", t=lasting(warm, "zh"), t_en=lasting(warm, "en")))
    said += _live(opened, rule, key, at_us, found)
    return msgspec.structs.replace(found, version=version, said=said)


def _moment(question: WhyQuestion, extent: Extent, opened: Opened, problems: list[str]) -> int:
    if question.at is None:
        return extent.last_us
    zone = opened.site.rules.zone
    read = read_time(question.at, zone)
    if read is None:
        problems.append(
            f"--at: expected a time such as 2026-03-06T22:00 or 2026-03-06T22:00:00+08:00, found '{question.at}'"
        )
        return extent.last_us
    at_us = to_us(read) - extent.offset_us
    if at_us < extent.first_us:
        first = Window(begin_us=0, end_us=0, offset_us=extent.offset_us).shown(extent.first_us)
        text = first.astimezone(zone).isoformat(timespec="seconds")
        problems.append(f"--at: the journal begins only at {text}; name a later time")
    return at_us


def _rule(
    opened: Opened, question: WhyQuestion, wall_us: int, problems: list[str]
) -> tuple[Rule | None, int, list[Said]]:
    """Return the rule as it was at the moment, its version, and what there is to say about that."""
    site = opened.site.rules
    if question.texts:
        loaded = load_rules(question.texts, zone=site.zone, calendars=site.calendars)
        problems += [str(problem) for problem in loaded.problems]
        found = {rule.id: rule for rule in loaded.rules}
        if question.rule not in found and not loaded.problems:
            problems.append(f"RULE: unknown rule '{question.rule}'{nearest(question.rule, found)}")
        return found.get(question.rule), 1, []
    known = {rule.id: rule for rule in opened.live.rules}
    newest = opened.versions.get(question.rule, 1)
    if question.rule not in known:
        problems.append(f"RULE: unknown rule '{question.rule}'{nearest(question.rule, known)}")
        return None, 1, []
    saved = opened.history.document_at(f"rule:{question.rule}", wall_us)
    if saved is None:
        return known[question.rule], newest, [note("rule_newer", t=str(newest))]
    rule = parse_saved(saved[1], site)
    if rule is None or saved[0] == newest:
        return known[question.rule], newest, []
    return rule, saved[0], [note("rule_changed", t=str(saved[0]))]


def read_key(written: Sequence[str], rule: Rule, problems: list[str]) -> dict[str, Any]:
    """Read a key: `device=gate-n1`, several of these, one value where one is enough, or a JSON object."""
    found: dict[str, Any] = {}
    for text in written:
        if text.startswith("{"):
            try:
                found |= msgspec.json.decode(text, type=dict[str, Any])
            except msgspec.DecodeError as error:
                problems.append(f"--key: not a JSON object: {error}")
        elif "=" in text:
            path, _, value = text.partition("=")
            found[path.strip()] = value.strip()
        elif len(rule.by) == 1:
            found[rule.by[0]] = text
        else:
            problems.append(f"--key: expected {_expected(rule)}, found '{text}'")
    known = (*rule.by, *rule.dedup)
    problems += [
        f"--key: '{path}' is not part of the key of {rule.id}; expected {_expected(rule)}{nearest(path, known)}"
        for path in found
        if path not in known
    ]
    missing = [path for path in rule.by if path not in found]
    if missing and not problems:
        problems.append(f"--key: {', '.join(missing)} is missing; expected {_expected(rule)}")
    return found


def _expected(rule: Rule) -> str:
    return " ".join(f"--key {path}=…" for path in rule.by) or "no --key: this rule is one for the site"


def _live(opened: Opened, rule: Rule, key: Mapping[str, Any], at_us: int, found: Explained) -> list[Said]:
    """Say it when the gateway itself had, or had not, this alert open then."""
    raised = live_of(opened.history.alerts_of([rule.id], at_us, at_us + 1)).get(rule.id, [])
    then = [
        each
        for each in raised
        if each.begin_us <= at_us
        and (each.end_us is None or each.end_us > at_us)
        and same_key(key_of_text(each.key), key)
    ]
    if then and found.alert is None:
        zone = opened.site.rules.zone
        since = Window(begin_us=0, end_us=0, offset_us=opened.extent.offset_us if opened.extent else 0)
        shown = since.shown(then[0].begin_us).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        return [note("live_open", t=shown)]
    return [note("live_none")] if found.alert is not None and not then else []
