"""Expressions read aloud: `data.dir == "out" && hour(at) < 5` becomes “方向为 out 且时刻(点)小于 5”.

What has no word of its own keeps its path, so that nothing is hidden. Only for people; nothing reads it back.
"""

from __future__ import annotations

from devices.expression import Expression, ExpressionError
from devices.expression_syntax import (
    Binary,
    Call,
    Choice,
    Field,
    Items,
    Literal,
    Logic,
    Node,
    Path,
    Unary,
    parse,
)
from rules.aloud_values import value_of

_ROOTS = (
    "kind", "at", "mode", "late", "time_quality", "data", "subject", "device", "state", "site", "household",
    "rule", "key", "stage", "level", "category",
)  # fmt: skip
_NAMES = {
    "data.value": ("数值", "the value"),
    "data.dir": ("方向", "the direction"),
    "data.method": ("方式", "the method"),
    "data.reason": ("原因", "the reason"),
    "data.label": ("目标", "the object"),
    "data.score": ("可信度", "the score"),
    "data.zone": ("画面区域", "the zone"),
    "data.action": ("动作", "the action"),
    "data.position": ("位置", "the position"),
    "data.online": ("在线", "online"),
    "data.ok": ("成功", "ok"),
    "data.low": ("电量低", "battery low"),
    "data.battery": ("电量", "the battery"),
    "data.count": ("数量", "the number"),
    "data.gas": ("气体", "the gas"),
    "data.cell": ("格口", "the cell"),
    "data.door": ("门", "the door"),
    "data.plate": ("车牌", "the plate"),
    "data.sink": ("上级平台", "the sink"),
    "data.channel": ("通道", "the channel"),
    "data.device": ("设备", "the device"),
    "data.rule": ("规则", "the rule"),
    "data.part": ("部分", "the part"),
    "data.year": ("年份", "the year"),
    "data.name": ("名称", "the name"),
    "data.code": ("代码", "the code"),
    "data.state": ("状态", "the state"),
    "data.building": ("楼栋", "the building"),
    "data.category": ("类别", "the category"),
    "data.drill": ("演练标记", "the drill mark"),
    "subject.cred": ("证件", "the credential"),
    "subject.household": ("住户", "the household"),
    "device.type": ("设备类型", "the device type"),
    "device.availability": ("设备报到类别", "how often the device is heard"),
    "device.id": ("设备", "the device"),
    "device.building": ("楼栋", "the building"),
    "device.unit": ("单元", "the unit"),
    "device.floor": ("楼层", "the floor"),
    "device.zone": ("区域", "the zone"),
    "device.grid": ("网格", "the grid"),
    "device.tags": ("标签", "the tags"),
    "state.online": ("设备在线", "the device is online"),
    "site.armed": ("布防", "armed"),
    "site.drill": ("演练", "a drill"),
    "site.maintenance": ("维护中", "maintenance"),
    "household.care": ("关爱原因", "the care reasons"),
    "household.building": ("楼栋", "the building"),
    "kind": ("事件", "the kind"),
    "level": ("级别", "the level"),
    "rule": ("规则", "the rule"),
}
_COMPARED = {
    "==": ("为", "is"),
    "!=": ("不为", "is not"),
    "<": ("小于", "is below"),
    "<=": ("不大于", "is at most"),
    ">": ("大于", "is above"),
    ">=": ("不小于", "is at least"),
}
_UNTRUE = {
    "state.online": ("设备不在线", "the device is offline"),
    "data.online": ("不在线", "offline"),
    "data.ok": ("不成功", "not ok"),
    "site.armed": ("未布防", "not armed"),
    "site.drill": ("不在演练", "no drill"),
    "site.maintenance": ("不在维护中", "no maintenance"),
}
_METHODS = {
    "startsWith": ("以{}开头", "starts with {}"),
    "endsWith": ("以{}结尾", "ends with {}"),
    "contains": ("含有{}", "contains {}"),
}


def aloud(expression: Expression | str, lang: str) -> str:
    """Say an expression in Chinese (`zh`) or English; a text that is none is said as it is."""
    text = expression if isinstance(expression, str) else expression.text
    try:
        return _Voice(0 if lang == "zh" else 1).say(parse(text, _ROOTS))
    except ExpressionError:  # kept by an older version, or cut short
        return text


def name_of(path: str, lang: str) -> str:
    """Say what a dotted path means; an unknown one is said as it is."""
    return _NAMES[path][0 if lang == "zh" else 1] if path in _NAMES else path


