"""Uploads: what was announced, and what the first finish answered. Their bytes lie in files, not here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import from_us, to_us
from gateway.response.model import Photo
from gateway.store.read import Connection
from gateway.store.tables_evidence import uploads

Kind: TypeAlias = Literal["photo", "voice"]


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """What a client said it would send. Times are the phone's own; `skew_ms` is phone − gateway."""

    kind: Kind
    sha256: str
    size: int
    mime: str
    captured_at: datetime | None = None
    skew_ms: int | None = None
    incident: str | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a finished upload: the file as it is kept. Width and height in pixels, of a picture."""

    photo: Photo
    width: int | None = None
    height: int | None = None


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """One upload as it is stored."""

    id: str
    by: str
    state: Literal["open", "done", "refused"]
    created_at: datetime
    received_at: datetime | None
    announced: Announced
    result: dict[str, Any] | None

    @property
    def kept(self) -> Kept | None:
        """The kept file of an upload that is done."""
        return msgspec.convert(self.result, Kept) if self.state == "done" else None


def upload(connection: Connection, upload_id: str) -> Upload | None:
    """Return an upload, or None."""
    row = connection.execute(sa.select(uploads).where(uploads.c.id == upload_id)).one_or_none()
    return None if row is None else _upload(row)


def open_uploads(connection: Connection, by: str | None = None) -> list[Upload]:
    """Return what is on its way, the oldest first; of one person or of all."""
    query = sa.select(uploads).where(uploads.c.state == "open").order_by(uploads.c.created_us)
    return [
        _upload(row) for row in connection.execute(query if by is None else query.where(uploads.c.by == by))
    ]


def announce(
    connection: Connection, upload_id: str, announced: Announced, *, by: str, at: datetime
) -> Upload:
    """Write down a new upload, or return the one that has this id already."""
    found = upload(connection, upload_id)
    if found is not None:
        return found
    body = canonical_json(announced).decode()
    connection.execute(
        uploads.insert().values(id=upload_id, by=by, state="open", created_us=to_us(at), announced=body)
    )
    return Upload(
        id=upload_id, by=by, state="open", created_at=at, received_at=None, announced=announced, result=None
    )


def received(connection: Connection, upload_id: str, *, at: datetime) -> datetime:
    """Note that the last byte has come; return when that was first noted."""
    found = upload(connection, upload_id)
    if found is not None and found.received_at is not None:
        return found.received_at
    connection.execute(uploads.update().where(uploads.c.id == upload_id).values(received_us=to_us(at)))
    return at


def settle(
    connection: Connection, upload_id: str, state: Literal["done", "refused"], result: dict[str, Any]
) -> None:
    """Write down how an upload ended; what was written first stays."""
    body = canonical_json(result).decode()
    where = uploads.update().where(uploads.c.id == upload_id, uploads.c.state == "open")
    connection.execute(where.values(state=state, result=body))


def forget_uploads(connection: Connection, *, open_before: datetime, ended_before: datetime) -> list[str]:
    """Delete what nobody went on with, and ended ones too old to be asked for again; return their ids."""
    is_open = uploads.c.state == "open"
    old = sa.or_(
        sa.and_(is_open, uploads.c.created_us < to_us(open_before)),
        sa.and_(~is_open, uploads.c.created_us < to_us(ended_before)),
    )
    ids = list(connection.execute(sa.select(uploads.c.id).where(old)).scalars())
    connection.execute(uploads.delete().where(old))
    return ids


def _upload(row: Any) -> Upload:
    return Upload(
        id=row.id,
        by=row.by,
        state=row.state,
        created_at=from_us(row.created_us),
        received_at=None if row.received_us is None else from_us(row.received_us),
        announced=msgspec.json.decode(row.announced, type=Announced),
        result=None if row.result is None else msgspec.json.decode(row.result),
    )
