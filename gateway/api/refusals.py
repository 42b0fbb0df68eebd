"""Which HTTP status each refusal of the response core gets; its sentence is the core's own (`wording.py`)."""

from __future__ import annotations

from typing import Any

from gateway.response.wording import REFUSALS, refusal_sentence

# The person may not: 403. What was sent is not right: 422. Everything else is the state of things: 409.
NOT_YOURS = frozenset(
    {
        "role",
        "manager_only",
        "not_sent",
        "not_taker",
        "own_work",
        "undo_own_only",
        "person_must_check",
        "not_your_grid",
        "not_yours",
        "own_leave",
        "step_not_yours",
    }
)
NOT_RIGHT = frozenset({
    "missing_field", "unknown_code", "photo_needed", "bad_until", "unknown_person", "bad_level", "bad_primary",
    "unknown_action", "unknown_category", "device_lacks", "unknown_place", "several_places",
})  # fmt: skip
MISSING = frozenset(
    {
        "unknown_request",
        "unknown_incident",
        "unknown_rule",
        "unknown_silence",
        "unknown_claim",
        "unknown_receiver",
    }
)
# Refusals that come from the rules or the store, not from the life of a case.
OTHERS = {
    "not_open": {"zh": "告警已经消除，不用再确认", "en": "The alert is no longer open"},
    "unknown_rule": {"zh": "没有这条规则", "en": "There is no such rule"},
    "stale_rule": {"zh": "别人刚改过这条规则，请先看看新版本再改", "en": "Somebody else has just changed the rule; look at the new version first"},
    "nothing_to_roll_back": {"zh": "这条规则只有一个版本，没有可退回的", "en": "The rule has only one version; there is nothing to go back to"},
    "not_in_a_pack": {"zh": "这条规则不是内置的，不能还原", "en": "The rule is in no pack; there is nothing to reset it to"},
    "not_understood": {"zh": "那个版本的写法现在已经不认识了", "en": "That version is written in a way that is no longer understood"},
    "no_shadow": {"zh": "这条规则没有在试运行", "en": "The rule has no trial run"},
    "too_many_shadows": {"zh": "同时试运行的规则太多，先结束一个", "en": "Too many trial runs at one time; end one first"},
    "stale_document": {"zh": "别人刚改过，请先看看新版本再改", "en": "Somebody else has just changed it; look at the new version first"},
    "no_such_step": {"zh": "设备现在的状态不能这样做", "en": "The device is in a state from which this step does not lead"},
    "device_lacks": {"zh": "还缺少资料，补全后再做这一步", "en": "The device lacks something that this step asks for"},
    "step_not_yours": {"zh": "这一步要由物业经理或管理员来做", "en": "This step is for the manager or the administrator"},
    "state_by_step": {"zh": "设备状态要按步骤改，不能直接写", "en": "The state of a device changes by a step, not by writing it"},
    "retire_instead": {"zh": "用过的设备不能删除，请改为退役", "en": "A device that was in service is not deleted; retire it"},
    "unknown_place": {"zh": "没有叫这个名字的地点", "en": "No place is called so"},
    "several_places": {"zh": "有几个地点叫这个名字，请选一个编号", "en": "Several places are called so; give the id of one"},
    "replay_running": {"zh": "正在重读另一组报文，请稍候", "en": "Another group is being read anew; wait a moment"},
    "replay_unfinished": {"zh": "还在处理中，交出去的会继续处理，请过一会再看", "en": "The gateway is busy; what was handed in goes on, look again later"},
    "unknown_claim": {"zh": "没有设备用这个码：核对标签，或让设备先发一条消息", "en": "No device has this code: check the label, or let the device say something first"},
    "several_claims": {"zh": "这个码对应几台设备，请从列表里选", "en": "Several devices have this code; choose one from the list"},
    "import_has_mistakes": {"zh": "表格里还有错误，没有保存任何内容", "en": "The table has mistakes; nothing was saved"},
    "not_the_last_step": {"zh": "后来又有人保存过，只能撤销最近一步", "en": "Something was saved since; only the newest step can be taken back"},
    "profile_in_use": {"zh": "还有设备在用这个型号，先改它们的型号或让它们退役", "en": "Devices speak this profile; give them another one or retire them first"},
    "no_earlier_profile": {"zh": "这个型号没有更早的版本可以退回", "en": "The profile has no earlier version to go back to"},
    "not_your_grid": {"zh": "这部分属于别的网格，请找物业经理", "en": "That part belongs to another grid; ask the manager"},
    "unknown_receiver": {"zh": "页面上没有这个接收方", "en": "The page names no such receiver"},
    "unknown_shift": {"zh": "那天没有这个班次", "en": "No such shift begins on that day"},
    "unknown_request": {"zh": "没有这个申请", "en": "There is no such request"},
    "not_yours": {"zh": "这个申请不由您处理", "en": "This request is not yours"},
    "answered": {"zh": "这个申请已经处理过了", "en": "This request was answered already"},
    "swap_not_yours": {"zh": "换班人那天不在这个班次", "en": "Who gives the shift away is not in it on that day"},
    "swap_unfit": {"zh": "对方不担任这个岗位", "en": "The other does not hold that role"},
    "swap_busy": {"zh": "对方那段时间已有班或请了假", "en": "The other is on duty or away at that time"},
    "swap_past": {"zh": "这个班次已经开始或结束", "en": "That shift has begun or is over"},
    "swap_twice": {"zh": "这个班次已经申请过换班", "en": "A swap of that shift was asked for already"},
    "leave_span": {"zh": "请假的起止日期不对", "en": "These days are no span of leave"},
    "leave_past": {"zh": "请假的日期已经过去", "en": "These days are over"},
    "own_leave": {"zh": "自己的请假要由别人批准", "en": "Nobody grants their own leave"},
    "unknown_silence": {"zh": "没有这个屏蔽，或者它已经结束", "en": "There is no such silence, or it is over"},
}  # fmt: skip
CODES = frozenset(REFUSALS) | OTHERS.keys()
TITLES = {
    403: "没有权限 / Not allowed",
    404: "没有找到 / Not found",
    409: "现在不能这样做 / Not possible now",
    422: "内容有误 / Invalid input",
}


def refusal_status(code: str) -> int:
    """Return the HTTP status of a refusal."""
    if code in NOT_YOURS:
        return 403
    if code in NOT_RIGHT:
        return 422
    return 404 if code in MISSING else 409


def refusal_body(code: str, message: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the problem document of a refusal; a code without a sentence shows its message."""
    status = refusal_status(code)
    return {
        "type": f"/problems/{code}",
        "title": TITLES[status],
        "status": status,
        "code": code,
        "detail": _sentence(code, message, facts),
        "facts": facts,
    }


def _sentence(code: str, message: str, facts: dict[str, Any]) -> dict[str, str]:
    if code in REFUSALS:
        return refusal_sentence(code, facts)
    return OTHERS.get(code) or {"zh": f"现在不能这样做：{message}", "en": message}
