"""What is wrong in the settings of other systems is named together, with its place and what to do."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

from tests.integration.gateway_process import ROOT, Site

GOOD = "whsec_" + base64.b64encode(b"g" * 24).decode()


def check(site: Site) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway", "check", str(site.folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    text = (site.folder / "gateway.yaml").read_text(encoding="utf-8")
    site.write("secrets/short", "whsec_c2hvcnQ=\n")
    site.write("secrets/token", "short\n")
    site.write("secrets/key", "12345\n")
    site.write(
        "gateway.yaml",
        text
        + """
receivers:
  street: {url: "http://plain.example/", secret_file: secrets/short, recipient: 幸福街道, purpose: 事件流转, fields: [number, titel, reporter], grids: [g9]}
inbound:
  weather: {token_file: secrets/token}
  parking: {}
panels:
  accounts: {"4F39": {key_file: secrets/key, clock_s: [-1, 20]}}
""",
    )
    done = check(site)
    assert done.returncode == 2
    for words in (
        "receivers.street.fields: 'titel' never leaves the site",
        "receivers.street.fields: 'reporter' never leaves the site",
        "receivers.street.grids: unknown grid 'g9'",
        "receivers.street.url: expected https",
        "receivers.street.secret_file: key 1 is not whsec_",
        "inbound.weather: no device profile reads it",
        "inbound.weather.token_file: secret 1 is shorter than 24",
        "inbound.parking: expected either secret_file",
        "panels.accounts.4F39: no device of the site speaks for it",
        "panels.accounts.4F39: key_file: the key has 5 characters",
        "panels.accounts.4F39: clock_s",
    ):
        assert words in done.stderr, done.stderr
    assert "c2hvcnQ" not in done.stderr


def test_whom_and_what_for_must_be_said(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    text = (site.folder / "gateway.yaml").read_text(encoding="utf-8")
    site.write("gateway.yaml", text + "\nreceivers:\n  street: {url: https://x.example, secret_file: s}\n")
    done = check(site)
    assert done.returncode == 2
    assert "receivers.street.recipient" in done.stderr
    assert "receivers.street.purpose" in done.stderr


def test_sound_settings_pass(tmp_path: Path) -> None:
    device = '  - {id: panel-a, type: alarm_panel, profile: sia-dc09, ident: "4F39", building: b1, grid: g1}'
    site = Site(tmp_path / "site", devices=device)
    text = (site.folder / "gateway.yaml").read_text(encoding="utf-8")
    site.write("secrets/street", GOOD + "\n")
    site.write(
        "gateway.yaml",
        text
        + """
receivers:
  street: {url: https://platform.example/in, secret_file: secrets/street, recipient: 幸福街道, purpose: 事件流转}
panels:
  accounts: {"4F39": {}}
""",
    )
    done = check(site)
    assert done.returncode == 0, done.stderr
