"""Summary: from what a backtest counted to what it says: names, samples, the live alerts beside it, what to know."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from gateway.backtest.compare import Live, Pairing, live_of, pair, verdict
from gateway.backtest.places import device_words, key_words
from gateway.backtest.result import (
    Difference,
    Hit,
    KeyCount,
    Result,
    RuleResult,
    Span,
    WarmUp,
    Words,
)
from gateway.backtest.said import Summary, said_of
from gateway.backtest.span import Window
from gateway.backtest.tally import SAMPLES, Tally, key_of_text
from gateway.backtest.text import headline, span_words
from gateway.clock import to_us
from gateway.response.world import SiteView
from rules.change import Change
from rules.explain import sentence
from rules.model import Rule

MOST_KEYS = 1000


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
        floods=summary.floods.result(),
        said=said_of(summary),
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
    keys = [(key_of_text(text), count) for text, count in tally.keys.most_common(MOST_KEYS)]
    by_key = [KeyCount(key=key, where=key_words(site, key), count=count) for key, count in keys]
    return RuleResult(
        rule=tally.rule.id,
        name=tally.name,
        sentence=tally.sentence(),
        headline=headline(tally.fired, by_key, _span(summary)),
        fired=tally.fired,
        reopened=tally.reopened,
        cleared=tally.cleared,
        notified=tally.notified,
        cases=tally.cases,
        levels=dict(sorted(tally.levels.items())),
        by_day=dict(sorted(tally.days.items())),
        by_hour=list(tally.hours),
        by_key=by_key,
        by_day_hour={day: list(tally.day_hours[day]) for day in sorted(tally.day_hours)},
        samples=samples,
        difference=_difference(tally, live, pairing, shown) if known or live else None,
        verdict=verdict(pairing, live),
    )


def _span(summary: Summary) -> Words:
    window = summary.window
    begin, end = window.shown(window.begin_us), window.shown(window.end_us)
    return span_words(begin, end, summary.parts.site.rules.zone, lately=window.lately)


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
