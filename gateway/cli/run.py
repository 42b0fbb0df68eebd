"""`gateway run`: the gateway of a real site, until Ctrl-C or systemd stops it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.written import Written


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("run")
    def run(
        where: Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml.")] = Path(),
        port: Annotated[int | None, typer.Option(help="Another port for the pages.")] = None,
        data: Annotated[Path | None, typer.Option(help="Another data folder.")] = None,
    ) -> None:
        """Run the gateway of a real site. 运行网关

        The first start prints a one-time link that makes the first administrator. Ctrl-C stops cleanly.
        """
        from gateway.serve import live, welcome

        live(read_site(where, port=port, data=data), welcome)


def read_site(where: Path, *, port: int | None = None, data: Path | None = None) -> Written:
    """Read the settings and everything they point at; command-line options win over the file."""
    from datetime import UTC, datetime

    from gateway.config import load_settings
    from gateway.log import configure_log
    from gateway.written import load_written

    file = where / "gateway.yaml" if where.is_dir() or not where.suffix else where
    settings = load_settings(file)
    if port is not None:
        settings = settings.model_copy(update={"http": settings.http.model_copy(update={"port": port})})
    if data is not None:
        settings = settings.model_copy(update={"data": data.resolve()})
    configure_log(settings.log)
    return load_written(settings, today=datetime.now(UTC).date())
