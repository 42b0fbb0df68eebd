"""Mistakes in `push:` are named all at once, each with its place; what would be weak is refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.config import load_settings
from gateway.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from gateway.cli.init import write_site

    write_site(tmp_path / "site", "some-site")
    return tmp_path / "site"


def problems(folder: Path, push: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    text = (folder / "gateway.yaml").read_text("utf-8").partition("\npush:")[0]
    (folder / "gateway.yaml").write_text(f"{text}\npush:\n{push}", "utf-8")
    capsys.readouterr()
    with suppress(SystemExit):
        main(["check", str(folder)])
    return [line for line in capsys.readouterr().err.splitlines() if "push" in line]


def test_shapes_are_named_all_at_once_with_their_lines(folder: Path) -> None:
    text = (folder / "gateway.yaml").read_text("utf-8")
    push = "\npush:\n  port: 70000\n  prot: 1\n  allow: [192.168.1.300]\n  devices:\n    gate-1: {by_address: true}\n"
    (folder / "gateway.yaml").write_text(text + push, "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(folder / "gateway.yaml")
    found = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 4
    assert "unknown setting 'prot'; did you mean 'port'?" in found
    assert "push.port" in found
    assert "expected an address or network like 192.168.1.201" in found
    assert "by_address needs `addresses`" in found


def test_what_does_not_fit_the_site_is_named_all_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = problems(
        folder,
        "  port: 8080\n  allow: [0.0.0.0/0]\n  devices:\n    gate-2: {addresses: [192.168.1.7]}\n",
        capsys,
    )
    assert len(found) == 3
    assert "push.devices.gate-2: no device of the site" in found[0]
    assert "did you mean 'gate-1'" in found[0]
    assert "push.port: 8080 is also http.port" in found[1]
    assert "push.allow: 0.0.0.0/0 reaches beyond private networks" in found[2]


def test_a_certificate_that_cannot_be_used_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = problems(folder, "  tls_cert: a.crt\n  tls_key: a.key\n", capsys)
    assert "push.tls_cert: a.crt with a.key cannot be used" in found
    (found,) = problems(folder, "  tls_cert: a.crt\n", capsys)
    assert "tls_cert and tls_key belong together" in found


def test_a_proxy_or_a_private_network_needs_no_certificate(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert problems(folder, "  allow: [0.0.0.0/0]\n  proxies: [127.0.0.1]\n", capsys) == []
    assert (
        problems(folder, "  devices:\n    gate-1: {addresses: [10.1.0.0/16], by_address: true}\n", capsys)
        == []
    )
