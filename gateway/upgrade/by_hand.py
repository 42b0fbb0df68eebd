"""What a person types on the machine: the one command that turns to a version, and the one that turns back.

Under systemd it stops and starts the service itself; elsewhere the person does.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gateway.errors import UpgradeError
from gateway.upgrade.versions import CURRENT

_GROUPS = Path("/proc/self/cgroup")
PATIENCE_S = 300.0
T = TypeVar("T")


def service(environment: dict[str, str] | None = None, groups: Path = _GROUPS) -> str | None:
    """Return the name of the service in which this process runs, None when it is not one of systemd's."""
    if "INVOCATION_ID" not in (os.environ if environment is None else environment):
        return None
    try:
        line = groups.read_text("utf-8").strip().splitlines()[-1]
    except (OSError, IndexError):
        return None
    name = line.rpartition("/")[2]
    return name if name.endswith(".service") and not name.startswith("user@") else None


def use_command(version: str, folder: Path, site: Path, unit: str | None) -> str:
    """Return the command that turns to a version, installing it first where it only lies there as a package."""
    return _command(["use", version, str(site)], folder, unit)


def back_command(folder: Path, site: Path, unit: str | None) -> str:
    """Return the command that turns back."""
    return _command(["back", str(site)], folder, unit)


def standing_still(unit: str | None, do: Callable[[], T]) -> T:
    """Let the service stand while `do` runs, and start it whatever came of that.

    Raises:
        UpgradeError: it cannot be stopped, or does not come up.
    """
    if unit is None:
        return do()
    _systemctl("stop", unit)
    try:
        return do()
    finally:
        _systemctl("start", unit)


def turned(unit: str | None, do: Callable[[], object], undo: Callable[[], object]) -> None:
    """Turn to a version while the service stands; one that does not come up is turned back from.

    Raises:
        UpgradeError: it could not be stopped, or did not come up; the version of before runs then.
    """
    done = False

    def noted() -> None:
        nonlocal done
        do()
        done = True

    try:
        standing_still(unit, noted)
    except UpgradeError as error:
        if unit is None or not done:
            raise
        _systemctl("stop", unit)
        undo()
        _systemctl("start", unit)
        raise UpgradeError(f"{unit} did not come up: {error}; turned back / 起不来，已退回") from error


def _command(words: list[str], folder: Path, unit: str | None) -> str:
    linked = folder / CURRENT / "bin/gateway"
    program = linked if linked.exists() else Path(sys.prefix) / "bin/gateway"
    by = [] if unit is None else ["--service", unit.removesuffix(".service")]
    return shlex.join(["sudo", str(program), "upgrade", *words, *by])


def _systemctl(what: str, unit: str) -> None:
    program = shutil.which("systemctl")
    if program is None:
        raise UpgradeError("systemctl is not here: leave --service away, stop and start the gateway yourself")
    try:
        done = subprocess.run(  # noqa: S603 - the system's own program
            [program, what, unit], capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UpgradeError(f"systemctl {what} {unit}: {error}") from error
    if done.returncode != 0:
        raise UpgradeError(f"systemctl {what} {unit}: {done.stderr.strip() or done.returncode}")
