"""From the texts of rule files to rules: all files together, every mistake at once, nothing half-loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import msgspec

from devices.document import parse_document
from devices.problem import Problem
from rules.fields import ALERT_ROOTS, EVENT_ROOTS, Fields, Place, Reader, shown
from rules.lint import lint_rule, lint_together
from rules.model import AlertSelector, Inhibit, Rule
from rules.parse_rule import parse_rule


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What the files hold. With `problems` the rest is not to be used; `lint` are warnings."""

    rules: tuple[Rule, ...] = ()
    inhibits: tuple[Inhibit, ...] = ()
    problems: tuple[Problem, ...] = ()
    lint: tuple[Problem, ...] = ()


def load_rules(
    texts: Mapping[str, str], *, zone: tzinfo | None = None, calendars: Mapping[str, Any] | None = None
) -> Loaded:
    """Read rule files (`name -> text`). `calendars` are the names a rule may use; None leaves them unchecked."""
    rules: dict[str, Rule] = {}
    inhibits: list[Inhibit] = []
    problems: list[Problem] = []
    lint: list[Problem] = []
    for file, text in texts.items():
        document = parse_document(text, file)
        problems += document.problems
        if document.problems:
            continue
        reader = Reader(document, file, zone)
        if isinstance(document.value, list):
            reader = Reader(document, file, zone, root=("rules",))
        read = _read_file(reader, document.value, rules, inhibits, calendars)
        problems += sorted(reader.problems, key=lambda problem: problem.line)
        lint += read
    lint += lint_together(rules.values())
    return Loaded(
        rules=tuple(rules.values()), inhibits=tuple(inhibits), problems=tuple(problems), lint=tuple(lint)
    )


def _read_file(
    reader: Reader,
    value: Any,
    rules: dict[str, Rule],
    inhibits: list[Inhibit],
    calendars: Mapping[str, Any] | None,
) -> list[Problem]:
    """Read one file into `rules` and `inhibits`; return what lint has to say about its rules."""
    place: Place = ()
    written, inhibit = value, None
    if not isinstance(value, list):
        if value is None:
            return []
        fields = Fields(reader, value, ())
        if not isinstance(value, dict):
            return []
        written, inhibit, place = fields.take("rules"), fields.take("inhibit"), ("rules",)
        fields.end()
        if written is not None and not isinstance(written, list):
            fields.wrong("rules", f"expected a list of rules, found {shown(written)}")
            written = None
    lint: list[Problem] = []
    for index, item in enumerate(written or []):
        here: Place = (*place, index)
        rule = parse_rule(reader, item, here, calendars)
        if rule is None:
            continue
        other = rules.get(rule.id)
        if other is not None:
            reader.problem((*here, "id"), f"the id '{rule.id}' is already used in {other.file}:{other.line}")
        rules[rule.id] = rule
        for where, message in lint_rule(rule):
            full = (*here, *where)
            line = reader.document.line(full)
            lint.append(Problem(file=reader.file, line=line, path=reader.told(full), message=message))
    _inhibits(reader, inhibit, inhibits)
    return lint


def _inhibits(reader: Reader, written: Any, inhibits: list[Inhibit]) -> None:
    if written is None:
        return
    if not isinstance(written, list):
        reader.problem(("inhibit",), f"expected a list of inhibitions, found {shown(written)}")
        return
    for index, item in enumerate(written):
        fields = Fields(reader, item, ("inhibit", index))
        if not isinstance(item, dict):
            continue
        source = _alerts(reader, fields.take("source", required=True), fields.at("source"))
        target = _alerts(reader, fields.take("target", required=True), fields.at("target"))
        equal = _equal(fields)
        behind = fields.take("behind")
        if behind not in (None, True, False):
            fields.wrong("behind", f"expected true, found {shown(behind)}")
        if bool(behind) == (equal is not None):
            reader.problem(
                fields.place, "expected either equal: [paths], [] for alerts of every device, or behind: true"
            )
        fields.end()
        if source is not None and target is not None:
            inhibits.append(Inhibit(source=source, target=target, equal=equal or (), behind=behind is True))


def _equal(fields: Fields) -> tuple[str, ...] | None:
    written = fields.take("equal")
    if written is None:
        return None
    if not isinstance(written, list) or not all(isinstance(path, str) for path in written):
        fields.wrong("equal", f"expected a list of paths such as [device.building], found {shown(written)}")
        return ()
    for index, path in enumerate(written):
        root = path.partition(".")[0]
        if root not in (*ALERT_ROOTS, *EVENT_ROOTS):
            fields.reader.problem((*fields.at("equal"), index), f"unknown root '{root}' in path '{path}'")
    return tuple(written)


def _alerts(reader: Reader, value: Any, place: Place) -> AlertSelector | None:
    if value is None:
        return None
    where = None
    if isinstance(value, dict):
        fields = Fields(reader, value, place)
        value = fields.take("rule", required=True)
        where = fields.expression("where", ALERT_ROOTS)
        fields.end()
        place = (*place, "rule")
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        reader.problem(
            place, f"expected a rule id, a prefix such as camera.*, or a list of these, found {shown(value)}"
        )
        return None
    return AlertSelector(tuple(names), where)
