"""The key of a device that proves commands: derived, so that it is the same each time, and told for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.init import write_site

COMMANDS = """
commands:
  devices:
    gate-1: {adapter: own, offers: [open]}
"""


def asked(site: Path, device: str) -> int:
    try:
        main(["devices", "key", str(site), device])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_the_key_is_the_same_each_time_and_nobody_elses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    write_site(site, site="happy-lane")
    (site / "gateway.yaml").write_text((site / "gateway.yaml").read_text("utf-8") + COMMANDS, "utf-8")
    assert (asked(site, "gate-1"), asked(site, "gate-1")) == (0, 0)
    first, second = capsys.readouterr().out.split()
    assert first == second
    assert len(bytes.fromhex(first)) == 32
    assert asked(site, "gate-2") != 0
    assert "commands.devices names gate-1" in capsys.readouterr().err
