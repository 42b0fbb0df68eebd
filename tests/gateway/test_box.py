"""The box as a part of health: what it can tell, with its limits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import box as box_module
from gateway.box import box
from gateway.config import Http, Settings
from gateway.pace import p95
from gateway.site import load_site_file
from gateway.watch.probe import Reading

NOW = datetime(2026, 3, 6, tzinfo=UTC)
SITE, _ = load_site_file("site: my-site\ntimezone: Asia/Shanghai\n", "site.yaml", today=NOW.date())


def found(folder: Path, *, certificate: Path | None = None) -> dict[str, tuple[str, list[str]]]:
    settings = Settings(data=folder, http=Http(tls_cert=certificate))
    return {
        part.name: (part.status, [each.code for each in reasons])
        for part, reasons in box(settings, SITE, now=NOW)
    }


def test_a_machine_tells_its_disk_and_memory(tmp_path):
    parts = found(tmp_path)
    assert {"disk", "memory"} <= parts.keys()
    assert "certificate" not in parts, "there is none to be told of"


@pytest.mark.parametrize(("used", "status"), [(89.9, "ok"), (90.0, "degraded"), (99.0, "degraded")])
def test_a_disk_from_ninety_percent_on_is_trouble(tmp_path, monkeypatch, used, status):
    reading = Reading(kind="system.disk", facts={"value": used, "reason": "7 MiB free"})
    monkeypatch.setattr(box_module, "disk", lambda _: iter([reading]))
    assert found(tmp_path)["disk"] == (status, [] if status == "ok" else ["disk_full"])


def test_a_certificate_that_cannot_be_read_is_trouble_not_a_crash(tmp_path):
    (tmp_path / "cert.pem").write_text("no certificate", "utf-8")
    assert found(tmp_path, certificate=tmp_path / "cert.pem")["certificate"] == (
        "degraded",
        ["certificate_unread"],
    )
    assert found(tmp_path, certificate=tmp_path / "none.pem")["certificate"] == (
        "degraded",
        ["certificate_unread"],
    )


def test_what_95_of_100_do_not_exceed():
    assert p95([]) == 0.0
    assert p95([0.5]) == 0.5
    assert p95(list(range(1, 101))) == 95
    assert p95([1.0] * 19 + [9.0]) == 1.0
    assert p95([1.0] * 18 + [9.0] * 2) == 9.0
