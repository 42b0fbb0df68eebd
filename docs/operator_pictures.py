"""Write docs/operators/*.svg and docs/operators.md: one picture an operator, drawn from what the real engine did.

Run `python docs/operator_pictures.py` after changing an operator, a sentence or `docs/operators.yaml`; a test says when
it was forgotten. The words and the events of the pictures stand in `docs/operators.yaml`.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from devices.event import Event
from devices.kinds import KINDS
from rules.change import Change
from rules.duration import parse_duration, to_us
from rules.engine import Engine
from rules.explain import rule_sentence, sentence
from rules.load import load_rules
from rules.model import Rule
from rules.site import load_site
from rules.words import LANGUAGES, Lang

HERE = Path(__file__).resolve().parent
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 6, 22, tzinfo=ZONE)
SITE = """
site: pictures
devices:
- {id: gate-n1, type: access_gate}
- {id: door-1, type: unit_door}
- {id: cam-1, type: camera}
- {id: switch-1, type: switch}
- {id: pump, type: sensor}
- {id: shed, type: sensor}
- {id: smoke-1, type: smoke, building: b2}
- {id: heat-1, type: heat, building: b2}
"""
NAMES = {
    "gate-n1": {"zh": "北门", "en": "North gate"}, "door-1": {"zh": "2 号楼单元门", "en": "Door of building 2"}, "cam-1": {"zh": "东门摄像机", "en": "East gate camera"},
    "switch-1": {"zh": "东区交换机", "en": "East switch"}, "pump": {"zh": "1 号泵房", "en": "Pump room 1"}, "shed": {"zh": "充电棚", "en": "Charging shed"},
    "smoke-1": {"zh": "3 层烟感", "en": "Smoke detector 3F"}, "heat-1": {"zh": "4 层温感", "en": "Heat detector 4F"}, "b2": {"zh": "2 号楼", "en": "Building 2"},
}  # fmt: skip
WIDTH, LEFT, RIGHT, TOP, LANE = 820, 170, 24, 74, 34
VALUES_HEIGHT = 110
STYLE = (HERE / "operators" / "picture.css").read_text("utf-8")


class Played:
    """One operator of `operators.yaml`, its rule at work in the engine, and what it said."""

    def __init__(self, name: str, story: dict[str, Any]) -> None:
        self.name = name
        self.story = story
        self.text = rule_text(name, story)
        site, problems = load_site(SITE, "site.yaml")
        loaded = load_rules({f"{name}.yaml": self.text}, zone=ZONE)
        wrong = [str(each) for each in (*problems, *loaded.problems)]
        if wrong:
            raise ValueError("\n".join(wrong))
        self.rule: Rule = loaded.rules[0]
        self.events: list[tuple[float, str, str, dict[str, Any]]] = [
            (float(t), device, kind, *(facts or [{}])) for t, device, kind, *facts in story["events"]
        ]
        self.until = float(story["until"])
        self.changes = self._changes(Engine(loaded.rules, loaded.inhibits, site))

    def said(self, change: Change, lang: Lang) -> str:
        """Say one change with the names of the devices."""
        return sentence(
            change, lang, rule=self.rule, zone=ZONE, names=lambda id_: NAMES.get(id_, {}).get(lang)
        )

    def _changes(self, engine: Engine) -> list[Change]:
        found = list(engine.advance_to(START, seq=0))
        for number, (second, device, kind, facts) in enumerate(self.events, start=1):
            at = START + timedelta(seconds=second)
            event = Event(
                id=f"e{number}", device=device, kind=kind, at=at, received_at=at, data=facts, seq=number
            )
            found += engine.step(event, now=at)
        return found + engine.tick(START + timedelta(seconds=self.until), seq=0)


def rule_text(name: str, story: dict[str, Any]) -> str:
    """Return the rule of a story as a manager writes it."""
    lines = [
        f"- id: example.{name}",
        f"  name: {story['name']}",
        '  category: "0207"',
        f"  detect: {story['detect']}",
    ]
    lines += [
        "  stages: [{stage: warning, level: L3}]",
        *(f"  {line}" for line in story["rest"].splitlines()),
    ]
    return "\n".join([*lines, "  note: {zh: 示例。, en: An example.}", ""])


# --- the picture


class Picture:
    """The drawing: time to the right, one lane for what came, one for the alert, the sentences below."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.parts: list[str] = []
        self.y = TOP

    def svg(self) -> str:
        played = self.played
        zh, en = (rule_sentence(played.rule, lang) for lang in LANGUAGES)
        self.text(16, 26, played.name, "title")
        self.text(16, 45, zh.split("。")[0] + "。", "small")
        self.text(16, 61, en.split(". ")[0] + ".", "small")
        background = len(self.parts)
        if "value" in played.story:
            self._values(played.story["value"])
        else:
            self._lanes()
        bottom = self.y
        self._windows(background, bottom)
        self._alert()
        self._axis()
        self._sentences()
        body = "\n".join(self.parts)
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.y}" width="{WIDTH}" height="{self.y}" role="img"><title>{played.name}</title>\n<style>{STYLE}</style>\n{body}\n</svg>\n'

    def x(self, second: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * second / self.played.until, 1)

    def text(self, x: float, y: float, said: str, style: str = "", anchor: str = "") -> None:
        extra = (f' class="{style}"' if style else "") + (f' text-anchor="{anchor}"' if anchor else "")
        self.parts.append(f'<text x="{x:g}" y="{y:g}"{extra}>{escape(said)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        self.parts.append(f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{style}"/>')

    def label(self, zh: str, en: str, y: float) -> None:
        self.text(16, y - 2, zh)
        self.text(16, y + 11, en, "small")

    def _lanes(self) -> None:
        """One lane for each kind, or device; an event that did not count is hollow."""
        used = {
            each for change in self.played.changes for each in (*change.events, *change.why.get("events", ()))
        }
        by_device = self.played.story.get("by_device", False)
        rows = list(dict.fromkeys(device if by_device else kind for _, device, kind, _ in self.played.events))
        for row in rows:
            y = self.y + LANE / 2
            kind = KINDS.get(row)
            name = (kind.zh, kind.en) if kind else (NAMES[row]["zh"], NAMES[row]["en"])
            self.label(*name, y)
            self.line(LEFT, y, WIDTH - RIGHT, y, "lane")
            for number, (second, device, what, facts) in enumerate(self.played.events, start=1):
                if row == (device if by_device else what):
                    style = "dot" if f"e{number}" in used or not self._waits(what) else "hollow"
                    self.parts.append(f'<circle cx="{self.x(second):g}" cy="{y:g}" r="6" class="{style}"/>')
                    for value in list(facts.values())[:1]:
                        self.text(self.x(second), y - 10, str(value), "small", "middle")
            self.y += LANE

    def _waits(self, kind: str) -> bool:
        """Tell whether the operator itself reads this kind (what ends an alert is always drawn full)."""
        return any(kind in selector.kinds() for selector in self.played.rule.detect.slots.values())

    def _values(self, value: dict[str, Any]) -> None:
        name = value["path"].removeprefix("data.")
        points = [(second, float(facts[name])) for second, _, _, facts in self.played.events]
        numbers = [number for _, number in points] + [
            float(value["limit"]),
            float(value.get("clear", value["limit"])),
        ]
        low, high = min(numbers) - 4, max(numbers) + 4
        top, kind = self.y, KINDS[self.played.events[0][2]]

        def y(number: float) -> float:
            return round(top + VALUES_HEIGHT * (high - number) / (high - low), 1)

        self.label(kind.zh, f"{kind.en}, {kind.fields[name].unit}", top + VALUES_HEIGHT / 2)
        for key, style in (("limit", "limit"), ("clear", "clear")):
            if key in value:
                self.line(LEFT, y(value[key]), WIDTH - RIGHT, y(value[key]), style)
                self.text(WIDTH - RIGHT, y(value[key]) - 4, f"{value[key]:g}", "small", "end")
        path = " ".join(f"{self.x(second):g},{y(number):g}" for second, number in points)
        self.parts.append(f'<polyline points="{path}" class="line"/>')
        for second, number in points:
            self.parts.append(f'<circle cx="{self.x(second):g}" cy="{y(number):g}" r="5" class="dot"/>')
            self.text(self.x(second), y(number) - 9, f"{number:g}", "small", "middle")
        self.y += VALUES_HEIGHT + 8

    def _windows(self, place: int, bottom: float) -> None:
        """Shade the span that each opening looked at, as its own explanation has it."""
        for change in self.played.changes:
            if change.change not in {"opened", "reopened"}:
                continue
            why, fired = change.why, (change.t - START).total_seconds()
            since = next((why[key] for key in ("since_us", "first_us", "last_us") if key in why), None)
            span = parse_duration(why.get("within") or why.get("over") or why.get("for"))
            if since is not None:
                begin = (since - to_us(START)) / 1e6
            elif span is not None:
                begin = fired - span / 1e6
            else:
                continue
            begin = max(begin, 0.0)
            left, right = self.x(begin), self.x(fired)
            said = str(why.get("within") or why.get("over") or why.get("for"))
            shade = f'<rect x="{left:g}" y="{TOP - 6}" width="{right - left:g}" height="{bottom - TOP + 6:g}" class="window"/>'
            self.parts.insert(place, shade)
            self.text((left + right) / 2, bottom + 2, said, "small", "middle")

    def _alert(self) -> None:
        self.y += 14
        y, begin = self.y, None
        self.label("告警", "alert", y + 12)
        for change in self.played.changes:
            second = (change.t - START).total_seconds()
            if change.change in {"opened", "reopened"}:
                begin = second
            elif change.change in {"cleared", "late_resolved"} and begin is not None:
                self._bar(begin, second, y)
                begin = None
        if begin is not None:
            self._bar(begin, self.played.until, y)
        for number, change in enumerate(self.played.changes, start=1):
            x = self.x((change.t - START).total_seconds())
            self.parts.append(f'<circle cx="{x:g}" cy="{y + 10}" r="9" class="mark"/>')
            self.text(x, y + 14, str(number), "number", "middle")
        self.y += 30

    def _bar(self, begin: float, end: float, y: float) -> None:
        left, right = self.x(begin), self.x(end)
        self.parts.append(
            f'<rect x="{left:g}" y="{y}" width="{max(right - left, 2):g}" height="20" rx="4" class="alert"/>'
        )

    def _axis(self) -> None:
        self.line(LEFT, self.y, WIDTH - RIGHT, self.y, "axis")
        step = next(s for s in (5, 10, 30, 60, 120, 300, 600) if self.played.until / s <= 8)
        for second in range(0, int(self.played.until) + 1, step):
            self.line(self.x(second), self.y, self.x(second), self.y + 5, "axis")
            at = START + timedelta(seconds=second)
            self.text(
                self.x(second),
                self.y + 19,
                f"{at:%H:%M:%S}" if step < 60 else f"{at:%H:%M}",
                "small",
                "middle",
            )
        self.y += 44

    def _sentences(self) -> None:
        for number, change in enumerate(self.played.changes, start=1):
            self.text(16, self.y, f"{number}  {change.t.astimezone(ZONE):%H:%M:%S}")
            self.text(16, self.y + 16, change.change, "small")
            self.text(LEFT - 40, self.y, self.played.said(change, "zh"))
            self.text(LEFT - 40, self.y + 16, self.played.said(change, "en"), "small")
            self.y += 42


