"""Story: a period in three sentences and four figures, and today in five. Everything is counted, nothing is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from gateway.report.change import Change, Form, change_of, said
from gateway.report.ledger import Ledger
from gateway.report.wording import Words, both, length, many, number, percent

Name = Callable[[str], Words]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four numbers with what it was before (环比) and a year ago (同比)."""

    name: str
    title: Words
    value: float | None
    form: Form
    more: bool | None  # whether more is better; None: neither
    text: Words  # the value as people say it
    before: Change | None
    before_text: Words | None
    year: Change | None
    year_text: Words | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands at this moment, for the sentences of today."""

    open_cases: int
    open_grave: int  # of L1 and L2
    overdue: int
    devices: int
    reporting: int
    on_duty: tuple[str, ...]  # names of guards
    gaps: int  # grids with nobody


def figures_of(now: Ledger, before: Ledger | None, year: Ledger | None) -> tuple[Figure, ...]:
    """Return the four numbers of a period; a ledger that is None cannot be compared with."""
    return tuple(_figure(name, title, form, more, now, before, year) for name, title, form, more in _FIGURES)


_FIGURES: tuple[tuple[str, Words, Form, bool | None], ...] = (
    ("opened", both("新增案件", "Cases opened"), "count", None),
    ("taken_s", both("接单用时（中位）", "Time to take (median)"), "seconds", False),
    ("on_time", both("按时处置率", "Resolved on time"), "share", True),
    ("false_rate", both("误报率", "False-alarm rate"), "share", False),
)


def _figure(
    name: str, title: Words, form: Form, more: bool | None, now: Ledger, before: Ledger | None, year: Ledger | None
) -> Figure:  # fmt: skip
    value: float | None = getattr(now.whole, name)
    changes = [
        change_of(value, None if other is None else getattr(other.whole, name), form)
        for other in (before, year)
    ]
    texts = [None if each is None or value is None else said(each, value, form) for each in changes]
    return Figure(
        name=name, title=title, value=value, form=form, more=more, text=value_text(value, form),
        before=changes[0], before_text=texts[0], year=changes[1], year_text=texts[1],
    )  # fmt: skip


def value_text(value: float | None, form: Form) -> Words:
    """Return a value as people say it; a dash where there is none."""
    if value is None:
        return both("–", "–")
    if form == "share":
        return both(percent(value), percent(value))
    return length(value) if form == "seconds" else both(number(value), number(value))


def sentences_of(now: Ledger, before: Ledger | None, *, rule: Name) -> tuple[Words, ...]:
    """Return what a period came to: how much there was, how it was handled, what was loudest."""
    return (_much(now, before), _handled(now), _loudest(now, rule))


def today_sentences(
    now: Ledger, before: Ledger | None, standing: Standing, *, rule: Name, clock: Callable[[datetime], str]
) -> tuple[Words, ...]:
    """Return today in five sentences: cases, alarms, the loudest, how fast, devices and people."""
    return (
        _cases_today(now, standing),
        _alarms(now, before, clock),
        _loudest(now, rule),
        _handled(now),
        _ready(standing),
    )


def _much(now: Ledger, before: Ledger | None) -> Words:
    whole = now.whole
    if not whole.opened:
        return both("本期没有新增案件。", "No cases were opened in this period.")
    change = change_of(whole.opened, None if before is None else before.whole.opened, "count")
    moved = None if change is None else said(change, whole.opened, "count")
    zh = f"新增 {whole.opened} 件" + (f"，比上期{moved['zh']}" if moved else "")
    en = f"{many(whole.opened, 'case', 'cases').capitalize()} opened" + (
        f", {moved['en']} compared with the period before" if moved else ""
    )
    if not whole.still_open:
        return both(f"{zh}；全部办结。", f"{en}; all of them done.")
    return both(
        f"{zh}；已办结 {whole.done} 件，还有 {whole.still_open} 件没办完。",
        f"{en}; {whole.done} done, {whole.still_open} still open.",
    )


def _handled(now: Ledger) -> Words:
    whole = now.whole
    if whole.taken_s is None and whole.resolved_s is None:
        return both("还没有案件被接单。", "No case has been taken yet.")
    zh, en = [], []
    for seconds, verb_zh, verb_en in (
        (whole.taken_s, "接单", "to take"),
        (whole.arrived_s, "到场", "to reach"),
        (whole.resolved_s, "处置完", "to resolve"),
    ):
        if seconds is not None:
            said_length = length(seconds)
            zh.append(f"{verb_zh} {said_length['zh']}")
            en.append(f"{said_length['en']} {verb_en}")
    late_zh = f"另有步骤超时的 {whole.late} 件。" if whole.late else "没有超时。"
    late_en = (
        f"{many(whole.late, 'case', 'cases')} took too long over a step." if whole.late else "none was late."
    )
    on_zh, on_en = _on_time(whole.on_time)
    return both(
        f"一般用时：{'、'.join(zh)}{on_zh}；{late_zh}",
        f"Usual times: {', '.join(en)}{on_en}; {late_en}",
    )


def _on_time(share: float | None) -> tuple[str, str]:
    """Say that the rate is of what is resolved: a step that is late elsewhere does not contradict it."""
    if share is None:
        return "", ""
    if share == 1:
        return "，处置完的都在时限内", ", all that are resolved were so in time"
    return f"，处置完的 {percent(share)} 在时限内", f", {percent(share)} of the resolved in time"


def _loudest(now: Ledger, rule: Name) -> Words:
    if not now.noisy:
        return both("没有报警。", "There were no alarms.")
    first = now.noisy[0]
    name = rule(first.rule)
    zh = f"报警最多的是“{name['zh']}”，{first.alarms} 条，占 {percent(first.share)}"
    en = f"“{name['en']}” spoke most: {many(first.alarms, 'alarm', 'alarms')}, {percent(first.share)} of all"
    if first.found:
        wrong = f" {first.false} 件是误报" if first.false else "没有误报"
        were = "was a false alarm" if first.false <= 1 else "were false alarms"
        zh += f"，有结论的 {first.found} 件里{wrong}"
        en += f"; {first.false or 'none'} of {many(first.found, 'finding', 'findings')} {were}"
    return both(f"{zh}。", f"{en}.")


def _cases_today(now: Ledger, standing: Standing) -> Words:
    whole = now.whole
    grave = standing.open_grave
    zh = f"今天到现在新增 {whole.opened} 件"
    en = f"{many(whole.opened, 'case', 'cases').capitalize()} opened today"
    if whole.opened:
        zh += f"，其中 {whole.done} 件已办结" if whole.done else "，都还没有办结"
        en += f", {whole.done or 'none'} of them done"
    if not standing.open_cases:
        return both(f"{zh}；眼下没有未办结的案件。", f"{en}; nothing is open now.")
    zh += f"；眼下 {standing.open_cases} 件未办结"
    en += f"; {standing.open_cases} open now"
    if grave:
        zh += f"，其中紧急和重要 {grave} 件"
        en += f", {grave} of them urgent or serious"
    if standing.overdue:
        zh += f"，{standing.overdue} 件已超时"
        en += f", {standing.overdue} overdue"
    return both(f"{zh}。", f"{en}.")


def _alarms(now: Ledger, before: Ledger | None, clock: Callable[[datetime], str]) -> Words:
    load = now.load
    change = change_of(load.alarms, None if before is None else before.load.alarms, "count")
    moved = None if change is None else said(change, load.alarms, "count")
    zh = f"报警 {load.alarms} 条，平均每小时 {number(load.per_hour)} 条"
    en = f"{many(load.alarms, 'alarm', 'alarms').capitalize()}, {number(load.per_hour)} an hour on average"
    if moved:
        zh += f"，比昨天同一时段{moved['zh']}"
        en += f", {moved['en']} compared with yesterday by this time"
    if load.worst_at is not None:
        zh += f"；最忙的十分钟从 {clock(load.worst_at)} 起，{load.worst_window} 条"
        en += f"; the busiest ten minutes began at {clock(load.worst_at)} with {load.worst_window}"
    return both(f"{zh}。", f"{en}.")


def _ready(standing: Standing) -> Words:
    zh = f"{standing.devices} 台设备里 {standing.reporting} 台在线"
    en = f"{standing.reporting} of {many(standing.devices, 'device', 'devices')} report"
    if standing.on_duty:
        zh += f"；值班的是{'、'.join(standing.on_duty)}"
        en += f"; {', '.join(standing.on_duty)} watch"
    else:
        zh += "；值班室现在没有排人"
        en += "; nobody is planned at the duty desk now"
    if standing.gaps:
        zh += f"，{standing.gaps} 个网格没有人"
        en += f", {many(standing.gaps, 'grid has', 'grids have')} nobody"
    return both(f"{zh}。", f"{en}.")
