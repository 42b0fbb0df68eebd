"""Credentials of pushing devices: one a sender, replaced whole, gone when taken away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.store.push_credentials import StoredCredential, credentials, put_credential, remove_credential
from gateway.store.store import Store

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, reserve_bytes=4096)
    yield store
    store.close()


def test_a_sender_has_one_credential_and_a_new_one_takes_its_place(store: Store) -> None:
    first = StoredCredential(sender="gate-1", scheme="url", verifier="h1", made_at=NOW, made_by="shell")
    second = StoredCredential(
        sender="gate-1", scheme="password", verifier="s", made_at=NOW + timedelta(hours=1), made_by="chen"
    )
    other = StoredCredential(sender="cam-1", scheme="url", verifier="h2", made_at=NOW, made_by="shell")
    with store.database.write.begin() as connection:
        for each in (first, other, second):
            put_credential(connection, each)
    with store.read() as connection:
        assert credentials(connection) == [other, second]


def test_what_is_taken_away_is_gone(store: Store) -> None:
    only = StoredCredential(sender="gate-1", scheme="url", verifier="h1", made_at=NOW, made_by="shell")
    with store.database.write.begin() as connection:
        put_credential(connection, only)
        assert remove_credential(connection, "gate-1")
        assert not remove_credential(connection, "gate-1")
    with store.read() as connection:
        assert credentials(connection) == []
