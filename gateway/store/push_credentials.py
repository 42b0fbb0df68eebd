"""Credentials of devices that push over HTTP, as they are stored: never what the device itself is given.

Functions take a connection; those that write run in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.store.tables_push import push_credentials

Scheme: TypeAlias = Literal["password", "url"]


class StoredCredential(msgspec.Struct, frozen=True, kw_only=True):
    """One sender's credential. `verifier`: sealed JSON of hashes by algorithm, or the hash of the URL's secret."""

    sender: str
    scheme: Scheme
    verifier: str
    made_at: datetime  # E
    made_by: str


def put_credential(connection: sa.Connection, credential: StoredCredential) -> None:
    """Store a sender's credential in the place of its earlier one."""
    remove_credential(connection, credential.sender)
    connection.execute(
        push_credentials.insert().values(
            sender=credential.sender,
            scheme=credential.scheme,
            verifier=credential.verifier,
            made_us=to_us(credential.made_at),
            made_by=credential.made_by,
        )
    )


def remove_credential(connection: sa.Connection, sender: str) -> bool:
    """Take a sender's credential away; False: there was none."""
    found = connection.execute(push_credentials.delete().where(push_credentials.c.sender == sender))
    return found.rowcount > 0


def credentials(connection: sa.Connection) -> Sequence[StoredCredential]:
    """Return all credentials by sender."""
    rows = connection.execute(sa.select(push_credentials).order_by(push_credentials.c.sender))
    return [
        StoredCredential(
            sender=row.sender,
            scheme=row.scheme,
            verifier=row.verifier,
            made_at=from_us(row.made_us),
            made_by=row.made_by,
        )
        for row in rows
    ]
