"""`gateway verify`: walk the hash chains and name the first row that was tampered with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("verify")
    def verify(
        data: Annotated[Path, typer.Argument(help="The data folder; the gateway must not be running.")],
    ) -> None:
        """Walk the hash chains of case timelines and audit log. 校验记录链

        Exit code: 0 nothing was changed, 1 the first bad row is named.
        """
        from gateway.errors import ConfigError
        from gateway.secret_files import secret
        from gateway.store.store import Store

        if not (data / "gateway.sqlite3").exists():
            raise ConfigError([f"{data}: holds no gateway.sqlite3; name the data folder of a site"])
        store = Store.open(data)
        try:
            store.seal_with(secret(data / "secrets", "seal.key"))
            bad = store.verify()
        finally:
            store.close()
        if bad is not None:
            print(bad)
            raise typer.Exit(1)
        print("每一条都没有被改动 / every row is as it was written")
