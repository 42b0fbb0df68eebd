"""Write docs/incidents.md: the states, the diagram and the table of transitions, from the table in the code.

Run `python docs/incident_table.py` after changing `gateway/response/incident.py`; a test says when it was
forgotten. What stands in the page by hand is in `HEAD` and `TAIL`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gateway.response.guards import CLOSE_CODES
from gateway.response.incident import (
    ANY_OPEN,
    COMPOUND,
    ORDER_FREE,
    STATE_NAMES,
    STATE_TIMERS,
    TABLE,
    Transition,
)
from gateway.response.model import Span
from gateway.response.timers import LONGEST_REST, NEWS_AT, REMIND_AT, TIMES

PAGE = Path(__file__).resolve().parent / "incidents.md"
HEAD = """# Cases: from alarm to closed (案件)

> Written by `python docs/incident_table.py` from `gateway/response/incident.py`. Do not edit by hand.

An **alert** says that a condition holds; it comes and goes by itself. A **case** (案件) is what people do about
it, and only people close it. One file holds everything that can happen to a case: the table below. What is not
in it is refused, with the present state and what is allowed in it.
"""
TAIL = """
## What is worth knowing

- **One tap, several rows.** {compound}. All of it is one transaction.
- **An older view.** A decision (a row that changes the state) makes what others have on their screens stale: their
  next decision is refused and names who did what. What machines add does not: an alert that joins or clears, a
  ladder that climbs. {order_free} are safe in any order and never refused for their age.
- **撤销 Undo.** What the table marks can be taken back by the same person for 8 s, a merge and a change of level too,
  while nothing followed that it would put back; a note, a ticked step or a call stays.
- **Level 1** is accepted and sent in the transaction that opens it; everybody on duty in the grid hears of it, and
  verification runs beside it. **L2** waits for the guard for its verify time (not at all when no guard is on
  duty) and is then accepted and sent by the system. **L3** and **L4** wait for a person; the manager is told each
  time the verify time runs out.
- **After acceptance** L1 and L2 are sent without anybody choosing (`dispatch.auto_dispatch` in the site file);
  for the others somebody has the take time to choose, then the system does.
- **The ladder.** Nobody takes it in time: the next rung of the plan. Nobody on duty on a rung: the next one at
  once, with a line saying so. After the last rung it is repeated as often as the plan says, for L1 until taken.
  The ladder stops when enough people have taken the case; L1 plans want two, also when one is on the scene
  already. Whoever has a case and asks the next rung lets one more take it.
- **小事不出网格，大事不出社区.** Every category says where it should end (`ends_at`). Sending somebody from above that
  level of the tree is an escalation: a line `went_up` with its reason, once for each level.
- **预案 The plan's checklist.** `tick` (or a note on a step) says who did a line and when; a slip is taken back with
  `done: false`. Agencies are called by a person; `called` writes down agency, number, who answered, when and what was
  said, and hands nothing over. 移交 `transfer` hands over: agency, person, telephone or ticket number and the time of
  the call; `feedback` brings the result, `return` the case.
- **挂起 Resting.** A worker asks, leader or manager grants, until a time within {rest}. What is left of
  taking, arriving and resolving is kept, in working time where it counts that, and given back. A transfer keeps what is left
  of resolving the same way.
- **升降级 Another level.** Times are counted again from the opening; when that is over, half of the new time remains.
  Lowering needs a note. A plan of the level follows the level; a raised case is sent at once.
- **并案 Merging.** Alerts, pictures, those who were told and whoever waits for an answer go to the case it is merged
  into, which is at least as grave and no drill beside a real alarm. 拆案 takes the alerts back; times count from the
  opening, half of them at least.
- **核查 The check.** L1 to L3 are checked by somebody else. When only the one who resolved it is on duty, it is the
  manager's, on the page, not out of bed; an overdue check is the manager's too. A plain tap writes what the check
  rests on: result, whether the condition still holds, pictures. A note may be added.
- **再次发生 Recurrence.** With `dispatch.reopen_on_recurrence` a condition that returns within the reopen window takes
  its closed case up again; a silent alarm and a drill do not. Otherwise, and later, a new case names the past one.
- **误报 False alarms.** When five of the last ten closed cases of a device were false (`false_*`), the gateway says so
  once a day (`system.false_alarms`) and an L4 check of the device is opened by the rule `gateway.false_alarms`. No
  rule is ever switched off by itself.
