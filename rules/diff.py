"""Difference: what changes between two versions of a rule, as sentences, and what is forgotten by it.

Made from the two rules as they were read, not from their texts: `60s` and `1m` do not differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from typing import Any

import msgspec

from rules.aloud import name_of
from rules.carry import keeps_pending, reads
from rules.diff_words import SAID, changed, parameter_name, parameter_said
from rules.dump import dump_rule, parameters, written
from rules.model import Rule, RuleStage
from rules.phrases import say
from rules.say import clear_phrase, watch_phrase
from rules.words import Lang, lasting, listed, pick, quoted, stage


class RuleEdit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changes. `before` and `after` as written (None: was not there, is no longer there)."""

    path: str  # like `detect.count.within`
    before: Any
    after: Any
    zh: str
    en: str
    resets: bool = False  # what is pending in this rule is forgotten by it


def differ(old: Rule, new: Rule) -> tuple[RuleEdit, ...]:
    """Return what changes from one rule to the other, the most important first; empty: they mean the same."""
    edits = [edit for part in _PARTS for edit in part(old, new)]
    if edits and resets_state(old, new) and not any(edit.resets for edit in edits):
        edits[0] = msgspec.structs.replace(edits[0], resets=True)
    return tuple(_with_loss(edit) if edit.resets else edit for edit in edits)


def resets_state(old: Rule, new: Rule) -> bool:
    """Tell whether taking `new` in force forgets what is pending under `old`."""
    return old.enabled and (not new.enabled or not keeps_pending(old, new))


def _with_loss(edit: RuleEdit) -> RuleEdit:
    zh, en = "待触发状态会清空", "what is pending is forgotten"
    return msgspec.structs.replace(edit, zh=f"{edit.zh}：{zh}", en=f"{edit.en}: {en}")


READ = frozenset(
    ("of", "any_of", "first", "then", "reset", "holds", "if", "expect", "distinct", "match", "value", "fn", "cron")
)  # fmt: skip
"""Parameters that say what is looked at; the others are numbers, under which what is pending goes on."""


def _said(phrase: str, lang: Lang) -> str:
    """Set a phrase apart from the sentence around it; English does it by its arrow."""
    return quoted(phrase, lang) if lang == "zh" else phrase


def _edit(
    path: str, before: Any, after: Any, text: Callable[[Lang], str], *, resets: bool = False
) -> RuleEdit:
    return RuleEdit(path=path, before=before, after=after, zh=text("zh"), en=text("en"), resets=resets)


