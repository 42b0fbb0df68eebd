"""How it stands at this moment, and what of it waits for somebody: what the page of today opens with."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.api.permissions import Viewer
from gateway.api.schemas.figures import NeedView
from gateway.api.views.figures import words
from gateway.api.views.lens import Lens
from gateway.api.views.site import duty_view
from gateway.report.ledger import Ledger
from gateway.report.story import Standing
from gateway.report.wording import Words, both, many
from gateway.response.model import Incident
from gateway.response.timers import next_timer
from gateway.store.read import Connection
from gateway.store.read_devices import device_states
from gateway.store.read_incidents import open_incidents
from rules.words import Lang, level_name

MOST_CASES = 1000
GRAVE = ("L1", "L2")
UNTAKEN = ("pending_verify", "accepted", "dispatched")
LOUD_FALSE = 0.5  # of a rule's findings
FOUND = 3  # findings before they are believed


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """This moment, within somebody's scope."""

    standing: Standing
    untaken: tuple[Incident, ...]  # of L1 and L2
    overdue: tuple[Incident, ...]
    to_check: tuple[Incident, ...]
    gone: tuple[str, ...]  # devices
    gaps: tuple[str, ...]  # grids


def now_standing(connection: Connection, lens: Lens, viewer: Viewer) -> Now:
    """Return how it stands."""
    rows = [row.incident for row in open_incidents(connection, limit=MOST_CASES)]
    cases = [case for case in rows if not case.drill and viewer.sees_grid(case.grid)]
    states = {
        device: state
        for device, state in device_states(connection).items()
        if (known := lens.community.device(device)) is not None and viewer.sees_grid(known.grid)
    }
    duty = duty_view(lens)
    guards = {
        person.id: person.name for grid in duty.grids for person in grid.people if "guard" in person.roles
    }
    gaps = tuple(each.grid for each in duty.grids if each.gap and viewer.sees_grid(each.grid))
    overdue = tuple(case for case in cases if _overdue(case, lens))
    return Now(
        standing=Standing(
            open_cases=len(cases),
            open_grave=sum(case.level in GRAVE for case in cases),
            overdue=len(overdue),
            devices=len(states),
            reporting=sum(state.online is not False for state in states.values()),
            on_duty=tuple(guards.values()),
            gaps=len(gaps),
        ),
        untaken=tuple(case for case in cases if case.level in GRAVE and case.state in UNTAKEN),
        overdue=overdue,
        to_check=tuple(case for case in cases if case.state == "resolved"),
        gone=tuple(sorted(device for device, state in states.items() if state.online is False)),
        gaps=gaps,
    )


def _overdue(case: Incident, lens: Lens) -> bool:
    due = next_timer(case.timers)
    return case.late or (due is not None and due[1] < lens.now)


def needs_of(now: Now, ledger: Ledger) -> list[NeedView]:
    """Return what waits for somebody, the gravest first; nothing where nothing does."""
    wrong = [
        each.rule for each in ledger.noisy if each.found >= FOUND and each.false / each.found >= LOUD_FALSE
    ]
    untaken, overdue, check = len(now.untaken), len(now.overdue), len(now.to_check)
    gaps, gone, rules = len(now.gaps), len(now.gone), len(wrong)
    return [
        *_need("urgent", _numbers(now.untaken), both(f"{untaken} 件{_grave(now.untaken, 'zh')}案件还没有人接", f"{untaken} {_grave(now.untaken, 'en')} {'case' if untaken == 1 else 'cases'} nobody has taken"), level=min((case.level for case in now.untaken), default=None)),
        *_need("overdue", _numbers(now.overdue), both(f"{overdue} 件已经超时，去催一下", f"{many(overdue, 'case is', 'cases are')} overdue: urge somebody")),
        *_need("check", _numbers(now.to_check), both(f"{check} 件处置完了，等核查结案", f"{many(check, 'resolved case waits', 'resolved cases wait')} to be checked and closed")),
        *_need("gaps", now.gaps, both(f"{gaps} 个网格现在没有人值班", f"{many(gaps, 'grid has', 'grids have')} nobody on duty now")),
        *_need("devices", now.gone, both(f"{gone} 台设备离线", f"{many(gone, 'device is', 'devices are')} offline")),
        *_need("rules", wrong, both(f"{rules} 条规则今天多半是误报，该改一改", f"{many(rules, 'rule was', 'rules were')} mostly wrong today: mend")),
    ]  # fmt: skip


def _grave(cases: Sequence[Incident], lang: Lang) -> str:
    """Name the levels that are there: “重要” alone never stands under the mark of “紧急”."""
    word = {"zh": "、", "en": " or "}[lang]
    return word.join(level_name(level, lang) for level in sorted({case.level for case in cases}))


def _numbers(cases: Sequence[Incident]) -> list[str]:
    return [case.number for case in cases]


def _need(name: str, which: Sequence[str], text: Words, *, level: str | None = None) -> list[NeedView]:
    if not which:
        return []
    return [NeedView(name=name, count=len(which), text=words(text), level=level, newest=which[0])]  # type: ignore[arg-type]  # one of its names, a level
