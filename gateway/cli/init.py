"""`gateway init`: the files of a new site, commented, ready to be edited and checked."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from gateway.errors import ConfigError

SITE_ID = re.compile(r"[a-z0-9-]{3,40}")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("init")
    def init(
        folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
        site: Annotated[
            str, typer.Option(help="Short id of the site: a-z, 0-9 and -, for ever.")
        ] = "my-site",
    ) -> None:
        """Write gateway.yaml, site.yaml and the folders rules/ and profiles/ of a new site. 建立新小区的配置

        Nothing that exists is overwritten. Next: edit them, `gateway check FOLDER`, `gateway run FOLDER`.
        """
        write_site(folder, site)
        print(f"{folder}: gateway.yaml, site.yaml, rules/, profiles/")
        print(
            f"下一步 / next: edit {folder}/site.yaml, then  gateway check {folder}  and  gateway run {folder}"
        )


def write_site(folder: Path, site: str) -> None:
    """Write the templates into `folder`.

    Raises:
        ConfigError: when the id is not usable or a file is already there.
    """
    if not SITE_ID.fullmatch(site):
        raise ConfigError([f"--site: '{site}' is not an id; expected 3 to 40 of a-z, 0-9 and -"])
    templates = files("gateway") / "templates"
    texts = {
        "gateway.yaml": (templates / "gateway.yaml").read_text("utf-8"),
        "site.yaml": (templates / "site.yaml").read_text("utf-8").replace("my-site", site),
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
