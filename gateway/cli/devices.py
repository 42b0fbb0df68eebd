"""`gateway devices`: decode payloads by hand, list the profiles. 0 read · 1 something quarantined · 2 wrong input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from devices.form import Profile
from devices.problem import nearest
from devices.profile import load_profiles
from gateway.builtin import builtin_profiles, folder_texts
from gateway.cli import devices_check, devices_credential, devices_key, estate
from gateway.cli.by_hand import ByHand
from gateway.cli.captured import Captured, messages_of
from gateway.cli.in_force import is_folder, site_in_force
from gateway.errors import ConfigError
from gateway.profiles.in_chinese import spoken
from gateway.site import OWN_KEYS
from rules.site import Site, load_site

app = typer.Typer(no_args_is_help=True, help="Decode device payloads by hand. 设备报文解码")
devices_credential.register(app)
devices_check.register(app)
devices_key.register(app)
estate.register(app)


@app.command("decode")
def decode(
    files: Annotated[list[str], typer.Argument(help="Payload files; - reads standard input. 报文文件")],
    profile: Annotated[str | None, typer.Option(help="Only this profile. 只用此型号")] = None,
    topic: Annotated[str | None, typer.Option(help="The MQTT topic it came on. MQTT 主题")] = None,
    path: Annotated[str | None, typer.Option(help="The HTTP path it came to. HTTP 路径")] = None,
    site: Annotated[
        Path | None,
        typer.Option(
            help="A site file or a site's folder: its devices, its time zone, saved profiles. 小区文件或目录"
        ),
    ] = None,
    profiles: Annotated[
        Path | None, typer.Option(help="More profiles: a file or a folder. 更多型号文件")
    ] = None,
    received: Annotated[
        str | None, typer.Option(help="Received at (ISO, with zone); default now. 接收时间")
    ] = None,
    retained: Annotated[bool, typer.Option(help="As a retained message. 保留消息")] = False,
) -> None:
    """Print one JSON line per result: an event, {"state"}, {"availability"} or {"quarantine": reason}.

    A file may hold many messages: JSON lines, what mosquitto_sub writes (its topics are used), HTTP requests with
    their heads. Without topic and path the profile that fits best is found by the content alone, and named.
    """
    if topic is not None and path is not None:
        raise ConfigError(["--topic and --path: a message came one way; give one of them"])
    moment = _received(received)
    place, saved = _site(site) if site is not None else (None, ())
    known = _load(profiles, saved)
    reader = ByHand(_chosen(known, profile), site=place, received=moment, named=profile is not None)
    failed = False
    unread: list[str] = []
    for name in files:
        try:
            messages = messages_of(_payload(name), now=moment)
        except ConfigError as error:  # the others are read all the same
            unread += error.problems
            continue
        for number, captured in enumerate(messages, start=1):
            for said in reader.lines(_as_told(captured, topic=topic, path=path, retained=retained)):
                failed = failed or "quarantine" in said
                where = {
                    "file": name if len(files) > 1 else None,
                    "message": number if len(messages) > 1 else None,
                }
                print(_json({**{key: value for key, value in where.items() if value is not None}, **said}))
    if unread:
        raise ConfigError(unread)
    if failed:
        raise typer.Exit(1)


@app.command("profiles")
def list_profiles(
    profiles: Annotated[
        Path | None, typer.Option(help="Only these, checked beside the built-in ones. 只看这些型号文件")
    ] = None,
) -> None:
    """List every profile with its topics and samples; mistakes in profiles go to standard error, exit code 1."""
    mine = _own_texts(profiles)
    found, problems = load_profiles({**builtin_profiles(), **mine})
    for each in found:
        if profiles is None or each.file in mine:
            ways = ", ".join(dict.fromkeys(form.pattern.text for form in each.forms))
            names = f"{each.name.get('zh', '')} {each.name.get('en', '')}"
            print(f"{each.ref:18} {names}: {ways} ({len(each.samples)} samples)")
    for problem in problems:
        print(spoken(problem), file=sys.stderr)
    if problems:
        raise typer.Exit(1)


@app.command("show")
def show(profile: Annotated[str, typer.Argument(help="The name of a built-in profile. 内置型号名")]) -> None:
    """Print a built-in profile: `gateway devices show zigbee2mqtt > profiles/my-sensors.yaml` begins your own."""
    texts = {file.rpartition("/")[2].partition(".")[0]: text for file, text in builtin_profiles().items()}
    wanted = profile.partition("@")[0]
    if wanted not in texts:
        hint = nearest(wanted, texts) or "; `gateway devices profiles` lists them"
        raise ConfigError([f"{profile}: there is no such built-in profile{hint}"])
    print(texts[wanted], end="")


def _as_told(captured: Captured, *, topic: str | None, path: str | None, retained: bool) -> Captured:
    """Return the message with what the command line says of it, which counts more than what the capture says."""
    if topic is not None:
        captured = msgspec.structs.replace(captured, topic=topic, path=None)
    elif path is not None:
        captured = msgspec.structs.replace(captured, topic=None, path=path)
    return msgspec.structs.replace(captured, retained=retained or captured.retained)


def _json(value: Mapping[str, object]) -> str:
    return msgspec.json.encode(value, order=None).decode()


def _own_texts(more: Path | None) -> dict[str, str]:
    if more is None:
        return {}
    if not more.exists():
        raise ConfigError([f"--profiles {more}: there is no such file or folder"])
    return folder_texts(more) if more.is_dir() else {str(more): _read_text(more)}


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from None


def _load(more: Path | None, saved: Iterable[Profile] = ()) -> list[Profile]:
    """Return the profiles that ship and `more`, and of a site's those beside them; a name in `more` goes before."""
    found, problems = load_profiles({**builtin_profiles(), **_own_texts(more)})
    if problems:
        raise ConfigError([spoken(problem) for problem in problems])
    names = {each.id for each in found}
    return [*found, *(each for each in saved if each.id not in names)]


def _chosen(found: Iterable[Profile], wanted: str | None) -> list[Profile]:
    known = list(found)
    if wanted is None:
        return known
    chosen = [each for each in known if wanted in (each.id, each.ref)]
    if not chosen:
        hint = nearest(wanted, [each.id for each in known]) or "; `gateway devices profiles` lists them"
        raise ConfigError([f"--profile {wanted}: there is no such profile{hint}"])
    return chosen


def _site(file: Path) -> tuple[Site, tuple[Profile, ...]]:
    """Return a site and, where its folder is given, the profiles in force there."""
    if is_folder(file):
        found = site_in_force(file)
        return found.rules, found.profiles
    site, problems = load_site(_read_text(file), str(file), extra_keys=OWN_KEYS)
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return site, ()


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
