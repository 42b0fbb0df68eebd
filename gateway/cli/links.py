"""`gateway links`: fresh one-time login links, also while the gateway runs. 0 printed · 2 wrong input · 3 no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.response.world import SiteView

ADDRESS = "http://127.0.0.1:8080"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("links")
    def links(
        data: Annotated[Path, typer.Option(help="Data folder of a demo. 演示的数据目录")] = Path("demo-data"),
        site: Annotated[
            Path | None, typer.Option(help="A real site's folder or gateway.yaml, instead. 真实小区")
        ] = None,
        role: Annotated[list[str] | None, typer.Option(help="Only these roles (demo). 只要这些角色")] = None,
        person: Annotated[list[str] | None, typer.Option(help="For these login names. 只给这些人")] = None,
        base: Annotated[str | None, typer.Option(help="Address of the pages, if another. 页面地址")] = None,
    ) -> None:
        """Print fresh one-time login links, valid for 24 hours. 打印新的一次性登录链接

        \b
        Demo:      gateway links [--role guard]
        Real site: gateway links --site my-site --person wang   (wang sets a new password with it)
        Whoever can write the data folder can do this; every link is written into the audit log.
        """
        from gateway.links import fresh_links

        if site is not None:
            folder, address, people = _of_site(site, person or [])
            purpose = "invite"
        else:
            folder, address, people = _of_demo(data, role or [], person or [])
            purpose = "demo"
        for label, link in fresh_links(folder, people, base=base or address, purpose=purpose):
            print(f"{label:14} {link}")


def _of_demo(data: Path, roles: list[str], persons: list[str]) -> tuple[Path, str, dict[str, str]]:
    from gateway.errors import ConfigError
    from gateway.links import DEMO_ROLES, visitors

    found = _people(data / "site.yaml")
    if not found.demo:
        raise ConfigError(
            [f"{data}: is not a demo; for a real site: gateway links --site FOLDER --person NAME"]
        )
    known = visitors(found.people.values())
    unknown = [role for role in roles if role not in known]
    if unknown:
        raise ConfigError([f"--role {', '.join(unknown)}: expected one of {', '.join(DEMO_ROLES)}"])
    people = {role: who for role, who in known.items() if not roles or role in roles}
    address = data / "address"
    text = address.read_text("utf-8").strip() if address.exists() else ADDRESS
    return data, text, {who: who for who in persons} or people


def _of_site(where: Path, persons: list[str]) -> tuple[Path, str, dict[str, str]]:
    from gateway.cli.run import read_site
    from gateway.errors import ConfigError
    from gateway.serve import base_url

    if not persons:
        raise ConfigError(["--person: name who the link is for, e.g. --person wang"])
    written = read_site(where)
    return written.settings.data, base_url(written), {who: who for who in persons}


def _people(file: Path) -> SiteView:
    from datetime import UTC, datetime

    from gateway.errors import ConfigError
    from gateway.site import load_site_file

    if not file.exists():
        raise ConfigError(
            [f"{file.parent}: holds no demo; start one with: gateway demo --data {file.parent}"]
        )
    found, problems = load_site_file(file.read_text("utf-8"), str(file), today=datetime.now(UTC).date())
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return found.view
