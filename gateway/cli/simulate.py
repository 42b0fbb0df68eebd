"""`gateway simulate`: a simulated community against any broker, with the oracle of what must come of it."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from gateway.errors import ConfigError

app = typer.Typer(no_args_is_help=False, invoke_without_command=True)


@app.callback()
def simulate(
    context: typer.Context,
    broker: Annotated[
        str, typer.Option(help="Where the devices speak to: HOST:PORT. Nothing else is contacted.")
    ] = "127.0.0.1:1883",
    size: Annotated[str, typer.Option(help="small (65 devices) or estate (1,100).")] = "small",
    speed: Annotated[float, typer.Option(min=1, max=1000, help="Ordinary life so many times busier.")] = 1,
    pause: Annotated[float, typer.Option(min=5, help="Seconds between troubles, on average.")] = 150,
    days: Annotated[
        float, typer.Option(min=0.00001, help="How long, in days; Ctrl-C ends it earlier.")
    ] = 365,
    seed: Annotated[str, typer.Option(help="The same seed, the same community and the same course.")] = "1",
    out: Annotated[
        Path | None, typer.Option(help="Write at the end which alerts had to come (JSON lines).")
    ] = None,
) -> None:
    """Let a simulated community speak to a broker (模拟小区设备)."""
    if context.invoked_subcommand is not None:
        return
    from gateway.simulate.estate import draw_up
    from gateway.simulate.live import Stage
    from gateway.simulate.live import simulate as run
    from gateway.simulate.oracle import write_oracle

    host, port = address(broker)
    estate = draw_up(known_size(size))
    stage = Stage()

    async def show() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        print(f"{len(estate.things)} devices of '{estate.site}' speak to {host}:{port}; stop with Ctrl-C")
        await run(
            estate, host=host, port=port, stop=stop, stage=stage, seed=seed, speed=speed, pause=pause,
            lasts=timedelta(days=days),
        )  # fmt: skip

    asyncio.run(show())
    print(f"{stage.sent} messages sent")
    if out is not None:
        print(f"{out}: {write_oracle(out, stage.due())} alerts had to come")


@app.command()
def site(size: Annotated[str, typer.Option(help="small or estate.")] = "small") -> None:
    """Print the site file of the simulated community (模拟小区的 site.yaml)."""
    from gateway.simulate.estate import draw_up, site_text

    print(site_text(draw_up(known_size(size))), end="")


@app.command()
def judge(
    oracle: Annotated[Path, typer.Argument(help="What `gateway simulate --out` wrote.")],
    alerts: Annotated[Path, typer.Argument(help="The gateway's alerts: GET /api/alerts, saved as JSON.")],
    slack: Annotated[float, typer.Option(min=0, help="Seconds by which times may differ.")] = 5,
) -> None:
    """Compare the gateway's alerts with what had to come; exit 1 when one is lost, doubled or too many (核对告警)."""
    import msgspec

    from gateway.simulate.oracle import compare, read_oracle, seen_of

    try:
        owed = read_oracle(oracle)
        body = msgspec.json.decode(alerts.read_bytes())
        found = body["items"] if isinstance(body, dict) else body
        seen = [alert for entry in found if (alert := seen_of(entry)) is not None]
    except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError([f"gateway simulate judge: cannot read what to compare: {error}"]) from error
    verdict = compare(owed, seen, slack=timedelta(seconds=slack))
    print("\n".join(verdict.lines()))
    if verdict.lost or verdict.low or verdict.doubled or verdict.extra:
        raise typer.Exit(1)


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError([f"--broker: '{text}' is not HOST:PORT; write it like 127.0.0.1:1883"])
    return host, int(port)


def known_size(text: str) -> str:
    from gateway.simulate.estate import SIZES

    if text not in SIZES:
        raise ConfigError([f"--size: '{text}' is not known; choose one of: {', '.join(SIZES)}"])
    return text
