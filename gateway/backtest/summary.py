"""Summary: from what a backtest counted to what it says: names, samples, the live alerts beside it, what to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from gateway.backtest.compare import Live, Pairing, live_of, pair, verdict
from gateway.backtest.load import Load
from gateway.backtest.parts import Parts
from gateway.backtest.places import device_words, key_words
from gateway.backtest.result import (
    Difference,
    Hit,
    KeyCount,
    Result,
    RuleResult,
    Said,
    Span,
    WarmUp,
)
from gateway.backtest.span import Window
from gateway.backtest.tally import SAMPLES, Tally, key_of_text
from gateway.clock import to_us
from gateway.response.world import SiteView
from gateway.store.history import History
from rules.change import Change
from rules.explain import sentence
from rules.model import Rule
from rules.words import lasting

MOST_KEYS = 1000


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished backtest hands over."""

    history: History
    parts: Parts
    window: Window
    tallies: Mapping[str, Tally]
    load: Load
    warm_us: int
    whole: bool
    enough: bool
    events: int
    told: int
    seconds: float
    failed: tuple[tuple[int, str], ...] = ()


def summarise(summary: Summary) -> Result:
    """Return the answer."""
    window, parts = summary.window, summary.parts
    raised = summary.history.alerts_of(list(summary.tallies), window.begin_us, window.end_us)
    live = live_of(raised)
    return Result(
        site=parts.site.rules.id,
        zone=str(parts.site.rules.zone),
        span=Span(begin=window.shown(window.begin_us), end=window.shown(window.end_us)),
        warm_up=WarmUp(
            begin=window.shown(summary.warm_us),
            seconds=(window.begin_us - summary.warm_us) / 1e6,
            whole=summary.whole,
            enough=summary.enough,
        ),
        events=summary.events,
        told=summary.told,
        seconds=round(summary.seconds, 3),
        rules=[
            _rule(summary, tally, live.get(rule, []), known=rule in parts.live)
            for rule, tally in summary.tallies.items()
        ],
        load=summary.load.result(),
        said=_said(summary),
    )


def _rule(summary: Summary, tally: Tally, live: Sequence[Live], *, known: bool) -> RuleResult:
    window, site = summary.window, summary.parts.site.view
    pairing = pair(tally.spells, live, window.begin_us, window.end_us)
    partners = dict(pairing.same)
    shown = _Shown(window, site, tally.rule)
    samples = [
        shown.hit(change, live[partners[place]] if place in partners else None)
        for place, change in tally.samples
    ]
    return RuleResult(
        rule=tally.rule.id,
        name=tally.name,
        sentence=tally.sentence(),
        fired=tally.fired,
        reopened=tally.reopened,
        cleared=tally.cleared,
        notified=tally.notified,
        cases=tally.cases,
        levels=dict(sorted(tally.levels.items())),
        by_day=dict(sorted(tally.days.items())),
        by_hour=list(tally.hours),
        by_key=[
            KeyCount(key=key, where=key_words(site, key), count=count)
            for key, count in ((key_of_text(text), n) for text, n in tally.keys.most_common(MOST_KEYS))
        ],
        samples=samples,
        difference=_difference(tally, live, pairing, shown) if known or live else None,
        verdict=verdict(pairing, live),
    )


class _Shown:
    """Turns changes of one rule into hits."""

    def __init__(self, window: Window, site: SiteView, rule: Rule) -> None:
        self._window, self._site, self._rule = window, site, rule

    def hit(self, change: Change, live: Live | None) -> Hit:
        site, device = self._site, change.device
        where = device_words(site, device) if device else key_words(site, change.key)
        zone: ZoneInfo = site.zone
        return Hit(
            at=self._window.shown(to_us(change.t)),
            key=change.key,
            where=where,
            stage=change.stage,
            level=change.level,
            sentence={
                "zh": sentence(change, "zh", rule=self._rule, place=where["zh"], zone=zone),
                "en": sentence(change, "en", rule=self._rule, place=where["en"], zone=zone),
            },
            events=list(change.events),
            notify=change.notify,
            late=change.late,
            case=live.incident if live is not None else None,
            close_code=live.close_code if live is not None else None,
        )


def _difference(tally: Tally, live: Sequence[Live], pairing: Pairing, shown: _Shown) -> Difference:
    alone = set(pairing.only_new)
    return Difference(
        same=len(pairing.same),
        only_new=len(pairing.only_new) + tally.unkept,
        only_old=len(pairing.only_old),
        samples_new=[shown.hit(change, None) for place, change in tally.samples if place in alone],
        samples_old=[shown.hit(live[place].opening, live[place]) for place in pairing.only_old[:SAMPLES]],
    )


def _said(summary: Summary) -> list[Said]:
    window, found = summary.window, []
    if window.begins_late:
        found.append(
            _note(
                "history_short",
                "日志从 {t} 才开始，之前的部分没有数据",
                "the journal begins only at {t}; there is nothing from before",
                t=_time(summary, window.begin_us),
            )
        )
    if window.ends_early:
        found.append(
            _note(
                "history_ends", "日志到 {t} 为止", "the journal ends at {t}", t=_time(summary, window.end_us)
            )
        )
    if not summary.enough:
        warm = (window.begin_us - summary.warm_us) // 1_000_000 * 1_000_000
        found.append(
            Said(
                code="warm_up_short",
                text={
                    "zh": f"开始时间之前只有 {lasting(warm, 'zh')}的历史，开头一段的结果可能与实际不同",
                    "en": f"there are only {lasting(warm, 'en')} of history before the span; its beginning may come out differently",
                },
            )
        )
    elif not summary.whole:
        found.append(
            _note(
                "warm_up_part",
                "预热从 {t} 开始；在那之前就成立的条件看不到，--warm-up all 从头读起",
                "the warm-up begins at {t}: a condition that already held before it is not seen; --warm-up all reads everything",
                t=_time(summary, summary.warm_us),
            )
        )
    saved = summary.history.versions_between("site", window.begin_us, window.end_us)
    if saved:
        found.append(
            _note(
                "site_changed",
                "期间小区配置改过 {t} 次；回放全程使用最新的配置",
                "the site was edited {t} times meanwhile; the newest one is used throughout",
                t=str(saved),
            )
        )
    if summary.parts.beside:
        names = ", ".join(rule.id for rule in summary.parts.beside)
        found.append(
            _note(
                "beside",
                "一并运行、不计数：{t}（它们会抑制被测规则）",
                "run beside and not counted, because they mute these rules: {t}",
                t=names,
            )
        )
    if summary.failed:
        found.append(
            _note(
                "failed",
                "有 {t} 条输入出错，已跳过",
                "{t} inputs failed and were left out",
                t=str(len(summary.failed)),
            )
        )
    return found


def _note(code: str, zh: str, en: str, *, t: str) -> Said:
    return Said(code=code, text={"zh": zh.format(t=t), "en": en.format(t=t)})


def _time(summary: Summary, us: int) -> str:
    zone = summary.parts.site.rules.zone
    return summary.window.shown(us).astimezone(zone).isoformat(sep=" ", timespec="seconds")
