"""Who follows the rules may fail: the versions are in force, the others hear, and whoever asked is answered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from structlog.testing import capture_logs

from gateway.rulebook.standing import Standing
from tests.gateway.rulebook.desk import DENIED, Desk, as_item, site_of, write_rules


def test_a_listener_that_fails_leaves_nobody_without_an_answer(tmp_path: Path) -> None:
    desk = Desk(site_of(tmp_path / "site"))
    heard: list[str] = []

    def fails(_: Mapping[str, Standing]) -> None:
        raise RuntimeError("a fault of ours")

    desk.book.changed.insert(0, fails)
    desk.book.changed.append(heard.extend)
    write_rules(desk.folder, f"rules:\n{as_item(DENIED)}")
    with capture_logs() as logs:
        (saved,) = desk.book.reload(by="li").result(0).saved
    assert (saved.rule, heard) == ("site.denied", ["site.denied"])
    assert [each["event"] for each in logs if each["log_level"] == "error"] == [
        "a listener of the rules failed"
    ]
    desk.dies()
