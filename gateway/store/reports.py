"""What residents reported: one row a report, its words and phone sealed by the caller and erasable here.

Functions that write run in the writer's own transaction (`Writer.call`); times are engine times.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import from_us, to_us
from gateway.response.model import SOMEBODY, Photo
from gateway.store.tables import incidents, timeline, timeline_text
from gateway.store.tables_evidence import bundle_parts, legal_holds
from gateway.store.tables_reports import report_numbers, report_ratings, resident_reports


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report as it is kept. `words` and `phone` are sealed; None: not given, or erased."""

    id: str
    answer: str  # hash of the token of the answer link
    fingerprint: str
    at: datetime
    reporter: str
    category: str
    place: dict[str, str]
    language: str
    words: str | None
    phone: str | None = None
    pieces: tuple[Photo, ...] = ()
    incident: str | None = None
    told: bool = False
    erased: bool = False


def add(connection: sa.Connection, report: Report) -> Report:
    """Keep a report; return the one that is kept under its id already, when there is one."""
    known = by_id(connection, report.id)
    if known is not None:
        return known
    connection.execute(
        resident_reports.insert().values(
            id=report.id,
            answer=report.answer,
            fingerprint=report.fingerprint,
            at_us=to_us(report.at),
            reporter=report.reporter,
            category=report.category,
            place=canonical_json(report.place).decode(),
            language=report.language,
            words=report.words,
            phone=report.phone,
            pieces=canonical_json(report.pieces).decode(),
            incident=report.incident,
            told=report.told,
        )
    )
    return report


def by_id(connection: sa.Connection, report: str) -> Report | None:
    """Return a report, or None."""
    return _one(connection, resident_reports.c.id == report)


def by_answer(connection: sa.Connection, token_hash: str) -> Report | None:
    """Return the report whose answer link has this token, or None."""
    return _one(connection, resident_reports.c.answer == token_hash)


def of_case(connection: sa.Connection, number: str) -> list[Report]:
    """Return the reports of one case, oldest first."""
    return _rows(
        connection,
        sa.select(resident_reports)
        .where(resident_reports.c.incident == number)
        .order_by(resident_reports.c.at_us, resident_reports.c.id),
    )


def unfinished(connection: sa.Connection) -> list[Report]:
    """Return reports that were kept and whose case or event is missing: the process ended in between."""
    open_ones = sa.or_(resident_reports.c.incident.is_(None), sa.not_(resident_reports.c.told))
    return _rows(connection, sa.select(resident_reports).where(open_ones).order_by(resident_reports.c.at_us))


def set_incident(connection: sa.Connection, report: str, number: str) -> None:
    """Note which case a report opened or joined."""
    connection.execute(
        resident_reports.update().where(resident_reports.c.id == report).values(incident=number)
    )


def set_told(connection: sa.Connection, report: str) -> None:
    """Note that the event of a report is journaled."""
    connection.execute(resident_reports.update().where(resident_reports.c.id == report).values(told=True))


def erase(connection: sa.Connection, report: str, *, at: datetime) -> None:
    """Erase what a resident wrote, in the report and in its rating; that there was a report remains."""
    connection.execute(
        resident_reports.update()
        .where(resident_reports.c.id == report)
        .values(words=None, phone=None, erased_us=to_us(at))
    )
    connection.execute(report_ratings.update().where(report_ratings.c.report == report).values(words=None))


def withdraw(connection: sa.Connection, report: str, *, at: datetime) -> bool:
    """Erase a report for whoever wrote it, its pictures too as far as nothing keeps them; False when it was before."""
    found = by_id(connection, report)
    if found is None or found.erased:
        return False
    erase(connection, report, at=at)
    _let_go(connection, [found])
    return True


def erase_of(connection: sa.Connection, person: str, *, at: datetime) -> int:
    """Erase what somebody with an account reported by the form; return how many reports.

    Reports of cases that are still open stay until these are closed: people are at work on them. Pictures of cases
    under a legal hold stay until it is lifted and their time is over. The reports of those without an account are
    nobody's by this name.
    """
    if person == SOMEBODY:
        return 0
    still_open = sa.select(incidents.c.number).where(incidents.c.open)
    mine = _rows(
        connection,
        sa.select(resident_reports).where(
            resident_reports.c.reporter == person,
            resident_reports.c.erased_us.is_(None),
            resident_reports.c.incident.not_in(still_open),
        ),
    )
    for each in mine:
        erase(connection, each.id, at=at)
    _let_go(connection, mine)
    return len(mine)


