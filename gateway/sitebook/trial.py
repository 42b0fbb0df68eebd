"""Trial: a change as it would be, the whole site read with it. Pure but for the layers that it is laid over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec

from devices.document import Document
from devices.problem import Problem
from gateway.site import SiteFile
from gateway.sitebook.entry import Kept
from gateway.sitebook.layer import Bodies, Value
from gateway.sitebook.layers import Layers
from gateway.sitebook.names import ENTRIES, known_names, split_name
from gateway.sitebook.reread import carried

Present: TypeAlias = Callable[[str], Value | None]
Make: TypeAlias = Callable[[Present], Bodies]
"""Return what is to be saved, from what the site says now under a name; may refuse (ActionRefused)."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A change as it was checked, and on what."""

    on: Mapping[str, Kept]
    bodies: Bodies
    site: SiteFile
    problems: tuple[Problem, ...] = ()


def tried(layers: Layers, make: Make) -> Trial:
    """Check a change of saved documents."""
    kept = layers.kept
    bodies = {
        name: _with_identity(name, layers.opened(name, body)) for name, body in make(layers.present).items()
    }
    wrong = tuple(problem for name, body in bodies.items() for problem in _odd(name, body))
    if wrong:
        return Trial(on=kept, bodies=bodies, site=layers.site, problems=wrong)
    site, problems, _ = layers.read({**layers.bodies(), **bodies})
    return Trial(on=kept, bodies=bodies, site=carried(layers.site, site), problems=problems)


def tried_file(layers: Layers, file: Document) -> Trial:
    """Check another site file under what was saved."""
    kept = layers.kept
    site, problems, _ = layers.read(layers.bodies(), file)
    return Trial(on=kept, bodies={}, site=carried(layers.site, site), problems=problems)


def next_versions(layers: Layers, trial: Trial, *, at: datetime, by: str, reason: str) -> dict[str, Kept]:
    """Return the versions that a change makes; what is as it was makes none."""
    if trial.problems:
        return {}
    made: dict[str, Kept] = {}
    for name, body in trial.bodies.items():
        if name in layers.aside or body != layers.present(name):
            before = layers.kept.get(name)
            version = before.version + 1 if before is not None else 1
            made[name] = Kept(name=name, version=version, author=by, at=at, value=body, reason=reason)
    return made


def _with_identity(name: str, body: Value | None) -> Value | None:
    """Return an entry with the id that its document's name says, when it does not say it itself."""
    split = split_name(name)
    if body is None or split is None or not split[1]:
        return body
    return {ENTRIES[split[0]].identity: split[1], **body}


def _odd(name: str, body: Value | None) -> list[Problem]:
    """Return what is wrong with a name, or with an entry that has another id than its document."""
    split = split_name(name)
    if split is None:
        said = f"no document of a site has this name, expected one of {known_names()}"
        return [Problem(file=name, line=1, path="document", message=said)]
    if body is None or not split[1]:
        return []
    identity = ENTRIES[split[0]].identity
    if body.get(identity) == split[1]:
        return []
    said = f"expected '{split[1]}', as in the document's name, found '{body.get(identity)}'"
    return [Problem(file=name, line=1, path=identity, message=said)]
