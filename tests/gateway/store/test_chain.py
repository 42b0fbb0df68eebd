"""The hash chains: sound after any history, and the first bad row named after any tampering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.response.model import TimelineRow
from gateway.store.store import Store

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
KEY = b"k" * 32


def row(number: int) -> TimelineRow:
    return TimelineRow(
        incident=f"sc-20260304-00{number % 3}", at=AT, actor="wang", role="worker", channel="web", action="note",
        text={"note": f"说明 {number}"}, facts={"n": number},
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, reserve_bytes=4096)
    opened.seal_with(KEY)
    with opened.database.write.begin() as connection:
        for number in range(6):
            opened.append_timeline(connection, [row(number), row(number + 1)])
            opened.append_audit(
                connection,
                at=AT,
                actor="li",
                action="unmask",
                subject="p:7f3a",
                facts={"reason": str(number)},
            )
    yield opened
    opened.close()


def tamper(store: Store, statement: str) -> None:
    with store.database.write.begin() as connection:
        assert connection.execute(sa.text(statement)).rowcount > 0


def test_an_untouched_chain_is_sound(store: Store) -> None:
    assert store.verify() is None


def test_an_erased_text_leaves_the_chain_sound(store: Store) -> None:
    tamper(store, "UPDATE timeline_text SET body = NULL WHERE id = 4")
    assert store.verify() is None


@pytest.mark.parametrize(
    ("statement", "table", "bad", "fault"),
    [
        ("UPDATE timeline SET actor = 'someone' WHERE id = 5", "timeline", 5, "was changed"),
        ("UPDATE timeline SET at_us = at_us + 1 WHERE id = 1", "timeline", 1, "was changed"),
        ("DELETE FROM timeline WHERE id = 3", "timeline", 3, "missing"),
        ("DELETE FROM timeline WHERE id > 10", "timeline", 11, "missing"),
        ("UPDATE timeline SET previous_hash = hash WHERE id = 7", "timeline", 7, "does not follow"),
        ("UPDATE timeline_text SET body = '{}' WHERE id = 2", "timeline_text", 2, "was changed"),
        ("DELETE FROM timeline_text WHERE id = 9", "timeline_text", 9, "tombstone"),
        ("UPDATE audit SET facts = '{}' WHERE id = 4", "audit", 4, "was changed"),
        ("DELETE FROM audit WHERE id = 6", "audit", 6, "missing"),
    ],
)
def test_tampering_is_named(store: Store, statement: str, table: str, bad: int, fault: str) -> None:
    tamper(store, statement)
    found = store.verify()
    assert found is not None
    assert (found.table, found.id) == (table, bad)
    assert fault in found.fault


def test_a_chain_cut_off_and_its_end_forged_is_not_sealed(store: Store) -> None:
    with store.database.write.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit WHERE id > 3"))
        connection.execute(
            sa.text(
                "UPDATE meta SET value = json_set(value, '$.id', 3, '$.hash', (SELECT hash FROM audit WHERE id = 3))"
                " WHERE name = 'chain.audit'"
            )
        )
    found = store.verify()
    assert found is not None
    assert (found.table, found.id) == ("audit", 3)
    assert "not sealed" in found.fault
