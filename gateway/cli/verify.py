"""`gateway verify`: walk the hash chains and the evidence, and name the first row or part that was tampered with."""

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
        """Walk the hash chains of case timelines and audit log, and check all evidence. 校验记录链和证据

        Exit code: 0 nothing was changed, 1 the first bad row or part is named.
        """
        from gateway.errors import ConfigError
        from gateway.evidence.check import BadPart, check_bundles
        from gateway.secret_files import kept_secret
        from gateway.store.chain import BadRow
        from gateway.store.store import Store

        if not (data / "gateway.sqlite3").exists():
            raise ConfigError([f"{data}: holds no gateway.sqlite3; name the data folder of a site"])
        store = Store.open(data)
        try:
            store.seal_with(kept_secret(data / "secrets", "seal.key"))
            bad: BadRow | BadPart | None = store.verify()
            if bad is None:
                with store.read() as connection:
                    bad = check_bundles(connection, store.blob_path)
        finally:
            store.close()
        if bad is not None:
            print(bad.sentence)
            raise typer.Exit(1)
        print(
            "每一条都没有被改动，证据与清单一致 / every row is as it was written, every piece of evidence as it was sealed"
        )
