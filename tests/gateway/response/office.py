"""The cases on a real store: pump, journal, chain and outbox under them, killed and opened again at will."""

from __future__ import annotations

import itertools
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import RawMessage
from gateway.clock import ClockMark, from_us, to_us
from gateway.pump import Pump
from gateway.response.model import Action, Incident, Role
from gateway.response.respond import respond
from gateway.response.world import SiteView, World
from gateway.store.recover import Recovery
from gateway.store.store import Store
from gateway.store.tables import incidents, outbox, timeline
from tests.gateway.pump_parts import DoorRules, PlainDecoder
from tests.gateway.response.estate import T0, site


class Office:
    """A gateway's core in a folder. Every deed is committed at once; `kill` forgets what is not on disk."""

    def __init__(self, folder: Path, view: SiteView | None = None) -> None:
        self.folder, self.view = folder, view or site()
        self.now = T0
        self._ids = itertools.count(1)
        self.open()

    def open(self) -> None:
        """Start (again) from what is on disk."""
        self.store = Store.open(self.folder, reserve_bytes=4096)
        recovery = Recovery(
            self.store,
            make_rules=DoorRules,
            make_cases=lambda cases, numbers, modes: World(
                self.view, incidents=cases, counters=numbers, modes=modes
            ),
        )
        mark = ClockMark(boot="b", base_us=to_us(T0), offset_us=0, synchronised=True)
        self.pump = Pump(
            store=self.store, decoder=PlainDecoder(), recover=recovery, respond=respond,
            mint=lambda: f"event-{next(self._ids)}", mark=mark, now=self.now,
        )  # fmt: skip
        assert recovery.report.differences == ()

    def kill(self) -> None:
        """Die here, whatever is open, and start again."""
        self.store.close()
        self.open()

    @property
    def world(self) -> World:
        """The cases as they are held now."""
        cases = self.pump.state.cases
        assert isinstance(cases, World)
        return cases

    def say(self, device: str, kind: str, number: int | None = None, *, commit: bool = True) -> None:
        """A door says something; `number` makes a repetition of it known as one."""
        said = {"device": device, "kind": kind, "n": str(next(self._ids) if number is None else number)}
        message = RawMessage(topic=f"door/{device}", payload=msgspec.json.encode(said), received_at=self.now)
        self.pump.message(message, self.now, lambda: None)
        if commit:
            self.pump.commit()

    def act(
        self,
        name: str,
        by: str,
        number: str,
        /,
        *,
        key: str | None = None,
        version: int | None = None,
        roles: tuple[Role, ...] | None = None,
        commit: bool = True,
        **fields: Any,
    ) -> dict[str, Any]:
        """Let a person act; raises what they are told. Without `commit` nobody is answered yet."""
        known = self.view.people[by].roles if roles is None else roles
        action = Action(
            name=name, by=by, roles=known, incident=number, version=version, key=key, fields=fields
        )
        answer: Future[dict[str, Any]] = Future()
        self.pump.act(action, self.now, answer, by=by, key=key)
        if commit or answer.done():
            self.pump.commit()
            return answer.result(0)
        return {}

    def wait(self, **length: float) -> None:
        """Let time pass; every timer is served at its own due time and committed."""
        self.now += timedelta(**length)
        self.pump.advance(self.now)
        self.pump.commit()

    # --- what is on disk ---

    def case(self, number: str) -> Incident:
        """Return a case as the store has it."""
        with self.store.read() as connection:
            body = connection.execute(
                sa.select(incidents.c.body).where(incidents.c.number == number)
            ).scalar()
        return msgspec.json.decode(body or "", type=Incident)

    def cases(self) -> list[Incident]:
        """Return all cases, oldest first."""
        with self.store.read() as connection:
            bodies = connection.execute(sa.select(incidents.c.body).order_by(incidents.c.number)).scalars()
            return [msgspec.json.decode(body, type=Incident) for body in bodies]

    def lines(self, number: str) -> list[tuple[str, str, datetime]]:
        """Return (action, actor, time) of a case's timeline."""
        with self.store.read() as connection:
            rows = connection.execute(
                sa.select(timeline).where(timeline.c.incident == number).order_by(timeline.c.id)
            )
            return [(row.action, row.actor, from_us(row.at_us)) for row in rows]

    def messages(self) -> list[tuple[str, str, str, str]]:
        """Return (id, channel, recipient, state) of every message that was ever written."""
        with self.store.read() as connection:
            rows = connection.execute(sa.select(outbox).order_by(outbox.c.order))
            return [(row.id, row.channel, row.recipient, row.state) for row in rows]
