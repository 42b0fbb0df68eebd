"""Bundles: what is kept as proof of a case, part by part; closed ones are never changed, only added to by an addendum.

Functions that write are jobs of the writer. The bytes of media lie in files named by their hash.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.store.read import Connection
from gateway.store.tables import blobs, incidents
from gateway.store.tables_evidence import bundle_parts, bundles, legal_holds

Kind: TypeAlias = Literal["bundle", "addendum"]
Media: TypeAlias = Literal["none", "kept", "missing", "erasing", "erased"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part: JSON that lies in `body`, or a file that lies by its hash. `origin` says where it is from."""

    name: str
    mime: str
    size: int
    sha256: str
    origin: str
    captured_at: datetime | None = None
    body: str | None = None
    media: Media = "none"


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """One bundle or addendum of a case; open until it has a manifest."""

    incident: str
    number: int
    kind: Kind
    opened_at: datetime
    closes_at: datetime
    alerts: tuple[str, ...]
    manifest: str | None
    hash: str | None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Who said, when and why, that the media of a case must stay."""

    by: str
    at: datetime
    reason: str


def bundles_of(connection: Connection, incident: str) -> list[Bundle]:
    """Return the bundles of a case in the order of their opening."""
    query = sa.select(bundles).where(bundles.c.incident == incident).order_by(bundles.c.number)
    return [_bundle(row) for row in connection.execute(query)]


def parts_of(connection: Connection, incident: str, bundle: int | None = None) -> dict[int, list[Part]]:
    """Return the parts of a case's bundles (or of one) by the bundle's number."""
    query = sa.select(bundle_parts).where(bundle_parts.c.incident == incident).order_by(bundle_parts.c.id)
    found: dict[int, list[Part]] = {}
    for row in connection.execute(query if bundle is None else query.where(bundle_parts.c.bundle == bundle)):
        found.setdefault(row.bundle, []).append(_part(row))
    return found


def closed_bundles(connection: Connection, *, after: tuple[str, int], limit: int) -> list[Bundle]:
    """Return closed bundles of all cases in the order of (case, number), for walking through them."""
    place = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
    query = (
        sa.select(bundles)
        .where(bundles.c.manifest.is_not(None), sa.tuple_(bundles.c.incident, bundles.c.number) > place)
        .order_by(bundles.c.incident, bundles.c.number)
        .limit(limit)
    )
    return [_bundle(row) for row in connection.execute(query)]


def due_bundles(connection: Connection, now: datetime, *, limit: int) -> list[Bundle]:
    """Return open bundles whose time has come, the earliest first."""
    query = _OPEN.where(bundles.c.closes_us <= to_us(now)).limit(limit)
    return [_bundle(row) for row in connection.execute(query)]


def next_close(connection: Connection) -> datetime | None:
    """Return when the next open bundle is to be closed."""
    row = connection.execute(_OPEN.limit(1)).one_or_none()
    return None if row is None else from_us(row.closes_us)


def cases_without_bundle(connection: Connection, *, since: datetime) -> list[str]:
    """Return cases opened since then that have none: the process ended before it was opened."""
    query = (
        sa.select(incidents.c.number)
        .where(incidents.c.opened_us >= to_us(since))
        .where(~sa.exists().where(bundles.c.incident == incidents.c.number))
    )
    return list(connection.execute(query).scalars())


def open_bundle(
    connection: Connection,
    incident: str,
    kind: Kind,
    *,
    opened_at: datetime,
    closes_at: datetime,
    alerts: Sequence[str],
) -> int:
    """Open the next bundle of a case; return its number."""
    last = sa.select(sa.func.max(bundles.c.number)).where(bundles.c.incident == incident)
    number = int(connection.execute(last).scalar() or 0) + 1
    connection.execute(
        bundles.insert().values(
            incident=incident, number=number, kind=kind, opened_us=to_us(opened_at), closes_us=to_us(closes_at),
            alerts=msgspec.json.encode(alerts).decode(),
        )
    )  # fmt: skip
    return number


def add_alerts(connection: Connection, bundle: Bundle, alerts: Sequence[str]) -> None:
    """Let an open bundle cover further alerts."""
    both = msgspec.json.encode((*bundle.alerts, *alerts)).decode()
    connection.execute(_this(bundle.incident, bundle.number).values(alerts=both))


def close_bundle(
    connection: Connection, bundle: Bundle, parts: Sequence[Part], *, manifest: str, hash_: str
) -> bool:
    """Write parts and manifest of an open bundle; False when it was closed already."""
    open_one = _this(bundle.incident, bundle.number).where(bundles.c.manifest.is_(None))
    if connection.execute(open_one.values(manifest=manifest, hash=hash_)).rowcount == 0:
        return False
    rows = [
        {
            "incident": bundle.incident,
            "bundle": bundle.number,
            "name": part.name,
            "mime": part.mime,
            "size": part.size,
            "sha256": part.sha256,
            "captured_us": None if part.captured_at is None else to_us(part.captured_at),
            "origin": part.origin,
            "body": part.body,
            "media": part.media,
        }
        for part in parts
    ]
    if rows:
        connection.execute(bundle_parts.insert(), rows)
    return True


def cases_of_part(connection: Connection, sha256: str) -> list[str]:
    """Return the cases in whose bundles a file is."""
    query = sa.select(bundle_parts.c.incident).where(bundle_parts.c.sha256 == sha256).distinct()
    return list(connection.execute(query).scalars())


def late_media(connection: Connection, *, since: datetime) -> list[tuple[str, Part]]:
    """Return (case, part) of media that were missing when a bundle closed since then and have come now."""
    query = (
        sa.select(bundle_parts)
        .join(bundles, sa.and_(bundles.c.incident == bundle_parts.c.incident, bundles.c.number == bundle_parts.c.bundle))
        .join(blobs, blobs.c.sha256 == bundle_parts.c.sha256)
        .where(bundle_parts.c.media == "missing", bundles.c.opened_us >= to_us(since))
        .order_by(bundle_parts.c.id)
    )  # fmt: skip
    return [(row.incident, _part(row)) for row in connection.execute(query)]


def hold_of(connection: Connection, incident: str) -> Hold | None:
    """Return the legal hold on a case, or None."""
    row = connection.execute(sa.select(legal_holds).where(legal_holds.c.incident == incident)).one_or_none()
    return None if row is None else Hold(by=row.by, at=from_us(row.at_us), reason=row.reason)


def set_hold(connection: Connection, incident: str, hold: Hold | None) -> None:
    """Put a hold on the media of a case, or lift it."""
    connection.execute(legal_holds.delete().where(legal_holds.c.incident == incident))
    if hold is not None:
        connection.execute(
            legal_holds.insert().values(
                incident=incident, by=hold.by, at_us=to_us(hold.at), reason=hold.reason
            )
        )


def begin_erasing(connection: Connection, *, closed_before: datetime, limit: int) -> list[str]:
    """Mark the media of cases closed before then, without a hold, as being erased; return those cases."""
    query = (
        sa.select(bundle_parts.c.incident)
        .join(incidents, incidents.c.number == bundle_parts.c.incident)
        .where(
            bundle_parts.c.media == "kept", ~incidents.c.open, incidents.c.closed_us < to_us(closed_before)
        )
        .where(~sa.exists().where(legal_holds.c.incident == bundle_parts.c.incident))
        .distinct()
        .limit(limit)
    )
    numbers = list(connection.execute(query).scalars())
    of_these = bundle_parts.update().where(
        bundle_parts.c.incident.in_(numbers), bundle_parts.c.media == "kept"
    )
    connection.execute(of_these.values(media="erasing"))
    return numbers


def erasing(connection: Connection) -> dict[str, list[str]]:
    """Return the hashes of what is being erased, by case."""
    query = sa.select(bundle_parts.c.incident, bundle_parts.c.sha256).where(bundle_parts.c.media == "erasing")
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.distinct().order_by(bundle_parts.c.incident)):
        found.setdefault(row.incident, []).append(row.sha256)
    return found


def still_wanted(connection: Connection, hashes: Collection[str]) -> set[str]:
    """Return those of these files that a bundle of another case still keeps."""
    query = sa.select(bundle_parts.c.sha256).where(
        bundle_parts.c.sha256.in_(list(hashes)), bundle_parts.c.media == "kept"
    )
    return set(connection.execute(query).scalars())


def end_erasing(connection: Connection, incident: str, gone: Collection[str]) -> None:
    """Note that the media of a case are erased; files that are `gone` are forgotten."""
    of_case = bundle_parts.update().where(
        bundle_parts.c.incident == incident, bundle_parts.c.media == "erasing"
    )
    connection.execute(of_case.values(media="erased"))
    connection.execute(blobs.delete().where(blobs.c.sha256.in_(list(gone))))


_OPEN = sa.select(bundles).where(bundles.c.manifest.is_(None)).order_by(bundles.c.closes_us)


def _this(incident: str, number: int) -> Any:
    return bundles.update().where(bundles.c.incident == incident, bundles.c.number == number)


def _bundle(row: Any) -> Bundle:
    return Bundle(
        incident=row.incident,
        number=row.number,
        kind=row.kind,
        opened_at=from_us(row.opened_us),
        closes_at=from_us(row.closes_us),
        alerts=msgspec.json.decode(row.alerts, type=tuple[str, ...]),
        manifest=row.manifest,
        hash=row.hash,
    )


def _part(row: Any) -> Part:
    return Part(
        name=row.name,
        mime=row.mime,
        size=row.size,
        sha256=row.sha256,
        origin=row.origin,
        captured_at=None if row.captured_us is None else from_us(row.captured_us),
        body=row.body,
        media=row.media,
    )
