"""The words of the ledgers, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

SHEETS: dict[str, tuple[str, str]] = {
    "summary": ("总览", "Summary"),
    "by_category": ("按类别", "By category"),
    "by_level": ("按级别", "By level"),
    "by_grid": ("按网格", "By grid"),
    "by_building": ("按楼栋", "By building"),
    "by_day": ("按日", "By day"),
    "times": ("响应和办结用时", "How long steps took"),
    "mix": ("处置结论", "What was found"),
    "uptime": ("设备在线率", "Device availability"),
    "noisy": ("误报与噪声排行", "Noise league"),
    "load": ("报警负荷", "Alarm load"),
}
COLUMNS: dict[str, tuple[str, str]] = {
    "name": ("名称", "Name"),
    "nowhere": ("未分网格", "No grid"),
    "no_building": ("楼外", "Outside buildings"),
    "step": ("步骤", "Step"),
    "p50": ("一半在（分）", "Half within (min)"),
    "p90": ("九成在（分）", "90 % within (min)"),
    "p95": ("95% 在（分）", "95 % within (min)"),
    "type": ("设备类型", "Type of device"),
    "devices_count": ("设备数", "Devices"),
    "uptime": ("在线率", "Availability"),
    "outages": ("离线次数", "Times gone"),
    "opened": ("新增案件", "Cases opened"),
    "done": ("已办结", "Done"),
    "closed": ("当日结案（含此前新增）", "Closed that day, older ones too"),
    "still_open": ("未办结", "Still open"),
    "reported": ("人工上报", "Reported by people"),
    "late": ("有超时的", "With a time run out"),
    "on_time": ("按时处置率", "Resolved on time"),
    "false_alarms": ("误报", "False alarms"),
    "false_rate": ("误报率", "False-alarm rate"),
    "rework": ("返工", "Sent back"),
    "rework_rate": ("返工率", "Rework rate"),
    "reopened": ("重开", "Reopened"),
    "taken_s": ("接单用时（分，中位）", "Minutes to take (median)"),
    "arrived_s": ("到场用时（分，中位）", "Minutes to arrive (median)"),
    "resolved_s": ("处置用时（分，中位）", "Minutes to resolve (median)"),
    "rated": ("居民评价", "Ratings"),
    "satisfied": ("满意率", "Satisfied"),
    "day": ("日期", "Day"),
    "figure": ("指标", "Figure"),
    "value": ("数值", "Value"),
    "unit": ("单位", "Unit"),
    "goal": ("目标", "Goal"),
    "minutes": ("分钟", "min"),
    "rule": ("规则", "Rule"),
    "alarms": ("报警数", "Alarms"),
    "alarm_share": ("占比", "Share"),
    "cases": ("案件", "Cases"),
    "found": ("已有结论", "With a finding"),
    "devices": ("报警最多的设备", "Devices that spoke most"),
}
FIGURES: dict[str, tuple[str, str]] = {
    "drills": ("演练（不计入以上各项）", "Drills (counted nowhere above)"),
    "carried_in": ("期初未办结", "Open when the period began"),
    "alarms": ("报警总数", "Alarms"),
    "per_hour": ("每小时报警（目标 6，上限 12，ISA-18.2）", "Alarms an hour (target 6, limit 12, ISA-18.2)"),
    "per_hour_and_seat": ("每名值班员每小时报警", "Alarms an hour for each guard on duty"),
    "worst_window": ("最忙的十分钟", "Worst ten minutes"),
    "calm_share": ("十分钟内不超过 2 条的时段占比", "Share of ten-minute windows with at most 2"),
    "floods": ("报警风暴次数（十分钟超过 10 条）", "Floods (over 10 in ten minutes)"),
    "flood_share": ("处于风暴的时间占比", "Share of time in flood"),
    "level_1_share": (
        "紧急占比（过高说明定级过严）",
        "Share that is urgent (a high one means inflated levels)",
    ),
    "top_share": ("报警最多的 10 项占比", "Share of the ten that speak most"),
    "chattering": ("抖动项（一分钟内 3 次以上）", "Chattering (3 within a minute)"),
    "standing": ("持续超过 24 小时的报警", "Standing for over 24 hours"),
}


STEPS: dict[str, tuple[str, str]] = {
    "taken_s": ("接单", "Taken"),
    "arrived_s": ("到场", "Arrived"),
    "resolved_s": ("处置完", "Resolved"),
    "closed_s": ("结案", "Closed"),
}
FINDINGS: dict[str, tuple[str, str]] = {
    "real": ("属实", "Real"),
    "false": ("误报", "False alarm"),
    "other": ("测试、重复、小事等", "Test, duplicate, trifle"),
    "open": ("还没有结论", "No finding yet"),
}


def say(words: Mapping[str, tuple[str, str]], name: str, lang: str) -> str:
    """Return one word in `zh` or `en`."""
    return words[name][1 if lang == "en" else 0]
