"""Files that `gateway.yaml` names are looked up from its folder, wherever the gateway is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import load_settings
from gateway.wiring import broker_settings

TEXT = """\
http: {tls_cert: certs/box.crt, tls_key: certs/box.key}
mqtt: {host: 127.0.0.1, username: gateway, password_file: secrets/mqtt-password, tls: {ca: certs/ca.crt}}
broker: {users_file: secrets/users}
influx: {url: "http://127.0.0.1:8086", token_file: secrets/influx-token}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    (site / "secrets").mkdir(parents=True)
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (site / "gateway.yaml").write_text(TEXT, "utf-8")
    return site / "gateway.yaml"


def test_every_file_is_looked_up_beside_the_settings(file: Path) -> None:
    settings, site = load_settings(file), file.parent
    tls, influx = settings.mqtt.tls, settings.influx
    assert tls is not None
    assert influx is not None
    assert settings.http.tls_cert == site / "certs" / "box.crt"
    assert settings.http.tls_key == site / "certs" / "box.key"
    assert settings.mqtt.password_file == site / "secrets" / "mqtt-password"
    assert (tls.ca, tls.cert) == (site / "certs" / "ca.crt", None)
    assert settings.broker.users_file == site / "secrets" / "users"
    assert influx.token_file == site / "secrets" / "influx-token"


def test_the_password_of_the_how_to_is_found(file: Path) -> None:
    (file.parent / "secrets" / "mqtt-password").write_text("open sesame\n")
    assert broker_settings(load_settings(file), site="estate").password == "open sesame"


def test_the_environment_names_files_the_same_way(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_MQTT__PASSWORD_FILE", "other")
    mqtt = load_settings(file).mqtt
    assert (mqtt.password_file, mqtt.username) == (file.parent / "other", "gateway")  # the rest stays


def test_an_absolute_path_and_a_link_stay_what_they_are(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "live.crt"
    link.symlink_to(tmp_path / "archive-1.crt")
    file.write_text(f"http: {{tls_cert: {link}}}\n", "utf-8")
    assert load_settings(file).http.tls_cert == link
