"""Columns: how devices, homes and places stand in a table, each entry a row, and the way back. Pure.

A header may be the field's name, its Chinese or English words, or all of them as they are exported: `编号 id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from devices.place import PlaceKind
from devices.problem import nearest
from devices.registry import DeviceState
from gateway.estate.cells import guarded, printable

What: TypeAlias = Literal["device", "place", "household"]
Entry: TypeAlias = dict[str, Any]
Said: TypeAlias = tuple[str, str]
"""What is wrong, in zh and en."""
WHATS: tuple[What, ...] = ("device", "place", "household")
SHEETS: dict[What, str] = {"device": "设备 devices", "place": "地点 places", "household": "住户 households"}
_WORD = re.compile(r"((?:\\.|[^;；|、\\])*)(?:[;；|、]|\\?$)")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: the field of the entry it stands for, how it is called, and what may stand in it."""

    field: str
    zh: str
    many: bool = False  # several words, separated by ;
    language: str | None = None  # of the field's names
    share: bool = False  # a number between 0 and 1
    words: tuple[str, ...] = ()
    required: bool = False

    @property
    def key(self) -> str:
        """What the column is called in files and messages."""
        return f"{self.field}_{self.language}" if self.language else self.field

    @property
    def header(self) -> str:
        """What stands over it."""
        return f"{self.zh} {self.key}"


def _names() -> tuple[Column, ...]:
    return (
        Column(field="name", zh="名称", language="zh"),
        Column(field="name", zh="英文名称", language="en"),
    )


COLUMNS: dict[What, tuple[Column, ...]] = {
    "device": (
        Column(field="id", zh="编号", required=True), Column(field="type", zh="类型"), *_names(),
        Column(field="profile", zh="型号"), Column(field="ident", zh="设备标识"), Column(field="user", zh="登录用户"),
        Column(field="building", zh="楼栋"), Column(field="unit", zh="单元"), Column(field="floor", zh="楼层"),
        Column(field="zone", zh="区域"), Column(field="grid", zh="网格"), Column(field="parent", zh="上级设备"),
        Column(field="household", zh="住户"), Column(field="tags", zh="标签", many=True),
        Column(field="state", zh="状态", words=get_args(DeviceState)),
        Column(field="x", zh="图上横向", share=True), Column(field="y", zh="图上纵向", share=True),
    ),
    "place": (
        Column(field="id", zh="编号", required=True), Column(field="kind", zh="类别", words=get_args(PlaceKind), required=True),
        *_names(), Column(field="parent", zh="上级地点"), Column(field="aliases", zh="别名", many=True), Column(field="part", zh="简称"),
    ),
    "household": (
        Column(field="id", zh="编号", required=True), Column(field="building", zh="楼栋"), Column(field="unit", zh="单元"),
        Column(field="floor", zh="楼层"), Column(field="grid", zh="网格"), Column(field="care", zh="关爱原因", many=True),
        Column(field="tags", zh="标签", many=True),
    ),
}  # fmt: skip
STATES_ZH = {"待认领": "seen", "已认领": "claimed", "在用": "active", "停用": "suspended", "退役": "retired"}
_ESCAPED = re.compile(r"[;；|、\\]")


def column_of(what: What, header: str) -> Column | None:
    """Return the column that a header means, or None."""
    text = re.sub(r"[()（）*：:\s]+", " ", header).strip().casefold()
    for column in COLUMNS[what]:
        if text in (column.key, column.zh, column.header.casefold(), f"{column.key} {column.zh}"):
            return column
    return None


def hint(what: What, header: str) -> str:
    """Return the column that a header nearly is, for a message."""
    return nearest(header, [name for column in COLUMNS[what] for name in (column.key, column.zh)])


def row_of(what: What, entry: Mapping[str, Any]) -> list[str]:
    """Return an entry as the texts of its row."""
    return [guarded(printable(_cell(column, entry.get(column.field)))) for column in COLUMNS[what]]


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.language is not None:
        if isinstance(value, str):
            return value
        return str(value.get(column.language, "")) if isinstance(value, Mapping) else ""
    if column.many:
        words = [value] if isinstance(value, str) else list(value)
        return "; ".join(_ESCAPED.sub(r"\\\g<0>", str(word)) for word in words)
    return str(value)


def entry_of(
    what: What, cells: Iterable[tuple[Column, str]], wrong: Callable[[Column, str, Said], None]
) -> Entry:
    """Return the entry of a row; `wrong` is told of every cell that cannot be what its column holds."""
    entry: Entry = {}
    for column, text in cells:
        if not text:
            if column.required:
                wrong(column, text, (f"“{column.zh}”不能空", f"{column.key} must not be empty"))
            continue
        value = _value(column, text, wrong)
        if column.language is not None:
            entry.setdefault("name", {})[column.language] = value
        elif value is not None:
            entry[column.field] = value
    names = entry.get("name")
    if what == "device" and isinstance(names, dict) and len(names) == 1:  # people write one of the two
        (only,) = names.values()
        entry["name"] = {"zh": only, "en": only}
    return entry


def _value(column: Column, text: str, wrong: Callable[[Column, str, Said], None]) -> Any:
    if column.many:
        words = (re.sub(r"\\(.)", r"\1", each.strip()) for each in _WORD.findall(text))
        return [word for word in words if word]
    if column.share:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if 0 <= number <= 1:
            return number
        wrong(column, text, ("应是 0 到 1 之间的数", "expected a number between 0 and 1"))
        return None
    if column.words:
        word = STATES_ZH.get(text, text.casefold())
        if word in column.words:
            return word
        said = ", ".join(column.words)
        wrong(column, text, (f"应是 {said} 之一", f"expected one of {said}{nearest(word, column.words)}"))
        return None
    if len(text) > (200 if column.language or column.field == "ident" else 80):
        wrong(column, text, ("太长", "too long"))
    return text
