"""Desk: whoever edits devices, homes and places asks here; every change goes through the sitebook as one step.

Beside what the sitebook checks of every site: a profile that exists, an identity that nobody else speaks under, and
the table of a device's life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msgspec

from devices.problem import Problem, nearest
from devices.registry import Device
from gateway.clock import to_us
from gateway.errors import ActionRefused
from gateway.estate.code import Codes
from gateway.estate.life import Refused, Way, take
from gateway.estate.places import said
from gateway.estate.tree import parts_of
from gateway.response.categories import plain
from gateway.response.world import SiteView
from gateway.sitebook.book import Sitebook
from gateway.sitebook.entry import Saved
from gateway.sitebook.layer import Bodies
from gateway.sitebook.trial import Present
from gateway.store.estate_steps import EstateStep, before, steps
from gateway.store.read import Connection


class Reads(Protocol):
    """The part of the store that is asked here."""

    def read(self) -> AbstractContextManager[Connection]: ...


Entry = dict[str, Any]
PLACE_PARTS = ("building", "unit", "floor", "zone")


class EstateDesk:
    """Changes of devices, homes and places. `profiles` returns the ids of the profiles that are loaded."""

    def __init__(
        self, book: Sitebook, reads: Reads, *, codes: Codes, profiles: Callable[[], Iterable[str]]
    ) -> None:
        self.book = book
        self._reads = reads
        self.codes = codes
        self._profiles = profiles

    @property
    def view(self) -> SiteView:
        """The site in force."""
        return self.book.view

    def problems(self, devices: Mapping[str, Entry]) -> tuple[Problem, ...]:
        """Return what is wrong with devices as they would be saved (by id), beside what every site is checked for."""
        known = sorted({name.partition("@")[0] for name in self._profiles()})
        found: list[Problem] = []
        spoken = {
            (_word(entry, "profile").partition("@")[0], _word(entry, "ident")): name
            for name, entry in devices.items()
            if _word(entry, "ident") and entry.get("state", "active") != "retired"
        }
        for name, entry in devices.items():
            profile = _word(entry, "profile").partition("@")[0]
            if profile and profile not in known:
                said_ = f"unknown device profile '{profile}'{nearest(profile, known)}"
                found.append(_problem(name, "profile", said_))
            other = self._speaker(name, profile, _word(entry, "ident"), devices) if profile else None
            twin = spoken.get((profile, _word(entry, "ident")))
            if entry.get("state") != "retired" and twin not in (None, name):
                other = twin
            if other is not None and entry.get("state") != "retired":
                said_ = (
                    f"'{_word(entry, 'ident')}' of profile '{profile}' is the identity of '{other}' already"
                )
                found.append(_problem(name, "ident", said_))
        return tuple(found)

    def _speaker(self, name: str, profile: str, ident: str, changed: Mapping[str, Entry]) -> str | None:
        """Return the device that speaks under an identity now and goes on doing so."""
        if not ident:
            return None
        other = self.view.registry.resolve(profile, ident)
        if other is None or other.id == name or other.id in changed or other.state == "retired":
            return None
        return other.id

    # --- one device -------------------------------------------------------------------------------

    def save(self, name: str, entry: Entry, *, by: str, expected: int | None, reason: str) -> Future[Saved]:
        """Save what somebody wrote of a device; its state stays what it is, a new one is `claimed`."""

        def make(present: Present) -> Bodies:
            before = present(f"device:{name}")
            state = before.get("state", "active") if before is not None else "claimed"
            if entry.get("state", state) != state:
                facts = {"device": name, "state": state}
                raise ActionRefused("state_by_step", f"the state of {name} changes by a step", **facts)
            return {f"device:{name}": {**entry, "state": state}}

        return self._amend({name: entry}, make, by=by, expected=_seen(name, expected), reason=reason)

    def step(
        self,
        name: str,
        step: str,
        *,
        by: str,
        fields: Entry | None = None,
        place: str | None = None,
        may: Callable[[str], bool] = lambda _: True,
        expected: int | None = None,
        reason: str = "",
    ) -> Future[Saved]:
        """Take a step of a device's life, changing some fields with it; `may` tells whether a permission is held.

        Raises (in the answer) ActionRefused: no such step from here, something lacks, or a permission does.
        """
        changes = {**(fields or {}), **(self.stands(place) if place else {})}

        def make(present: Present) -> Bodies:
            before = present(f"device:{name}")
            entry = {**(before or {}), **changes, "id": name}
            state = None if before is None else before.get("state", "active")
            way = take(as_device(entry), state, step)
            if isinstance(way, Refused):
                raise ActionRefused(way.code, step, device=name, **way.facts)
            _permitted(way, may)
            return {f"device:{name}": {**entry, "state": way.target}}

        before = self.book.present(f"device:{name}") or {}
        return self._amend(
            {name: {**before, **changes}}, make, by=by, expected=_seen(name, expected), reason=reason or step
        )

    def drop(self, name: str, *, by: str, expected: int | None, reason: str) -> Future[Saved]:
        """Take a device away that was never in service; others are retired, so that what they said keeps a name."""

        def make(present: Present) -> Bodies:
            before = present(f"device:{name}")
            if before is not None and before.get("state", "active") not in ("seen", "claimed"):
                raise ActionRefused("retire_instead", f"{name} was in service", device=name)
            return {f"device:{name}": None}

        return self._amend({}, make, by=by, expected=_seen(name, expected), reason=reason)

    def stands(self, place: str) -> dict[str, str | None]:
        """Return what a device says of a place that is named by its id or by what people call it.

        Raises:
            ActionRefused: nobody calls a place so, or several are called so.
        """
        tree = self.view.places
        found = [each] if (each := tree.get(place)) is not None else said(tree, place)
        if len(found) != 1:
            code = "unknown_place" if not found else "several_places"
            facts = {"place": place, "ids": ", ".join(each.id for each in found[:5])}
            raise ActionRefused(code, f"{len(found)} places are called so", **facts)
        parts = parts_of(tree, found[0].id)
        return {part: parts.get(part) for part in PLACE_PARTS}

    # --- places and homes -------------------------------------------------------------------------

    def amend(
        self,
        bodies: Mapping[str, Entry | None],
        *,
        by: str,
        reason: str,
        expected: Mapping[str, int] | None = None,
    ) -> Future[Saved]:
        """Save several documents as one step, all or none."""
        devices = {name.removeprefix("device:"): each for name, each in bodies.items() if each and name.startswith("device:")}  # fmt: skip
        return self._amend(devices, lambda _: dict(bodies), by=by, expected=expected or {}, reason=reason)

    # --- back -------------------------------------------------------------------------------------

    def steps(self, limit: int = 20) -> list[EstateStep]:
        """Return what was saved of the estate lately, newest first; reads the store."""
        with self._reads.read() as connection:
            return steps(connection, limit=limit)

    def undo(self, step: str, *, by: str) -> Future[Saved]:
        """Put everything back to how it was before the newest step; doing it again brings the step back.

        Raises:
            ActionRefused: something was saved since, or there is no such step.
        """
        with self._reads.read() as connection:
            newest = next(iter(steps(connection, limit=1)), None)
            if newest is None or str(newest.at_us) != step:
                raise ActionRefused("not_the_last_step", "only the newest step can be taken back", step=step)
            rows = before(connection, newest.at_us)
        bodies = {
            name: self.book.opened(row) if row is not None else self.book.in_file(name)
            for name, row in rows.items()
        }
        # The versions of the step itself: what is saved between this look and the change is not overwritten.
        expected = {name: 1 if row is None else row.version + 1 for name, row in rows.items()}
        return self.book.amend(
            lambda _: bodies, by=by, expected=expected, reason=f"undo: {newest.author} {newest.at:%F %T}"
        )

    def step_of(self, saved: Saved) -> str | None:
        """Return the name of the step that a save was; None: nothing was saved."""
        made = [kept for name in saved.versions if (kept := self.book.document(name)) is not None]
        return None if saved.unchanged or not made else str(max(to_us(each.at) for each in made))

    def _amend(
        self,
        devices: Mapping[str, Entry],
        make: Callable[[Present], Bodies],
        *,
        by: str,
        expected: Mapping[str, int],
        reason: str,
    ) -> Future[Saved]:
        wrong = self.problems(devices)
        if wrong:
            future: Future[Saved] = Future()
            future.set_result(Saved(problems=wrong))
            return future
        return self.book.amend(make, by=by, expected=expected, reason=reason)


def as_device(entry: Mapping[str, Any]) -> Device:
    """Return an entry as a device, as far as it is one; what is wrong with it is found by the reader of sites."""
    known = {
        field: entry[field] for field in Device.__struct_fields__ if field in entry and field != "unlisted"
    }
    name = known.get("name")
    known["name"] = {"zh": name, "en": name} if isinstance(name, str) else name or {}
    try:
        return msgspec.convert(known, Device, strict=False)
    except msgspec.ValidationError:
        return Device(id=str(entry.get("id", "")))


def entry_of(device: Device) -> Entry:
    """Return a device as a site file would have it."""
    return plain(device)


def _permitted(way: Way, may: Callable[[str], bool]) -> None:
    if not may(way.permission):
        raise ActionRefused("step_not_yours", way.step, permission=way.permission)


def _seen(name: str, expected: int | None) -> dict[str, int]:
    return {} if expected is None else {f"device:{name}": expected}


def _word(entry: Mapping[str, Any], field: str) -> str:
    value = entry.get(field)
    return "" if value is None else str(value)


def _problem(name: str, path: str, message: str) -> Problem:
    return Problem(file=f"device:{name}", line=1, path=path, message=message)
