"""Messages: the wording of every notice in Chinese and English, its id, and how long it is worth sending.

A Message carries a template's name and its facts; `render` makes the words at the moment of sending, in the
recipient's language. What goes to a group says least: no name, no room, no picture, a number to look up.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import msgspec

from gateway.response.model import Message
from gateway.response.wording import both

# After this a notice is stale: an old alarm must not ring when the line comes back.
NOT_AFTER: dict[str, timedelta] = {
    "L1": timedelta(minutes=10),
    "L2": timedelta(hours=1),
    "L3": timedelta(hours=8),
    "L4": timedelta(hours=24),
}

TITLES: dict[str, tuple[str, str]] = {
    "alert.warning": ("预警：{title}", "Warning: {title}"),
    "alert.alarm": ("报警：{title}", "Alarm: {title}"),
    "alert.again": ("再次报警：{title}", "Again: {title}"),
    "case.verify": ("待核实：{title}", "To verify: {title}"),
    "case.verify_late": ("无人核实：{title}", "Not verified: {title}"),
    "case.sent": ("请接单：{title}", "Please take: {title}"),
    "case.all": ("紧急，全体：{title}", "Urgent, everybody: {title}"),
    "case.climbed": ("无人接单，请接：{title}", "Nobody took it, please take: {title}"),
    "case.one_short": ("还差 {left} 人，请接：{title}", "{left} more wanted, please take: {title}"),
    "case.nobody": ("无人在岗：{title}", "Nobody on duty: {title}"),
    "case.prompt": ("请立即处理：{title}", "Do this now: {title}"),
    "case.taken": ("{who} 已接单", "{who} has taken it"),
    "case.refused": ("{who} 退单", "{who} handed it back"),
    "case.reassigned": ("已转他人：{title}", "Handed on: {title}"),
    "case.stale": ("超时无进展，已另派：{title}", "No news from you; another one was sent: {title}"),
    "case.remind": ("期限将到：{title}", "Time is running out: {title}"),
    "case.news": ("请报告进展：{title}", "How does it stand: {title}"),
    "case.late": ("已超时：{title}", "Late: {title}"),
    "case.check": ("请核查：{title}", "Please check: {title}"),
    "case.rework": ("退回返工：{title}", "Sent back to you: {title}"),
    "case.recalled": ("撤回，不用去了：{title}", "Called off, no need to go: {title}"),
    "case.undone": ("操作已撤销：{title}", "Undone: {title}"),
    "case.closed": ("已办结：{title}", "Done: {title}"),
    "case.rejected": ("不予立案：{title}", "Not accepted: {title}"),
    "case.nudge": ("催办：{title}", "Please hurry: {title}"),
    "case.support": ("请求支援：{title}", "Support wanted: {title}"),
    "case.ask_suspend": ("申请挂起：{title}", "Asks to suspend: {title}"),
    "case.suspended": ("已挂起：{title}", "Suspended: {title}"),
    "case.resumed": ("恢复处置：{title}", "Going on: {title}"),
    "case.transferred": ("已移交 {agency}：{title}", "Transferred to {agency}: {title}"),
    "case.raised": ("级别变为{level}：{title}", "Now {level}: {title}"),
    "case.merged": ("已并案：{title}", "Merged: {title}"),
    "case.unhappy": ("居民不满意：{title}", "A resident is not satisfied: {title}"),
    "duty.asked": ("{who} 请您换班", "{who} asks you to swap"),
    "duty.swapped": ("换班：{other} 代 {who}", "Swap: {other} for {who}"),
    "duty.declined": ("{other} 不同意换班", "{other} cannot swap"),
    "duty.withdrawn": ("{who} 撤回了换班申请", "{who} took the request for a swap back"),
    "duty.leave": ("{who} 申请请假", "{who} asks for leave"),
    "duty.granted": ("请假已批准", "Leave is granted"),
    "duty.refused": ("请假未批准", "Leave was not granted"),
    "duty.leave_withdrawn": ("{who} 撤回了请假", "{who} took the request for leave back"),
    "duty.gap": ("排班有 {count} 处缺人", "The roster has {count} gap(s)"),
    "duty.today": ("{day} 值班", "On duty on {day}"),
    "report.due": ("{title}", "{title}"),
    "digest": ("汇总", "Digest"),
    "channel.test": ("每日测试", "Daily test"),
    "case.group": ("小区通知 {number}", "Estate notice {number}"),
    "case.group_off": ("小区通知 {number}", "Estate notice {number}"),
}
TEXTS: dict[str, tuple[str, str]] = {
    "alert.warning": ("{level}：{place}。{why}留意，暂不派人。", "{level}: {place}. {why}Watch it; nobody is sent."),
    "alert.alarm": ("{level}：{place}。{why}", "{level}: {place}. {why}"),
    "alert.again": ("{level}：{place}。案件 {number}。", "{level}: {place}. Case {number}."),
    "case.verify": ("{level}：{place}。{why}案件 {number}，请核实。", "{level}: {place}. {why}Case {number}, please verify."),
    "case.verify_late": ("{level}：{place}。案件 {number} 至今无人核实。", "{level}: {place}. Nobody has verified case {number}."),
    "case.sent": ("{level}：{place}。{why}案件 {number}，请接单前往。", "{level}: {place}. {why}Case {number}: take it and go."),
    "case.all": ("{level}：{place}。{why}案件 {number}，谁近谁去，先接单。", "{level}: {place}. {why}Case {number}: whoever is near goes; take it first."),
    "case.climbed": ("{level}：{place}。{why}案件 {number} 到现在无人接单。", "{level}: {place}. {why}Nobody has taken case {number} yet."),
    "case.one_short": ("{level}：{place}。{why}案件 {number} 已有{who}接单，还差 {left} 人。", "{level}: {place}. {why}{who} has taken case {number}; {left} more wanted."),
    "case.nobody": ("{level}：{place}。案件 {number}：{reason}。", "{level}: {place}. Case {number}: {reason}."),
    "case.prompt": ("{level}：{place}。{prompt}。案件 {number}。", "{level}: {place}. {prompt}. Case {number}."),
    "case.taken": ("{who} 正在处理 {place} 的案件 {number}，您不用去了。", "{who} is on case {number} at {place}; you need not go."),
    "case.refused": ("{place} 案件 {number}：{who} 退单，原因：{reason}。", "{place}, case {number}: {who} handed it back: {reason}."),
    "case.reassigned": ("{place} 案件 {number} 已转他人。{reason}", "{place}: case {number} was handed on. {reason}"),
    "case.stale": ("{place} 案件 {number} 长时间没有消息。", "{place}: there was no news of case {number}."),
    "case.remind": ("{place} 案件 {number}，请在 {due} 前处置完成。", "{place}: please finish case {number} before {due}."),
    "case.news": (
        "{place} 案件 {number}，请在 {due} 前说一句进展，否则会另派他人。",
        "{place}, case {number}: say how it stands before {due}, or somebody else is sent.",
    ),
    "case.late": ("{place} 案件 {number}：{reason}。", "{place}, case {number}: {reason}."),
    "case.check": ("{place} 案件 {number} 已处置（{who}），请核查。", "{place}: case {number} was resolved by {who}; please check."),
    "case.rework": ("{place} 案件 {number} 核查未通过：{reason}。", "{place}: case {number} did not pass the check: {reason}."),
    "case.recalled": ("{place} 案件 {number} 撤回（{who}）。", "{place}: case {number} was called off by {who}."),
    "case.undone": ("{place} 案件 {number}：{who} 撤销了刚才的操作，以最新情况为准。", "{place}, case {number}: {who} undid the last step; see the case."),
    "case.closed": ("{place} 案件 {number} 已办结。", "{place}: case {number} is done."),
    "case.rejected": ("{place} 案件 {number} 经核实不予立案。", "{place}: case {number} was verified and not accepted."),
    "case.nudge": ("{place} 案件 {number}，{who} 催办。", "{place}: {who} asks for case {number}."),
    "case.support": ("{level}：{place}。案件 {number}，{who} 请求支援。", "{level}: {place}. {who} asks for support on case {number}."),
    "case.ask_suspend": ("{place} 案件 {number}，{who}：{reason}，至 {due}。", "{place}, case {number}, {who}: {reason}, until {due}."),
    "case.suspended": ("{place} 案件 {number} 挂起至 {due}：{reason}。", "{place}: case {number} rests until {due}: {reason}."),
    "case.resumed": ("{place} 案件 {number} 请继续处置。", "{place}: please go on with case {number}."),
    "case.transferred": ("{place} 案件 {number} 已移交 {agency}。", "{place}: case {number} went to {agency}."),
    "case.raised": ("{level}：{place}。案件 {number}。", "{level}: {place}. Case {number}."),
    "case.merged": ("{place} 案件 {number} 已并入 {into}，请看该案。", "{place}: case {number} was merged into {into}; see that one."),
    "case.unhappy": (
        "{place} 案件 {number} 已办结，居民不满意，希望重新处理，请决定是否重开。",
        "{place}: case {number} is done, but a resident is not satisfied; decide whether to take it up again.",
    ),
    "duty.asked": ("{day} {shift}。{note} 请到排班页答复。", "{day}, {shift}. {note} Please answer on the roster page."),
    "duty.swapped": ("{day} {shift} 由 {other} 代 {who}，已生效。", "{day}, {shift}: {other} stands in for {who}; it is in force."),
    "duty.declined": ("{day} {shift} 仍由 {who} 值班。", "{day}, {shift} stays with {who}."),
    "duty.withdrawn": ("{day} {shift} 不用代班了。", "{day}, {shift}: you need not stand in."),
    "duty.leave": ("{begin} 至 {end}。{note} 请到排班页答复。", "{begin} to {end}. {note} Please answer on the roster page."),
    "duty.granted": ("{begin} 至 {end}。", "{begin} to {end}."),
    "duty.refused": ("{begin} 至 {end}，请与主管联系。", "{begin} to {end}; please speak to your manager."),
    "duty.leave_withdrawn": ("{begin} 至 {end}。", "{begin} to {end}."),
    "duty.gap": ("七天内没有人值班的时间：{gaps}。请安排人员。", "Nobody is on duty within seven days at: {gaps}. Please find people."),
    "duty.today": ("{lines}。", "{lines}."),
    "report.due": ("{report}\n详见报表页。", "{report}\nMore on the page of reports."),
    "digest": ("有通知未能及时送达，请登录查看。", "Some notices did not reach you in time; log in to see them."),
    "channel.test": ("通知通道每日测试，收到即正常，无需处理。", "Daily test of this channel: it works, nothing to do."),
    "case.group": ("有{level}案件 {number}，请登录查看。", "{level}: case {number}; log in to see it."),
    "case.group_off": ("案件 {number} 已有人处理。", "Case {number} is being handled."),
}  # fmt: skip
# News, not orders: never by telephone or text message.
NEWS: frozenset[str] = frozenset(
    {
        "case.taken",
        "case.closed",
        "case.rejected",
        "case.check",
        "case.suspended",
        "case.transferred",
        "case.reassigned",
        "case.merged",
        "duty.asked",
        "duty.swapped",
        "duty.declined",
        "duty.withdrawn",
        "duty.leave",
        "duty.granted",
        "duty.refused",
        "duty.leave_withdrawn",
        "duty.gap",
        "duty.today",
        "report.due",
    }
)


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A message in words. Channels cut it to their own limits."""

    title: str
    text: str


def render(message: Message, lang: str) -> Rendered:
    """Return title and text in `zh` or `en` (any other language: Chinese); a drill says so first."""
    language = "en" if lang.startswith("en") else "zh"
    facts = {"number": message.incident or "", "level": message.level, **message.params}
    title = both(TITLES, message.template, facts)[language]
    text = both(TEXTS, message.template, facts)[language]
    if language == "en":  # a level may come first
        title, text = title[:1].upper() + title[1:], text[:1].upper() + text[1:]
    if message.drill:
        mark = "【演练】" if language == "zh" else "[DRILL] "
        title, text = mark + title, mark + text
    return Rendered(title=title, text=text)


def message_id(about: str, seq: int, template: str, channel: str, recipient: str) -> str:
    """Return the idempotency key of a message: the same cause replayed gives the same id."""
    parts: tuple[Any, ...] = (about, seq, template, channel, recipient)
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()
