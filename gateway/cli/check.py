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
    from gateway.command.opening import command_problems
    from gateway.config import load_settings
    from gateway.errors import ConfigError
    from gateway.interop.opening import interop_problems
    from gateway.push.opening import push_problems
    from gateway.wiring import broker_settings, embedded_settings
    from gateway.written import load_written

    file = check_channels.settings_file(where)
    settings = load_settings(file)
    written = load_written(settings, today=datetime.now(UTC).date())
    if settings.mqtt.host is None:
        embedded_settings(settings)
    broker_settings(settings, site=written.site.view.id)
    wrong = interop_problems(settings, site=written.site.view, profiles=written.profiles)
    wrong += push_problems(settings, site=written.site.view)
    wrong += command_problems(settings, site=written.site.view)
    wrong = [f"{file}: {problem}" for problem in wrong] + check_channels.problems(written)
    if wrong:
        raise ConfigError(wrong)
    warnings = [*written.site.lint, *written.rules.lint]
    for warning in warnings:
        print(f"{warning.file}:{warning.line}: {warning.path}: warning: {warning.message}")
    view = written.site.view
    print(
        f"{view.id}: {len(view.registry)} devices, {len(view.people)} people, {len(view.grids)} grids, "
        f"{len(written.rules.rules)} rules, {len(written.profiles)} device profiles; {len(warnings)} warnings"
    )
    if strict and warnings:
        raise typer.Exit(1)
