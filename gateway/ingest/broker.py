"""EmbeddedBroker: an MQTT broker for the first day, the demo and tests, in a child process.

It is rumqttd out of the `iotcore` package, with a generated configuration. What it is and is not was
tried (tests/integration/test_broker_embedded.py) and is written down in docs/adr/adr-embedded-broker.md:
one port speaks MQTT 3.1.1 and the next one MQTT 5; packets up to 512 KiB; at most 100 messages in flight
to one client, whatever it asks for; a subscription to a `$…` topic ends the connection; nothing is kept
when it ends. It listens on loopback only, unless a password file is given.
"""

from __future__ import annotations

import ipaddress
import json
import os
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from iotcore import Broker

from gateway.errors import ConfigError

PACKET_BYTES = 512 * 1024
WINDOW = 100  # unacknowledged messages per client; fixed in the broker
_LOOK_S = 0.25  # how often the child is looked at
_LONGEST_S = 30.0  # the longest wait before the child is started again


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker listens: `port` for MQTT 3.1.1, `port_5` for MQTT 5 (`port` + 1 if 0).

    `password_file` has one `name:password` a line and may be read by its owner only; it is demanded
    for every address that is not loopback.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    port_5: int = 0
    password_file: str = ""


class BrokerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the child runs, since when, how often it had to be started again, and why not if not."""

    running: bool
    since: datetime
    restarts: int
    error: dict[str, str] | None
    listeners: tuple[str, ...]


class EmbeddedBroker:
    """Starts the broker, watches it, starts it again when it dies, stops it."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self.port = settings.port
        self.port_5 = settings.port_5 or settings.port + 1
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._broker: Broker | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._since = datetime.now(UTC)
        self._restarts = 0
        self._error: dict[str, str] | None = None

    @staticmethod
    def delivers(subscription: str) -> bool:
        """Tell whether this broker can be asked for a filter: it cannot for `$…`, except `$share/…`."""
        return not subscription.startswith("$") or subscription.startswith("$share/")

    def start(self) -> None:
        """Start the broker and return when it accepts connections.

        Raises ConfigError, with the next step, when a port is in use or the address needs passwords.
        """
        configuration = _configuration(self._settings, self.port, self.port_5, _passwords(self._settings))
        self._folder = tempfile.TemporaryDirectory(prefix="gateway-broker-")
        file = Path(self._folder.name) / "broker.toml"
        # The file holds the passwords: nobody else may read it, not even for a moment.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(configuration)
        self._broker = Broker(config_path=str(file))
        try:
            self._broker.start()
        except OSError as error:
            self._folder.cleanup()
            raise ConfigError([_in_use(self._settings.host, self.port, self.port_5)]) from error
        except RuntimeError as error:
            self._folder.cleanup()
            raise ConfigError(
                [f"broker: 内置 broker 没有启动 / the embedded broker did not start: {error}"]
            ) from error
        self._since = datetime.now(UTC)
        self._watcher = threading.Thread(target=self._watch, name="broker-watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End the child and free its ports; safe to call twice."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._broker is not None:
            self._broker.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def status(self) -> BrokerStatus:
        """Return how the broker stands; safe from any thread."""
        broker = self._broker
        return BrokerStatus(
            running=broker is not None and broker.is_running,
            since=self._since,
            restarts=self._restarts,
            error=self._error,
            listeners=tuple(broker.listeners) if broker is not None else (),
        )

    def _watch(self) -> None:
        broker, failures = self._broker, 0
        assert broker is not None
        while not self._stopping.wait(_LOOK_S):
            if broker.is_running:
                continue
            self._since = datetime.now(UTC)
            self._error = {
                "zh": "内置 broker 意外退出，正在重启；它没有交出的消息丢失了",
                "en": "the embedded broker ended unexpectedly and is being started again; what it had not delivered is lost",
            }
            broker.stop()  # frees what belonged to the dead child
            if self._stopping.wait(min(_LONGEST_S, 0.2 * 2**failures)):
                return
            try:
                broker.start()
            except (OSError, RuntimeError) as error:
                failures += 1
                self._error = {
                    "zh": f"内置 broker 无法重启：{error}",
                    "en": f"the embedded broker cannot restart: {error}",
                }
                continue
            failures = 0
            self._restarts += 1
            self._since = datetime.now(UTC)
            self._error = None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _passwords(settings: BrokerSettings) -> dict[str, str]:
    """Read the password file, or refuse an address that needs one; every problem at once."""
    if not settings.password_file:
        if _is_loopback(settings.host):
            return {}
        needed = (
            f"broker.host: {settings.host} 不是本机地址，需要 broker.password_file（每行 name:password） / "
            f"{settings.host} is not loopback and needs broker.password_file (name:password, one a line)"
        )
        raise ConfigError([needed])
    file = Path(settings.password_file)
    try:
        text, mode = file.read_text("utf-8"), file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"broker.password_file: 读不了 / cannot be read: {error}"]) from error
    problems = []
    if mode & 0o077:
        problems.append(
            f"broker.password_file: {file} 别人也能读，执行 chmod 600 / others can read it, run chmod 600 {file}"
        )
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, password = line.strip().partition(":")
        if not name or len(password) < 12 or name in found:
            problems.append(
                f"{file}:{number}: 要写成 name:password，密码至少 12 位，名称不重复 / "
                "expected name:password, a password of at least 12 characters, each name once"
            )
        found[name] = password
    if not found:
        problems.append(f"{file}: 没有账号 / holds no account")
    if problems:
        raise ConfigError(problems)
    return found


def _in_use(host: str, port: int, port_5: int) -> str:
    return (
        f"broker.port: {host} 的端口 {port} 或 {port_5} 已被占用。已有 broker 就用 mqtt.host/mqtt.port 指向它，"
        f"否则换一个 broker.port / port {port} or {port_5} on {host} is in use. "
        "If a broker already runs there, point mqtt.host and mqtt.port at it, otherwise choose another broker.port"
    )


def _configuration(settings: BrokerSettings, port: int, port_5: int, passwords: Mapping[str, str]) -> str:
    """Return the broker's configuration as TOML (JSON strings are TOML strings)."""
    text = (
        "id = 0\n[router]\nid = 0\nmax_connections = 1000\nmax_outgoing_packet_count = 1000\n"
        # How much is kept for a client that is away, per filter: 8 segments of 4 MiB, oldest dropped first.
        "max_segment_size = 4194304\nmax_segment_count = 8\n"
    )
    for version, number in (("v4", port), ("v5", port_5)):
        text += (
            f"[{version}.1]\nname = {json.dumps(version)}\nlisten = {json.dumps(f'{settings.host}:{number}')}\n"
            f"next_connection_delay_ms = 1\n[{version}.1.connections]\nconnection_timeout_ms = 5000\n"
            f"max_payload_size = {PACKET_BYTES}\nmax_inflight_count = {WINDOW}\ndynamic_filters = true\n"
        )
        if passwords:
            text += f"[{version}.1.connections.auth]\n"
            text += "".join(f"{json.dumps(name)} = {json.dumps(word)}\n" for name, word in passwords.items())
    return text
