"""The cases that rivals fail (20-rules §11), told in `tests/scenarios/rules/`, each in every way of `playing`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from devices.document import parse_document
from gateway.cli.rules import app
from tests.rules.playing import Line, as_written, at, run, written

CASES = sorted((Path(__file__).resolve().parents[1] / "scenarios" / "rules").glob("*.yaml"))


def filled(value: Any, n: int) -> Any:
    """Put the number of a repetition into a line; `{range: n}` is a list of that length."""
    if isinstance(value, str):
        return value.replace("{n}", str(n))
    if isinstance(value, dict):
        if value.keys() == {"range"}:
            return list(range(100, 100 + value["range"]))
        return {key: filled(item, n) for key, item in value.items()}
    return [filled(item, n) for item in value] if isinstance(value, list) else value


def lines(told: list[dict[str, Any]]) -> list[Line]:
    found: list[Line] = []
    for item in told:
        if "repeat" not in item:
            found.append(item)
            continue
        for n in range(item["repeat"]):
            line = filled(item["line"], n + item.get("first", 0))
            found.append({**line, "t": round(line["t"] + n * item["every"], 6)})
    return sorted(found, key=lambda line: line["t"])


def entries(told: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in told:
        yield from ([filled(item["entry"], n) for n in range(item["repeat"])] if "repeat" in item else [item])


def read(path: Path) -> tuple[dict[str, Any], str, str, list[Line]]:
    document = parse_document(path.read_text("utf-8"), path.name)
    assert not document.problems, [str(problem) for problem in document.problems]
    story = document.value
    where = story.get("site")
    if where and "devices" in where:
        where["devices"] = list(entries(where["devices"]))
    return (
        story,
        yaml.safe_dump(story["rules"], allow_unicode=True),
        yaml.safe_dump(where) if where else "",
        lines(story["timeline"]),
    )


def matches(expected: Any, found: Any) -> bool:
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(key in found and matches(value, found[key]) for key, value in expected.items())
    return bool(expected == found)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    story, rules, where, timeline = read(path)
    changes = run(rules, timeline, where, start=story["start"])
    if "expect" in story:
        assert len(changes) == len(story["expect"]), [(c["t"], c["change"], c["key"]) for c in changes]
        for expected, found in zip(story["expect"], changes, strict=True):
            assert matches(expected, found), (expected, found)
    if "totals" in story:
        totals = Counter(c["change"] for c in changes)
        totals.update(
            notifying=sum(c["notify"] for c in changes), responding=sum(c["respond"] for c in changes)
        )
        assert {name: totals[name] for name in story["totals"]} == story["totals"]
    for name, place in (("first", 0), ("last", -1)):
        if name in story:
            assert matches(story[name], changes[place]), (story[name], changes[place])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_command_line_says_the_same(path: Path, tmp_path: Path) -> None:
    story, rules, where, timeline = read(path)
    (tmp_path / "rules.yaml").write_text(rules, "utf-8")
    (tmp_path / "timeline.jsonl").write_text(written(timeline, story["start"]), "utf-8")
    asked = ["run", "--rules", str(tmp_path / "rules.yaml"), "--timeline", str(tmp_path / "timeline.jsonl")]
    if where:
        (tmp_path / "site.yaml").write_text(where, "utf-8")
        asked += ["--site", str(tmp_path / "site.yaml")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stdout.splitlines()]
    changes = run(rules, timeline, where, start=story["start"])
    assert [(c["change"], c["key"]) for c in told] == [(c["change"], c["key"]) for c in changes]
    assert [c["t"] for c in told] == [_same_zone(c["t"], story["start"]) for c in changes]


def _same_zone(seconds: float, start: str) -> str:
    found = at(seconds, start)
    return found.replace("000+08:00", "+08:00") if "." in found else found


def test_there_are_fourteen() -> None:
    assert len(CASES) == 14


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_restart_at_any_line_changes_nothing(path: Path) -> None:
    """The process dies at that line and is back at once: it says the same, at the same times."""
    story, rules, where, timeline = read(path)
    expected = run(rules, timeline, where, start=story["start"], ways=[as_written])
    places = [n for n in range(1, len(timeline)) if "restart" not in timeline[n - 1]]
    for place in places[:: 1 + len(places) // 12]:
        died = {"t": timeline[place - 1]["t"], "restart": {"down_for": "0s"}}
        told = run(
            rules,
            [*timeline[:place], died, *timeline[place:]],
            where,
            start=story["start"],
            ways=[as_written],
        )
        assert [_said(change) for change in told] == [_said(change) for change in expected], place


def _said(change: Line) -> Line:
    """Return a change without its reason: names of events are numbers of lines there."""
    return {name: value for name, value in change.items() if name != "why"}
