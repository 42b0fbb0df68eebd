"""docs/screen-goals.md, made from the targets and from what the last runs wrote.

python -m tests.browser.goals.page > docs/screen-goals.md
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tests.browser.goals.verdict import RESULTS


class Goal(NamedTuple):
    """What is asked, and where it is checked."""

    number: int
    what: str
    target: str
    check: str
    short: bool = False  # also part of `make test`, without the times


GOALS = (
    Goal(1, "gateway commit → pixel, 50 changes/s, 3 stations", "p50 ≤ 100, p95 ≤ 250, p99 ≤ 500 ms", "test_live.py: each change stamped at its commit and two frames after it stands in the page"),
    Goal(2, "red alarm → start of the sound", "p95 ≤ 400 ms", "test_live.py: stubbed loudspeaker notes the first red note"),
    Goal(3, "first use, cold: wall and duty · phone · console page", "≤ 200 · ≤ 150 · ≤ 400 KB gzip", "test_weight.py: web/size-gate.mjs", short=True),
    Goal(4, "first row, cold, 4× slower processor, 20 Mb/s: duty · phone · console", "≤ 2.0 · ≤ 1.0 · ≤ 4.0 s", "test_weight.py: Chromium's throttles"),
    Goal(5, "main thread of the duty desk at 50 changes/s, 1× and 4×", "≤ 10 % and ≤ 30 %", "test_live.py: Chromium's own counter of the thread's processor time"),
    Goal(6, "processor time of the gateway for open clients", "≤ 0.1 % of a core each, 50 ≤ 5 %", "test_live.py: 50 open streams against none, from /proc"),
    Goal(7, "soak", "heap ≤ +10 %, nodes flat", "test_worst.py: 10 min after a warm-up, cases coming and going; GATEWAY_SOAK_S=28800 for 8 h"),
    Goal(8, "100,000 cases stored: list, search, filter", "p95 ≤ 300 ms", "test_stored.py: API asked by the page, and the search page itself"),
    Goal(9, "1,000 alarms a minute", "input delay p95 ≤ 100 ms, red visible ≤ 1 s, no lost row", "test_worst.py: keys at one station, red ones watched at another"),
    Goal(10, "row under the pointer changes while it rests", "0", "test_hands.py: ten changes above a resting pointer", short=True),
    Goal(11, "clicks: confirm · dispatch · false alarm · shelve · evidence · time jump · take · photo report", "1 · 2 · 2 · 2 · 1 · 2 · 1 · 4", "test_hands.py: counted while the task is done", short=True),
    Goal(12, "a new manager makes a rule from a template, with backtest", "≤ 8 fields, ≤ 90 s scripted, no technical word", "test_console_rules.py", short=True),
    Goal(13, "backtest of 7 days, a million events", "≤ 3 s p95, else progress and cancel; same engine, equal counts", "test_stored.py; tests/backtest/test_same_as_live.py, test_jobs.py"),
    Goal(14, "axe A and AA with 2.2, every page × 2 themes × 3 sizes × 2 languages", "0 violations", "test_every_page.py; a part of the looks in `make test`"),
    Goal(15, "keyboard alone: the duty tasks", "all, no trap, focus always visible", "test_hands.py: focus looked at after every key; the desk's work in `make test`: test_duty_deeds.py"),
    Goal(16, "words and targets", "18 px and 60 px in 特大, else 44 px", "test_every_page.py: measured in the page"),
    Goal(17, "requests to other hosts", "0 on every page", "test_every_page.py: log of requests"),
    Goal(18, "phone without a line: 20 photos, page killed, line back", "20 stored once each, captured-at kept", "test_phone_offline.py"),
    Goal(19, "gateway restarted; line cut for 10 min", "bar ≤ 12 s (closed socket ≤ 1 s), back ≤ 3 s, nothing missing, nothing twice", "test_worst.py: a wire that goes dead without a word"),
    Goal(20, "tabs open at once", "12 live", "test_hands.py", short=True),
    Goal(21, "missing keys; screens of two languages", "0", "test_every_page.py: every text of every page; the keys by the compiler and web/src/text/texts.test.ts"),
    Goal(22, "fresh box to its first simulated alarm", "≤ 15 min, ≤ 12 inputs, no other host", "test_install.py: inputs counted"),
    Goal(23, "load of the duty desk over 7 simulated days, default packs", "≤ 3/h a seat, ≥ 95 % of ten-minute windows ≤ 2, ten loudest ≤ 30 %, mix 5/15/80 ± 10", "test_week.py: the page of alarm governance after the replay"),
    Goal(24, "handover page", "ready ≤ 2 s, every open L1 and L2 listed", "test_week.py, after the same replay"),
    Goal(25, "wheel from source without Node", "≤ 120 s, ≤ 2 MB", "test_install.py: pip wheel in a bare copy, no node on the path"),
)  # fmt: skip

HEAD = """# The goals of the screens

What the screens must hold, each with its check. The figures are those of the last runs, as they stand in `bench/results/ui-*.json` with
machine, load and time; this page is made from them (`python -m tests.browser.goals.page > docs/screen-goals.md`).

| to | do |
|---|---|
| check all | `make test-ui` |
| check one | `make test-ui GOAL=9` (or several: `GOAL=10,11`) |
| measure the times on a quiet machine | `make test-ui GOAL=times` |
| the short ones | part of `make test`, marked ● below |

A goal is *met* or *missed*; a miss fails the run. A time taken on a busy machine says more about the machine: read it with its load.

| # | goal | asked | measured | | load | how it is checked |
|---|---|---|---|---|---|---|
"""
FOOT = """
## Where it falls short

{short}

Scripted clicks are a proxy: no person over 55 has tried these tasks yet, and no real phone, speaker, screen reader, small box or
embedded browser of a chat app was at hand. axe finds a part of what WCAG asks; pictures of every page are in `build/screens/` to be looked at.
"""


def results() -> dict[int, dict[str, Any]]:
    """Return what was written last, by goal."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("ui-[0-9][0-9]-*.json")))
    return {each["goal"]: each for each in found}


def measured(result: dict[str, Any]) -> str:
    """Return the figures that the targets are about, and what stands beside them."""
    asked = {key for kind in result["targets"].values() for key in kind}
    return ", ".join(
        f"{key.replace('_', ' ')} {value}" for key, value in result["figures"].items() if key in asked
    )


def main() -> None:
    """Print the page."""
    known = results()
    rows, short = [], []
    for goal in GOALS:
        result = known.get(goal.number)
        mark = " ●" if goal.short else ""
        if result is None:
            rows.append(
                f"| {goal.number}{mark} | {goal.what} | {goal.target} | – | not run | – | {goal.check} |"
            )
            short.append(
                f"- **{goal.number}** {goal.what}: the check is there and has not been run to its end."
            )
            continue
        said = f"{result['load']['when_the_run_began']}–{result['load']['now']}"
        rows.append(
            f"| {goal.number}{mark} | {goal.what} | {goal.target} | {measured(result)} | **{result['verdict']}** | {said} | {goal.check} |"
        )
        if result["verdict"] != "met":
            short.append(f"- **{goal.number}** {goal.what}: {'; '.join(result['missed'])} (load {said}).")
    machines = sorted({each["machine"] for each in known.values()})
    print(HEAD + "\n".join(rows) + "\n\nMachine: " + "; ".join(machines) + ".")
    print(FOOT.format(short="\n".join(short) or "Every goal was met in the last runs.").rstrip())


if __name__ == "__main__":
    main()
