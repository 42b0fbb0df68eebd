"""Sheets: a ledger as tables of plain cells, in one language; what CSV, XLSX and paper are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from gateway.report.ledger import Ledger, Line
from gateway.report.uptime import Uptime
from gateway.report.words import COLUMNS, FIGURES, FINDINGS, SHEETS, STEPS, say

Cell: TypeAlias = str | int | float | None
Form: TypeAlias = Literal["text", "count", "share", "minutes", "number"]
Name: TypeAlias = Callable[[str], str]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: what it is called and how its cells are meant. Shares are 0–1, minutes are numbers."""

    name: str
    form: Form = "count"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What codes are called, in the language of the sheet."""

    category: Name
    grid: Name
    rule: Name
    device: Name
    building: Name = str
    type: Name = str


_LINE: tuple[tuple[str, Form], ...] = (
    ("opened", "count"), ("done", "count"), ("still_open", "count"), ("reported", "count"), ("late", "count"),
    ("on_time", "share"), ("false_alarms", "count"), ("false_rate", "share"), ("rework", "count"),
    ("rework_rate", "share"), ("reopened", "count"), ("taken_s", "minutes"), ("arrived_s", "minutes"),
    ("resolved_s", "minutes"), ("rated", "count"), ("satisfied", "share"),
)  # fmt: skip


def sheets(ledger: Ledger, names: Names, lang: str) -> tuple[Sheet, ...]:
    """Return the whole ledger as sheets, the summary first."""
    return (
        _summary(ledger, lang),
        _times(ledger, lang),
        _mix(ledger, lang),
        _figures("by_category", lang, [(names.category(each.name), each) for each in ledger.by_category]),
        _figures("by_level", lang, [(each.name, each) for each in ledger.by_level]),
        _figures("by_grid", lang, [(names.grid(each.name), each) for each in ledger.by_grid]),
        _figures(
            "by_building",
            lang,
            [
                (names.building(each.name) if each.name else say(COLUMNS, "no_building", lang), each)
                for each in ledger.by_building
            ],
        ),
        Sheet(
            title=say(SHEETS, "by_day", lang),
            columns=_columns(lang, ("day", "text"), ("opened", "count"), ("closed", "count")),
            rows=tuple(ledger.by_day),
        ),
        _noisy(ledger, names, lang),
        _load(ledger, lang),
        *(() if ledger.uptime is None else (_uptime(ledger.uptime, names, lang),)),
    )


def _summary(ledger: Ledger, lang: str) -> Sheet:
    whole = ledger.whole
    rows: list[tuple[Cell, ...]] = [
        (say(COLUMNS, name, lang), *_shown(getattr(whole, name), form, lang)) for name, form in _LINE
    ]
    rows += [
        (say(FIGURES, "drills", lang), ledger.drills, ""),
        (say(FIGURES, "carried_in", lang), ledger.carried_in, ""),
    ]
    return Sheet(
        title=say(SHEETS, "summary", lang),
        columns=_columns(lang, ("figure", "text"), ("value", "number"), ("unit", "text")),
        rows=tuple(rows),
    )


def _figures(sheet: str, lang: str, lines: list[tuple[str, Line]]) -> Sheet:
    return Sheet(
        title=say(SHEETS, sheet, lang),
        columns=_columns(lang, ("name", "text"), *_LINE),
        rows=tuple(
            (
                name or say(COLUMNS, "nowhere", lang),
                *(_plain(getattr(each, field), form) for field, form in _LINE),
            )
            for name, each in lines
        ),
    )


def _noisy(ledger: Ledger, names: Names, lang: str) -> Sheet:
    wanted: tuple[tuple[str, Form], ...] = (
        ("rule", "text"), ("alarms", "count"), ("alarm_share", "share"), ("cases", "count"),
        ("false_alarms", "count"), ("found", "count"), ("devices", "text"),
    )  # fmt: skip
    return Sheet(
        title=say(SHEETS, "noisy", lang),
        columns=_columns(lang, *wanted),
        rows=tuple(
            (
                names.rule(each.rule), each.alarms, each.share, each.cases, each.false, each.found,
                "、".join(f"{names.device(device)} ×{count}" for device, count in each.devices),
            )
            for each in ledger.noisy
        ),
    )  # fmt: skip


def _times(ledger: Ledger, lang: str) -> Sheet:
    return Sheet(
        title=say(SHEETS, "times", lang),
        columns=_columns(lang, ("step", "text"), ("cases", "count"), ("p50", "minutes"), ("p90", "minutes"), ("p95", "minutes")),
        rows=tuple(
            (say(STEPS, each.step, lang), each.count, *(_plain(value, "minutes") for value in (each.p50, each.p90, each.p95)))
            for each in ledger.times
        ),
    )  # fmt: skip


def _mix(ledger: Ledger, lang: str) -> Sheet:
    return Sheet(
        title=say(SHEETS, "mix", lang),
        columns=_columns(lang, ("figure", "text"), ("cases", "count")),
        rows=tuple((say(FINDINGS, finding, lang), count) for finding, count in ledger.mix.items()),
    )


def _uptime(uptime: Uptime, names: Names, lang: str) -> Sheet:
    return Sheet(
        title=say(SHEETS, "uptime", lang),
        columns=_columns(lang, ("type", "text"), ("devices_count", "count"), ("uptime", "share"), ("outages", "count")),
        rows=tuple((names.type(each.type), each.devices, each.share, each.outages) for each in uptime.by_type),
    )  # fmt: skip


def _load(ledger: Ledger, lang: str) -> Sheet:
    load = ledger.load
    goals: tuple[tuple[str, Cell, str], ...] = (
        ("alarms", load.alarms, ""),
        ("per_hour", load.per_hour, "6 / 12"),
        ("per_hour_and_seat", load.per_hour_and_seat, "≤ 3"),
        ("worst_window", load.worst_window, "≤ 10"),
        ("calm_share", _percent(load.calm_share), "≥ 95 %"),
        ("floods", load.floods, "0"),
        ("flood_share", _percent(load.flood_share), "< 0.5 %"),
        ("level_1_share", _percent(load.levels["L1"] / load.alarms if load.alarms else None), "≤ 5 %"),
        ("top_share", _percent(load.top_share), "1 – 5 %"),
        ("chattering", len(load.chattering), "0"),
        ("standing", load.standing, "< 5"),
    )
    return Sheet(
        title=say(SHEETS, "load", lang),
        columns=_columns(lang, ("figure", "text"), ("value", "number"), ("goal", "text")),
        rows=tuple((say(FIGURES, name, lang), value, goal) for name, value, goal in goals),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def _columns(lang: str, *wanted: tuple[str, Form]) -> tuple[Column, ...]:
    return tuple(Column(name=say(COLUMNS, name, lang), form=form) for name, form in wanted)


def _plain(value: Cell, form: Form) -> Cell:
    return round(value / 60, 1) if form == "minutes" and isinstance(value, (int, float)) else value


def _shown(value: Cell, form: Form, lang: str) -> tuple[Cell, str]:
    """Return a figure of the summary with its unit beside it."""
    unit = say(COLUMNS, "minutes", lang) if form == "minutes" else ""
    if form == "share" and isinstance(value, (int, float)):
        return round(value * 100, 1), "%"
    return _plain(value, form), unit if value is not None else ""
