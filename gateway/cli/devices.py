"""`gateway devices`: decode payloads by hand, list the profiles. 0 read · 1 something quarantined · 2 wrong input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer
import uuid_utils.compat as uuid_utils

from devices.decode import Decoder
from devices.event import Blob, Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry
from devices.form import Profile
from devices.guess import guess
from devices.problem import nearest
from devices.profile import load_profiles
from devices.registry import Registry
from gateway.builtin import builtin_profiles, folder_texts
from gateway.cli import devices_credential
from gateway.errors import ConfigError
from rules.site import Site, load_site

app = typer.Typer(no_args_is_help=True, help="Decode device payloads by hand. 设备报文解码")
devices_credential.register(app)

# Keys of a site file that other parts of the gateway read.
_NOT_OURS = (
    "grids",
    "people",
    "roster",
    "plans",
    "categories",
    "channels",
    "places",
    "duty",
    "shifts",
    "name",
)


@app.command("decode")
def decode(
    files: Annotated[list[str], typer.Argument(help="Payload files; - reads standard input. 报文文件")],
    profile: Annotated[str | None, typer.Option(help="Only this profile. 只用此型号")] = None,
    topic: Annotated[str | None, typer.Option(help="The MQTT topic it came on. MQTT 主题")] = None,
    path: Annotated[str | None, typer.Option(help="The HTTP path it came to. HTTP 路径")] = None,
    site: Annotated[
        Path | None, typer.Option(help="A site file: its devices, its time zone. 小区文件")
    ] = None,
    profiles: Annotated[
        Path | None, typer.Option(help="More profiles: a file or a folder. 更多型号文件")
    ] = None,
    received: Annotated[
        str | None, typer.Option(help="Received at (ISO, with zone); default now. 接收时间")
    ] = None,
    retained: Annotated[bool, typer.Option(help="As a retained message. 保留消息")] = False,
) -> None:
    """Print one JSON line per result: an event, {"state"}, {"availability"} or {"quarantine": reason}."""
    if topic is not None and path is not None:
        raise ConfigError(["--topic and --path: a message came one way; give one of them"])
    chosen = _chosen(_load(profiles), profile)
    moment = _received(received)
    decoder = _decoder(chosen, site)
    failed = False
    for name in files:
        message = RawMessage(
            topic=topic or path or "",
            payload=_payload(name),
            received_at=moment,
            adapter="http" if path is not None else "mqtt",
            retained=retained,
        )
        if topic is None and path is None:
            results = guess(decoder, message, mint=_mint)
        else:
            results = decoder.decode(message, mint=_mint)
        for result in results:
            failed = failed or isinstance(result, Quarantine)
            said = line(result)
            if isinstance(result, Quarantine) and result.code == "unknown_device" and site is not None:
                said |= _beyond(result, message, chosen, _site(site).id)
            print(_json(said, name if len(files) > 1 else None))
    if failed:
        raise typer.Exit(1)


@app.command("profiles")
def list_profiles(
    profiles: Annotated[
        Path | None, typer.Option(help="More profiles: a file or a folder. 更多型号文件")
    ] = None,
) -> None:
    """List every profile with its topics and samples; mistakes in profiles go to standard error, exit code 1."""
    found, problems = load_profiles(_texts(profiles))
    for each in found:
        ways = ", ".join(form.pattern.text for form in each.forms)
        print(
            f"{each.ref:18} {each.name.get('zh', '')} {each.name.get('en', '')}: {ways} ({len(each.samples)} samples)"
        )
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(1)


def line(result: Decoded) -> dict[str, Any]:
    """Return a result as the JSON object that is printed; replayed occurrences count as state."""
    if isinstance(result, Quarantine):
        return {
            "quarantine": result.reason,
            "code": result.code,
            **_given(device=result.device, profile=result.profile),
        }
    if isinstance(result, Ignored):
        return {"ignored": result.reason, "code": result.code, **_given(device=result.device)}
    if isinstance(result, Note):
        return {"note": result.data, "track": result.track, **_given(device=result.device or None)}
    if isinstance(result, Telemetry):
        return {"telemetry": {result.metric: result.value}, "device": result.device, "at": result.at}
    if isinstance(result, Blob):
        return {"blob": result.sha256, "mime": result.mime, "size": len(result.data)}
    said = {
        name: getattr(result, name)
        for name in Event.__struct_fields__
        if name not in ("id", "seq", "v", "source")
    }
    said["profile"] = result.source.profile
    if result.kind in ("device.online", "device.offline"):
        return {"availability": result.kind.partition(".")[2], **said}
    if result.kind == "device.state" or result.mode in ("snapshot", "retained"):
        return {"state": said.pop("state"), **said}
    return said


def _beyond(result: Quarantine, message: RawMessage, profiles: list[Profile], site: str) -> dict[str, Any]:
    """Say what an unregistered device would have said, and the line of the site file that lets it in."""
    anyone = _decoder(profiles, None)
    read = anyone.decode(message, mint=_mint) if message.topic else guess(anyone, message, mint=_mint)
    entry = f"- {{id: {result.device}, profile: {result.profile}, ident: {result.device}}}"
    return {
        "at_site": f"{site}：未登记的设备，报文留在隔离区 / not registered: its messages stay in quarantine",
        "next": f"site.yaml, devices: {entry}",
        "would_read": [line(each) for each in read],
    }


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _json(value: Mapping[str, Any], file: str | None) -> str:
    return msgspec.json.encode({"file": file, **value} if file else value, order=None).decode()


def _mint() -> str:
    return str(uuid_utils.uuid7())


def _texts(more: Path | None) -> dict[str, str]:
    texts = builtin_profiles()
    if more is None:
        return texts
    if not more.exists():
        raise ConfigError([f"--profiles {more}: there is no such file or folder"])
    return {**texts, **(folder_texts(more) if more.is_dir() else {str(more): _read_text(more)})}


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from None


def _load(more: Path | None) -> list[Profile]:
    found, problems = load_profiles(_texts(more))
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return found


def _chosen(found: Iterable[Profile], wanted: str | None) -> list[Profile]:
    known = list(found)
    if wanted is None:
        return known
    chosen = [each for each in known if wanted in (each.id, each.ref)]
    if not chosen:
        hint = nearest(wanted, [each.id for each in known]) or "; `gateway devices profiles` lists them"
        raise ConfigError([f"--profile {wanted}: there is no such profile{hint}"])
    return chosen


def _decoder(profiles: list[Profile], site_file: Path | None) -> Decoder:
    """Return a decoder for a site; without one every device is taken, flagged `unlisted`."""
    site = _site(site_file) if site_file is not None else None
    return Decoder(
        profiles=profiles,
        registry=site.registry if site is not None else Registry(),
        site=site.id if site is not None else "s1",
        zone=site.zone if site is not None else ZoneInfo("Asia/Shanghai"),
        # References made by this tool are not those of any site: it must not show whose card it was.
        site_key=b"gateway devices decode",
        accept_unknown=site is None,
        oldest=None,  # stored payloads are old; their time is what one wants to see
    )


def _site(file: Path) -> Site:
    site, problems = load_site(_read_text(file), str(file), extra_keys=_NOT_OURS)
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return site


def _payload(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ConfigError([f"{name}: cannot be read: {error.strerror}"]) from None


def _received(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ConfigError(
            [f"--received {text}: expected a time with its zone, such as 2026-03-04T18:15:02+08:00"]
        )
    return moment.astimezone(UTC)
