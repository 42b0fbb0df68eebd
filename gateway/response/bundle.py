"""Bundle: several messages in one text, and the digest that stands for what could not go in time.

A bundle says the first and names the others. A digest counts by level and names the open cases of level 1
and 2 by their number: after an outage nobody wants forty old alarms, but everybody wants to know what is open.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.response.message import Rendered
from rules.words import Lang, level_name

DIGEST = "digest"  # the template of a message that only tells of losses
NAMED = 8


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What is told together: cases by level, the grave ones that are open, how many messages it stands for.

    `whole`: it stands for all of the messages; otherwise it is one more sentence after them.
    """

    whole: bool = True
    levels: dict[str, int] = {}
    open: tuple[tuple[str, str], ...] = ()  # (number, level), gravest and oldest first
    waiting: int = 0  # messages it stands for that still waited
    lost: int = 0  # messages that had expired


def bundled(lead: Rendered, others: Sequence[Rendered], digest: Digest | None, lang: str) -> Rendered:
    """Return the words of several messages as one; alone and with nothing lost, those of the first."""
    language = "en" if lang.startswith("en") else "zh"
    if digest is not None and digest.whole:
        return _digest(digest, language)
    title, parts = lead.title, [lead.text]
    if others:
        number = len(others)
        more = f"另有 {number} 件" if language == "zh" else f"{number} more"
        names = [each.title for each in others[:NAMED]]
        if number > NAMED:
            names.append("……" if language == "zh" else "…")
        joined = "；".join(names) if language == "zh" else "; ".join(names)
        title = f"{title}（{more}）" if language == "zh" else f"{title} ({more})"
        parts.append(f"{more}：{joined}。" if language == "zh" else f"{more}: {joined}.")
    if digest is not None and digest.lost:
        parts.append(_lost(digest.lost, language))
    return Rendered(title=title, text="\n".join(parts))


def _digest(digest: Digest, language: str) -> Rendered:
    spoken: Lang = "en" if language == "en" else "zh"
    levels = [f"{level_name(level, spoken)} {count}" for level, count in sorted(digest.levels.items())]
    cases = sum(digest.levels.values())
    numbers = [f"{number} ({level_name(level, spoken)})" for number, level in digest.open]
    if language == "zh":
        counted = "，".join(f"{each} 件" for each in levels)
        text = f"共 {cases} 件：{counted}。" if cases else ""
        text += (
            f"尚未结案的紧急、重要案件：{'、'.join(numbers)}。" if numbers else "没有未结案的紧急、重要案件。"
        )
        text += (
            f"省略 {digest.waiting + digest.lost} 条通知，其中 {digest.lost} 条已过期；全部情况请登录查看。"
        )
        return Rendered(title=f"汇总：{cases} 件", text=text)
    text = f"{cases} cases: {', '.join(levels)}. " if cases else ""
    text += (
        f"Urgent or serious and open: {', '.join(numbers)}. "
        if numbers
        else "Nothing urgent or serious is open. "
    )
    text += f"{digest.waiting + digest.lost} notices left out, {digest.lost} of them too late; log in to see everything."
    return Rendered(title=f"Digest: {cases} cases", text=text)


def _lost(number: int, language: str) -> str:
    if language == "zh":
        return f"此前有 {number} 条通知未能及时送达，请登录查看。"
    return f"{number} earlier notices did not reach you in time; log in to see them."
