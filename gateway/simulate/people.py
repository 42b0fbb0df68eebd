"""People: guards, workers and checkers who handle cases at a human pace. They decide from what a page would show them.

A pure core: `Crew.turn(now, cases)` answers who does what next. It touches no case that a visitor has touched,
acts for nobody in `spare`, and leaves a share of the cases to the visitors. Whether the moves go through the
HTTP API or straight to the writer is the caller's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from gateway.response.model import Action, Incident, Photo, Role
from gateway.simulate import names
from gateway.simulate.picture import scene_photo

ROLES: dict[str, tuple[Role, ...]] = {person[0]: (person[2],) for person in names.PEOPLE}  # type: ignore[misc]  # the table names roles only
FALSE_SHARE = 0.12  # of the cases that turn out to be nothing
FIRST = (
    "guard",
    "worker",
    "maintenance",
    "leader",
    "manager",
    "checker",
    "administrator",
    "auditor",
)  # who goes first of those who were sent
STEPS = {  # state -> how long until somebody does the next thing, in seconds (least, most)
    "pending_verify": (15, 55),
    "accepted": (20, 90),
    "dispatched": (15, 75),
    "taken": (90, 420),
    "on_scene": (180, 1200),  # at L1 a third of it: a taken L1 without news for ten minutes is sent out anew
    "resolved": (600, 5400),
    "suspended": (600, 1800),
}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as anybody with a page sees it."""

    number: str
    state: str
    version: int
    level: str
    category: str
    opened_at: datetime
    owner: str | None = None
    takers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    resolver: str | None = None
    place: str = ""
    photos: int = 0
    changed_by: str | None = None
    needed: int = 1


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What one person does to one case; `picture` is a JPEG to be stored and attached."""

    by: str
    roles: tuple[Role, ...]
    case: str
    version: int
    action: str
    key: str
    fields: dict[str, Any] = {}
    picture: bytes | None = None


class Crew:
    """The simulated people, and what they remember of the cases: since when a case is as it is."""

    def __init__(
        self,
        *,
        seed: str = "1",
        spare: Iterable[str] = (),
        share: float = 1.0,
        pace: float = 1.0,
        roles: Mapping[str, tuple[Role, ...]] = ROLES,
    ) -> None:
        self._seed = seed
        self._spare = frozenset(spare)
        self._share = share
        self._pace = pace
        self._roles = roles
        self._since: dict[str, tuple[str, datetime]] = {}

    def turn(self, now: datetime, cases: Iterable[Case]) -> list[Move]:
        """Return what the people do now, at most one thing a case."""
        moves: list[Move] = []
        living: dict[str, tuple[str, datetime]] = {}
        for case in cases:
            mark = f"{case.state}/{len(case.takers)}"
            known = self._since.get(case.number)
            since = known[1] if known is not None and known[0] == mark else now
            living[case.number] = (mark, since)
            move = self._next(now, since, case)
            if move is not None:
                moves.append(move)
        self._since = living
        return moves

    def mine(self, case: Case) -> bool:
        """Return whether the simulated people handle this case: not touched by a visitor, and in their share."""
        if {case.owner, case.resolver, case.changed_by, *case.takers} & self._spare:
            return False
        return self.draw(case, "share") < self._share

    def draw(self, case: Case, what: str) -> float:
        """Return a number from 0 to 1, always the same for a case and a question."""
        text = f"{self._seed}|{case.number}|{what}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big") / 2**56

    def _next(self, now: datetime, since: datetime, case: Case) -> Move | None:
        if case.state not in STEPS or not self.mine(case):
            return None
        least, most = STEPS[case.state]
        if case.level == "L1" and case.state in {"taken", "on_scene"}:
            least, most = least // 3, most // 3
        wait = (least + (most - least) * self.draw(case, case.state)) * self._pace
        if now - since < timedelta(seconds=wait):
            return None
        return _STEP[case.state](self, case, now)

    def person(self, role: str, case: Case, *, without: Sequence[str] = ()) -> str | None:
        """Return somebody with this role, always the same for a case, not one of the visitors."""
        able = [
            p
            for p, roles in self._roles.items()
            if role in roles and p not in self._spare and p not in without
        ]
        return able[int(self.draw(case, role) * len(able))] if able else None

    def owner(self, case: Case) -> str | None:
        """Return who took the case, when it is one of ours."""
        return case.owner if case.owner in self._roles else None

    def sent(self, case: Case, *, without: Sequence[str] = ()) -> str | None:
        """Return one of those who were sent, of ours and no visitor: guards and workers first, managers last."""
        able = [p for p in case.assignees if p in self._roles and p not in self._spare and p not in without]
        ranks = {p: FIRST.index(self._roles[p][0]) for p in able}
        first = [p for p in able if ranks[p] == min(ranks.values())]
        return first[int(self.draw(case, f"sent{len(without)}") * len(first))] if first else None

    def move(
        self, by: str | None, case: Case, action: str, picture: bytes | None = None, **fields: Any
    ) -> Move | None:
        if by is None:
            return None
        key = f"sim-{self._seed}-{case.number}-{case.version}-{action}-{by}"
        return Move(
            by=by, roles=self._roles[by], case=case.number, version=case.version, action=action, key=key,
            fields=fields, picture=picture,
        )  # fmt: skip

    def is_false(self, case: Case) -> bool:
        return self.draw(case, "false") < FALSE_SHARE

    def outcome(self, case: Case) -> tuple[str, str]:
        """Return the result code and a note in Chinese."""
        random = Random(f"{self._seed}|{case.number}|note")  # noqa: S311  # repeatable, not secret
        code = random.choices(
            ("true_handled", "true_self_cleared", "false_device", "false_environment"), (70, 15, 8, 7)
        )[0]
        return code, random.choice(names.NOTES[code])[0]


def _verify(crew: Crew, case: Case, _now: datetime) -> Move | None:
    guard = crew.person("guard", case)
    if crew.is_false(case) and case.level in {"L3", "L4"}:
        return crew.move(guard, case, "reject", code="false_environment", note="视频核实：无异常")
    return crew.move(guard, case, "accept", note="视频核实属实")


def _send(crew: Crew, case: Case, _now: datetime) -> Move | None:
    return crew.move(crew.person("guard", case), case, "dispatch")


def _take(crew: Crew, case: Case, _now: datetime) -> Move | None:
    return crew.move(crew.sent(case), case, "take")


def _arrive(crew: Crew, case: Case, _now: datetime) -> Move | None:
    if len(case.takers) < case.needed and crew.draw(case, "join") < 0.8:
        second = crew.sent(case, without=case.takers)
        if second is not None:
            return crew.move(second, case, "take")
    return crew.move(crew.owner(case), case, "arrive")


def _resolve(crew: Crew, case: Case, now: datetime) -> Move | None:
    code, note = crew.outcome(case)
    picture = None
    if not case.photos and (crew.draw(case, "photo") < 0.4 or case.level in {"L1", "L2"}):
        picture = scene_photo(int(crew.draw(case, "picture") * 8), place=case.place or "现场", at=now)
    return crew.move(crew.owner(case), case, "resolve", picture, code=code, note=note)


def _check(crew: Crew, case: Case, _now: datetime) -> Move | None:
    checker = crew.person("checker", case, without=(case.resolver or "",))
    return crew.move(checker, case, "close", note="回访属实，同意结案")


def _resume(crew: Crew, case: Case, _now: datetime) -> Move | None:
    return crew.move(crew.owner(case), case, "resume")


_STEP = {
    "pending_verify": _verify,
    "accepted": _send,
    "dispatched": _take,
    "taken": _arrive,
    "on_scene": _resolve,
    "resolved": _check,
    "suspended": _resume,
}


def case_of(incident: Incident) -> Case:
    """Return an incident as the simulated people see it."""
    return Case(
        number=incident.number,
        state=incident.state,
        version=incident.version,
        level=incident.level,
        category=incident.category,
        opened_at=incident.opened_at,
        owner=incident.owner,
        takers=incident.takers,
        assignees=incident.assignees,
        resolver=incident.resolver,
        place=incident.title.get("zh", ""),
        photos=len(incident.photos),
        changed_by=incident.changed.by if incident.changed is not None else None,
        needed=incident.plan.need_acks,
    )


def action_of(move: Move, now: datetime) -> Action:
    """Return a move as the action of the pump; a picture must have been stored under its hash before."""
    fields = dict(move.fields)
    if move.picture is not None:
        fields["photos"] = (
            Photo(
                sha256=hashlib.sha256(move.picture).hexdigest(), mime="image/jpeg", size=len(move.picture),
                captured_at=now, received_at=now, by=move.by,
            ),
        )  # fmt: skip
    return Action(
        name=move.action, by=move.by, roles=move.roles, incident=move.case, version=move.version, key=move.key,
        channel="m", fields=fields,
    )  # fmt: skip
