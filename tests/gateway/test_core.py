"""A site from the template: it checks clean, it comes back after a stop, and after a snapshot nobody can read."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from devices.event import RawMessage
from gateway.cli.init import write_site
from gateway.config import load_settings
from gateway.core import Core, open_core
from gateway.errors import ConfigError
from gateway.written import Written, load_written

TODAY = date(2026, 3, 6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_site(tmp_path, "test-estate")
    return tmp_path


def written(folder: Path) -> Written:
    return load_written(load_settings(folder / "gateway.yaml"), today=TODAY)


def smoke(core: Core) -> None:
    now = core.clock.now()
    core.pump.message(
        RawMessage(topic="zigbee2mqtt/smoke-1", payload=b'{"smoke":true}', received_at=datetime.now(UTC)),
        now,
        lambda: None,
    )
    core.pump.snapshot()
    core.pump.commit()


def test_the_template_has_no_mistake_and_no_warning(folder: Path) -> None:
    found = written(folder)
    assert [each.type for each in found.site.view.registry] == ["access_gate", "smoke", "gateway"]
    assert found.site.lint == []


def test_a_device_with_a_profile_that_does_not_exist_is_named(folder: Path) -> None:
    site = folder / "site.yaml"
    site.write_text(site.read_text("utf-8").replace("profile: gate,", "profile: gaet,"), "utf-8")
    with pytest.raises(ConfigError) as refused:
        written(folder)
    (problem,) = refused.value.problems
    assert "devices[0].profile: unknown device profile 'gaet'; did you mean 'gate'?" in problem
    assert problem.startswith(f"{site}:")


def test_a_snapshot_of_another_version_is_rebuilt_from_the_journal(folder: Path) -> None:
    core = open_core(written(folder))
    core.pump.restart(core.clock.now(), core.clock.down_for)
    smoke(core)
    before = core.engine.open_alerts()
    core.store.close()
    assert len(before) == 1
    with sqlite3.connect(folder / "data" / "gateway.sqlite3") as database:
        assert database.execute("update engine_state set state = x'91c0'").rowcount > 0
    again = open_core(written(folder))
    try:
        assert again.recovery.report.unreadable
        assert again.engine.open_alerts() == before
        assert not again.recovery.report.differences
    finally:
        again.store.close()


def test_a_folder_restored_without_its_secrets_is_refused_and_gets_no_new_keys(folder: Path) -> None:
    core = open_core(written(folder))
    core.pump.restart(core.clock.now(), core.clock.down_for)
    smoke(core)
    core.store.close()
    secrets = written(folder).settings.data / "secrets"
    aside = secrets.rename(folder / "aside")
    with pytest.raises(ConfigError, match=r"seal\.key: is missing.*restore the folder secrets/"):
        open_core(written(folder))
    assert not secrets.exists()
    aside.rename(secrets)
    again = open_core(written(folder))
    assert again.store.verify() is None
    again.store.close()
