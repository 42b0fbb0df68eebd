"""Secrets: made once, whole, for the service alone; a file that others may read is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.secret_files import kept_secret, secret


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = secret(folder, "site.key")
    assert len(made) == 32
    assert secret(folder, "site.key") == made
    assert (folder / "site.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["site.key"]


def test_a_kill_while_it_is_made_leaves_nothing_behind_that_stops_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", killed)
        with pytest.raises(SystemExit):
            secret(tmp_path, "site.key")
    assert len(secret(tmp_path, "site.key")) == 32


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret(tmp_path, "site.key")
    (tmp_path / "site.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        secret(tmp_path, "site.key")


def test_a_secret_that_must_be_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is missing"):
        kept_secret(tmp_path, "seal.key")
    assert list(tmp_path.iterdir()) == []
    made = secret(tmp_path, "seal.key")
    assert kept_secret(tmp_path, "seal.key") == made
