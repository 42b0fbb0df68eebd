"""What things are called: roles, channels, fields and results by their names in Chinese and English, never by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Called = dict[str, str]  # {"zh": …, "en": …}


def _table(*rows: tuple[str, str, str]) -> Mapping[str, Called]:
    return {name: {"zh": zh, "en": en} for name, zh, en in rows}


ROLES = _table(
    ("guard", "保安", "guard"),
    ("worker", "网格员", "grid worker"),
    ("leader", "网格长", "grid leader"),
    ("maintenance", "工程", "maintenance"),
    ("manager", "物业经理", "manager"),
    ("checker", "核查员", "checker"),
    ("administrator", "管理员", "administrator"),
    ("auditor", "审计员", "auditor"),
    ("resident", "居民", "resident"),
    ("system", "系统", "System"),
)
CHANNELS = _table(
    ("lan", "页面", "page"),
    ("web", "页面", "page"),
    ("console", "控制台", "console"),
    ("sms", "短信", "text message"),
    ("sms_aliyun", "短信", "text message"),
    ("sms_tencent", "短信", "text message"),
    ("voice", "电话", "telephone"),
    ("wecom", "企业微信", "WeCom"),
    ("dingtalk", "钉钉", "DingTalk"),
    ("feishu", "飞书", "Feishu"),
    ("email", "邮件", "e-mail"),
    ("webhook", "对接系统", "linked system"),
    ("mqtt", "MQTT", "MQTT"),
    ("ntfy", "ntfy", "ntfy"),
    ("command", "设备指令", "device command"),
)
SEATS = _table(("site", "值班台", "duty desk"), ("group", "工作群", "group chat"))
FIELDS = _table(
    ("note", "说明", "a note"),
    ("text", "情况说明", "what happened"),
    ("code", "结果", "the result"),
    ("reason", "原因", "the reason"),
    ("until", "恢复时间", "until when"),
    ("level", "级别", "the level"),
    ("agency", "接收单位", "the agency"),
    ("contact", "电话或工单号", "a telephone or ticket number"),
    ("person", "接洽人", "whom you spoke to"),
    ("number", "拨打的号码", "the number you called"),
    ("step", "第几步", "which step"),
    ("into", "并入的案件", "the case to merge into"),
)
RESULTS = _table(
    ("true_handled", "属实，已处理", "true, dealt with"),
    ("true_self_cleared", "属实，已自行恢复", "true, recovered by itself"),
    ("true_transferred", "属实，已移交", "true, handed over"),
    ("false_device", "误报：设备故障", "false alarm: device fault"),
    ("false_environment", "误报：环境干扰", "false alarm: surroundings"),
    ("false_rule", "误报：规则不合适", "false alarm: the rule does not fit"),
    ("false_operator", "误报：人为误碰", "false alarm: touched by mistake"),
    ("test_drill", "测试或演练", "test or drill"),
    ("duplicate", "重复上报", "reported twice"),
    ("nuisance", "小事，不用处理", "a trifle, no action needed"),
    ("unfounded", "到场没有发现", "nothing found on site"),
    ("no_access", "进不去，没法处理", "no access"),
)
CONDITIONS = _table(
    ("holds", "告警仍未消除", "the condition still holds"),
    ("over", "告警已消除", "the condition has cleared"),
)
GRIDS = _table(("grid", "网格", "grid"), ("community", "社区", "community"), ("street", "街道", "street"))
# Reasons that the system itself gives for a move; people write theirs in words.
REASONS = _table(
    ("stepped_up", "告警升级", "the alert rose"),
    ("recurrence", "告警再次发生", "the alert came back"),
    ("untaken", "无人接单", "nobody took it"),
    ("one_short", "接单的人还不够", "not enough took it"),
    ("refused", "两次退单", "handed back twice"),
    ("nobody", "下一级无人在岗", "nobody on duty below"),
    ("by_plan", "预案规定", "as the plan says"),
    ("by_hand", "人工指派", "sent by hand"),
    ("transferred", "移交", "handed over"),
)

OUTCOMES = _table(
    ("pending", "等待发送", "waits to be sent"),
    ("sending", "正在发送", "is being sent"),
    ("withdrawn", "已撤回，未发出", "withdrawn before it was sent"),
    ("sent", "已发出", "sent"),
    ("delivered", "已送达", "delivered"),
    ("failed", "发送失败", "not delivered"),
    ("expired", "过期未发", "expired before it could be sent"),
    ("unknown", "结果不明，不再重发", "outcome unknown, not repeated"),
)
# Why a message waits or never went, where the outbox itself says so.
HOLDS = _table(
    ("limit", "超过发送上限，暂缓", "held back: the limit is reached"),
    ("too_late", "过了有效时间", "it was too late"),
)


def called(table: Mapping[str, Called], name: str) -> Called:
    """Return what something is called; what the table does not know stands for itself."""
    return table.get(name) or {"zh": name, "en": name}


def all_called(table: Mapping[str, Called], names: Iterable[str]) -> list[Called]:
    """Return what several things are called, in their order."""
    return [called(table, name) for name in names]
