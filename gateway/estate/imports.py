"""Imports: tables that were sent in and wait to be confirmed; until then nothing is saved, and mistakes never are."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta

import msgspec

from devices.problem import Problem
from gateway.errors import ActionRefused
from gateway.estate.desk import EstateDesk
from gateway.estate.importing import Changed, Finding, Reading, located, read_rows
from gateway.estate.table import Sheet, read_table
from gateway.estate.writing import marked
from gateway.sitebook.entry import Saved

KEPT = 8
# A word that names nothing would leave a device nowhere: in a table that is a slip, not somebody's intention.
NAMED = ("building", "unit", "floor", "zone", "parent", "household")
KEPT_FOR = timedelta(minutes=30)


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a table would make of the estate. With `findings` it cannot be confirmed."""

    id: str
    by: str
    at: datetime
    name: str  # of the file
    reading: Reading
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    versions: dict[str, int]  # of the documents that change, as they were looked at
    sheets: tuple[Sheet, ...]

    @property
    def changes(self) -> tuple[Changed, ...]:
        """What the rows would change."""
        return self.reading.changes

    def marked(self) -> bytes:
        """Return the tables as they were sent, with what is wrong in a first column."""
        wrong: dict[tuple[str, int], list[tuple[str, str]]] = {}
        for each in self.findings:
            column = f"{each.column}: " if each.column else ""
            place = (each.sheet or self.sheets[0].title, each.row or self.sheets[0].rows[0][0])
            wrong.setdefault(place, []).append((f"{column}{each.zh}", each.en))
        return marked(self.sheets, wrong)


class Imports:
    """The tables that wait, the newest few; may be used from any thread."""

    def __init__(self, desk: EstateDesk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self._waiting: OrderedDict[str, Preview] = OrderedDict()
        self._lock = threading.Lock()

    def preview(
        self, content: bytes, *, by: str, name: str, say: Callable[[Problem], tuple[str, str]]
    ) -> Preview:
        """Read a table and check the whole site as it would be; nothing is changed.

        Raises:
            NotATable: the file cannot be read.
        """
        sheets = read_table(content)
        book = self._desk.book
        reading = read_rows(sheets, self._desk.view, book.present)
        devices = {name_.removeprefix("device:"): body for name_, body in reading.bodies.items() if name_.startswith("device:")}  # fmt: skip
        checked = book.try_out(reading.bodies) if reading.bodies else Saved()
        problems = (*self._desk.problems(devices), *checked.problems)
        lint = [each for each in checked.lint if each.file in reading.rows]
        problems = (*problems, *(each for each in lint if each.path.rpartition(".")[2] in NAMED))
        lint = [each for each in lint if each not in problems]
        found = Preview(
            id=secrets.token_urlsafe(12), by=by, at=self._now(), name=name, reading=reading,
            findings=(*reading.findings, *located(problems, reading, say)), warnings=located(lint, reading, say),
            versions={each: book.version(each) for each in reading.bodies}, sheets=tuple(sheets),
        )  # fmt: skip
        with self._lock:
            self._waiting[found.id] = found
            while len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)
        return found

    def get(self, preview: str, *, by: str) -> Preview | None:
        """Return a table that this person sent in and that still waits."""
        with self._lock:
            found = self._waiting.get(preview)
        if found is None or found.by != by or self._now() - found.at > KEPT_FOR:
            return None
        return found

    def confirm(self, preview: Preview, *, by: str, reason: str = "") -> Future[Saved]:
        """Save all that a table changes as one step.

        Raises:
            ActionRefused: it has mistakes, or something in it was changed since it was looked at.
        """
        if preview.findings:
            raise ActionRefused("import_has_mistakes", "nothing is saved", count=len(preview.findings))
        with self._lock:
            self._waiting.pop(preview.id, None)
        said = reason or f"import: {preview.name}"
        return self._desk.amend(preview.reading.bodies, by=by, reason=said[:400], expected=preview.versions)