- **No case waits for nothing.** Every open state has a timer. When the time to resolve or to check runs out, those
  responsible are told and the timer starts anew.
- **Joining.** An alarm joins the open case of the same alert key, else the oldest open case of the same building and
  category group that opened within 120 s, unless it is graver than that case: then it gets its own. Drills and
  real alarms never share one. What hangs behind a dead device belongs to that device's case; a silent case that
  came a moment before it is merged into it.
- **Silence.** A muted alarm opens a case that is recorded and tells nobody; when the mute ends it rings.
- **Who was chosen and why** is in the line `sent`: everybody considered, with score and reasons.

Close codes: {codes}.
"""


def page() -> str:
    """Return the whole page."""
    compound = ", ".join(
        f"`{action}` in {STATE_NAMES[state]['en']} = {' + '.join(rows)}"
        for (action, state), rows in COMPOUND.items()
    )
    codes = ", ".join(f"`{code}`" for code in CLOSE_CODES)
    order_free = ", ".join(f"`{action}`" for action in sorted(ORDER_FREE))
    rest = ", ".join(f"{length.days} d ({level})" for level, length in LONGEST_REST.items())
    return "\n".join(
        [
            HEAD,
            _states(),
            _diagram(),
            _table(),
            _times(),
            TAIL.format(compound=compound, codes=codes, order_free=order_free, rest=rest).rstrip(),
            "",
        ]
    )


def _states() -> str:
    lines = ["## States", "", "| state | 中文 | timers that may run |", "|---|---|---|"]
    for state, name in STATE_NAMES.items():
        lines.append(f"| `{state}` | {name['zh']} | {', '.join(sorted(STATE_TIMERS[state])) or '–'} |")
    return "\n".join([*lines, ""])


def _diagram() -> str:
    lines = ["## Diagram", "", "```mermaid", "stateDiagram-v2"]
    for row in TABLE:
        if row.target is None:
            continue
        label = f"{row.target}: {row.number} {row.zh} {row.en}"
        lines += [f"    {source} --> {label}" for source in row.source or ("[*]",)]
    lines += [f"    {state} --> [*]" for state in STATE_NAMES if state not in ANY_OPEN]
    return "\n".join([*lines, "```", ""])


def _table() -> str:
    lines = [
        "## Table",
        "",
        "| # | action | 中文 | from | to | who | must carry | starts | stops | only if | undo |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_line(row) for row in TABLE]
    return "\n".join([*lines, ""])


def _line(row: Transition) -> str:
    source = (
        "any open"
        if row.source == ANY_OPEN
        else "any"
        if row.source == tuple(STATE_NAMES)
        else ", ".join(row.source) or "–"
    )
    conditions = [row.when, *row.guards, *row.checks]
    words = [guard.__name__.strip("_").replace("_", " ") for guard in conditions if guard is not None]
    cells = [
        str(row.number),
        f"`{row.action}`",
        row.zh,
        source,
        row.target or ("as before" if row.action == "undo" else "same"),
        ", ".join(row.who),
        ", ".join(row.needs) or "–",
        ", ".join(row.starts) or "–",
        "all" if row.stops == ("*",) else ", ".join(row.stops) or "–",
        ", ".join(words) or "–",
        "8 s" if row.undoable else "–",
    ]
    return f"| {' | '.join(cells)} |"


def _times() -> str:
    lines = [
        "## Times",
        "",
        "Defaults by level; a category's own times go before them (`gateway/response/categories.yaml`). W: working hours.",
        "",
        "| timer | L1 | L2 | L3 | L4 |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {timer} | {' | '.join(_span(span) for span in row.values())} |" for timer, row in TIMES.items()
    ]
    remind = [
        " and ".join(f"{share:.0%}" for share in shares) or "1 day before" for shares in REMIND_AT.values()
    ]
    news = " | ".join([f"{NEWS_AT:.0%}"] * 4)
    return "\n".join(
        [
            *lines,
            f"| reminder of resolve | {' | '.join(remind)} |",
            f"| asked for news, of stale | {news} |",
            "",
        ]
    )


def _span(span: Span | None) -> str:
    if span is None:
        return "–"
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60)):
        amount = span.seconds / seconds
        if amount.is_integer() and (amount > 1 or unit != "d"):
            return f"{amount:g} {unit}{' W' if span.work else ''}"
    return f"{span.seconds:g} s"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
