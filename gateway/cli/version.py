"""`gateway version`."""

from __future__ import annotations

import platform

import typer

from gateway import __version__


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("version", help="Print the version. 版本")
    def version() -> None:
        print(
            f"smart-community-gateway {__version__} · Python {platform.python_version()} · {platform.machine()}"
        )
