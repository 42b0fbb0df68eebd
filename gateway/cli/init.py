"""`gateway init`: the files of a new site, commented, ready to be edited and checked."""

from __future__ import annotations

import json
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer

from gateway.errors import ConfigError

SITE_ID = re.compile(r"[a-z0-9-]{3,40}")
PUBLIC_URL = re.compile(r"https?://[^/\s]+(/\S*)?")  # as gateway.config has it
MODES = ("estate", "relay", "hub")
ZONE = "Asia/Shanghai"
UNSET_URL = "  # public_url: https://gate.example.org"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("init")
    def init(
        folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
        site: Annotated[
            str, typer.Option(help="Short id of the site: a-z, 0-9 and -, for ever.")
        ] = "my-site",
        reach: Annotated[
            str | None,
            typer.Option(help="How phones reach the box: estate, relay or hub; asked on a terminal."),
        ] = None,
        public_url: Annotated[
            str | None, typer.Option(help="The address in messages; relay and hub need one with https.")
        ] = None,
        timezone: Annotated[
            str, typer.Option(help="The site's clock: shifts, reports and times go by it. 时区")
        ] = ZONE,
    ) -> None:
        """Write gateway.yaml, site.yaml and the folders rules/ and profiles/ of a new site. 建立新小区的配置

        Nothing that exists is overwritten. Next: edit them, `gateway check FOLDER`, `gateway run FOLDER`.
        """
        if reach is None and sys.stdin.isatty():
            reach, public_url = _asked(public_url)
        write_site(folder, site, reach=reach or "estate", public_url=public_url, timezone=timezone)
        print(f"{folder}: gateway.yaml, site.yaml, rules/, profiles/")
        print(
            f"下一步 / next: edit {folder}/site.yaml, then  gateway check {folder}  and  gateway run {folder}"
        )


def _asked(public_url: str | None) -> tuple[str, str | None]:
    """Ask on the terminal how phones reach the box, and under which address."""
    print("手机怎么连到网关 / How phones reach the box (docs/how-to/reach.md):")
    print("  estate  仅园区网络 / the estate's network only")
    print("  relay   自己的中转主机 / through a relay of your own")
    print("  hub     由上级平台提供 / by the hub")
    reach = str(typer.prompt("reach", default="estate"))
    if public_url is None and reach in {"relay", "hub"}:
        public_url = str(typer.prompt("https address / https 地址"))
    return reach, public_url


def write_site(
    folder: Path, site: str, *, reach: str = "estate", public_url: str | None = None, timezone: str = ZONE
) -> None:
    """Write the templates into `folder`.

    Raises:
        ConfigError: when the id, the time zone or the way phones reach the box is not usable, or a file is already there.
    """
    mistakes = _reach_mistakes(reach, public_url)
    if timezone not in available_timezones():
        mistakes.append(
            f"--timezone: '{timezone}' is not a time zone; expected one like Asia/Shanghai / 请写成 Asia/Shanghai 这样的时区"
        )
    if not SITE_ID.fullmatch(site):
        mistakes.append(f"--site: '{site}' is not an id; expected 3 to 40 of a-z, 0-9 and -")
    if mistakes:
        raise ConfigError(mistakes)
    templates = files("gateway") / "templates"
    wiring = (templates / "gateway.yaml").read_text("utf-8").replace("  mode: estate", f"  mode: {reach}")
    if public_url is not None:
        wiring = wiring.replace(UNSET_URL, f"  public_url: {json.dumps(public_url)}")
    texts = {
        "gateway.yaml": wiring,
        "site.yaml": (templates / "site.yaml")
        .read_text("utf-8")
        .replace("my-site", site)
        .replace(f"timezone: {ZONE}", f"timezone: {timezone}"),
        "rules/own.yaml": (templates / "rules-readme.yaml").read_text("utf-8"),
    }
    there = [
        f"{folder / name}: is already there; nothing was written"
        for name in texts
        if (folder / name).exists()
    ]
    if there:
        raise ConfigError(there)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "profiles").mkdir(exist_ok=True)


def _reach_mistakes(reach: str, public_url: str | None) -> list[str]:
    if reach not in MODES:
        return [f"--reach: '{reach}' is not known; expected {', '.join(MODES)}"]
    if reach != "estate" and public_url is None:
        return [f"--reach {reach}: needs --public-url, an address like https://gate.example.org"]
    if public_url is None:
        return []
    if not PUBLIC_URL.fullmatch(public_url):
        return [f"--public-url: '{public_url}' is not an address; expected one like https://gate.example.org"]
    if reach != "estate" and not public_url.startswith("https://"):
        return [f"--public-url: '{public_url}' must begin with https:// for {reach}"]
    return []
