"""`gateway demo`: a living simulated community in the browser, nothing else needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("demo")
    def demo(
        port: Annotated[int, typer.Option(help="Port of the pages.")] = 8080,
        host: Annotated[str, typer.Option(help="0.0.0.0 lets phones on this network in.")] = "127.0.0.1",
        data: Annotated[Path, typer.Option(help="Folder of the demo; a second start finds it again.")] = Path(
            "demo-data"
        ),
        broker_port: Annotated[
            int, typer.Option(help="Port of the embedded MQTT broker; 0: the first free one from 1883.")
        ] = 0,
        days: Annotated[float, typer.Option(help="Days of history at the first start.")] = 7.0,
        seed: Annotated[str, typer.Option(help="The same seed gives the same community.")] = "1",
        people: Annotated[bool, typer.Option(help="Simulated people handle part of the cases.")] = True,
    ) -> None:
        """Open a living simulated community. 打开模拟小区

        \b
        Broker, gateway, simulated devices and people; the last seven days went through the real pipeline.
        Everything is marked 演示 and nothing can leave this machine. Ctrl-C stops it; the next start goes on.
        """
        from gateway.simulate.demo import Demo, run_demo

        run_demo(
            Demo(
                host=host,
                port=port,
                data=data.resolve(),
                broker_port=broker_port,
                days=days,
                seed=seed,
                people=people,
            )
        )
