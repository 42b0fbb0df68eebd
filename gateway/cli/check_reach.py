"""`gateway check reach`: can phones outside open the pages, and nothing else?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.check_channels import settings_file

_MARKS = {"good": "✓", "warning": "!", "bad": "✗"}


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("reach")
    def reach(
        where: Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml.")] = Path(),
        seen_from: Annotated[
            str | None, typer.Option("--from", help="Look through this HTTP proxy, which stands outside.")
        ] = None,
    ) -> None:
        """Open the public address like somebody outside: name, certificate, pages, what must be closed. 检查外网可达

        Exit code: 0 good, 1 warnings, 2 phones cannot work or something private lies open.
        """
        from gateway.config import load_settings
        from gateway.reach import exit_code
        from gateway.reach_check import check_reach

        findings = asyncio.run(check_reach(load_settings(settings_file(where)), proxy=seen_from))
        for each in findings:
            print(f"{_MARKS[each.grade]} {each.text['zh']} / {each.text['en']}")
            if each.next:
                print(f"    → {each.next['zh']} / {each.next['en']}")
        raise typer.Exit(exit_code(findings))
