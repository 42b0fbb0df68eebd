"""From the mapping a person wrote to a Rule; every mistake goes to the reader with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from devices.problem import nearest
from rules.duration import MINUTE_US, parse_duration
from rules.fields import EVENT_ROOTS, Fields, Place, Reader, shown
from rules.model import Clear, Override, Rule, RuleStage, Watch
from rules.operators import OPERATORS

RULE_ID = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*")
HOLD_DOWN_US = 2 * MINUTE_US
COOLDOWN_US = 5 * MINUTE_US
QUIET_US = 10 * MINUTE_US
MOST_OVERRIDES = 8
NATURAL = ("sustained", "aggregate", "absence", "missing")
TIMERS = ("unacknowledged", "open_for")


def parse_rule(
    reader: Reader, value: object, place: Place, calendars: Mapping[str, Any] | None
) -> Rule | None:
    """Read one rule; None when it has mistakes (they are in the reader)."""
    before = len(reader.problems)
    fields = Fields(reader, value, place)
    if not isinstance(value, dict):
        return None
    rule_id = _id(fields)
    name = fields.bilingual("name", required=True)
    category = _category(fields)
    by = fields.paths("by", default=("device",))
    scope = fields.expression("scope")
    active, notify = (_calendar(fields, key, calendars) for key in ("active", "notify"))
    detect = _operator(reader, fields.take("detect", required=True), fields.at("detect"))
    stages = _stages(fields)
    hold_down = fields.duration("hold_down", default=HOLD_DOWN_US, zero=True)
    clear = _clear(fields, detect)
    cooldown = fields.duration("cooldown", default=COOLDOWN_US, zero=True)
    respond = fields.text("respond")
    late = fields.word("late", ("record", "open", "evaluate"))
    dedup = fields.paths("dedup")
    overrides, variants = _overrides(fields, detect)
    note = fields.bilingual("note")
    enabled = fields.take("enabled")
    if enabled is not None and not isinstance(enabled, bool):
        fields.wrong("enabled", f"expected true or false, found {shown(enabled)}")
    fields.end()
    if len(reader.problems) > before or detect is None or clear is None or rule_id is None:
        return None
    return Rule(
        id=rule_id, name=name, category=category, by=by, scope=scope, active=active, notify=notify, detect=detect,
        variants=variants, overrides=overrides, stages=stages, hold_down_us=hold_down or 0, clear=clear,
        cooldown_us=cooldown or 0, respond=respond, late=late, dedup=dedup, note=note,
        enabled=enabled is not False, source=fields.value, file=reader.file, line=reader.document.line(place),
    )  # fmt: skip


def _id(fields: Fields) -> str | None:
    found = fields.text("id", required=True)
    if found is not None and not RULE_ID.fullmatch(found):
        fields.wrong(
            "id", f"expected a dotted id such as access.forced (a-z, 0-9, _ and -), found {shown(found)}"
        )
    return found


def _category(fields: Fields) -> str:
    found = fields.take("category")
    if found is None:
        return ""
    if isinstance(found, int) and not isinstance(found, bool):
        if found < 1000:
            fields.wrong("category", f'expected a code of four digits, found {found}; quote it: "{found:04}"')
        return str(found)
    if not isinstance(found, str) or not re.fullmatch(r"\d{4}", found):
        fields.wrong(
            "category", f'expected a code of four digits in quotes such as "0207", found {shown(found)}'
        )
        return ""
    return found


def _calendar(fields: Fields, key: str, calendars: Mapping[str, Any] | None) -> str | None:
    found = fields.text(key)
    if found is not None and calendars is not None and found not in calendars:
        fields.wrong(key, f"unknown calendar '{found}'{nearest(found, calendars)}")
    return found


def _operator(reader: Reader, value: object, place: Place, *, inside_all: bool = False) -> Any:
    """Read `{operator: parameters}`."""
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) != 1:
        reader.problem(place, f"expected exactly one operator ({', '.join(OPERATORS)}), found {shown(value)}")
        return None
    name, parameters = next(iter(value.items()))
    if name not in OPERATORS:
        reader.problem((*place, name), f"unknown operator '{name}'{nearest(str(name), OPERATORS)}")
        return None
    return _parameters(reader, name, parameters, (*place, name), inside_all=inside_all)


def _parameters(
    reader: Reader, name: str, parameters: object, place: Place, *, inside_all: bool = False
) -> Any:
    fields = Fields(reader, parameters, place)
    if not isinstance(parameters, dict):
        return None
    before = len(reader.problems)
    if inside_all and name == "event":
        fields.duration("within", required=True)  # how long the event counts; read by the watch
    found = OPERATORS[name][1](fields)
    fields.end()
    return found if len(reader.problems) == before else None


def _stages(fields: Fields) -> tuple[RuleStage, ...]:
    written = fields.take("stages", required=True)
    if written is None:
        return ()
    if not isinstance(written, list) or not written:
        fields.wrong("stages", f"expected a list of stages, found {shown(written)}")
        return ()
    found = [
        _stage(fields.reader, item, (*fields.at("stages"), index), index)
        for index, item in enumerate(written)
    ]
    return tuple(stage for stage in found if stage is not None)


def _stage(reader: Reader, value: object, place: Place, index: int) -> RuleStage | None:
    fields = Fields(reader, value, place)
    if not isinstance(value, dict):
        return None
    stage = fields.word("stage", ("warning", "alarm"), required=True)
    level = fields.word("level", ("L1", "L2", "L3", "L4"), required=True)
    when = fields.take("when", required=index > 0)
    if index == 0 and when is not None:
        fields.wrong(
            "when", "the first stage is entered when detect fires; take `when` out or put a stage before it"
        )
    watch = _watch(reader, when, fields.at("when")) if index > 0 and when is not None else None
    fields.end()
    return RuleStage(stage=stage, level=level, when=watch) if stage and level else None


def _watch(reader: Reader, value: object, place: Place) -> Watch | None:
    if isinstance(value, dict) and len(value) == 1:
        mode = next(iter(value))
        if mode in ("all", "any"):
            items = value[mode]
            if not isinstance(items, list) or not items:
                reader.problem((*place, mode), f"expected a list of operators, found {shown(items)}")
                return None
            return _joined(reader, mode, items, (*place, mode))
    return _joined(reader, "any", [value], place, single=True)


def _joined(reader: Reader, mode: Any, items: list[Any], place: Place, *, single: bool = False) -> Watch:
    operators: list[Any] = []
    within: list[int | None] = []
    timers: dict[str, int | None] = dict.fromkeys(TIMERS)
    for index, item in enumerate(items):
        here: Place = place if single else (*place, index)
        if isinstance(item, dict) and len(item) == 1 and next(iter(item)) in TIMERS:
            fields = Fields(reader, item, here)
            name = next(iter(item))
            timers[name] = fields.duration(name)
        elif isinstance(item, dict) and len(item) == 1 and next(iter(item)) in ("all", "any"):
            reader.problem(here, "all and any stand once and not inside each other; write two rules")
        else:
            found = _operator(reader, item, here, inside_all=mode == "all")
            if found is not None:
                operators.append(found)
                written = item.get("event") if mode == "all" else None
                within.append(parse_duration(written["within"]) if written else None)
    return Watch(
        mode=mode, operators=tuple(operators), within_us=tuple(within),
        unacknowledged_us=timers["unacknowledged"], open_for_us=timers["open_for"],
    )  # fmt: skip


def _clear(fields: Fields, detect: Any) -> Clear | None:
    written = fields.take("clear")
    name = getattr(detect, "name", "")
    if written is None:
        return Clear(form="natural") if name in NATURAL else Clear(form="quiet", us=QUIET_US)
    inner = Fields(fields.reader, written, fields.at("clear"))
    if not isinstance(written, dict):
        return None
    if len(written) != 1:
        fields.wrong("clear", f"expected one of on, quiet, when, after, by, found {shown(written)}")
    found = _clear_form(inner, written, name)
    inner.end()
    return found


def _clear_form(inner: Fields, written: dict[str, Any], detecting: str) -> Clear | None:
    on = inner.selector("on")
    quiet = inner.duration("quiet")
    after = inner.duration("after")
    by = inner.word("by", ("person",))
    when = inner.take("when")
    if quiet is not None and detecting in ("sustained", "aggregate"):
        inner.wrong(
            "quiet",
            f"cannot be used with {detecting}: its samples go on arriving; leave clear out, or use when, after or by",
        )
    if on is not None:
        return Clear(form="on", on=on)
    if quiet is not None:
        return Clear(form="quiet", us=quiet)
    if after is not None:
        return Clear(form="after", us=after)
    if by is not None:
        return Clear(form="person")
    if when is not None:
        operator = _operator(inner.reader, when, inner.at("when"))
        return Clear(form="when", operator=operator) if operator is not None else None
    if not written:
        inner.reader.problem(inner.place, "expected one of on, quiet, when, after, by")
    return None


def _overrides(fields: Fields, detect: Any) -> tuple[tuple[Override, ...], dict[int, Any]]:
    written = fields.take("overrides")
    if written is None:
        return (), {}
    if not isinstance(written, list) or len(written) > MOST_OVERRIDES:
        fields.wrong(
            "overrides", f"expected a list of at most {MOST_OVERRIDES} overrides, found {shown(written)}"
        )
        return (), {}
    found: list[Override] = []
    for index, item in enumerate(written):
        inner = Fields(fields.reader, item, (*fields.at("overrides"), index))
        where = inner.expression("where", EVENT_ROOTS, required=True)
        change = inner.take("set", required=True)
        inner.end()
        if where is not None and isinstance(change, dict):
            if detect is not None:  # else there is nothing to change the parameters of
                _check_override(fields, change, inner.at("set"))
            found.append(Override(where=where, change=change))
        elif change is not None and not isinstance(change, dict):
            inner.wrong(
                "set", f"expected parameters of detect such as {{within: 90s}}, found {shown(change)}"
            )
    return tuple(found), _variants(fields, tuple(found)) if detect is not None else {}


def _merged(fields: Fields, changes: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    name, parameters = next(iter(fields.value["detect"].items()))
    merged = dict(parameters)
    for change in changes:
        merged.update(change)
    return name, merged


def _check_override(fields: Fields, change: dict[str, Any], place: Place) -> None:
    """Read detect with the changed parameters; what is wrong then is wrong in the override."""
    name, merged = _merged(fields, [change])
    trial = Reader(fields.reader.document, fields.reader.file, fields.reader.zone)
    _parameters(trial, name, merged, ())
    for problem in trial.problems:
        key = re.split(r"[.\[]", problem.path)[0]
        if key in change:
            fields.reader.problem((*place, key), problem.message)
        elif not problem.path:
            fields.reader.problem(place, problem.message)


def _variants(fields: Fields, overrides: tuple[Override, ...]) -> dict[int, Any]:
    found = {}
    for mask in range(1, 1 << len(overrides)):
        name, merged = _merged(fields, [o.change for index, o in enumerate(overrides) if mask >> index & 1])
        trial = Reader(fields.reader.document, fields.reader.file, fields.reader.zone)
        operator = _parameters(trial, name, merged, ())
        if operator is not None:
            found[mask] = operator
    return found