def of(connection: sa.Connection, person: str) -> list[dict[str, Any]]:
    """Return what somebody with an account reported by the form, oldest first, with their rating; words are sealed."""
    if person == SOMEBODY:
        return []
    rows = connection.execute(
        sa.select(resident_reports, report_ratings.c.score, report_ratings.c.words.label("rating_words"))
        .outerjoin(report_ratings, report_ratings.c.report == resident_reports.c.id)
        .where(resident_reports.c.reporter == person)
        .order_by(resident_reports.c.at_us, resident_reports.c.id)
    )
    return [
        {
            "case": row.incident,
            "at": from_us(row.at_us),
            "category": row.category,
            "place": msgspec.json.decode(row.place),
            "words": row.words,
            "phone": row.phone,
            "pieces": msgspec.json.decode(row.pieces),
            "rating": None if row.score is None else {"score": row.score, "words": row.rating_words},
            "erased": row.erased_us is not None,
        }
        for row in rows
    ]


def forget_phones(connection: sa.Connection, *, closed_before: datetime) -> int:
    """Erase the phone numbers of reports whose case was closed before then; return how many."""
    closed = sa.select(incidents.c.number).where(incidents.c.closed_us < to_us(closed_before))
    return connection.execute(
        resident_reports.update()
        .where(resident_reports.c.phone.is_not(None), resident_reports.c.incident.in_(closed))
        .values(phone=None)
    ).rowcount


def public_answer(connection: sa.Connection, number: str) -> tuple[dict[str, Any], datetime] | None:
    """Return the newest answer that staff wrote for the reporters of a case, or None: none, or erased."""
    row = connection.execute(
        sa.select(timeline.c.at_us, timeline_text.c.body)
        .join(timeline_text, timeline_text.c.id == timeline.c.id)
        .where(
            timeline.c.incident == number, timeline.c.action == "answered", timeline_text.c.body.is_not(None)
        )
        .order_by(timeline.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (msgspec.json.decode(row.body), from_us(row.at_us))


def number_of(connection: sa.Connection, name: str) -> int:
    """Return a kept number, 1 when it was never changed."""
    found = connection.execute(
        sa.select(report_numbers.c.value).where(report_numbers.c.name == name)
    ).scalar_one_or_none()
    return 1 if found is None else int(found)


def raise_number(connection: sa.Connection, name: str) -> int:
    """Count a kept number up; return it."""
    value = number_of(connection, name) + 1
    connection.execute(report_numbers.delete().where(report_numbers.c.name == name))
    connection.execute(report_numbers.insert().values(name=name, value=value))
    return value


def _let_go(connection: sa.Connection, erased: Iterable[Report]) -> None:
    """Mark the pictures and voices of erased reports for the keeper of proof: closed cases without a hold only."""
    free = sa.select(incidents.c.number).where(
        ~incidents.c.open, incidents.c.number.not_in(sa.select(legal_holds.c.incident))
    )
    for each in erased:
        hashes = [piece.sha256 for piece in each.pieces]
        connection.execute(
            bundle_parts.update()
            .where(
                bundle_parts.c.incident == each.incident,
                bundle_parts.c.incident.in_(free),
                bundle_parts.c.sha256.in_(hashes),
                bundle_parts.c.media == "kept",
            )
            .values(media="erasing")
        )


def _one(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Report | None:
    return next(iter(_rows(connection, sa.select(resident_reports).where(which))), None)


def _rows(connection: sa.Connection, wanted: sa.Select[Any]) -> list[Report]:
    rows: Iterable[Any] = connection.execute(wanted)
    return [
        Report(
            id=row.id,
            answer=row.answer,
            fingerprint=row.fingerprint,
            at=from_us(row.at_us),
            reporter=row.reporter,
            category=row.category,
            place=msgspec.json.decode(row.place),
            language=row.language,
            words=row.words,
            phone=row.phone,
            pieces=msgspec.json.decode(row.pieces, type=tuple[Photo, ...]),
            incident=row.incident,
            told=bool(row.told),
            erased=row.erased_us is not None,
        )
        for row in rows
    ]
