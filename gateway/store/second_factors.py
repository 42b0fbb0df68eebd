"""Second factors as they are stored: a sealed secret, the newest code that was taken, hashes of recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import to_us
from gateway.store.tables_accounts import recovery_codes, second_factors


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """The second factor of an account; not `enrolled`: shown once, never confirmed."""

    secret: str  # sealed
    enrolled: bool
    last_step: int


def factor(connection: sa.Connection, user: str) -> Factor | None:
    """Return the second factor of an account, or None."""
    row = connection.execute(sa.select(second_factors).where(second_factors.c.user == user)).one_or_none()
    if row is None:
        return None
    return Factor(secret=row.secret, enrolled=row.enrolled_us is not None, last_step=row.last_step)


def enrolled_users(connection: sa.Connection) -> frozenset[str]:
    """Return the login names of everybody who has a second factor."""
    wanted = sa.select(second_factors.c.user).where(second_factors.c.enrolled_us.is_not(None))
    return frozenset(connection.execute(wanted).scalars())


def begin_factor(connection: sa.Connection, user: str, secret: str) -> bool:
    """Keep a secret until it is confirmed; False when the account has a second factor already."""
    known = factor(connection, user)
    if known is not None and known.enrolled:
        return False
    connection.execute(second_factors.delete().where(second_factors.c.user == user))
    connection.execute(second_factors.insert().values(user=user, secret=secret, last_step=0))
    return True


def confirm_factor(
    connection: sa.Connection, user: str, secret: str, *, step: int, codes: Iterable[str], now: datetime
) -> bool:
    """Make the secret the account's second factor, with hashes of recovery codes; False when it is another by now."""
    changed = connection.execute(
        second_factors.update()
        .where(
            second_factors.c.user == user,
            second_factors.c.secret == secret,
            second_factors.c.enrolled_us.is_(None),
        )
        .values(enrolled_us=to_us(now), last_step=step)
    ).rowcount
    if changed != 1:
        return False
    connection.execute(recovery_codes.delete().where(recovery_codes.c.user == user))
    connection.execute(recovery_codes.insert(), [{"code_hash": each, "user": user} for each in codes])
    return True


def take_step(connection: sa.Connection, user: str, step: int) -> bool:
    """Use up the code of a time step; False when it, or a later one, was used before."""
    changed = connection.execute(
        second_factors.update()
        .where(
            second_factors.c.user == user,
            second_factors.c.last_step < step,
            second_factors.c.enrolled_us.is_not(None),
        )
        .values(last_step=step)
    ).rowcount
    return changed == 1


def take_recovery_code(connection: sa.Connection, user: str, code_hash: str) -> bool:
    """Use up a recovery code; False when there is no such code of this account."""
    gone = connection.execute(
        recovery_codes.delete().where(recovery_codes.c.user == user, recovery_codes.c.code_hash == code_hash)
    ).rowcount
    return gone == 1


def recovery_codes_left(connection: sa.Connection, user: str) -> int:
    """Return how many recovery codes an account still has."""
    wanted = sa.select(sa.func.count()).select_from(recovery_codes).where(recovery_codes.c.user == user)
    return int(connection.execute(wanted).scalar_one())


def remove_factor(connection: sa.Connection, user: str) -> bool:
    """Take the second factor from an account; False when it has none."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.user == user))
    return connection.execute(second_factors.delete().where(second_factors.c.user == user)).rowcount == 1
