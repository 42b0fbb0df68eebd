"""One story an operator, through all that can happen to an alert: what the sentences and the pictures are made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.change import Change
from rules.engine import Engine
from rules.model import Rule
from rules.playback import play
from rules.site import Site
from tests.rules.playing import Line, loaded, steps_of

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = {
    "gate-n": ("北门", "North gate"), "gate-s": ("南门", "South gate"), "gate-e": ("东门", "East gate"), "pump": ("1 号泵房", "Pump room 1"),
    "smoke-1": ("3 层烟感", "Smoke detector 2-3"), "smoke-2": ("4 层烟感", "Smoke detector 2-4"),
    "heat-1": ("4 层温感", "Heat detector 2-4"), "switch-1": ("东区交换机", "East switch"), "cam-1": ("东门摄像机", "East gate camera"),
    "door-1": ("2 号楼单元门", "Door of building 2"), "shed": ("充电棚温感", "Charging shed sensor"), "b2": ("2 号楼", "Building 2"),
    "wang": ("王强", "Wang Qiang"), "li": ("李敏", "Li Min"), "power.lost": ("断电", "Power lost"),
}  # fmt: skip
SITE = """
site: estate
devices:
- {id: gate-n, type: access_gate, building: b1}
- {id: gate-s, type: access_gate, building: b2}
- {id: gate-e, type: access_gate, building: b3}
- {id: pump, type: sensor, building: b2}
- {id: smoke-1, type: smoke, building: b2}
- {id: smoke-2, type: smoke, building: b2}
- {id: heat-1, type: heat, building: b2}
- {id: switch-1, type: switch, building: b3}
- {id: cam-1, type: camera, building: b3, parent: switch-1}
- {id: door-1, type: unit_door, building: b2}
- {id: shed, type: sensor, building: b2, tags: [charging]}
"""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One rule (the first) with those beside it, and what happens."""

    rules: str
    lines: list[Line]


def _rule(name: tuple[str, str], detect: str, *, stages: str = "", rest: str = "", id: str = "try.it") -> str:  # noqa: A002
    """Write one rule; its first stage is a warning."""
    head = f"- id: {id}\n  name: {{zh: '{name[0]}', en: '{name[1]}'}}\n  category: '0207'\n  detect: {detect}\n  stages:\n  - {{stage: warning, level: L3}}\n"
    return (
        head
        + "".join(f"  - {line}\n" for line in stages.splitlines())
        + "".join(f"  {line}\n" for line in rest.splitlines())
    )


def e(t: float, device: str, kind: str, **data: Any) -> Line:
    """Write one event with its facts."""
    return {"t": t, "event": {"device": device, "kind": kind, "data": data}}


def ack(t: float, **key: str) -> Line:
    """Write that Wang acknowledges."""
    return {"t": t, "ack": {"rule": "try.it", "key": key, "by": "wang"}}


def clear(t: float, **key: str) -> Line:
    """Write that Wang clears by hand."""
    return {"t": t, "clear": {"rule": "try.it", "key": key, "by": "wang"}}


def hush(t: float, until: float) -> Line:
    """Write that Li silences the rule."""
    return {"t": t, "silence": {"where": 'rule == "try.it"', "until": until, "by": "li", "reason": "施工"}}


def wait(t: float) -> Line:
    """Let time pass."""
    return {"t": t}


INHIBITED = """- id: power.lost
  name: {zh: 断电, en: Power lost}
  category: '0801'
  detect: {event: {of: power.lost}}
  stages: [{stage: alarm, level: L2}]
  clear: {on: power.restored}
"""


def _with_power(rule: str) -> str:
    return f"rules:\n{rule}{INHIBITED}inhibit:\n- {{source: power.lost, target: try.it, equal: [device.building]}}\n"


def _bouncing(device: str, start: float, times: int, on: Line, off: Line) -> list[Line]:
    found: list[Line] = []
    for number in range(times):
        for offset, line in ((0, on), (20, off)):
            event = {**line["event"], "device": device}
            found.append({"t": start + number * 40 + offset, "event": event})
    return found