def _enabled(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    if old.enabled != new.enabled:
        words = ("启用", "it is enabled") if new.enabled else ("停用", "it is disabled")
        yield _edit(
            "enabled", old.enabled, new.enabled, lambda lang: pick(lang, *words), resets=not new.enabled
        )


def _by(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    if old.by == new.by:
        return

    def text(lang: Lang) -> str:
        before, after = _each(old, lang), _each(new, lang)
        if not new.by:
            return pick(
                lang,
                f"不再按{before}分别计算，改为全小区一起算",
                f"no longer counted for each {before}, but once for the site",
            )
        if not old.by:
            return pick(lang, f"改为按{after}分别计算", f"now counted for each {after}")
        return pick(
            lang,
            f"不再按{before}分别计算，改为按{after}",
            f"no longer counted for each {before}, but for each {after}",
        )

    yield _edit("by", list(old.by), list(new.by), text, resets=old.enabled)


def _each(rule: Rule, lang: Lang) -> str:
    names = [
        name_of("device.id" if path == "device" else path, lang).removeprefix("the ") for path in rule.by
    ]
    return listed(names, lang)


def _detect(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    if old.detect.name != new.detect.name:
        yield _edit(
            "detect",
            dump_rule(old)["detect"],
            dump_rule(new)["detect"],
            lambda lang: changed(
                pick(lang, "判断方式", "what it detects"), _said(say(old.detect, lang), lang), _said(say(new.detect, lang), lang), lang
            ),
            resets=old.enabled,
        )  # fmt: skip
        return
    other = old.enabled and reads(old.detect) != reads(new.detect)
    for edit in _parameters(old.detect, new.detect, f"detect.{new.detect.name}"):
        key = edit.path.rpartition(".")[2]
        turned = key in ("above", "below") and None in (edit.before, edit.after)
        yield msgspec.structs.replace(edit, resets=other and (key in READ or turned))


def _parameters(
    old: Any, new: Any, place: str, of: Callable[[Lang], str] = lambda _: ""
) -> Iterator[RuleEdit]:
    """Compare two operators of one name, parameter by parameter; `of` says whose they are."""
    before, after = parameters(old), parameters(new)
    if not before or not after:  # an operator that nobody can write: told as a whole
        if old != new:
            yield _edit(
                place,
                None,
                None,
                lambda lang: changed(of(lang) + pick(lang, "参数", "its parameters"), "…", "…", lang),
            )
        return
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue

        def text(lang: Lang, key: str = key, was: Any = was, now: Any = now) -> str:
            return changed(
                of(lang) + parameter_name(key, lang),
                None if was is None else parameter_said(old, key, was, lang),
                None if now is None else parameter_said(new, key, now, lang),
                lang,
            )

        yield _edit(f"{place}.{key}", was, now, text)


def _stages(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    was, now = _meanings(old), _meanings(new)
    aligned = SequenceMatcher(
        None, [repr(each) for each in was], [repr(each) for each in now], autojunk=False
    )
    for tag, a, b, c, d in aligned.get_opcodes():
        if tag == "equal":
            continue
        paired = min(b - a, d - c)
        for step in range(paired):
            one, other = old.stages[a + step], new.stages[c + step]
            yield from _stage(one, other, c + step, was[a + step], now[c + step])
        for index in range(a + paired, b):
            yield _edit(f"stages[{index}]", was[index], None, partial(_gone, old.stages[index]))
        for index in range(c + paired, d):
            yield _edit(f"stages[{index}]", None, now[index], partial(_come, new.stages[index]))


def _meanings(rule: Rule) -> list[Any]:
    found: list[Any] = dump_rule(rule)["stages"]
    return found


def _name(each: RuleStage, lang: Lang) -> str:
    return stage(each.stage, each.level, lang)


def _come(each: RuleStage, lang: Lang) -> str:
    when = "" if each.when is None else watch_phrase(each.when, lang)
    joined = pick(lang, f"：{when}", f": {when}") if when else ""
    return pick(lang, f"新增一级{_name(each, lang)}{joined}", f"a new stage, {_name(each, lang)}{joined}")


def _gone(each: RuleStage, lang: Lang) -> str:
    return pick(lang, f"去掉一级{_name(each, lang)}", f"the stage {_name(each, lang)} is gone")


def _stage(old: RuleStage, new: RuleStage, index: int, was: Any, now: Any) -> Iterator[RuleEdit]:
    place = f"stages[{index}]"
    if (old.stage, old.level) != (new.stage, new.level):
        key = "level" if old.stage == new.stage else "stage"
        yield _edit(
            f"{place}.{key}",
            was[key],
            now[key],
            lambda lang: changed(
                pick(lang, f"第 {index + 1} 级", f"stage {index + 1}"),
                _name(old, lang),
                _name(new, lang),
                lang,
            ),
        )
    if was.get("when") == now.get("when"):
        return
    before, after = old.when, new.when
    single = before is not None and after is not None and before.mode == after.mode
    if single and len(was["when"]) == 1 and was["when"].keys() == now["when"].keys():
        assert before is not None
        assert after is not None
        one, other = before.operators, after.operators
        if len(one) == len(other) == 1 and one[0].name == other[0].name and one[0].name in was["when"]:
            yield from _parameters(
                one[0],
                other[0],
                f"{place}.when.{one[0].name}",
                lambda lang: pick(lang, f"{_name(new, lang)}的", f"{_name(new, lang)}, "),
            )
            return
    yield _edit(
        f"{place}.when",
        was.get("when"),
        now.get("when"),
        lambda lang: changed(
            pick(lang, f"{_name(new, lang)}的条件", f"{_name(new, lang)}, the condition"),
            _said(watch_phrase(before, lang), lang) if before is not None else None,
            _said(watch_phrase(after, lang), lang) if after is not None else None,
            lang,
        ),
    )


def _clear(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    before, after = dump_rule(old).get("clear"), dump_rule(new).get("clear")
    if before != after:
        yield _edit(
            "clear",
            before,
            after,
            lambda lang: changed(
                pick(lang, "解除方式", "how it ends"), _said(clear_phrase(old, lang), lang), _said(clear_phrase(new, lang), lang), lang
            ),
        )  # fmt: skip


def _times(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    for path, zh, en, before, after in (
        ("hold_down", "降级前等待", "the wait before a step down", old.hold_down_us, new.hold_down_us),
        ("cooldown", "冷却时间", "the cooldown", old.cooldown_us, new.cooldown_us),
    ):
        if before != after:

            def text(lang: Lang, zh: str = zh, en: str = en, before: int = before, after: int = after) -> str:
                return changed(pick(lang, zh, en), lasting(before, lang), lasting(after, lang), lang)

            yield _edit(path, written(before), written(after), text)


def _words(old: Rule, new: Rule) -> Iterator[RuleEdit]:
    """Compare what is said by a word, a text or an expression."""
    was, now = dump_rule(old), dump_rule(new)
    for path, zh, en, said in SAID:
        if was.get(path) != now.get(path):
            yield _edit(path, was.get(path), now.get(path), partial(_word, old, new, path, zh, en, said))


def _word(
    old: Rule, new: Rule, path: str, zh: str, en: str, said: Callable[[Rule, Lang], str | None], lang: Lang
) -> str:
    told = lang
    if said(old, lang) == said(new, lang):  # a text that differs only in the other language is shown in that
        told = "en" if lang == "zh" else "zh"
    before, after = said(old, told), said(new, told)
    if path in ("name", "note"):
        before, after = (each and quoted(each, lang) for each in (before, after))
    return changed(pick(lang, zh, en), before, after, lang)


_PARTS = (_enabled, _by, _detect, _stages, _clear, _times, _words)
