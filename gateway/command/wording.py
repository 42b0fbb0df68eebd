"""What people read of a command: its state as it is, and why. “已发送，未确认” is never shown as done."""

from __future__ import annotations

from collections.abc import Mapping

from devices.command import Command, CommandState

STATES: dict[CommandState, dict[str, str]] = {
    "queued": {"zh": "待发送", "en": "waiting to be sent"},
    "sent": {"zh": "已发送，等待确认", "en": "sent, waiting to be confirmed"},
    "accepted": {"zh": "设备已接收，等待结果", "en": "taken by the device, outcome awaited"},
    "done": {"zh": "已完成", "en": "done"},
    "failed": {"zh": "未执行", "en": "not carried out"},
    "expired": {"zh": "已过期，没有发送", "en": "expired, it was not sent"},
    "unknown": {"zh": "已发送，未确认", "en": "sent, not confirmed"},
}
RESULTS: dict[str, dict[str, str]] = {
    "device": {"zh": "设备自己的回复", "en": "by the device's own word"},
    "state": {"zh": "设备状态已改变", "en": "the device's state shows it"},
    "contact": {"zh": "门磁显示门已打开", "en": "the contact shows that the door opened"},
    "contact_silent": {"zh": "门磁没有显示门打开，请到现场或看视频", "en": "the contact did not show the door opening: go and look, or look at the camera"},
    "no_contact": {"zh": "设备已接收；此门没有门磁，无法知道是否打开", "en": "the device took it; the door has no contact, so nobody knows whether it opened"},
    "no_proof": {"zh": "设备已接收，没有看到结果", "en": "the device took it, no result was seen"},
    "no_reply": {"zh": "设备没有回复", "en": "the device did not answer"},
    "no_answer_way": {"zh": "此类设备不会回复", "en": "this kind of device says nothing back"},
    "restart": {"zh": "网关在此期间重新启动", "en": "the gateway restarted meanwhile"},
    "ttl": {"zh": "超过有效时间", "en": "its time was over"},
    "not_connected": {"zh": "有效时间内没有连上消息服务器", "en": "no connection to the broker in its time"},
    "unreachable": {"zh": "连不上设备，指令没有发出", "en": "the device could not be reached; nothing was sent"},
    "refused": {"zh": "设备拒绝", "en": "the device refused"},
    "busy": {"zh": "设备正忙", "en": "the device is busy"},
    "login": {"zh": "设备账号或密码不对", "en": "the device's account or password is wrong"},
    "unreadable": {"zh": "设备的回复无法读懂", "en": "the device's answer cannot be read"},
    "fault": {"zh": "发送时程序出错，详见日志", "en": "a fault while sending, see the log"},
    "drill": {"zh": "演练模式，不发送", "en": "drill: nothing is sent"},
    "silenced": {"zh": "设备已屏蔽，不发送；先结束屏蔽", "en": "the device is silenced: nothing is sent; end the silence first"},
    "demo": {"zh": "演示环境，不发往真实设备", "en": "demo: nothing is sent to real devices"},
    "late": {"zh": "事件早已过去，不自动发送", "en": "it happened long ago: nothing is sent by itself"},
    "inactive": {"zh": "设备未启用", "en": "the device is not in use"},
    "no_adapter": {"zh": "此设备没有接入控制", "en": "this device cannot be commanded here"},
    "not_offered": {"zh": "此设备不支持这条指令", "en": "this device does not offer this command"},
}  # fmt: skip


def state_words(command: Command) -> dict[str, str]:
    """Return state and reason of a command in both languages."""
    state, result = STATES[command.state], RESULTS.get(command.result)
    if result is None or command.state in ("queued", "sent"):
        return dict(state)
    zh, en = (f"（{command.detail}）", f" ({command.detail})") if command.detail else ("", "")
    return {"zh": f"{state['zh']}：{result['zh']}{zh}", "en": f"{state['en']}: {result['en']}{en}"}


def ordered_line(command: Command, called: Mapping[str, str]) -> dict[str, str]:
    """Return the line of the timeline that says that somebody ordered it; `called` are the names of its device."""
    return _line(command, called, {"zh": "已下令", "en": "ordered"})


def outcome_line(command: Command, called: Mapping[str, str]) -> dict[str, str]:
    """Return the line of the timeline that says what became of it."""
    return _line(command, called, state_words(command))


def _line(command: Command, called: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    spec, zh = command.spec, called.get("zh") or command.device
    en = called.get("en") or zh
    return {"zh": f"{zh} {spec.zh}：{words['zh']}", "en": f"{en}, {spec.en.lower()}: {words['en']}"}
