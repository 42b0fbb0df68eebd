"""Terms of modes: until when a flag of the site is set, and by whom; one row of `meta`, written with the jobs of the writer."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.store.read import Connection
from gateway.store.tables import meta

_NAME = "mode_terms"


class ModeTerm(msgspec.Struct, frozen=True, kw_only=True):
    """Who set a flag last, when, and until when it holds (engine time; None: until somebody sets it again)."""

    zone: str  # "": the whole site
    flag: str
    value: bool
    by: str
    since: datetime
    until: datetime | None = None


_decode = msgspec.json.Decoder(list[ModeTerm]).decode


def read_terms(connection: Connection) -> list[ModeTerm]:
    """Return the newest term of each flag and zone."""
    found = connection.execute(sa.select(meta.c.value).where(meta.c.name == _NAME)).scalar_one_or_none()
    return _decode(found) if found else []


def put_terms(connection: Connection, terms: list[ModeTerm]) -> None:
    """Replace the terms of these flags in these zones; the others stay."""
    said = {(each.zone, each.flag) for each in terms}
    kept = [each for each in read_terms(connection) if (each.zone, each.flag) not in said]
    value = msgspec.json.encode([*kept, *terms]).decode()
    done = connection.execute(meta.update().where(meta.c.name == _NAME).values(value=value))
    if done.rowcount == 0:
        connection.execute(meta.insert().values(name=_NAME, value=value))
