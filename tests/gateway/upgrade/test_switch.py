"""Side by side: a version is installed without a network, turned to, and turned back from with the data of before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.errors import StoreError, UpgradeError
from gateway.store.folder import Folder
from gateway.upgrade import versions as module
from gateway.upgrade.switch import back, switch
from gateway.upgrade.versions import CURRENT, PREVIOUS, Installed, Versions, check_with
from tests.gateway.upgrade.packages import KEY, NOW, package


def standing(folder: Path, version: str) -> Path:
    """A version as if it were installed."""
    prefix = folder / "versions" / version
    (prefix / "bin").mkdir(parents=True)
    mark = Installed(version=version, installed_at=NOW, published_at=NOW)
    (prefix / "installed.json").write_bytes(msgspec.json.encode(mark))
    return prefix


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    run(folder, "PRAGMA journal_mode=WAL", "CREATE TABLE t (n)", "INSERT INTO t VALUES (1)")
    return folder


def run(data: Path, *statements: str) -> list[tuple[int]]:
    with closing(sqlite3.connect(data / "gateway.sqlite3")) as connection, connection:
        for each in statements:
            connection.execute(each)
        return connection.execute("SELECT n FROM t ORDER BY n").fetchall()


def test_a_version_is_installed_beside_without_a_network_and_checks_the_site(tmp_path: Path) -> None:
    versions = Versions(tmp_path / "opt")
    done = versions.install(package(tmp_path, "1.1.0"), KEY.public_key(), now=NOW)
    assert [done] == versions.all()
    assert versions.linked(CURRENT) is None, "installing turns nothing"
    assert not (versions.prefix("1.1.0") / "wheels").exists()
    check_with(versions.prefix("1.1.0"), tmp_path)
    with pytest.raises(UpgradeError, match=r"site.yaml:3"):
        check_with(versions.prefix("1.1.0"), tmp_path / "bad")
    with pytest.raises(UpgradeError, match="already"):
        versions.install(package(tmp_path, "1.1.0"), KEY.public_key(), now=NOW)


def test_what_a_killed_installation_left_is_not_a_version_and_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = Versions(tmp_path / "opt")
    left = versions.prefix("1.1.0") / "bin/gateway"
    left.parent.mkdir(parents=True)
    left.write_text("half")
    assert versions.all() == []
    with pytest.raises(UpgradeError, match="not signed"):
        versions.install(package(tmp_path, "1.1.0"), Ed25519PrivateKey.generate().public_key(), now=NOW)

    def fails(*_: object) -> None:
        raise UpgradeError("pip: what it needs is not in the package")

    monkeypatch.setattr(module, "_set_up", fails)
    with pytest.raises(UpgradeError, match="what it needs"):
        versions.install(package(tmp_path, "1.1.0"), KEY.public_key(), now=NOW)
    assert not versions.prefix("1.1.0").exists()


def test_back_leaves_the_data_when_the_newer_version_has_not_changed_their_form(
    tmp_path: Path, data: Path
) -> None:
    old, versions = tmp_path / "old", Versions(tmp_path / "opt")
    (old / "bin").mkdir(parents=True)
    standing(tmp_path / "opt", "1.1.0")
    switch(versions, "1.1.0", data, running=old, now=NOW)
    assert versions.linked(CURRENT) == versions.prefix("1.1.0").resolve()
    assert versions.linked(PREVIOUS) == old.resolve()
    run(data, "INSERT INTO t VALUES (2)")
    done = back(versions, data)
    assert (done.prefix, done.restored, done.aside) == (old.resolve(), False, None)
    assert run(data) == [(1,), (2,)], "nothing of the newer version is lost"
    assert versions.linked(CURRENT) == old.resolve()
    with pytest.raises(UpgradeError, match="no switch"):
        back(versions, data)


def test_back_puts_the_data_of_before_in_place_and_keeps_the_newer_ones(tmp_path: Path, data: Path) -> None:
    old, versions = tmp_path / "old", Versions(tmp_path / "opt")
    (old / "bin").mkdir(parents=True)
    standing(tmp_path / "opt", "1.1.0")
    switch(versions, "1.1.0", data, running=old, now=NOW)
    run(data, "CREATE TABLE newer (n)", "INSERT INTO t VALUES (2)")
    done = back(versions, data)
    assert done.restored
    assert run(data) == [(1,)]
    assert done.aside is not None
    assert run(done.aside) == [(1,), (2,)]
    assert not list(data.glob("*-wal"))


def switched_twice(tmp_path: Path, data: Path) -> Versions:
    """From the old version to 1.1.0, which changed the form of the data, and to 1.2.0."""
    old, versions = tmp_path / "old", Versions(tmp_path / "opt")
    (old / "bin").mkdir(parents=True)
    for version in ("1.1.0", "1.2.0"):
        standing(tmp_path / "opt", version)
    switch(versions, "1.1.0", data, running=old, now=NOW)
    run(data, "CREATE TABLE newer (n)", "INSERT INTO t VALUES (2)")
    return versions


def test_after_a_switch_that_was_killed_nobody_goes_back_too_far(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = switched_twice(tmp_path, data)
    with monkeypatch.context() as killed:
        killed.setattr(versions, "turn_to", dies)
        with pytest.raises(KeyboardInterrupt):
            switch(versions, "1.2.0", data, running=tmp_path, now=NOW)
    with pytest.raises(UpgradeError, match=r"1\.2\.0 was not finished"):
        back(versions, data)
    assert versions.linked(CURRENT) == versions.prefix("1.1.0").resolve(), (
        "it opens these data, the old one does not"
    )


@pytest.mark.parametrize("runs_on", [False, True])
def test_a_way_back_that_was_killed_loses_nothing_of_the_newer_version(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, runs_on: bool
) -> None:
    versions = switched_twice(tmp_path, data)
    with monkeypatch.context() as killed:
        killed.setattr(versions, "turn_to", dies)
        with pytest.raises(KeyboardInterrupt):
            back(versions, data)
    assert run(data) == [(1,)]
    if runs_on:  # the newer version was started once more on the data of before
        run(data, "CREATE TABLE newer (n)", "INSERT INTO t VALUES (3)")
    done = back(versions, data)
    assert (done.prefix, done.restored, run(data)) == ((tmp_path / "old").resolve(), True, [(1,)])
    assert done.aside is not None
    assert run(done.aside) == [(1,), (2,)]
    assert (done.aside / "gateway.sqlite3.2").exists() == runs_on


def test_a_second_way_back_leaves_what_the_first_one_kept(tmp_path: Path, data: Path) -> None:
    versions = switched_twice(tmp_path, data)
    first = back(versions, data).aside
    switch(versions, "1.1.0", data, running=tmp_path, now=NOW.replace(hour=5))
    run(data, "CREATE TABLE newer (n)")
    second = back(versions, data).aside
    assert first is not None
    assert second not in (None, first)
    assert run(first) == [(1,), (2,)]


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_gateway_that_runs_is_not_switched_under_its_feet(tmp_path: Path, data: Path) -> None:
    versions = Versions(tmp_path / "opt")
    standing(tmp_path / "opt", "1.1.0")
    running = Folder(data, reserve_bytes=0)
    try:
        with pytest.raises(StoreError, match="already uses this data folder"):
            switch(versions, "1.1.0", data, running=tmp_path, now=NOW)
    finally:
        running.close()
    assert versions.linked(CURRENT) is None


def test_what_is_not_installed_or_runs_already_is_said(tmp_path: Path, data: Path) -> None:
    versions = Versions(tmp_path / "opt")
    standing(tmp_path / "opt", "1.1.0")
    with pytest.raises(UpgradeError, match=r"there are: 1\.1\.0"):
        switch(versions, "1.2.0", data, running=tmp_path, now=NOW)
    switch(versions, "1.1.0", data, running=tmp_path, now=NOW)
    with pytest.raises(UpgradeError, match="in use already"):
        switch(versions, "1.1.0", data, running=tmp_path, now=NOW)


def test_what_root_writes_is_given_to_whom_the_data_belong(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def noted(path: Path, user: int, group: int, *, follow_symlinks: bool) -> None:
        assert (user, group, follow_symlinks) == (data.stat().st_uid, data.stat().st_gid, False)
        given.append(path.relative_to(data).as_posix())

    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.chown", noted)
    standing(tmp_path / "opt", "1.1.0")
    switch(Versions(tmp_path / "opt"), "1.1.0", data, running=tmp_path, now=NOW)
    assert {
        "gateway.sqlite3", "gateway.lock", "upgrade", "upgrade/switched.json",
        "upgrade/before-1.1.0", "upgrade/before-1.1.0/gateway.sqlite3",
    } <= set(given)  # fmt: skip
