"""Residents and their consents as they are stored: sealed text, keyed marks to find them by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.store.read import Connection, Found, Place
from gateway.store.tables_accounts import consents, residents


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A resident as stored: `name`, `phone`, `note` are sealed; the marks find an exact name or number."""

    id: str
    household: str | None
    name: str | None
    name_mark: str | None
    phone: str | None
    phone_mark: str | None
    note: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody agreed to something, in the version of the text they were shown, until they withdrew it."""

    id: int
    person: str
    purpose: str
    version: str
    given_at: datetime
    given_to: str
    withdrawn_at: datetime | None


def resident(connection: Connection, person: str) -> Kept | None:
    """Return a resident, or None."""
    row = connection.execute(sa.select(residents).where(residents.c.id == person)).one_or_none()
    return None if row is None else _kept(row)


def search_residents(
    connection: Connection,
    *,
    households: list[str] | None = None,
    mark: str | None = None,
    household: str | None = None,
    after: Place | None = None,
    limit: int,
) -> Found[Kept]:
    """Return residents by id; `mark` is that of a name or a phone number, `households` those that may be seen."""
    wanted = (
        sa.select(residents).where(residents.c.erased_us.is_(None)).order_by(residents.c.id).limit(limit + 1)
    )
    if mark is not None:
        wanted = wanted.where(sa.or_(residents.c.name_mark == mark, residents.c.phone_mark == mark))
    if household is not None:
        wanted = wanted.where(residents.c.household == household)
    if households is not None:
        wanted = wanted.where(residents.c.household.in_(households))
    if after is not None:
        wanted = wanted.where(residents.c.id > after.key)
    rows = connection.execute(wanted).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Found(
        rows=[_kept(row) for row in rows[:limit]],
        next=Place(more.created_us, more.id) if more is not None else None,
    )


def put_resident(connection: Connection, kept: Kept, *, expected: int) -> bool:
    """Write a resident; False when somebody else changed them meanwhile (`expected` 0: they must be new)."""
    values = {
        "household": kept.household,
        "name": kept.name,
        "name_mark": kept.name_mark,
        "phone": kept.phone,
        "phone_mark": kept.phone_mark,
        "note": kept.note,
        "version": kept.version,
        "updated_us": to_us(kept.updated_at),
    }
    if expected == 0:
        if resident(connection, kept.id) is not None:
            return False
        connection.execute(residents.insert().values(id=kept.id, created_us=to_us(kept.created_at), **values))
        return True
    changed = connection.execute(
        residents.update()
        .where(residents.c.id == kept.id, residents.c.version == expected, residents.c.erased_us.is_(None))
        .values(**values)
    )
    return changed.rowcount == 1


def erase_resident(connection: Connection, person: str, *, now: datetime) -> bool:
    """Drop everything said about a resident; the row says only that they were erased. False: there was nobody."""
    changed = connection.execute(
        residents.update()
        .where(residents.c.id == person, residents.c.erased_us.is_(None))
        .values(
            household=None, name=None, name_mark=None, phone=None, phone_mark=None, note=None,
            version=residents.c.version + 1, updated_us=to_us(now), erased_us=to_us(now),
        )
    )  # fmt: skip
    return changed.rowcount == 1


def consents_of(connection: Connection, person: str) -> list[Consent]:
    """Return what somebody agreed to, newest first."""
    wanted = sa.select(consents).where(consents.c.person == person).order_by(consents.c.id.desc())
    return [_consent(row) for row in connection.execute(wanted)]


def add_consent(
    connection: Connection, *, person: str, purpose: str, version: str, now: datetime, by: str
) -> int:
    """Note that somebody agreed; return the number of the row."""
    done = connection.execute(
        consents.insert().values(
            person=person, purpose=purpose, version=version, given_us=to_us(now), given_to=by
        )
    )
    number = done.inserted_primary_key
    assert number is not None
    return int(number[0])


def withdraw_consent(connection: Connection, consent: int, *, person: str, now: datetime) -> bool:
    """Note that somebody withdrew; False when there is nothing to withdraw."""
    changed = connection.execute(
        consents.update()
        .where(consents.c.id == consent, consents.c.person == person, consents.c.withdrawn_us.is_(None))
        .values(withdrawn_us=to_us(now))
    )
    return changed.rowcount == 1


def _kept(row: Any) -> Kept:
    return Kept(
        id=row.id,
        household=row.household,
        name=row.name,
        name_mark=row.name_mark,
        phone=row.phone,
        phone_mark=row.phone_mark,
        note=row.note,
        version=row.version,
        created_at=from_us(row.created_us),
        updated_at=from_us(row.updated_us),
        erased_at=None if row.erased_us is None else from_us(row.erased_us),
    )


def _consent(row: Any) -> Consent:
    return Consent(
        id=row.id,
        person=row.person,
        purpose=row.purpose,
        version=row.version,
        given_at=from_us(row.given_us),
        given_to=row.given_to,
        withdrawn_at=None if row.withdrawn_us is None else from_us(row.withdrawn_us),
    )
