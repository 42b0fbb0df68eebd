"""A small database of cases for tests of what leaves: steps are appended as the writer would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.response.model import Incident
from gateway.store.tables import cursors, incidents, timeline, timeline_text

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def case(number: str = "sc-20260304-001", **more: Any) -> Incident:
    values: dict[str, Any] = {
        "number": number, "site": "sc", "state": "pending_verify", "version": 1, "category": "0101", "level": "L1",
        "title": {"zh": "王强家 1801 烟雾", "en": "smoke at Wang Qiang's"}, "why": {"zh": "1801 室烟感", "en": "flat 1801"},
        "opened_at": NOW, "grid": "g1", "building": "b1", "place": {"unit": "3", "floor": "18"}, "device": "smoke-1801",
        "owner": "wang", "reporter": "liu", "takers": ("wang",),
    }  # fmt: skip
    return Incident(**{**values, **more})


class CaseStore:
    """Cursors, cases and their timelines in a file; `write` runs in the loop's executor like the writer thread."""

    def __init__(self, folder: Path) -> None:
        self.engine = sa.create_engine(f"sqlite:///{folder / 'cases.db'}")
        for table in (cursors, incidents, timeline, timeline_text):
            table.create(self.engine, checkfirst=True)

    def read(self) -> Any:
        return self.engine.connect()

    def write(self, job: Callable[[Any], Any], /) -> Any:
        async def run() -> Any:
            with self.engine.begin() as connection:
                return job(connection)

        return asyncio.run_coroutine_threadsafe(run(), asyncio.get_running_loop())

    def put(self, incident: Incident) -> None:
        """Keep the newest value of a case."""
        with self.engine.begin() as connection:
            connection.execute(incidents.delete().where(incidents.c.number == incident.number))
            row = {
                "number": incident.number, "state": incident.state, "open": incident.is_open,
                "version": incident.version, "level": incident.level, "category": incident.category,
                "grid": incident.grid, "building": incident.building, "owner": incident.owner,
                "drill": incident.drill, "opened_us": 0, "updated_seq": 1, "body": canonical_json(incident).decode(),
            }  # fmt: skip
            columns = {column.name for column in incidents.columns}
            connection.execute(incidents.insert(), {k: v for k, v in row.items() if k in columns})

    def step(self, incident: Incident, action: str, to: str | None = None, **facts: Any) -> Incident:
        """Append a line to the timeline and move the case."""
        moved = msgspec.structs.replace(incident, state=to or incident.state, version=incident.version + 1)
        self.put(moved)
        with self.engine.begin() as connection:
            number = (
                int(connection.execute(sa.select(sa.func.count()).select_from(timeline)).scalar() or 0) + 1
            )
            at = NOW + timedelta(seconds=number)
            row = {
                "id": number, "incident": incident.number, "seq": number, "at_us": int(at.timestamp() * 1_000_000),
                "actor": "wang", "role": "guard", "channel": "web", "action": action,
                "from_state": incident.state if to else None, "to_state": to, "key": None,
                "text_hash": "", "previous_hash": "", "hash": f"{number:064x}"[::-1],
            }  # fmt: skip
            connection.execute(timeline.insert(), row)
            text = {
                "reason": "王强说的",
                "text": {"note": "李阿姨在 1801"},
                "facts": facts,
                "attachments": [],
            }
            connection.execute(timeline_text.insert(), {"id": number, "body": canonical_json(text).decode()})
        return moved

    def cursor(self, name: str) -> int:
        with self.read() as connection:
            return int(
                connection.execute(sa.select(cursors.c.seq).where(cursors.c.sink == name)).scalar() or 0
            )

    def close(self) -> None:
        self.engine.dispose()
