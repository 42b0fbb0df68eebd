"""A credential is made on the machine itself, shown once, works within two seconds and is in the audit log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.errors import ConfigError
from gateway.push.digest import ha1
from gateway.push.issuing import issue, issued_credentials, revoke_credential
from gateway.push.senders import senders_of
from gateway.sealing import site_sealer
from gateway.secret_files import secret
from gateway.store.store import Store
from tests.gateway.push.door import DEVICES, Registry

REGISTRY = Registry(DEVICES)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    Store.open(folder, reserve_bytes=4096).close()
    secret(folder / "secrets", "seal.key")
    return folder


def audit(data: Path) -> list[tuple[str, str, str]]:
    from sqlalchemy import text

    store = Store.open(data, reserve_bytes=4096)
    try:
        with store.read() as connection:
            rows = connection.execute(text("SELECT actor, action, object FROM audit ORDER BY id"))
            return [tuple(row) for row in rows]
    finally:
        store.close()


def test_a_password_is_kept_as_sealed_hashes_and_a_url_secret_as_a_hash(data: Path) -> None:
    made = issue(data, "bell-1", REGISTRY, scheme="password")
    other = issue(data, "bell-2", REGISTRY, scheme="url")
    assert (made.sender, len(made.secret), made.profiles) == ("bell-1", 16, ("bell",))
    database = b"".join(path.read_bytes() for path in data.glob("gateway.sqlite3*"))
    for hidden in (made.secret, other.secret, *ha1("bell-1", made.secret).values()):
        assert hidden.encode() not in database
    senders = senders_of(REGISTRY, issued_credentials(data), {}, site_sealer(data / "secrets").open)
    assert senders.passwords == {"bell-1": ha1("bell-1", made.secret)}
    assert senders.of_secret(other.secret) == "bell-2"
    assert senders.of_secret(other.secret[:-1]) is None
    assert audit(data) == [
        ("shell", "device.credential.made", "bell-1"),
        ("shell", "device.credential.made", "bell-2"),
    ]


def test_a_new_one_ends_the_earlier_and_a_device_with_a_user_gets_its_users(data: Path) -> None:
    first, second = (issue(data, "bell-3", REGISTRY, scheme="password") for _ in range(2))
    assert (first.sender, first.secret != second.secret) == ("bridge", True)
    (kept,) = issued_credentials(data)
    assert kept.sender == "bridge"
    revoke_credential(data, "bell-3", REGISTRY)
    assert issued_credentials(data) == []
    with pytest.raises(ConfigError, match="has no credential"):
        revoke_credential(data, "bell-3", REGISTRY)


@pytest.mark.parametrize(("name", "hint"), [("bell-7", "did you mean"), ("old", "retired")])
def test_only_devices_of_the_site_get_one(data: Path, name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=hint):
        issue(data, name, REGISTRY, scheme="url")


def test_hashes_that_cannot_be_opened_let_nobody_in_and_are_named(data: Path) -> None:
    issue(data, "bell-1", REGISTRY, scheme="password")
    shutil.rmtree(data / "secrets")
    secret(data / "secrets", "sealing-1.key")
    senders = senders_of(REGISTRY, issued_credentials(data), {}, site_sealer(data / "secrets").open)
    assert (senders.passwords, senders.unreadable) == ({}, ("bell-1",))


def test_the_command_shows_it_once_with_the_address_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from gateway.cli.init import write_site

    folder = tmp_path / "site"
    write_site(folder, "some-site")
    with (folder / "gateway.yaml").open("a", encoding="utf-8") as file:
        file.write("push: {host: 192.0.2.7, port: 8091}\n")
    site = (folder / "site.yaml").read_text("utf-8")
    line = "  - {id: cam-9, type: camera, profile: onvif, ident: c9, name: {zh: 门, en: Door}}"
    (folder / "site.yaml").write_text(site.replace("\ndevices:\n", f"\ndevices:\n{line}\n"), "utf-8")
    Store.open(folder / "data", reserve_bytes=4096).close()
    secret(folder / "data" / "secrets", "seal.key")
    assert _run("devices", "credential", str(folder), "cam-9") == 0
    said = capsys.readouterr().out
    assert "cam-9" in said
    assert "http://192.0.2.7:8091/in/onvif/c9" in said
    assert _run("devices", "credential", str(folder), "cam-9", "--url") == 0
    assert "http://192.0.2.7:8091/push/" in capsys.readouterr().out
    assert _run("devices", "credentials", str(folder)) == 0
    assert capsys.readouterr().out.split()[:2] == ["cam-9", "url"]
    assert _run("devices", "credential", str(folder), "cam-9", "--revoke") == 0
    assert _run("devices", "credential", str(folder), "cam-8") == 2
    assert "did you mean 'cam-9'" in capsys.readouterr().err


def _run(*arguments: str) -> int:
    try:
        main(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    return 0
