"""Case codes: six random digits that stand for a case where no link can go (a text message), typed on /m.

A code is given once per case, when its first message leaves this box, and is freed some days after. Whoever
types one needs a login and a scope that holds the case, so that the digits are a shortcut and no key.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.clock import to_us
from gateway.errors import StoreError
from gateway.store.tables import incidents
from gateway.store.tables_outbox import case_codes

KEPT = timedelta(days=7)
_TRIES = 200


def code_of(connection: sa.Connection, incident: str, *, now: datetime) -> str:
    """Return the code of a case, giving it one if it has none; a job of the writer.

    Raises:
        StoreError: no free code was found, though those of old closed cases were freed.
    """
    known = connection.execute(_OF_CASE, {"number": incident}).scalar_one_or_none()
    if known is not None:
        return str(known)
    for _ in range(_TRIES):
        code = f"{secrets.randbelow(1_000_000):06d}"
        if connection.execute(_CASE_OF, {"given": code}).scalar_one_or_none() is None:
            _free_old(connection, now)
            connection.execute(case_codes.insert(), {"code": code, "incident": incident, "at_us": to_us(now)})
            return code
    raise StoreError("no free case code: nearly a million cases are open")


def case_by_code(connection: sa.Connection, code: str) -> str | None:
    """Return the number of the case this code stands for, or None."""
    return connection.execute(_CASE_OF, {"given": code}).scalar_one_or_none()


def _free_old(connection: sa.Connection, now: datetime) -> None:
    over = sa.select(incidents.c.number).where(
        incidents.c.number == case_codes.c.incident, sa.not_(incidents.c.open)
    )
    connection.execute(case_codes.delete().where(case_codes.c.at_us < to_us(now - KEPT), sa.exists(over)))


_OF_CASE = sa.select(case_codes.c.code).where(case_codes.c.incident == sa.bindparam("number"))
_CASE_OF = sa.select(case_codes.c.incident).where(case_codes.c.code == sa.bindparam("given"))