# --- the page


HEAD = """# 九种条件 · The nine operators

> Written by `python docs/operator_pictures.py` from `docs/operators.yaml` and from what the engine really did. Do not edit by hand.

`detect` 里写一种，`stages` 的 `when` 里也可以用，用一个 `all` 或 `any` 连起来。图中实心圆点是算数的事件，空心的不算，浅色是这次成立时所看的时间窗，数字对应下面的句子。怎么写规则见 [rules.md](rules.md)，所有字段见 [rules-reference.md](rules-reference.md)。
One stands in `detect`; a stage's `when` may join several by one `all` or `any`. In the pictures full dots counted, hollow ones did not; the shade is the span that was looked at when it fired; the numbers belong to the sentences below. How to write a rule: [rules.md](rules.md); every field: [rules-reference.md](rules-reference.md).
"""


def stories() -> dict[str, dict[str, Any]]:
    """Return what `operators.yaml` holds."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "operators.yaml").read_text("utf-8"))
    return found


def page(played: list[Played]) -> str:
    """Return docs/operators.md."""
    parts = [HEAD]
    for each in played:
        story = each.story
        rows = [
            f"| `{name}` | {about['zh']} · {about['en']} | {about['default']} |"
            for name, about in story["parameters"].items()
        ]
        said = [each.said(each.changes[0], lang) for lang in LANGUAGES]
        notes = [f"- {note['zh']}\n  {note['en']}" for note in story["notes"]]
        parts += [
            f"## {each.name}\n", f"{story['zh']}\n{story['en']}\n", *notes, "", f"![{each.name}](operators/{each.name}.svg)\n",
            "| 参数 · parameter | 意思 · meaning | 默认 · default |\n|---|---|---|", *rows, "", f"```yaml\n{each.text}```\n",
            f"> {rule_sentence(each.rule, 'zh')}  \n> {rule_sentence(each.rule, 'en')}\n",
            f"成立时这样说 · What it says when it fires:\n\n> {said[0]}  \n> {said[1]}\n",
        ]  # fmt: skip
    return "\n".join(parts).rstrip() + "\n"


def files() -> dict[Path, str]:
    """Return every file that this script writes, with its text."""
    played = [Played(name, story) for name, story in stories().items()]
    found = {HERE / "operators" / f"{each.name}.svg": Picture(each).svg() for each in played}
    return {**found, HERE / "operators.md": page(played)}


if __name__ == "__main__":
    for file, text in files().items():
        file.write_text(text, "utf-8")
