"""The gateway's entry for W1: a site of 200 gates, three rules under test and more than 47 others, all features on.

Nothing is switched off for speed: events are recognised as repetitions, journaled with a FULL commit before the
acknowledgement, alarms open cases and tell people, pages and API answer.
"""

from __future__ import annotations

from pathlib import Path

GATES = 200
# Built-in packs that are loaded beside the three; `access` would say the same as r1 and r2 in its own words.
PACKS = ("cameras", "devices", "elderly", "fire", "gateway", "lockers")

SITE = """\
site: w1
timezone: Asia/Shanghai
name: {zh: 基准小区, en: Benchmark estate}
grids: [{id: g1, kind: grid, name: {zh: 第一网格, en: Grid 1}}]
people:
  - {id: wang, name: Wang, roles: [guard]}
  - {id: zhao, name: Zhao, roles: [worker], grids: [g1]}
  - {id: chen, name: Chen, roles: [manager]}
roster:
  shifts:
    - {id: guards, role: guard, from: "00:00", to: "00:00", people: [wang]}
    - {id: workers, role: worker, from: "00:00", to: "00:00", people: [zhao]}
channels: [{name: lan, kind: lan}]
dispatch: {auto_dispatch: [L1, L2]}
devices:
"""
# `dedup: [at]`: every forced door and every fifth denial is an alert of its own, as W1 counts them.
RULES = """\
rules:
- id: r1
  name: {zh: 强行闯入, en: Forced}
  category: "0205"
  detect: {event: {of: access.forced}}
  dedup: [at]
  stages: [{stage: alarm, level: L2}]
  clear: {after: 1s}
  cooldown: 0s
  note: {zh: 去看。, en: Go.}
- id: r2
  name: {zh: 多次拒绝, en: Repeated denials}
  category: "0207"
  detect: {count: {of: access.denied, at_least: 5, within: 60s, reset: access.granted}}
  dedup: [at]
  stages: [{stage: warning, level: L3}]
  clear: {after: 1s}
  cooldown: 0s
  note: {zh: 看一眼。, en: Look.}
- id: r3
  name: {zh: 门未关, en: Left open}
  category: "0206"
  detect: {%(left_open)s}
  stages: [{stage: warning, level: L3}]
  cooldown: 0s
  note: {zh: 看一眼。, en: Look.}
"""
LEFT_OPEN = {
    "sustained": "sustained: {of: [contact.opened, contact.closed], holds: 'kind == \"contact.opened\"', for: 2s}",
    "missing": "missing: {first: contact.opened, then: contact.closed, within: 2s}",
}
GATEWAY = """\
data: data
packs: [{packs}]
http: {{host: 127.0.0.1, port: {http_port}}}
mqtt: {{host: 127.0.0.1, port: {port}, alerts_topic: community/c1/incidents}}
log: {{level: warning}}
"""


def write_site(folder: Path, *, port: int, http_port: int, left_open: str = "missing") -> Path:
    """Write the files of the site into an empty folder; returns the folder."""
    gates = "".join(
        f"  - {{id: g{n:03}, type: access_gate, profile: gate, building: b{n // 10:02}, zone: {'ABCD'[n % 4]}, grid: g1}}\n"
        for n in range(GATES)
    )
    (folder / "rules").mkdir(parents=True)
    (folder / "profiles").mkdir()
    (folder / "site.yaml").write_text(SITE + gates, encoding="utf-8")
    (folder / "rules" / "w1.yaml").write_text(RULES % {"left_open": LEFT_OPEN[left_open]}, encoding="utf-8")
    (folder / "gateway.yaml").write_text(
        GATEWAY.format(packs=", ".join(PACKS), port=port, http_port=http_port), encoding="utf-8"
    )
    return folder
