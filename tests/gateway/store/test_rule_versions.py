"""What the rulebook asks of the store, on each database: versions, old ones at work, verdicts."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.batch import Document
from gateway.store.rule_versions import (
    document_version,
    document_versions,
    newest_documents,
    old_versions_at_work,
)
from gateway.store.verdicts import verdicts
from tests.faults.test_store_faults import tell
from tests.gateway.pump_parts import START, Bench
from tests.gateway.store.test_postgres import server, url  # noqa: F401 - fixtures


def saved(name: str, version: int, body: str) -> Document:
    return Document(name=name, version=version, author="li", at=START + timedelta(minutes=version), body=body)


def asked(bench: Bench) -> dict[str, Any]:
    """Save some versions and rows, and ask for them in every way."""
    tell(bench)
    at = bench.store.last_us or 0
    documents = [
        saved("rule:b", 1, "one"),
        saved("rule:a", 1, "one"),
        saved("rule:a", 2, "two"),
        saved("shadow:a", 1, "x"),
    ]
    rows = {("a@1", '["d1"]'): b"1", ("a", '["d2"]'): b"2", ("b.c@12", "[]"): b"3"}
    bench.pump.batch.snapshot = dict(rows)
    bench.pump.configure(lambda _at: documents, START + timedelta(days=1), lambda _at: None)
    assert (bench.store.last_us or 0) > at
    with bench.store.read() as connection:
        return {
            "newest": [(row.name, row.version, row.body) for row in newest_documents(connection, "rule:")],
            "versions": [(row.version, row.at) for row in document_versions(connection, "rule:a")],
            "limited": [row.version for row in document_versions(connection, "rule:a", limit=1)],
            "one": document_version(connection, "rule:a", 1),
            "none": document_version(connection, "rule:a", 9),
            "old": old_versions_at_work(connection),
            "verdicts": verdicts(connection),
            "since": verdicts(connection, rule="forced", since=START + timedelta(days=9)),
        }


def test_versions_and_verdicts(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    found = asked(bench)
    assert found["newest"] == [("rule:a", 2, "two"), ("rule:b", 1, "one")]
    assert found["versions"] == [(2, START + timedelta(minutes=2)), (1, START + timedelta(minutes=1))]
    assert (found["limited"], found["one"].body, found["none"]) == ([2], "one", None)
    assert found["old"] == [("a", 1), ("b.c", 12)]
    assert found["since"] == []
    bench.crash()


@pytest.mark.integration
@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name != "posix", reason="PostgreSQL is started on a socket")
def test_the_same_on_postgresql(url: str, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    embedded, hub = Bench(tmp_path / "embedded"), Bench(tmp_path / "hub", url=url)
    assert asked(hub) == asked(embedded)
    hub.crash()
    embedded.crash()
