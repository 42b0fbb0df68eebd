"""`gateway check`: everything a person wrote, every mistake at once; `check channels` and `check reach` look closer at one part."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gateway.cli import check_channels, check_reach


class _SiteFirst(TyperGroup):
    """A group in which `check my-site` means `check site my-site`: the common case needs no second word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the common command first where no other one is named."""
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["site", *args])


app = typer.Typer(cls=_SiteFirst, rich_markup_mode=None)
check_channels.register(app)
check_reach.register(app)


@app.command("site")
def site(
    where: Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml.")] = Path(),
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
) -> None:
    """Check settings, site, rules and device profiles: every mistake at once. 检查配置

    Exit code: 0 sound, 1 warnings with --strict, 2 mistakes.
    """
    from gateway.cli.check_files import broker_problems, open_secrets, section_mistakes
    from gateway.config import read_settings
    from gateway.errors import ConfigError
    from gateway.in_chinese import both, spoken
    from gateway.written import read_written

    file = check_channels.settings_file(where)
    settings, odd = read_settings(file)
    written, found = read_written(settings, today=datetime.now(UTC).date())
    wrong = [spoken(each) for each in odd]
    wrong += [each if isinstance(each, str) else spoken(each) for each in found]
    wrong += broker_problems(settings, site=written.site.view.id)
    wrong += section_mistakes(file, written)
    wrong += check_channels.problems(written)
    if wrong:
        raise ConfigError(list(dict.fromkeys(wrong)))
    warnings = [*written.site.lint, *written.rules.lint, *open_secrets(file, written)]
    for warning in warnings:
        print(f"{warning.file}:{warning.line}: {warning.path}: warning: {both(warning.message)}")
    view = written.site.view
    print(
        f"{view.id}: {len(view.registry)} devices, {len(view.people)} people, {len(view.grids)} grids, "
        f"{len(written.rules.rules)} rules, {len(written.profiles)} device profiles; {len(warnings)} warnings"
    )
    if strict and warnings:
        raise typer.Exit(1)
