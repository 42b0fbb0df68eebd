"""Settings: how this box is wired. One file, `gateway.yaml`, and environment variables on top.

What the community is (places, devices, people, rosters, channels) stands in the site file; this file
only says where things are: folders, ports, the broker, sinks. Every key can be overridden by the
environment: `GATEWAY_HTTP__PORT=8081`. Secrets are named by file (`*_file`), never written here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from devices.document import parse_document
from devices.problem import Problem
from gateway.backup.settings import Backup
from gateway.command.settings import Commands
from gateway.config_problems import problems_of
from gateway.errors import ConfigError
from gateway.in_chinese import spoken
from gateway.interop.settings import Inbound, Name, Panels, Receiver
from gateway.push.settings import Push
from gateway.rollup import Keep
from gateway.site_folder import is_site, not_there, what_a_site_file_is
from gateway.upgrade.settings import Upgrade

# Settings without which nothing else can be read.
WHERE = frozenset({"data", "site", "rules", "profiles", "packs"})


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Http(_Section):
    """Where the pages and the API answer."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str | None = None  # how phones reach this box; see docs/how-to/reach.md
    tls_cert: Path | None = None
    tls_key: Path | None = None


class Tls(_Section):
    """Transport encryption towards an outside broker."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class Mqtt(_Section):
    """An outside broker. Without `host` the embedded broker is started."""

    host: str | None = None
    port: int = Field(default=1883, ge=1, le=65535)
    version: Literal[4, 5] = 5
    client_id: str = "smart-community-gateway"
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None
    share: str | None = None  # group name of a shared subscription, when several workers read one broker
    topics: tuple[str, ...] = ()  # subscriptions beside those of the device profiles
    receive_maximum: int = Field(default=500, ge=1, le=65535)
    # where a notice of each alert goes that opens or grows graver; see docs/how-to/alerts-over-mqtt.md
    alerts_topic: str | None = Field(default=None, pattern=r"^[^#+\x00]{1,500}$")


class Broker(_Section):
    """The embedded broker, used when `mqtt.host` is empty. Off loopback it needs `users_file`."""

    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    users_file: Path | None = None


class Influx(_Section):
    """An InfluxDB v2 write endpoint (InfluxDB, VictoriaMetrics …)."""

    url: str
    org: str = ""
    bucket: str = "community"
    token_file: Path | None = None


class Measurements(_Section):
    """How long measurements are kept; see docs/how-to/telemetry.md."""

    minute_days: float = Field(default=7, ge=1, le=366)
    hour_days: float = Field(default=366, ge=1, le=3660)
    day_days: float = Field(default=1830, ge=1, le=18_300)

    @property
    def keep(self) -> Keep:
        return Keep(
            minute=timedelta(days=self.minute_days),
            hour=timedelta(days=self.hour_days),
            day=timedelta(days=self.day_days),
        )


class Reports(_Section):
    """The public form of residents; see docs/how-to/resident-reports.md. The numbers count within an hour."""

    # true: everybody · code: whoever knows the code in the lobby · residents: with an account · false: nobody
    open: bool | Literal["code", "residents"] = True
    code: str | None = Field(
        default=None, pattern=r"^\d{4,6}$"
    )  # none: a new one each month, on the printed sheets
    per_device: int = Field(default=6, ge=1, le=1000)
    per_address: int = Field(default=30, ge=1, le=10_000)  # a whole building may share one
    per_place: int = Field(default=30, ge=1, le=10_000)
    per_site: int = Field(default=300, ge=1, le=100_000)
    phone: str | None = Field(default=None, max_length=40)  # of the property office, shown with every refusal
    categories: tuple[str, ...] = (
        "0302", "0304", "0307", "0602", "0603", "0601", "0605", "0105", "0702",
    )  # fmt: skip


class Evidence(_Section):
    """What is kept as proof, and what phones may send; see docs/how-to/keep-evidence.md."""

    media_days: float = Field(default=30, ge=1, le=3650)  # pictures and sounds, after the case was closed
    voice_s: int = Field(default=60, ge=5, le=600)  # the longest voice note
    voice_mb: float = Field(default=3, gt=0, le=50)
    photo_mb: float = Field(default=10, gt=0, le=50)
    waiting_mb: int = Field(default=1024, ge=50, le=100_000)  # uploads on their way, of everybody together


class Reach(_Section):
    """How phones reach this box: on the estate's network only, through a relay, or by the hub; see docs/how-to/reach.md."""

    mode: Literal["estate", "relay", "hub"] = "estate"
    public_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+(/\S*)?$")  # also http.public_url


class Deadman(_Section):
    """Somebody outside who is told regularly that this box lives, and who raises the alarm when it stops."""

    url: str = Field(pattern=r"^https?://[^/\s]+(/\S*)?$")
    every_s: int = Field(default=60, ge=10, le=3600)


