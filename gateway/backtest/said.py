"""Said: what somebody must know about an answer: history too short, the site edited meanwhile, rules run beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.backtest.flood import Floods
from gateway.backtest.load import Load
from gateway.backtest.parts import Parts
from gateway.backtest.result import Said
from gateway.backtest.span import Window
from gateway.backtest.tally import Tally
from gateway.store.history import History
from rules.words import lasting

WORDS: dict[str, tuple[str, str]] = {
    "history_short": (
        "记录从 {t} 才开始，之前的没有",
        "the journal begins only at {t}; there is nothing from before",
    ),
    "history_ends": ("日志到 {t} 为止", "the journal ends at {t}"),
    "warm_up_short": (
        "开始时间之前只有 {t}的历史，开头一段的结果可能与实际不同",
        "there are only {t_en} of history before the span; its beginning may come out differently",
    ),
    "warm_up_part": (
        "预热从 {t} 开始；在那之前就成立的条件看不到，--warm-up all 从头读起",
        "the warm-up begins at {t}: a condition that already held before it is not seen; --warm-up all reads everything",
    ),
    "site_changed": (
        "期间小区的设置改过 {t} 次；这里全程按最新的算",
        "the site was edited {t_en} meanwhile; the newest one is used throughout",
    ),
    "beside": (
        "一并运行、不计数：{t}（它们会抑制被测规则）",
        "run beside and not counted, because they mute these rules: {t}",
    ),
    "switched_on": (
        "这些规则现在停用，回放当作启用：{t}",
        "these rules are disabled; the test runs them as if they were enabled: {t}",
    ),
    "nothing_since": (
        "日志到 {t} 为止；按之后什么也没有收到回答",
        "the journal ends at {t}; answered as if nothing came after it",
    ),
    "rule_newer": (
        "那时还没有这条规则；按现在的版本 {t} 回答",
        "this rule was not there yet; version {t}, the newest, answers",
    ),
    "rule_changed": (
        "按当时的版本 {t} 回答；之后改过",
        "version {t} of that moment answers; it was edited since",
    ),
    "live_open": (
        "当时网关上确实有这条告警（自 {t}），回放得不到它：规则、小区配置或更早的历史不同",
        "the gateway did have this alert open (since {t}) and the replay has not: rule, site or earlier history differ",
    ),
    "live_none": (
        "当时网关上没有这条告警：规则、小区配置或更早的历史不同",
        "the gateway did not have this alert open then: rule, site or earlier history differ",
    ),
    "failed": ("有 {t} 条输入出错，已跳过", "{t} inputs failed and were left out"),
}


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished backtest hands over."""

    history: History
    parts: Parts
    window: Window
    tallies: Mapping[str, Tally]
    load: Load
    floods: Floods
    warm_us: int
    whole: bool
    enough: bool
    events: int
    told: int
    seconds: float
    failed: tuple[tuple[int, str], ...] = ()


def said_of(summary: Summary) -> list[Said]:
    """Return what there is to know."""
    return [note(code, **facts) for code, facts in _facts(summary)]


def roughly(us: int) -> int:
    """Return a span cut to the largest unit of which it has at least two: nobody wants to read 547 seconds."""
    unit = next((unit for unit in (86_400, 3_600, 60) if us >= 2 * unit * 1_000_000), 1) * 1_000_000
    return us // unit * unit


def note(code: str, **facts: str) -> Said:
    """Return one of these notes with its facts filled in."""
    return Said(code=code, text={"zh": WORDS[code][0].format(**facts), "en": WORDS[code][1].format(**facts)})


def _facts(summary: Summary) -> Iterator[tuple[str, dict[str, str]]]:
    window = summary.window
    if window.begins_late:
        yield "history_short", {"t": _time(summary, window.begin_us)}
    if window.ends_early:
        yield "history_ends", {"t": _time(summary, window.end_us)}
    if not summary.enough and not window.begins_late:
        warm = roughly(window.begin_us - summary.warm_us)
        yield "warm_up_short", {"t": lasting(warm, "zh"), "t_en": lasting(warm, "en")}
    elif summary.enough and not summary.whole:
        yield "warm_up_part", {"t": _time(summary, summary.warm_us)}
    saved = summary.history.versions_between("site", window.begin_us, window.end_us)
    if saved:
        yield "site_changed", {"t": str(saved), "t_en": "once" if saved == 1 else f"{saved} times"}
    if summary.parts.beside:
        yield "beside", {"t": ", ".join(rule.id for rule in summary.parts.beside)}
    if summary.parts.switched_on:
        yield "switched_on", {"t": ", ".join(sorted(summary.parts.switched_on))}
    if summary.failed:
        yield "failed", {"t": str(len(summary.failed))}


def _time(summary: Summary, us: int) -> str:
    zone = summary.parts.site.rules.zone
    return summary.window.shown(us).astimezone(zone).strftime("%Y-%m-%d %H:%M")
