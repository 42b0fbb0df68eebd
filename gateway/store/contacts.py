"""Proofs that a contact reaches its person: a code on its way, and when one came back."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.store.tables_accounts import contact_proofs

MOST_TRIES = 5


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one contact of a person. `address_mark` says for which address."""

    user: str
    channel: str
    address_mark: str
    verified_at: datetime | None


def proofs(connection: sa.Connection, user: str | None = None) -> list[Proof]:
    """Return the proofs of one person, or of everybody."""
    wanted = sa.select(contact_proofs)
    if user is not None:
        wanted = wanted.where(contact_proofs.c.user == user)
    return [
        Proof(
            user=row.user,
            channel=row.channel,
            address_mark=row.address_mark,
            verified_at=None if row.verified_us is None else from_us(row.verified_us),
        )
        for row in connection.execute(wanted)
    ]


def begin_proof(
    connection: sa.Connection,
    user: str,
    channel: str,
    *,
    address_mark: str,
    code_hash: str,
    now: datetime,
    lifetime: timedelta,
) -> None:
    """Note that a code is on its way; an earlier one stops counting, an earlier proof of the same address stays."""
    one = sa.and_(contact_proofs.c.user == user, contact_proofs.c.channel == channel)
    row = connection.execute(sa.select(contact_proofs).where(one)).one_or_none()
    values = {
        "code_hash": code_hash,
        "expires_us": to_us(now + lifetime),
        "tries": 0,
        "address_mark": address_mark,
    }
    if row is None:
        connection.execute(contact_proofs.insert().values(user=user, channel=channel, **values))
        return
    if row.address_mark != address_mark:
        values["verified_us"] = None
    connection.execute(contact_proofs.update().where(one).values(**values))


def take_code(
    connection: sa.Connection, user: str, channel: str, *, address_mark: str, code_hash: str, now: datetime
) -> bool:
    """Note a contact as verified if the code is right; a wrong one counts, and after some none counts any more."""
    one = sa.and_(contact_proofs.c.user == user, contact_proofs.c.channel == channel)
    connection.execute(contact_proofs.update().where(one).values(tries=contact_proofs.c.tries + 1))
    changed = connection.execute(
        contact_proofs.update()
        .where(
            one,
            contact_proofs.c.address_mark == address_mark,
            contact_proofs.c.code_hash == code_hash,
            contact_proofs.c.expires_us > to_us(now),
            contact_proofs.c.tries <= MOST_TRIES,
        )
        .values(code_hash=None, verified_us=to_us(now))
    ).rowcount
    return changed == 1


def forget_proofs(connection: sa.Connection, user: str) -> None:
    """Drop everything known of a person's contacts."""
    connection.execute(contact_proofs.delete().where(contact_proofs.c.user == user))
