"""The sentences of response, in Chinese and English: refusals and lines of the timeline.

A sentence is found by its code and filled with facts. What a page shows comes from here, so that a phone, a
wall and a printed page say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.response.called import FIELDS, RESULTS, ROLES, all_called, called
from rules.words import LANGUAGES, level_name

REFUSALS: dict[str, tuple[str, str]] = {
    "not_allowed": (
        "案件现在是“{state_zh}”，不能这样操作；可以：{allowed_names}",
        "The case is {state_en}; this is not allowed now. Allowed: {allowed_names}",
    ),
    "role": ("需要以下角色之一：{roles}", "This needs one of the roles {roles}"),
    "manager_only": ("{level}案件需要物业经理决定", "This case is {level}: the manager decides"),
    "not_sent": ("没有派给您，现在由 {assignees} 负责", "You were not sent; it is with {assignees}"),
    "already_yours": ("您已经接单", "You have already taken it"),
    "already_taken": ("{owner} 已接单，正在处理", "{owner} has taken it and is on it"),
    "not_taker": ("由接单人 {owner} 操作", "This is for {owner}, who took the case"),
    "person_must_check": ("{level}案件需要由人核查", "This case is {level}: a person has to check it"),
    "own_work": (
        "处置人不能核查自己处置的案件，请由他人核查",
        "You resolved it yourself; somebody else has to check it",
    ),
    "window_over": ("重开期限已过", "The time for taking it up again is over"),
    "open_elsewhere": (
        "同一告警已有未结案件 {incident}",
        "The same alert already has an open case, {incident}",
    ),
    "nothing_to_undo": ("没有可以撤销的操作", "There is nothing to undo"),
    "undo_own_only": ("只能由操作人 {by} 撤销", "Only {by}, who did it, can undo it"),
    "undo_too_late": ("撤销时间已过", "The time for undo is over"),
    "missing_field": ("还需要填写：{fields}", "Still missing: {fields}"),
    "unknown_code": (
        "结果代码“{given}”不在列表中：{codes}",
        "The result code '{given}' is not one of {codes}",
    ),
    "photo_needed": (
        "此类案件要有处置人的现场照片：先在案件里拍照上传，再点处理完；确是误报的由值班台撤回，不用照片",
        "This kind of case needs a picture by whoever works on it: add one, then resolve; the desk calls false alarms off without",
    ),
    "bad_until": (
        "恢复时间应在现在之后、{days} 天之内",
        "The time to resume must lie ahead, within {days} days",
    ),
    "unknown_person": ("找不到人员：{people}", "Not people of this site: {people}"),
    "bad_level": (
        "级别应为紧急、重要、一般、轻微之一，且不同于现在的“{level}”",
        "A level is urgent, serious, normal or minor, and another than now ({level})",
    ),
    "bad_primary": (
        "不能并入“{into}”：没有这个未结案件，或一个是演练一个不是",
        "Cannot merge into '{into}': no such open case, or one of the two is a drill",
    ),
    "milder_primary": (
        "{into} 是{level}案件，比本案轻；请反过来并案",
        "{into} is {level}, milder than this case; merge it into this one instead",
    ),
    "bad_call_time": (
        "通话时间应在最近 {days} 天之内，且不晚于现在",
        "The time of the call lies within the last {days} days and not ahead of now",
    ),
    "unknown_step": (
        "预案没有第“{given}”步；共 {count} 步，从 0 数起",
        "The plan has no step '{given}'; it has {count}, counted from 0",
    ),
    "already_ticked": ("这一步已经完成", "This step is done already"),
    "not_ticked": ("这一步还没有完成", "This step is not done yet"),
    "stale": (
        "{by_name} 刚刚操作了“{changed_zh}”，请看最新情况",
        "{by_name} has just done '{changed_en}'; look at the case again",
    ),
    "unknown_incident": (
        "没有案件 {incident}，或已过重开期限",
        "There is no case {incident}, or its time to reopen is over",
    ),
    "unknown_action": ("没有“{action}”这个操作", "There is no action '{action}'"),
    "unknown_category": ("没有类别 {category}", "There is no category {category}"),
}

LINES: dict[str, tuple[str, str]] = {
    "opened": ("{title}：案件建立", "{title}: case opened"),
    "opened_quiet": (
        "{title}：静默建立，屏蔽结束前不通知",
        "{title}: opened silently, nobody is told before the mute ends",
    ),
    "woken": ("静默结束，开始通知", "The mute has ended; people are told now"),
    "reported": ("{who} 上报", "Reported by {who}"),
    "reported_too": ("{who} 也报了这件事", "Reported by {who} too"),
    "rated": ("居民评价 {score} 分（满分 5 分）", "A resident gives {score} of 5"),
    "ask_reopen": ("居民不满意，希望重新处理", "A resident is not satisfied and asks to take it up again"),
    "joined": ("告警并入本案", "An alert joined this case"),
    "changed": ("告警变化：{change}", "The alert changed: {change}"),
    "cleared": (
        "告警条件已消除；案件继续，由人结案",
        "The condition has cleared; the case goes on until people close it",
    ),
    "again": ("告警再次发生", "The alert came back"),
    "auto_accepted": ("紧急告警自动立案", "Accepted at once: it is urgent"),
    "verify_over": ("核实超时，系统立案", "Nobody verified in time; accepted by the system"),
    "dispatch_over": ("未及时选人，系统派遣", "Nobody was chosen in time; the system sends"),
    "verify_late": ("核实超时，已提醒物业", "Nobody verified in time; the manager was told"),
    "sent": ("派给 {who}", "Sent to {who}"),
    "sent_best": ("派给 {who}：{why}", "Sent to {who}: {why}"),
    "sent_all": ("通知全部在岗：{who}", "All on duty were told: {who}"),
    "nobody": ("{roles} 无人在岗，直接转下一步", "Nobody on duty as {roles}; on to the next step at once"),
    "nobody_at_all": (
        "所有步骤均无人可派，已提示值班台；到时再试",
        "No step has anybody to send; the duty desk was told and it is tried again",
    ),
    "untaken": ("{wait}内无人接单，升级到第 {step} 步", "Nobody took it within {wait}; up to step {step}"),
    "untaken_again": ("{wait}内仍无人接单", "Still nobody took it within {wait}"),
    "one_short_again": (
        "{wait}内只有{who}接单，还差 {left} 人",
        "Within {wait} only {who} took it, {left} more wanted",
    ),
    "one_short": (
        "{wait}内只有{who}接单，还差 {left} 人，升级到第 {step} 步",
        "Within {wait} only {who} took it, {left} more wanted; up to step {step}",
    ),
    "repeated_short": (
        "还差 {left} 人接单，重复通知（第 {loop} 次）",
        "{left} more wanted; told again (time {loop})",
    ),
    "repeated": ("仍无人接单，重复通知（第 {loop} 次）", "Still nobody took it; told again (time {loop})"),
    "ladder_over": (
        "升级步骤已用完，等待处置期限",
        "The ladder is used up; the time to resolve keeps running",
    ),
    "took": ("{who} 接单", "{who} took it"),
    "helps": ("{who} 加入处置", "{who} joined"),
    "refused": ("{who} 退单：{reason}", "{who} handed it back: {reason}"),
    "refused_twice": ("第二次退单，转网格长", "Handed back a second time: to the leader"),
    "stale_take": ("接单后长时间无进展，重新派遣", "No news since it was taken; sending again"),
    "late_arrive": ("到场超时", "Late: nobody has arrived"),
    "late_resolve": ("处置超时", "Late: not resolved in time"),
    "late_check": ("核查超时，已提醒物业经理", "The check is overdue; the manager was told"),
    "late_feedback": ("移交后未收到反馈", "No result came back after the transfer"),
    "reminded": ("提醒：处置期限将到", "Reminder: the time to resolve is running out"),
    "asked_for_news": ("请接单人报告进展", "Those who took it are asked how it stands"),
    "closed_itself": (
        "条件已消除，轻微案件到期自动结案",
        "The condition has cleared; a minor case closes by itself",
    ),
    "recurred": ("核查前告警再次发生，退回处置", "The alert came back before the check; sent out again"),
    "raised": ("级别升为{level}", "Raised to {level}"),
    "lowered": ("级别降为{level}", "Lowered to {level}"),
    "resumed": ("挂起到期，恢复处置", "The suspension is over; going on"),
    "merged_into": ("并入 {into}", "Merged into {into}"),
    "merged_from": ("{child} 并入本案", "{child} was merged into this case"),
    "belongs": ("由 {into} 引起，并入该案", "Caused by what {into} is about; merged into it"),
    "split_from": ("{child} 从本案拆出", "{child} was split off"),
    "linked": ("与已结案件 {incident} 为同一告警", "The same alert as the closed case {incident}"),
    "unknown_plan": (
        "规则指定的预案“{plan}”不存在，使用类别预案",
        "The rule's plan '{plan}' does not exist; the category's is used",
    ),
    "accepted_as": ("立案，级别：{level}", "Accepted as {level}"),
    "checked": (
        "核查：{result}；{condition}；照片 {photos} 张",
        "Checked: {result}; {condition}; {photos} pictures",
    ),
    "manager_checks": (
        "在岗人员只有处置人自己，由物业经理核查",
        "Nobody on duty but the one who resolved it: the manager checks",
    ),
    "went_up": (
        "按规定应在{ends_at}办结，现请{reach}参与：{reason}",
        "This kind should end in the {ends_at}; the {reach} is asked now: {reason}",
    ),
    "ticked": ("完成：{step}", "Done: {step}"),
    "unticked": ("改为未完成：{step}", "Not done after all: {step}"),
    "called": (
        "{at} 致电 {agency}（{number}），接听人 {person}：{note}",
        "{at}: called {agency} ({number}), answered by {person}: {note}",
    ),
    "undone": ("撤销“{what_zh}”", "Undid '{what_en}'"),
    "prompt": ("{prompt}", "{prompt}"),
}

CHANGES: dict[str, dict[str, str]] = {
    "opened": {"zh": "发生", "en": "opened"},
    "repeated": {"zh": "重复", "en": "repeated"},
    "stepped_up": {"zh": "升级", "en": "rose"},
    "stepped_down": {"zh": "降级", "en": "fell"},
    "acknowledged": {"zh": "已确认", "en": "acknowledged"},
    "cleared": {"zh": "消除", "en": "cleared"},
    "late_resolved": {"zh": "迟到消除", "en": "resolved late"},
    "reopened": {"zh": "再次发生", "en": "reopened"},
    "silenced": {"zh": "已屏蔽", "en": "silenced"},
    "inhibited": {"zh": "已抑制", "en": "inhibited"},
    "flapping": {"zh": "反复抖动", "en": "flapping"},
}

STEP_REASONS: dict[str, tuple[str, str]] = {
    "same_grid": ("本网格", "of this grid"),
    "near_grid": ("上级网格", "of the grid above"),
    "whole_site": ("全小区", "of the whole site"),
    "skill": ("有相应技能", "has the skill"),
    "no_skill": ("无相应技能", "lacks the skill"),
    "in_hand": ("手上 {count} 件", "{count} in hand"),
    "refused": ("已退单", "handed it back"),
    "full": ("手上案件已满", "has too many open cases"),
    "off_duty": ("不在岗", "not on duty"),
    "never_sent": ("今日未派单", "not sent yet"),
    "sent_before": ("上次派单 {ago}前", "last sent {ago} ago"),
}


_LISTS = {"roles": ROLES, "fields": FIELDS, "codes": RESULTS}  # facts of a refusal that are lists of ids


def both(table: Mapping[str, tuple[str, str]], code: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence of a table in zh and en; a fact that is itself bilingual is taken in each language."""
    sentence: dict[str, str] = {}
    for index, language in enumerate(LANGUAGES):
        words = {name: _say(value, language) for name, value in facts.items()}
        if "level" in words:
            words["level"] = level_name(words["level"], language)
        sentence[language] = table[code][index].format_map(_Gaps(words))
    return sentence


def line(code: str, **facts: Any) -> dict[str, str]:
    """Return a line of the timeline."""
    return both(LINES, code, facts)


def refusal_sentence(code: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return why an action was refused, for the person who tried; takes the code and facts of ActionRefused."""
    named = facts.get("state_name") or {}
    changed = facts.get("changed_name") or {}
    more = {
        "state_zh": named.get("zh", ""),
        "state_en": named.get("en", ""),
        "changed_zh": changed.get("zh", ""),
        "changed_en": changed.get("en", ""),
    }
    names = facts.get("names") or {}
    said = {name: _named(value, names) for name, value in facts.items()}
    said |= {name: all_called(table, facts[name]) for name, table in _LISTS.items() if facts.get(name)}
    if "given" in facts:
        said["given"] = called(RESULTS, str(facts["given"] or ""))
    return both(REFUSALS, code, {**said, **more}) if code in REFUSALS else {"zh": code, "en": code}


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """Put names in the place of the people's ids."""
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _say(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return str(value.get(language) or value.get("zh") or "")
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(_say(v, language) for v in value) or "–"
    return "–" if value is None else str(value)


class _Gaps(dict[str, str]):
    """Facts of a sentence; one that is missing shows as a dash instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return "–"