class Log(_Section):
    """What the process says about itself on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(BaseSettings):
    """Everything `gateway run` needs to know about this box."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    data: Path = Path("data")
    site: Path = Path("site.yaml")
    rules: Path = Path("rules")  # the site's own rules, beside the built-in packs
    profiles: Path = Path("profiles")  # the site's own device profiles, beside the built-in ones
    packs: tuple[str, ...] | None = None  # built-in packs by name; None = all
    flush_interval_s: float = Field(default=5.0, gt=0, le=60)
    http: Http = Http()
    mqtt: Mqtt = Mqtt()
    broker: Broker = Broker()
    influx: Influx | None = None
    telemetry: Measurements = Measurements()  # how long minutes, hours and days of measurements are kept
    receivers: dict[Name, Receiver] = {}  # who is told about cases
    inbound: dict[Name, Inbound] = {}  # who may post to /in/{name}
    panels: Panels | None = None  # alarm panels (SIA DC-09)
    push: Push | None = None  # devices that post over HTTP; see docs/how-to/http-push.md
    commands: Commands = Commands()  # devices that may be asked to do something
    reports: Reports = Reports()
    reach: Reach = Reach()
    deadman: Deadman | None = None
    channel_test: str | None = Field(
        default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$"
    )  # when each channel sends its daily test message, on the site's clock
    report_at: str | None = Field(
        default="08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$"
    )  # when managers are sent yesterday's report, on Mondays the week's, on the first the month's; null: never
    evidence: Evidence = Evidence()
    backup: Backup | None = None  # docs/how-to/back-up.md
    upgrade: Upgrade = Upgrade()  # docs/how-to/upgrade.md
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - named by the library
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, key by key."""
        return env_settings, init_settings

    @model_validator(mode="before")
    @classmethod
    def _one_address(cls, values: Any) -> Any:
        """Let `reach.public_url` stand for `http.public_url`: one address, whichever way it is written."""
        reach = values.get("reach") if isinstance(values, dict) else None
        if isinstance(reach, Reach):
            reach = reach.model_dump()
        url = reach.get("public_url") if isinstance(reach, dict) else None
        if url is None:
            return values
        http = values.get("http") or {}
        http = http.model_dump() if isinstance(http, Http) else dict(http)
        return {**values, "http": {**http, "public_url": url}}

    @field_validator("packs", mode="before")
    @classmethod
    def _one_pack(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


def load_settings(file: Path) -> Settings:
    """Read `gateway.yaml`; paths in it are relative to its folder.

    Raises:
        ConfigError: with every problem in the file, each as `FILE:LINE: PATH: message`.
    """
    settings, problems = read_settings(file)
    if problems:
        raise ConfigError([spoken(problem) for problem in problems])
    return settings


def read_settings(file: Path) -> tuple[Settings, list[Problem]]:
    """Read `gateway.yaml` as far as it goes: settings without the parts that are wrong, and every problem in it.

    Raises:
        ConfigError: it is no file of settings at all, or says nothing sure of where the rest is.
    """
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError([not_there(file)]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{file}: is not text; save it as UTF-8 / 不是文字，请存成 UTF-8"]) from None
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from error
    document = parse_document(text, str(file))
    if document.problems:
        raise ConfigError([str(problem) for problem in document.problems])
    value = document.value if document.value is not None else {}
    if not isinstance(value, dict):
        raise ConfigError([f"{file}:1: : expected a mapping of settings, found {type(value).__name__}"])
    if is_site(value):
        raise ConfigError([what_a_site_file_is(file)])
    problems: list[Problem] = []
    try:
        settings = Settings(**value)
    except ValidationError as error:
        problems = problems_of(Settings, document, value, error)
        left = {
            name: each for name, each in value.items() if name not in {e["loc"][0] for e in error.errors()}
        }
        if not {*left, *(WHERE - value.keys())} >= WHERE:
            raise ConfigError([spoken(problem) for problem in problems]) from None
        try:
            settings = Settings(**left)
        except ValidationError:  # the environment is wrong too
            raise ConfigError([spoken(problem) for problem in problems]) from None
    problems += [document.problem(path, message) for path, message in _together(settings, value)]
    return resolve_paths(settings, file.parent), problems


def _together(settings: Settings, value: dict[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    """Return what is wrong with settings that have to fit each other."""
    found: list[tuple[tuple[str, ...], str]] = []
    own, url = settings.reach.public_url, settings.http.public_url or ""
    http = value.get("http")
    written = http.get("public_url") if isinstance(http, dict) else None
    if own is not None and written not in (None, own):
        said = f"reach.public_url {own} and http.public_url {written} differ; keep one"
        found.append((("reach", "public_url"), said))
    if settings.reach.mode != "estate" and not url.startswith("https://"):
        # A relay or a hub serves phones that are anywhere: over https, under an address of its own.
        given = f"found {url}" if url else "it is missing"
        needs = "needs reach.public_url, an address like https://gate.example.org"
        found.append((("reach", "mode"), f"reach.mode {settings.reach.mode} {needs}; {given}"))
    return found


def resolve_paths(settings: Settings, base: Path) -> Settings:
    """Return the settings with the folders and files of this site made absolute from `base`.

    What other systems, panels, pushes and commands name is looked up from the site file's folder by those who read it.
    """
    names = ("data", "site", "rules", "profiles")
    folders = {name: (base / getattr(settings, name)).resolve() for name in names}
    sections = {name: _placed(getattr(settings, name), base) for name in ("http", "mqtt", "broker", "influx")}
    return settings.model_copy(update={**folders, **sections})


def _placed(section: BaseModel | None, base: Path) -> BaseModel | None:
    """Return a section with its files made absolute."""
    if section is None:
        return None
    placed: dict[str, Any] = {}
    for name, value in section:
        if isinstance(value, Path):
            placed[name] = (base / value).absolute()  # a certificate is often a link that moves on
        elif isinstance(value, BaseModel):
            placed[name] = _placed(value, base)
    return section.model_copy(update=placed)
