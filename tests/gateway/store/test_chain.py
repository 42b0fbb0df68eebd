"""The hash chains: sound after any history, and the first bad row named after any tampering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.batch import AuditLine
from gateway.cli import build
from gateway.errors import ConfigError
from gateway.response.model import TimelineRow
from gateway.store import chain
from gateway.store.store import Store
from gateway.store.tables import audit, timeline, timeline_text

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
KEY = b"k" * 32


def row(number: int) -> TimelineRow:
    return TimelineRow(
        incident=f"sc-20260304-00{number % 3}", at=AT, actor="wang", role="worker", channel="web", action="note",
        text={"note": f"说明 {number}"}, facts={"n": number},
    )  # fmt: skip


def filled(folder: Path) -> Store:
    opened = Store.open(folder, reserve_bytes=4096)
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
    return opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = filled(tmp_path)
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


def _columns() -> list[tuple[str, str]]:
    covered = [(table.name, column.name) for table in (timeline, audit) for column in table.columns]
    return [*covered, ("timeline_text", "body")]


@pytest.mark.parametrize(("table", "column"), _columns())
def test_no_column_can_be_changed_without_being_noticed(store: Store, table: str, column: str) -> None:
    """A column added to a chained table is in this test by itself: left out of the hash, it fails here."""
    number = column in {"id", "seq", "at_us"}
    change = f'"{column}" + 1000' if number else f"coalesce(\"{column}\", '') || 'x'"
    tamper(store, f'UPDATE "{table}" SET "{column}" = {change} WHERE id = 5')
    found = store.verify()
    assert found is not None
    assert (found.table, found.id) == (table, 5)


@pytest.mark.parametrize("table", ["timeline", "audit"])
def test_rows_in_another_order_are_noticed(store: Store, table: str) -> None:
    tamper(store, f"UPDATE {table} SET id = -1 WHERE id = 3")
    tamper(store, f"UPDATE {table} SET id = 3 WHERE id = 4")
    tamper(store, f"UPDATE {table} SET id = 4 WHERE id = -1")
    found = store.verify()
    assert found is not None
    assert (found.table, found.id) == (table, 3)


@pytest.mark.parametrize("table", ["timeline", "audit"])
@pytest.mark.parametrize("field", ["id", "hash", "seal"])
def test_a_forged_end_is_noticed(store: Store, table: str, field: str) -> None:
    forged = "json_extract(value, '$.id') + 1" if field == "id" else "'00'"
    tamper(
        store, f"UPDATE meta SET value = json_set(value, '$.{field}', {forged}) WHERE name = 'chain.{table}'"
    )
    found = store.verify()
    assert found is not None
    assert found.table == table


@pytest.mark.parametrize("table", ["timeline", "audit"])
def test_an_added_row_is_noticed_even_with_the_right_hash(store: Store, table: str) -> None:
    """Who can compute the hash still cannot seal the new end: the key is not in the database."""
    with store.database.write.begin() as connection:
        keyless = chain.read_head(connection, table)
        if table == "audit":
            chain.append_audit(connection, at=AT, actor="li", action="x", subject="y", facts={}, key=b"")
        else:
            rows, texts, head = chain.timeline_rows(keyless, [(99, row(1))])
            connection.execute(timeline.insert(), rows)
            connection.execute(timeline_text.insert(), texts)
            chain.write_head(connection, "timeline", head, key=b"")
    found = store.verify()
    assert found is not None
    assert (found.table, "not sealed" in found.fault) == (table, True)


def test_many_rows_at_once_are_the_chain_of_one_after_the_other(store: Store) -> None:
    lines = [AuditLine(at=AT, by="li", action="x", subject=str(n), facts={"n": n}) for n in range(50)]
    with store.database.write.begin() as connection:
        before = chain.read_head(connection, "audit")
        first = chain.append_lines(connection, lines[:1], key=KEY)
        last = chain.append_lines(connection, lines[1:], key=KEY)
    assert (first, last) == (before.id + 1, before.id + 50)
    assert store.verify() is None


def test_a_restored_old_database_is_told_from_the_newer_end(store: Store) -> None:
    """The chain alone cannot know that all of it is old; the end that somebody wrote down elsewhere can."""
    with store.read() as connection:
        before = chain.read_head(connection, "audit")
    with store.database.write.begin() as connection:
        store.append_audit(connection, at=AT, actor="li", action="x", subject="y", facts={})
    with store.read() as connection:
        after = chain.read_head(connection, "audit")
    assert after.id == before.id + 1
    assert after.seal != before.seal


def test_the_command_names_the_first_bad_row(tmp_path: Path) -> None:
    filled(tmp_path).close()
    secrets = tmp_path / "secrets"
    secrets.mkdir(exist_ok=True)
    (secrets / "seal.key").write_bytes(KEY)
    (secrets / "seal.key").chmod(0o600)
    command = CliRunner()
    good = command.invoke(build("verify"), ["verify", str(tmp_path)])
    assert good.exit_code == 0, good.output
    opened = Store.open(tmp_path, reserve_bytes=4096)
    tamper(opened, "UPDATE audit SET actor = 'nobody' WHERE id = 4")
    opened.close()
    bad = command.invoke(build("verify"), ["verify", str(tmp_path)])
    assert bad.exit_code == 1
    assert "audit 第 4 条" in bad.output
    assert "was changed after it was written" in bad.output


def test_the_command_makes_no_key_of_its_own(tmp_path: Path) -> None:
    filled(tmp_path).close()
    done = CliRunner().invoke(build("verify"), ["verify", str(tmp_path)])
    assert isinstance(done.exception, ConfigError), done.output
    assert "seal.key: is missing" in str(done.exception)
    assert not (tmp_path / "secrets").exists()