DENIED = "access.denied"
STORIES: dict[str, Story] = {
    "event": Story(
        rules=_with_power(
            _rule(
                ("夜间有人翻越", "Somebody over the wall"),
                "{event: {of: {kind: [camera.line, camera.zone], where: 'data.score >= 0.6'}}}",
                stages="{stage: alarm, level: L2, when: {event: {of: {kind: camera.zone, where: 'data.score >= 0.9'}}}}\n{stage: alarm, level: L1, when: {unacknowledged: 10m}}",
                rest="clear: {quiet: 10m}",
            )
        ),
        lines=[
            e(0, "cam-1", "camera.line", score=0.72), e(20, "cam-1", "camera.line", score=0.8), e(90, "cam-1", "camera.zone", score=0.93),
            ack(150, device="cam-1"), e(1000, "cam-1", "camera.zone", score=0.65), hush(1500, 3000), e(1600, "cam-1", "camera.line", score=0.7),
            e(2900, "cam-1", "camera.line", score=0.7), wait(3800), e(4000, "gate-e", "power.lost"), e(4010, "cam-1", "camera.line", score=0.7),
            wait(5000), {"t": 9000, "event": {"device": "cam-1", "kind": "camera.line", "data": {"score": 0.9}}},
            e(11900, "cam-1", "camera.line", score=0.75), {"t": 12000, "restart": {"down_for": "15m"}}, wait(13000),
        ],
    ),
    "late": Story(
        rules=_rule(("一键求助", "Call for help"), "{event: {of: sos.*}}", rest="respond: none\nclear: {by: person}"),
        lines=[
            wait(0), {"t": 100, "restart": {"down_for": "30m"}}, {"t": 1905, "event": {"device": "door-1", "kind": "sos.button", "data": {"press": "long"}, "at": 900, "mode": "backfill"}},
            ack(2000, device="door-1"), clear(2400, device="door-1"),
        ],
    ),
    "count": Story(
        rules=_with_power(
            _rule(
                ("多次刷卡失败", "Repeated denials"),
                "{count: {of: access.denied, at_least: 5, within: 60s}}",
                stages="{stage: alarm, level: L2, when: {count: {of: access.denied, at_least: 10, within: 60s}}}\n{stage: alarm, level: L1, when: {unacknowledged: 10m}}",
                rest="hold_down: 2m\nclear: {quiet: 10m}",
            )
        ),
        lines=[
            *[e(4 * n, "gate-s", DENIED, method="card") for n in range(7)], *[e(100 + 4 * n, "gate-s", DENIED) for n in range(10)], wait(300),
            ack(310, device="gate-s"), wait(900), *[e(1000 + 5 * n, "gate-s", DENIED) for n in range(5)], wait(1700), e(1800, "gate-s", "power.lost"),
            *[e(1810 + 5 * n, "gate-s", DENIED) for n in range(5)], wait(3000), *[e(3600 + 2 * n, "gate-n", DENIED) for n in range(10)], wait(4300),
        ],
    ),
    "distinct": Story(
        rules=_rule(
            ("试多张卡", "Several cards tried"),
            "{count: {of: access.denied, at_least: 3, within: 5m, distinct: subject.cred}}",
            rest="clear: {when: {count: {of: access.granted, at_least: 2, within: 5m}}}",
        ),
        lines=[
            *[{"t": 9 * n, "event": {"device": "gate-s", "kind": DENIED, "subject": {"cred": f"card-{n}"}}} for n in range(4)],
            e(60, "gate-s", "access.granted"), e(70, "gate-s", "access.granted"),
        ],
    ),
    "everywhere": Story(
        rules=_rule(
            ("多处断电", "Power lost in several places"),
            "{count: {of: power.lost, at_least: 2, within: 10m, distinct: device.building}}",
            rest="by: []\nclear: {on: power.restored}\noverrides: [{where: 'device.building == \"b3\"', set: {at_least: 1}}]",
        ),
        lines=[
            e(0, "gate-s", "power.lost", phase="A"), e(60, "gate-n", "power.lost", phase="A"), e(200, "gate-n", "power.restored"), e(2000, "gate-e", "power.lost"),
            {"t": 2010, "ack": {"rule": "try.it", "key": {}, "by": "wang"}}, e(2100, "gate-e", "power.restored"),
        ],
    ),
    "doors": Story(
        rules=_rule(
            ("同一扇门反复敲", "One door tried again and again"),
            "{count: {of: access.denied, at_least: 2, within: 60s}}",
            rest="by: [device.building, data.door]\nclear: {quiet: 2m}\nlate: open",
        ),
        lines=[
            e(0, "gate-s", DENIED, door=3), e(9, "gate-s", DENIED, door=3), wait(200), {"t": 400, "event": {"device": "gate-s", "kind": DENIED, "data": {"door": 4}, "at": 0, "mode": "backfill"}},
            {"t": 410, "event": {"device": "gate-s", "kind": DENIED, "data": {"door": 4}, "at": 1, "mode": "backfill"}},
        ],
    ),
    "sustained": Story(
        rules=_with_power(
            _rule(
                ("集水井水位高", "Sump stays high"),
                "{sustained: {of: env.level, holds: data.value > 80, for: 10m, max_gap: 15m}}",
                stages="{stage: alarm, level: L2, when: {sustained: {of: env.level, holds: data.value > 95, for: 5m}}}\n{stage: alarm, level: L1, when: {open_for: 1h}}",
                rest="hold_down: 1m",
            )
        ),
        lines=[
            *[e(120 * n, "pump", "env.level", value=82 + n) for n in range(7)], *[e(840 + 60 * n, "pump", "env.level", value=97) for n in range(7)],
            e(1300, "pump", "env.level", value=90), wait(1400), ack(1410, device="pump"), e(1500, "pump", "env.level", value=60), e(1560, "pump", "env.level", value=85), wait(2200),
            clear(2210, device="pump"), wait(3000), wait(6200), e(6300, "pump", "env.level", value=20),
            *[e(8000 + 700 * n, "pump", "env.level", value=90) for n in range(3)],
        ],
    ),
    "absence": Story(
        rules=_rule(
            ("设备无心跳", "Device silent"),
            "{absence: {of: device.*, for: 3m, expect: 'device.type == \"switch\" || device.type == \"camera\"'}}",
            stages="{stage: alarm, level: L3, when: {open_for: 10m}}",
        ),
        lines=[
            e(0, "switch-1", "device.heartbeat"), e(5, "cam-1", "device.heartbeat"), wait(400), ack(500, device="switch-1"), wait(1000),
            e(1100, "switch-1", "device.heartbeat"), e(1110, "cam-1", "device.heartbeat"), e(1200, "switch-1", "device.heartbeat"), wait(1500),
        ],
    ),
    "household": Story(
        rules=_rule(
            ("独居老人无活动", "No activity at home"),
            "{absence: {of: [access.*, contact.*], for: 36h, expect: {roster: households, where: '\"alone\" in household.care'}}}",
            rest="by: [subject.household]",
        ),
        lines=[
            {"t": 0, "event": {"device": "door-1", "kind": "access.granted", "subject": {"household": "h203"}}}, wait(130_000),
            {"t": 131_000, "event": {"device": "door-1", "kind": "contact.opened", "subject": {"household": "h203"}}},
        ],
    ),
    "sequence": Story(
        rules=_with_power(
            _rule(
                ("拒绝后门开了", "Refused, then the door opened"),
                "{sequence: {first: access.denied, then: contact.opened, within: 10s, match: [data.door]}}",
                stages="{stage: alarm, level: L2, when: {sequence: {first: contact.opened, then: camera.object, within: 1m}}}",
                rest="clear: {on: contact.closed}",
            )
        ),
        lines=[
            e(0, "door-1", DENIED, door=3), e(7, "door-1", "contact.opened", door=3), e(20, "door-1", DENIED, door=3), e(24, "door-1", "contact.opened", door=3),
            e(50, "door-1", "camera.object"), ack(60, device="door-1"), e(90, "door-1", "contact.closed", door=3), e(100, "door-1", DENIED, door=3), e(101.5, "door-1", "contact.opened", door=3),
            hush(110, 700), e(120, "door-1", "contact.closed"), wait(800), e(1000, "door-1", "power.lost"), e(1010, "door-1", DENIED, door=1), e(1013, "door-1", "contact.opened", door=1),
        ],
    ),
    "missing": Story(
        rules=_with_power(
            _rule(
                ("单元门未关", "Unit door left open"),
                "{missing: {first: contact.opened, then: contact.closed, within: 2m}}",
                stages="{stage: alarm, level: L3, when: {open_for: 15m}}\n{stage: alarm, level: L2, when: {missing: {first: access.granted, then: contact.closed, within: 20m}}}",
            )
        ),
        lines=[
            e(0, "door-1", "contact.opened"), e(1, "door-1", "access.granted"), wait(200), wait(1300), ack(1310, device="door-1"), e(1400, "door-1", "contact.closed"),
            e(1450, "door-1", "contact.opened"), wait(1600), {"t": 1620, "event": {"device": "door-1", "kind": "contact.closed", "at": 1500}},
            e(3000, "gate-s", "power.lost"), e(3010, "door-1", "contact.opened"), wait(3200),
        ],
    ),
    "aggregate": Story(
        rules=_with_power(
            _rule(
                ("充电棚过热", "Charging shed hot"),
                "{aggregate: {of: env.temperature, value: data.value, fn: avg, over: 5m, above: 55, clear_below: 45}}",
                stages="{stage: alarm, level: L2, when: {aggregate: {of: env.temperature, value: data.value, fn: delta, over: 5m, above: 20, clear_below: 10}}}\n"
                "{stage: alarm, level: L1, when: {all: [{aggregate: {of: env.temperature, value: data.value, fn: max, over: 3 events, above: 70}}, {unacknowledged: 5m}]}}",
                rest="hold_down: 1m\ncooldown: 30m",
            )
        ),
        lines=[
            *[e(60 * n, "shed", "env.temperature", value=v) for n, v in enumerate((50, 56, 60, 61.5, 62, 74, 84, 85, 86, 86, 86, 86))], wait(790), ack(800, device="shed"),
            *[e(900 + 60 * n, "shed", "env.temperature", value=v) for n, v in enumerate((50, 40, 36, 35, 35, 34))], e(1500, "shed", "env.temperature", value=80),
            e(1900, "shed", "env.temperature", value=30),
            *_bouncing("shed", 4000, 1, e(0, "shed", "env.temperature", value=90), e(0, "shed", "env.temperature", value=20)),
        ],
    ),
    "bouncing": Story(
        rules=_rule(
            ("水位过高", "Level too high"),
            "{aggregate: {of: env.level, value: data.value, fn: last, over: 1 events, above: 80, clear_below: 79}}",
        ),
        lines=[*_bouncing("pump", 0, 6, e(0, "pump", "env.level", value=81), e(0, "pump", "env.level", value=78)), wait(2600)],
    ),
    "rate": Story(
        rules=_rule(
            ("水位上升快", "Level rises fast"),
            "{aggregate: {of: env.level, value: data.value, fn: rate, over: 5m, above: 2, clear_below: 1, per: 1m}}",
            rest="clear: {after: 1h}",
        ),
        lines=[e(0, "pump", "env.level", value=20), e(60, "pump", "env.level", value=23.5), wait(3700)],
    ),
    "corroborate": Story(
        rules=_rule(
            ("同楼多处报警", "Several detectors"),
            "{corroborate: {any_of: [fire.smoke, fire.heat], at_least: 2, within: 5m}}",
            stages="{stage: alarm, level: L1, when: {corroborate: {any_of: [fire.smoke, fire.heat], at_least: 3, within: 5m}}}",
            rest="by: [device.building]\nclear: {quiet: 15m}",
        ),
        lines=[
            e(0, "smoke-1", "fire.smoke"), e(40, "heat-1", "fire.heat", value=61), e(50, "heat-1", "fire.heat", value=63), e(150, "smoke-2", "fire.smoke"),
            {"t": 200, "ack": {"rule": "try.it", "key": {"device.building": "b2"}, "by": "wang"}}, wait(1100), e(1200, "smoke-1", "fire.smoke"), e(1210, "heat-1", "fire.heat"),
        ],
    ),
    "every": Story(
        rules=_rule(
            ("晨检离线设备", "Morning check"),
            "{every: {cron: '0 8 * * *', if: 'state.online == false'}}",
            stages="{stage: alarm, level: L3, when: {every: {cron: '30 8 * * *', if: 'state.online == false'}}}",
            rest="scope: 'device.type == \"camera\"'\nclear: {on: device.online}",
        ),
        lines=[
            e(0, "cam-1", "device.offline"), wait(36_100), {"t": 36_200, "ack": {"rule": "try.it", "key": {"device": "cam-1"}, "by": "wang"}}, wait(40_000),
            e(40_100, "cam-1", "device.online"),
        ],
    ),
}  # fmt: skip
HOUSEHOLDS = "households:\n- {id: h203, building: b2, care: [alone]}\n"


def changes(name: str) -> tuple[list[Change], dict[str, Rule]]:
    """Play a story through the real engine; return what happened and the rules by their ids."""
    story = STORIES[name]
    found, where = loaded(story.rules, SITE + HOUSEHOLDS)
    steps = steps_of(found, where, story.lines)
    said = list(play(_engine(found.rules, found.inhibits, where), steps))
    return said, {each.id: each for each in found.rules}


def _engine(rules: Any, inhibits: Any, site: Site) -> Callable[[], Engine]:
    return lambda: Engine(rules, inhibits, site)


def names(lang: str) -> Callable[[str], str | None]:
    """Return what names devices, rules and people in one language."""
    index = 0 if lang == "zh" else 1
    return lambda id_: NAMES[id_][index] if id_ in NAMES else None
