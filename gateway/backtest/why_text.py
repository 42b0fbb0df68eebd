"""Why, as text for people: the answer, what happened around the moment, how near it came, what was heard."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.backtest.answer import Around, Explained, HeardEvent
from gateway.response.wording import CHANGES
from rules.words import Lang, level_name, pick

_TRUTH = {True: ("✓", "✓"), False: ("✗", "✗"), "unknown": ("?", "?")}


def why_text(found: Explained, lang: Lang) -> str:
    """Return the whole answer as lines of text."""
    return "\n".join(_lines(found, lang))


def _lines(found: Explained, lang: Lang) -> Iterator[str]:
    yield found.answer[lang]
    for said in found.said:
        yield pick(lang, "注意：", "Note: ") + said.text[lang]
    yield ""
    yield f"{found.name[lang]}  {found.rule}" + (f"  v{found.version}" if found.version is not None else "")
    yield f"  {found.sentence[lang]}"
    yield from _around(found.before, pick(lang, "之前", "before"), lang)
    if found.near is not None and found.alert is not None:
        yield f"  {pick(lang, '最接近', 'nearest')}  {found.near.text[lang]}"
    yield from _around(found.after, pick(lang, "之后", "after"), lang)
    if found.heard:
        yield f"  {pick(lang, '当时收到的相关事件', 'events it read until then')}"
        for event in found.heard:
            yield f"    {_event(event, lang)}"
    elif found.last_heard is not None:
        yield pick(
            lang,
            f"  没有收到过这条规则要看的事件；最后一条消息：{found.last_heard['at']} {found.last_heard['kind']}",
            f"  no event of a kind it reads; last heard: {found.last_heard['at']} {found.last_heard['kind']}",
        )


def _around(changes: list[Around], label: str, lang: Lang) -> Iterator[str]:
    for each in changes:
        yield f"  {label} {each.at:%m-%d %H:%M:%S} {CHANGES[each.change][lang]} {level_name(each.level, lang)}  {each.sentence[lang]}"


def _event(event: HeardEvent, lang: Lang) -> str:
    facts = " ".join(f"{name}={value}" for name, value in event.data.items())
    late = (event.arrived - event.at).total_seconds()
    delay = pick(lang, f"，{late:.0f} 秒后到", f", arrived {late:.0f} s later") if late >= 5 else ""
    parts = "  ".join(f"{_TRUTH.get(each['truth'], '??')[0]} {each['text']}" for each in event.clauses)
    mode = f" [{event.mode}]" if event.mode != "live" else ""
    return f"{event.at:%m-%d %H:%M:%S}{delay} {event.kind} {event.device}{mode} {facts}  {parts}".rstrip()
