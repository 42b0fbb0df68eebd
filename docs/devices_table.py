"""Write docs/devices.md: every device family that is built in, from the profiles and the adapters of commands.

Run `python docs/devices_table.py` after changing a profile; a test says when it was forgotten.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from devices.command import COMMANDS
from devices.document import parse_document
from devices.form import MessageForm, Profile
from devices.profile import load_profiles
from gateway.command import adapters
from gateway.command.adapter import ADAPTERS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "devices.md"
# The adapter of commands has another name than the profile where one of them serves several.
ADAPTER_OF = {"hikvision-access": "hikvision"}
HEAD = """# 已接入的设备 · Supported devices

> Written by `python docs/devices_table.py` from `devices/profiles/*.yaml`. Do not edit by hand.

下面每一种都是一个 YAML 文件，自带样例，样例不通过就不加载。不在表里的：[add-a-device.md](add-a-device.md)，一般十五分钟。
Each of these is one YAML file that brings its own samples; one whose samples fail does not load. Not in the list:
[add-a-device.md](add-a-device.md), usually fifteen minutes. `gateway devices decode FILE` tells which family a captured
payload is of.

登记名：登记表里 `ident` 填什么 · *Ident*: what stands as `ident` in the registry. 去重 · *Merged by*: what makes a redelivery the same event;
“不去重 · never” means two messages are two events. 时间 · *Time*: where the device's own time is read; “–”: it has none, the time of receipt counts.
"""
_TIME_FORMS = {
    "auto": "",
    "iso": "ISO",
    "epoch_s": "s",
    "epoch_ms": "ms",
    "epoch_us": "µs",
    "epoch_ns": "ns",
}


def page() -> str:
    """Return the whole page."""
    texts = {
        path.name: path.read_text("utf-8") for path in sorted((ROOT / "devices/profiles").glob("*.yaml"))
    }
    profiles, problems = load_profiles(texts)
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    parts = [
        HEAD,
        "| 设备 · Family | profile | 方式 · Way | 事件 · Kinds | 命令 · Commands | 样例 · Samples |",
        "|---|---|---|---|---|---|",
    ]
    parts += [_row(profile) for profile in profiles]
    parts.append("")
    for profile in profiles:
        parts += _section(profile, texts[profile.file])
    return "\n".join(parts) + "\n"


def _row(profile: Profile) -> str:
    name = f"[{profile.name['zh']} · {profile.name['en']}](#{profile.id})"
    groups = sorted({kind.partition(".")[0] for kind in _kinds(profile)})
    ways = " + ".join(sorted({_way(form) for form in profile.forms}))
    return f"| {name} | `{profile.ref}` | {ways} | {', '.join(groups)} | {_commands(profile)} | {len(profile.samples)} |"


def _way(form: MessageForm) -> str:
    if form.adapter == "http" and not form.pattern.text.startswith("/"):
        return "接收机 · receiver"  # a listener of ours takes the frames apart
    return form.adapter.upper()


def _section(profile: Profile, text: str) -> Iterable[str]:
    document = parse_document(text, profile.file).value
    yield f'<a id="{profile.id}"></a>\n'
    yield f"## {profile.name['zh']} · {profile.name['en']}\n"
    yield f"`{profile.ref}` · [devices/profiles/{profile.file}](../devices/profiles/{profile.file})\n"
    yield f"{profile.about.get('zh', '')}\n"
    yield f"{' '.join(_comment(text))} {profile.about.get('en', '')}".strip() + "\n"
    kinds = ", ".join(f"`{kind}`" for kind in sorted(_kinds(profile))) or "–"
    yield f"- 事件 · Kinds: {kinds}"
    yield f"- 命令 · Commands: {_commands(profile)}\n"
    yield "| 主题或路径 · Topic or path | 条件 · Where | 登记名 · Ident | 时间 · Time | 去重 · Merged by |"
    yield "|---|---|---|---|---|"
    for form, own in zip(profile.forms, document.get("messages", [document]), strict=True):
        yield _form(form, own, document)
    yield ""


def _form(form: MessageForm, own: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    where = own["match"].get("where")
    cells = (
        f"`{form.pattern.text}`",
        f"`{where}`" if where else "",
        _identity(own.get("identity", shared.get("identity"))),
        _time(own.get("time", shared.get("time"))),
        _dedup(own.get("dedup", shared.get("dedup")), own=form.own),
    )
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _identity(value: Any) -> str:
    if isinstance(value, dict):
        found = value.get("from", value.get("value"))
        case = {"lower": ", 小写 · lower case", "upper": ", 大写 · upper case"}.get(
            str(value.get("case")), ""
        )
        return f"{_paths(found)}{case}"
    return "–" if value in (None, "none") else _paths(value)


def _time(value: Any) -> str:
    if isinstance(value, dict):
        notes = [_TIME_FORMS.get(str(value.get("form", "auto")), "")]
        if value.get("trust_zone") is False:
            notes.append("不信其时区 · its zone is not believed")
        said = ", ".join(note for note in notes if note)
        return f"{_paths(value.get('from'))}{f' ({said})' if said else ''}"
    return "–" if value in (None, "none") else _paths(value)


def _dedup(value: Any, *, own: bool) -> str:
    if own:
        return "`boot` + `n`"
    return _paths(value, " + ") if isinstance(value, list) else "不去重 · never"


def _paths(value: Any, between: str = " / ") -> str:
    return between.join(f"`{each}`" for each in (value if isinstance(value, list) else [value]))


def _kinds(profile: Profile) -> set[str]:
    """Return the kinds its tables name, and, for our own namespace, those its samples show."""
    said = {entry.kind for form in profile.forms for entry in form.entries if entry.kind}
    shown = {str(each["event"]) for sample in profile.samples for each in sample.expect if each.get("event")}
    return {kind for kind in said | shown if kind != "device.state"}


def _commands(profile: Profile) -> str:
    adapter = ADAPTERS.get(ADAPTER_OF.get(profile.id, profile.id))
    if adapter is None:
        return "–"
    return ", ".join(f"{COMMANDS[name].zh} `{name}`" for name in COMMANDS if name in adapter.commands)


def _comment(text: str) -> Iterable[str]:
    """Yield the sentences above the profile: what it is, and what stands as ident."""
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line.lstrip("# ").strip()


for _module in iter_modules(adapters.__path__):  # importing an adapter registers it
    import_module(f"{adapters.__name__}.{_module.name}")

if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
