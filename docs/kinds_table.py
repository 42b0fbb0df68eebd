"""Write docs/kinds.md: every kind of event, its names, its facts with type, unit and words, from the tree in the code.

Run `python docs/kinds_table.py` after changing `devices/kinds.py`; a test says when it was forgotten.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from devices.kinds import KIND_TREE_VERSION, KINDS, STATES, Field, Kind
from rules.words import lasting, pick

PAGE = Path(__file__).resolve().parent / "kinds.md"
HEAD = f"""# 事件种类 · Kinds of events

> Written by `python docs/kinds_table.py` from `devices/kinds.py`, version {KIND_TREE_VERSION} of the tree. Do not edit by hand.

规则里写 `access.denied`、`access.*` 或它们的列表。`data.` 后面能写的就是这里的各项；没有列出的照样收下，检查时提醒。
A rule names `access.denied`, `access.*` or a list of these. What may stand after `data.` are the facts below; one that is not listed is taken as it comes, with a warning by `rules check`.

迟到：比“最晚”更旧的事件按“迟到”一栏处理，规则自己的 `late:` 优先 · *Late*: an event older than the age is treated as the column says; a rule's own `late:` wins.
"""
STATE_HEAD = """## 状态 · States

`device.state` 和别的事件都可以带状态，型号里写 `state.名称`；只有这些名称 · What may hold of a device beside what happens; a profile
writes `state.NAME`, and only these names exist:
"""
LATE = {
    "record": ("只记录", "recorded only"),
    "open": ("补报，不通知", "opens, tells nobody"),
    "evaluate": ("照常，标补报", "as if live"),
}


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for group, kinds in groupby(KINDS.values(), key=lambda kind: kind.name.partition(".")[0]):
        parts += [
            f"## {group}\n",
            "| kind | 中文 · English | data | 最晚 · age | 迟到 · late |",
            "|---|---|---|---|---|",
        ]
        parts += [_row(kind) for kind in kinds]
        parts.append("")
    return "\n".join(
        [*parts, STATE_HEAD, " · ".join(_fact(name, field) for name, field in STATES.items()), ""]
    )


def _row(kind: Kind) -> str:
    facts = "<br>".join(_fact(name, field) for name, field in kind.fields.items()) or "–"
    age = kind.max_age.total_seconds()
    span = " · ".join(lasting(int(age * 1_000_000), lang) for lang in ("zh", "en"))
    late = " · ".join(pick(lang, *LATE[kind.late]) for lang in ("zh", "en"))
    return f"| `{kind.name}` | {kind.zh} · {kind.en} | {facts} | {span} | {late} |"


def _fact(name: str, field: Field) -> str:
    if field.choices:
        return f"`{name}` {' / '.join(field.choices)}"
    unit = f", {field.unit}" if field.unit else ""
    return f"`{name}` {field.type}{unit}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
