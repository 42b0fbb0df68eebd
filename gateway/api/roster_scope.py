"""Which parts of a roster somebody may change who plans for some grids only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.api.permissions import Viewer
from gateway.response.world import SiteView


def outside_scope(
    site: SiteView, viewer: Viewer, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str | None:
    """Return the first changed part that is not theirs, like `shifts guard-day`; None: all of it is."""
    if viewer.scope == "site":
        return None
    for key in dict.fromkeys((*before, *after)):
        old, new = _parts(before.get(key)), _parts(after.get(key))
        for part in [each for each in old if each not in new] + [each for each in new if each not in old]:
            if not isinstance(part, dict) or not _theirs(site, viewer, part):
                name = part.get("id", part.get("person", "")) if isinstance(part, dict) else part
                return f"{key} {name}".strip()
    return None


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _theirs(site: SiteView, viewer: Viewer, part: Mapping[str, Any]) -> bool:
    """Tell whether a shift, override or leave concerns only grids and people of the viewer's grids."""
    grid = part.get("grid")
    if isinstance(grid, str):
        return grid in viewer.grids
    teams = part.get("rotation")
    named = [
        *_parts(part.get("people")), *_parts(part.get("add")), *_parts(part.get("remove")), *_parts(part.get("person")),
        *(one for team in (teams if isinstance(teams, list) else []) for one in _parts(team)),
    ]  # fmt: skip
    people = [site.people.get(str(one)) for one in named]
    return bool(people) and all(
        person is None or (bool(person.grids) and set(person.grids) <= viewer.grids) for person in people
    )
