"""`gateway check`: everything a person wrote, every mistake at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("check")
    def check(
        where: Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml.")] = Path(),
        strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    ) -> None:
        """Check settings, site, rules and device profiles: every mistake at once. 检查配置

        Exit code: 0 sound, 1 warnings with --strict, 2 mistakes.
        """
        from gateway.config import load_settings
        from gateway.errors import ConfigError
        from gateway.interop.opening import interop_problems
        from gateway.wiring import broker_settings, embedded_settings
        from gateway.written import load_written

        file = where / "gateway.yaml" if where.is_dir() or not where.suffix else where
        settings = load_settings(file)
        written = load_written(settings, today=datetime.now(UTC).date())
        if settings.mqtt.host is None:
            embedded_settings(settings)
        broker_settings(settings, site=written.site.view.id)
        wrong = interop_problems(settings, site=written.site.view, profiles=written.profiles)
        if wrong:
            raise ConfigError([f"{file}: {problem}" for problem in wrong])
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
