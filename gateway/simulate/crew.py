"""The crew: the people of the estate and a roster that leaves no hour of the week empty.

Guards and grid workers go in three teams: a day shift, the night after, then a day off.
"""

from __future__ import annotations

from typing import Any

from gateway.simulate import names

FIRST_DAY = "2026-01-05"  # a Monday: where every rotation begins


def people(*, home: str) -> list[dict[str, Any]]:
    """Return the people as the site file writes them; the resident lives in the household `home`."""
    found: list[dict[str, Any]] = []
    for name, called, role, grid, skills in names.PEOPLE:
        person: dict[str, Any] = {"id": name, "name": called, "roles": [role]}
        if grid:
            person["grids"] = [f"grid-{grid}"]
        if skills:
            person["skills"] = list(skills)
        if role == "resident":
            person["household"] = home
        found.append(person)
    return found


def of(role: str, grid: int = 0) -> list[str]:
    return [person[0] for person in names.PEOPLE if person[2] == role and person[3] in {0, grid}]


def roster() -> dict[str, Any]:
    """Return the shifts as the site file writes them."""
    guards = of("guard")
    shifts = list(_three_teams("guard", "guard", [guards[0:2], guards[2:4], guards[4:6]], "07:00", "19:00"))
    for grid in (1, 2):
        workers = [[name] for name in of("worker", grid)]
        teams = _three_teams(f"worker-{grid}", "worker", workers, "08:00", "20:00")
        shifts.extend({**shift, "grid": f"grid-{grid}"} for shift in teams)
    for role in ("maintenance", "leader", "manager"):
        weekly = [[name] for name in of(role)]
        shifts.append(_shift(role, role, weekly, "08:00", "08:00", turn_days=7))
    return {"shifts": shifts}


def _three_teams(name: str, role: str, teams: list[list[str]], begin: str, end: str) -> list[dict[str, Any]]:
    """Return a day and a night shift: whoever had the day has the next day's night."""
    return [
        _shift(f"{name}-day", role, teams, begin, end),
        _shift(f"{name}-night", role, [teams[-1], *teams[:-1]], end, begin),
    ]


def _shift(
    name: str, role: str, teams: list[list[str]], begin: str, end: str, turn_days: int = 1
) -> dict[str, Any]:
    return {
        "id": name,
        "role": role,
        "from": begin,
        "to": end,
        "rotation": teams,
        "start": FIRST_DAY,
        "turn_days": turn_days,
    }
