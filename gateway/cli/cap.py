"""`gateway cap NUMBER`: a case as a CAP 1.2 message, from the data of a gateway, running or not. 0 printed · 2 wrong input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("cap")
    def cap(
        number: Annotated[
            str, typer.Argument(help="Number of the case, e.g. my-estate-20260304-001. 案件编号")
        ],
        where: Annotated[
            Path, typer.Option("--site", help="The site's folder, or its gateway.yaml. 小区目录")
        ] = Path(),
        test: Annotated[
            bool, typer.Option("--test", help="Status Test: to try out a connection. 测试")
        ] = False,
        to: Annotated[str, typer.Option(help="Scope Private, to this recipient. 只给这一家")] = "",
    ) -> None:
        """Print a case as a CAP 1.2 message; scope Restricted or Private, never Public. 输出 CAP 1.2 报文

        It holds no names and no rooms. Drills have the status Exercise.
        """
        from datetime import timedelta

        from gateway.cli.run import read_site
        from gateway.errors import ConfigError
        from gateway.interop.cap import Audience, Sender, cap_alert
        from gateway.interop.case_event import WORDS
        from gateway.store.case_feed import steps_of
        from gateway.store.history import open_history

        written = read_site(where)
        history = open_history(written.settings.data)
        try:
            extent = history.extent()
            with history.read() as connection:
                steps = steps_of(connection, number, WORDS)
        finally:
            history.close()
        if not steps:
            raise ConfigError(
                [f"{number}: no such case in {written.settings.data}; the pages show the numbers"]
            )
        offset = timedelta(microseconds=extent.offset_us if extent is not None else 0)
        sender = Sender(gateway=written.settings.mqtt.client_id, site=written.site.view, offset=offset)
        audience = Audience(scope="Private", addresses=(to,)) if to else Audience()
        message = cap_alert(steps[-1].incident, steps, sender=sender, audience=audience, test=test)
        sys.stdout.buffer.write(message + b"\n")
