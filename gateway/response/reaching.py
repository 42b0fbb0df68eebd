"""How far up the grid tree a case has gone: 小事不出网格，大事不出社区.

Every category says where it should end (`ends_at`). Asking somebody whose place in the tree is higher is an
escalation that the timeline states with its reason; it happens once for each level.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.response.called import GRIDS, REASONS, called
from gateway.response.draft import Actor, Draft
from gateway.response.grid import GridKind, chain
from gateway.response.model import Person
from gateway.response.wording import line

RANK: dict[str, int] = {"grid": 0, "community": 1, "street": 2}


def level_of(draft: Draft, person: Person) -> GridKind:
    """Return where somebody stands in the tree for this case: the nearest of their grids that covers it.

    Guards, technicians and the property's manager belong to the estate, which is no level of the tree; a
    leader without grids of their own is the community's.
    """
    grids = draft.world.site.grids
    for grid in chain(grids, draft.incident.grid):
        if grid in person.grids:
            return grids[grid].kind
    return "community" if "leader" in person.roles and not person.grids else "grid"


def go_up(draft: Draft, people: Iterable[str], why: str) -> None:
    """Note that these people are asked, and say so when that leaves the level where such a case should end."""
    known = [draft.world.people[name] for name in people if name in draft.world.people]
    highest = max((level_of(draft, person) for person in known), key=RANK.__getitem__, default=None)
    if highest is not None:
        leave_for(draft, highest, why)


def leave_for(draft: Draft, level: GridKind, why: str) -> None:
    """Note that the case has reached this level of the tree, for a reason (a code of REASONS, or words)."""
    incident, ends_at = draft.incident, draft.category.ends_at
    if RANK[level] <= RANK[incident.reach]:
        return
    draft.change(reach=level)
    if RANK[level] > RANK.get(ends_at, 0):
        said = line(
            "went_up", ends_at=called(GRIDS, ends_at), reach=called(GRIDS, level), reason=called(REASONS, why)
        )
        draft.write("went_up", said, actor=Actor(), reason=why, facts={"ends_at": ends_at, "reach": level})
