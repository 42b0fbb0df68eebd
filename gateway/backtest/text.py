"""Text: a backtest's answer for people, in Chinese or English: one sentence first, then numbers, then examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from gateway.backtest.result import Hit, KeyCount, Result, RuleResult, ShiftLoad, Words
from rules.words import Lang, lasting, level_name, pick

_BARS = " ▁▂▃▄▅▆▇█"
MOST_KEYS = 10
MOST_HITS = 5
MOST_SHIFTS = 14
_HOUR_US = 3_600_000_000


def headline(fired: int, keys: Sequence[KeyCount], span: Words) -> Words:
    """Say in one sentence how often a rule fires: “过去 7 天会触发 43 次，其中 38 次在南门”.

    Args:
        fired: how often.
        keys: where, the most frequent first.
        span: the span in words.
    """
    if fired == 0:
        return {
            "zh": f"{span['zh']}一次也不会触发",
            "en": f"it would not have fired once {span['en']}",
        }
    times = "once" if fired == 1 else f"{fired} times"
    zh, en = f"{span['zh']}会触发 {fired} 次", f"it would have fired {times} {span['en']}"
    if keys and len(keys) > 1 and keys[0].count > 1:
        zh += f"，其中 {keys[0].count} 次在{keys[0].where['zh']}"
        en += f", {keys[0].count} of them at {keys[0].where['en']}"
    elif keys and len(keys) == 1:
        zh += f"，都在{keys[0].where['zh']}" if fired > 1 else f"，在{keys[0].where['zh']}"
        en += f", all at {keys[0].where['en']}" if fired > 1 else f", at {keys[0].where['en']}"
    return {"zh": zh, "en": en}


def span_words(begin: datetime, end: datetime, zone: tzinfo, *, lately: bool) -> Words:
    """Say a span: `lately`, one that ends with the journal, by its length; any other by its ends."""
    if lately:
        us = round((end - begin).total_seconds() * 1e6)
        for step in (_HOUR_US, _HOUR_US // 60, _HOUR_US // 3600):
            rounded = (us + step // 2) // step * step
            if rounded >= 10 * step:
                us = rounded
                break
        return {"zh": f"过去 {lasting(us, 'zh')}", "en": f"in the last {lasting(us, 'en')}"}
    first, last = (each.astimezone(zone).strftime("%m-%d %H:%M") for each in (begin, end))
    return {"zh": f"{first} 到 {last} ", "en": f"from {first} to {last}"}


def text_of(result: Result, lang: Lang) -> str:
    """Return the whole answer as lines of text."""
    return "\n".join(_lines(result, lang))


def _lines(result: Result, lang: Lang) -> Iterator[str]:
    zone = ZoneInfo(result.zone)
    begin, end = (_time(each, zone) for each in (result.span.begin, result.span.end))
    rate = f"{result.events / result.seconds:,.0f}" if result.seconds else "?"
    yield pick(
        lang,
        f"{begin} – {end}（{result.zone}）；读了 {result.events:,} 条事件，{result.seconds:.1f} 秒（每秒 {rate} 条）",
        f"{begin} – {end} ({result.zone}); read {result.events:,} events in {result.seconds:.1f} s ({rate}/s)",
    )
    yield _warm_up(result, lang, zone)
    for said in result.said:
        yield pick(lang, "注意：", "Note: ") + said.text[lang]
    for rule in result.rules:
        yield ""
        yield from _rule(rule, lang, zone)
    if result.load:
        yield ""
        yield from _load(result.load, lang, zone)


def _warm_up(result: Result, lang: Lang, zone: tzinfo) -> str:
    warm = round(result.warm_up.seconds) * 1_000_000
    if not warm:
        return pick(lang, "没有预热：历史从这里开始", "no warm-up: history begins here")
    since = _time(result.warm_up.begin, zone)
    return pick(
        lang,
        f"预热：从 {since} 起（{lasting(warm, 'zh')}{'，历史的开头' if result.warm_up.whole else ''}）",
        f"warm-up: from {since} ({lasting(warm, 'en')}{', where history begins' if result.warm_up.whole else ''})",
    )


def _rule(rule: RuleResult, lang: Lang, zone: tzinfo) -> Iterator[str]:
    yield f"{rule.name[lang]}  {rule.rule}"
    yield f"  {rule.headline[lang]}{pick(lang, '。', '.')}"
    yield f"  {rule.sentence[lang]}"
    if rule.fired or rule.notified:
        levels = pick(lang, "，", ", ").join(
            f"{level_name(level, lang)} {count}" for level, count in rule.levels.items()
        )
        yield pick(
            lang,
            f"  级别 {levels}；提醒 {rule.notified} 次，派人至多 {rule.cases} 次，重新打开 {rule.reopened} 次",
            f"  levels {levels}; {rule.notified} notices, at most {rule.cases} cases, reopened {rule.reopened} times",
        )
        yield from _when(rule, lang)
        yield from _where(rule.by_key, lang)
    if rule.difference is not None:
        found = rule.difference
        yield pick(
            lang,
            f"  与实际发生的告警相比：相同 {found.same}，新增 {found.only_new}，不再触发 {found.only_old}",
            f"  against the alerts that were raised: {found.same} the same, {found.only_new} new, {found.only_old} no longer",
        )
    if rule.verdict is not None:
        right, closed = rule.verdict.closed - rule.verdict.false, rule.verdict.closed
        yield pick(
            lang,
            f"  对应的案件已结 {closed} 起，误报 {rule.verdict.false} 起（属实 {right}/{closed}）",
            f"  {closed} of these led to cases that are closed, {rule.verdict.false} as false alarms ({right}/{closed} real)",
        )
    yield from _hits(rule.samples[:MOST_HITS], pick(lang, "例", "e.g."), lang, zone)
    if rule.difference is not None:
        yield from _hits(rule.difference.samples_new[:MOST_HITS], pick(lang, "新增", "new"), lang, zone)
        yield from _hits(rule.difference.samples_old[:MOST_HITS], pick(lang, "不再", "gone"), lang, zone)


def _when(rule: RuleResult, lang: Lang) -> Iterator[str]:
    days = "  ".join(f"{day[5:]} {count}" for day, count in rule.by_day.items())
    yield f"  {pick(lang, '按天', 'by day')}  {days}"
    most = max(rule.by_hour) or 1
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in rule.by_hour)
    busiest = rule.by_hour.index(max(rule.by_hour))
    yield f"  {pick(lang, '按时', 'by hour')}  0h|{bars}|24h  " + pick(
        lang, f"{busiest} 点最多（{max(rule.by_hour)}）", f"most at {busiest}h ({max(rule.by_hour)})"
    )


def _where(keys: Sequence[KeyCount], lang: Lang) -> Iterator[str]:
    if not keys:
        return
    shown = pick(lang, "，", ", ").join(f"{each.where[lang]} {each.count}" for each in keys[:MOST_KEYS])
    rest = len(keys) - MOST_KEYS
    more = pick(lang, f"，另有 {rest} 处", f", and {rest} more") if rest > 0 else ""
    yield f"  {pick(lang, '按处', 'where')}  {shown}{more}"


def _hits(hits: Iterable[Hit], label: str, lang: Lang, zone: tzinfo) -> Iterator[str]:
    for hit in hits:
        case = f"  [{hit.case}{' ' + hit.close_code if hit.close_code else ''}]" if hit.case else ""
        yield f"  {label} {_time(hit.at, zone)} {level_name(hit.level, lang)} {hit.sentence[lang]}{case}"


def _load(load: Sequence[ShiftLoad], lang: Lang, zone: tzinfo) -> Iterator[str]:
    yield pick(lang, "每班负担（所测规则合计）", "Load per shift (all tested rules)")
    busiest = sorted(load, key=lambda each: (each.cases, each.alerts), reverse=True)[:MOST_SHIFTS]
    for each in sorted(busiest, key=lambda each: each.begin):
        begin, end = (at.astimezone(zone) for at in (each.begin, each.end))
        people = ""
        if each.per_person is not None:
            people = pick(
                lang,
                f"，在岗 {len(each.people)} 人，每人 {each.per_person:g} 起",
                f", {len(each.people)} on duty, {each.per_person:g} cases each",
            )
        yield pick(
            lang,
            f"  {begin:%m-%d %H:%M}–{end:%H:%M} {each.shift}：告警 {each.alerts}，案件至多 {each.cases}{people}",
            f"  {begin:%m-%d %H:%M}–{end:%H:%M} {each.shift}: {each.alerts} alerts, at most {each.cases} cases{people}",
        )
    if len(load) > MOST_SHIFTS:
        rest = len(load) - MOST_SHIFTS
        yield pick(lang, f"  另有 {rest} 个班次较少", f"  {rest} more shifts with less")


def _time(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
