"""What is typed on the machine: the command names service, version and site, and a version that fails is turned back from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import UpgradeError
from gateway.upgrade.by_hand import back_command, service, standing_still, turned, use_command

SERVICE = "0::/system.slice/smart-community-gateway.service\n"


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemctl that writes down what it is told; `fails` beside it lists what it refuses, once each."""
    program = tmp_path / "systemctl"
    program.write_text(
        f"#!/bin/sh\necho $1 >> {tmp_path}/told\n"
        f"if [ -e {tmp_path}/fails-$1 ]; then rm {tmp_path}/fails-$1; echo it ended >&2; exit 1; fi\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path


def told(folder: Path) -> list[str]:
    return (folder / "told").read_text().split()


def test_the_service_is_known_only_under_systemd(tmp_path: Path) -> None:
    groups = tmp_path / "cgroup"
    groups.write_text(SERVICE)
    assert service({"INVOCATION_ID": "1"}, groups) == "smart-community-gateway.service"
    assert service({}, groups) is None
    groups.write_text("0::/user.slice/session-3.scope\n")
    assert service({"INVOCATION_ID": "1"}, groups) is None
    assert service({"INVOCATION_ID": "1"}, tmp_path / "none") is None


def test_the_command_is_whole_and_quoted(tmp_path: Path) -> None:
    program = tmp_path / "current/bin/gateway"
    program.parent.mkdir(parents=True)
    program.touch()
    said = use_command("1.1.0", tmp_path, Path("/etc/my site"), "smart-community-gateway.service")
    assert said == f"sudo {program} upgrade use 1.1.0 '/etc/my site' --service smart-community-gateway"
    assert back_command(tmp_path, Path("/etc/x"), None) == f"sudo {program} upgrade back /etc/x"


def test_the_service_stands_meanwhile_and_is_started_again_whatever_happens(systemctl: Path) -> None:
    turned("g.service", lambda: None, lambda: pytest.fail("nothing to turn back"))
    assert told(systemctl) == ["stop", "start"]

    def fails() -> None:
        raise UpgradeError("no room for the copies")

    with pytest.raises(UpgradeError, match="no room"):
        turned("g.service", fails, lambda: pytest.fail("nothing was turned"))
    assert told(systemctl) == ["stop", "start"] * 2
    assert standing_still(None, lambda: 7) == 7


def test_a_version_that_does_not_come_up_is_turned_back_from(systemctl: Path) -> None:
    (systemctl / "fails-start").touch()
    turns: list[str] = []
    with pytest.raises(UpgradeError, match="did not come up"):
        turned("g.service", lambda: turns.append("new"), lambda: turns.append("old"))
    assert turns == ["new", "old"]
    assert told(systemctl) == ["stop", "start", "stop", "start"]


def test_a_service_that_cannot_be_stopped_is_left_alone(systemctl: Path) -> None:
    (systemctl / "fails-stop").touch()
    with pytest.raises(UpgradeError, match="it ended"):
        turned("g.service", lambda: pytest.fail("it still runs"), lambda: None)
    assert told(systemctl) == ["stop"]