class _Voice:
    """One language; the index of its words."""

    def __init__(self, index: int) -> None:
        self.index = index

    def _pick(self, zh: str, en: str) -> str:
        return (zh, en)[self.index]

    def say(self, node: Node) -> str:
        if isinstance(node, Logic):
            word = self._pick("且", " and ") if node.operator == "&&" else self._pick("或", " or ")
            return word.join(self._part(part, node.operator) for part in node.parts)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Unary):
            return self._unary(node)
        if isinstance(node, Choice):
            first, then, other = (self.say(part) for part in (node.condition, node.then, node.otherwise))
            return self._pick(f"若{first}则{then}否则{other}", f"if {first} then {then} else {other}")
        if isinstance(node, Call):
            return self._call(node)
        return self._value(node)

    def _unary(self, node: Unary) -> str:
        inner = node.operand
        if node.operator == "-":
            return f"-{self.say(inner)}"
        if isinstance(inner, Call) and inner.name == "has":
            what = self.say(inner.arguments[0])
            return self._pick(f"没有{what}", f"{what} is not given")
        if isinstance(inner, Binary) and inner.operator == "in" and isinstance(inner.right, Items):
            left, right = self.say(inner.left), self._named(inner.right, inner.left)
            return self._pick(f"{left}不是 {right} 之一", f"{left} is none of {right}")
        if isinstance(inner, Path):
            return self._not(inner)
        return self._pick(f"并非（{self.say(inner)}）", f"not ({self.say(inner)})")

    def _not(self, node: Node) -> str:
        known = _UNTRUE.get(".".join(node.parts)) if isinstance(node, Path) else None
        return known[self.index] if known else self._pick(f"并非{self.say(node)}", f"not {self.say(node)}")

    def _part(self, node: Node, inside: str) -> str:
        text = self.say(node)
        if isinstance(node, Choice) or (isinstance(node, Logic) and node.operator != inside):
            return self._pick(f"（{text}）", f"({text})")
        return text

    def _named(self, node: Node, beside: Node) -> str:
        """Say a side of a comparison: a value by what it means for the field on the other side."""
        path = ".".join(beside.parts) if isinstance(beside, Path) else ""
        if isinstance(node, Items):
            return self._pick("、", ", ").join(
                dict.fromkeys(self._named(item, beside) for item in node.items)
            )
        if isinstance(node, Literal) and isinstance(node.value, str):
            return value_of(path, node.value, self.index)
        return self.say(node)

    def _value(self, node: Node) -> str:
        if isinstance(node, Path):
            path = ".".join(node.parts)
            return _NAMES[path][self.index] if path in _NAMES else path
        if isinstance(node, Items):
            return self._pick("、", ", ").join(self.say(item) for item in node.items)
        if isinstance(node, Field):
            return f"{self.say(node.of)}.{node.name}"
        if isinstance(node, Literal):
            if isinstance(node.value, bool):
                return self._pick("是" if node.value else "否", "true" if node.value else "false")
            return self._pick("空", "nothing") if node.value is None else str(node.value)
        return self.say(node)

    def _binary(self, node: Binary) -> str:
        left, right = self._named(node.left, node.right), self._named(node.right, node.left)
        if node.operator == "in":
            if isinstance(node.right, Path) and node.right.parts[-1] == "tags":
                return self._pick(f"带标签 {left}", f"tagged {left}")
            if isinstance(node.right, Items):
                return self._pick(f"{left}是 {right} 之一", f"{left} is one of {right}")
            return self._pick(f"{right}含有 {left}", f"{right} contain {left}")
        if node.operator == "==" and isinstance(node.right, Literal) and isinstance(node.right.value, bool):
            return left if node.right.value else self._not(node.left)
        if node.operator in _COMPARED:
            word = _COMPARED[node.operator][self.index]
            return self._pick(f"{left}{word} {right}", f"{left} {word} {right}")
        return f"{left} {node.operator} {right}"

    def _call(self, node: Call) -> str:
        first = self.say(node.arguments[0])
        if node.name in _METHODS:
            said = _METHODS[node.name][self.index].format(self.say(node.arguments[1]))
            return self._pick(f"{first}{said}", f"{first} {said}")
        return {
            "has": self._pick(f"有{first}", f"{first} is given"),
            "size": self._pick(f"{first}的长度", f"the length of {first}"),
            "hour": self._pick("钟点", "the hour"),
            "weekday": self._pick("星期", "the weekday"),
        }[node.name]
