"""`gateway devices check`: profiles written by hand, checked in full beside those that ship, and what they make of their samples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from devices.draft import read_sample_with
from devices.form import Profile
from devices.profile import load_beside, load_profiles
from gateway.builtin import builtin_profiles
from gateway.cli.by_hand import line
from gateway.cli.in_force import site_in_force
from gateway.errors import ConfigError
from gateway.profiles.in_chinese import spoken


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    files: Annotated[list[Path], typer.Argument(help="Profiles (YAML) or folders of them. 型号文件")],
    site: Annotated[
        Path | None,
        typer.Option(
            help="A site's folder: beside its profiles too, also those saved on the pages. 小区目录"
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only mistakes. 只显示错误")] = False,
) -> None:
    """Check device profiles and prove their samples; every mistake with file, line and path. 检查设备型号

    Prints what comes of each sample. Exit code: 0 sound, 1 mistakes, 2 a file cannot be read.
    """
    known = list(site_in_force(site).profiles) if site is not None else load_profiles(builtin_profiles())[0]
    failed = False
    for file, text in _texts(files).items():
        profile, problems = load_beside(text, file, _others(known, text, file) if site is not None else known)
        for problem in problems:
            print(spoken(problem), file=sys.stderr)
        if profile is None:
            failed = True
            continue
        known.append(profile)
        if not quiet:
            _show(profile)
    if failed:
        raise typer.Exit(1)


def _others(known: list[Profile], text: str, file: str) -> list[Profile]:
    """Return the site's profiles without the one that this file is, or is the next version of."""
    alone, _ = load_beside(text, file, (), proven=False)
    return [each for each in known if alone is None or each.id != alone.id]


def _show(profile: Profile) -> None:
    print(f"{profile.file}: {profile.ref} {profile.name.get('zh', '')} {profile.name.get('en', '')}")
    for sample in profile.samples:
        print(f"  {sample.name} ({sample.topic})")
        for result in read_sample_with(profile, sample):
            said = {key: value for key, value in line(result).items() if value not in ({}, [], (), None, "")}
            print(f"    {said.get('kind') or next(iter(said))}: " + _facts(said))


def _facts(said: dict[str, object]) -> str:
    shown = ("device", "at", "data", "state", "subject", "ignored", "quarantine", "telemetry", "note")
    return ", ".join(f"{key} {_plain(said[key])}" for key in shown if key in said)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode().strip('"')


def _texts(paths: list[Path]) -> dict[str, str]:
    texts: dict[str, str] = {}
    wrong: list[str] = []
    for path in paths:
        found = sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
        for file in found:
            try:
                texts[str(file)] = file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                wrong.append(f"{file}: cannot be read: {error}")
    if wrong:
        raise ConfigError(wrong)
    return texts
