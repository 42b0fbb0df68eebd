"""`gateway simulate`: a simulated community against any broker, with the oracle of what must come of it."""

from __future__ import annotations

import asyncio
import signal
import socket
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from gateway.simulate.estate import Estate
    from gateway.simulate.live import Show, Stage
    from gateway.simulate.oracle import Oracle, Seen
    from gateway.simulate.switchboard import Address

app = typer.Typer(no_args_is_help=False, invoke_without_command=True)
_ANSWER_S = 5.0  # for the broker to answer at the start
_Size = Annotated[
    str,
    typer.Option(help="small (71 devices, one connection), block (79, 40) or estate (1,110, 396)."),
]


@app.callback()
def simulate(
    context: typer.Context,
    broker: Annotated[
        str, typer.Option(help="Where the devices speak to: HOST:PORT. Nothing else is contacted.")
    ] = "127.0.0.1:1883",
    size: _Size = "small",
    speed: Annotated[float, typer.Option(min=1, max=1000, help="Ordinary life so many times busier.")] = 1,
    rate: Annotated[
        float | None,
        typer.Option(min=1, help="Instead of --speed: so many messages a second, at every hour."),
    ] = None,
    pause: Annotated[float, typer.Option(min=5, help="Seconds between troubles, on average.")] = 150,
    days: Annotated[
        float, typer.Option(min=0.00001, help="How long, in days; Ctrl-C ends it earlier.")
    ] = 365,
    seed: Annotated[str, typer.Option(help="The same seed, the same community and the same course.")] = "1",
    out: Annotated[
        Path | None, typer.Option(help="Write at the end which alerts had to come (JSON lines).")
    ] = None,
    measure: Annotated[
        bool, typer.Option(help="Take the time until the gateway confirms (sc1/…/k/).")
    ] = False,
    user: Annotated[str | None, typer.Option(help="One account for all devices.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="Its password: one line.")] = None,
    accounts: Annotated[
        Path | None,
        typer.Option(help="One account for each connection: what `gateway simulate accounts` wrote."),
    ] = None,
) -> None:
    """Let a simulated community speak to a broker (模拟小区设备)."""
    if context.invoked_subcommand is not None:
        return
    from gateway.simulate.estate import draw_up
    from gateway.simulate.live import Show, Stage
    from gateway.simulate.oracle import write_oracle
    from gateway.simulate.timeline import usual_per_second

    where = address(broker, user, password_file, accounts)
    estate = draw_up(known_size(size))
    check_broker(where)
    busy = speed if rate is None else rate / usual_per_second(estate)
    show = Show(
        seed=seed, speed=busy, even=rate is not None, pause=pause, lasts=timedelta(days=days), measure=measure
    )
    stage = Stage()
    asyncio.run(_perform(estate, where, show, stage))
    print(f"{stage.sent} messages sent" + _took(stage))
    if out is not None:
        count = write_oracle(out, stage.owed(), stage.run())
        print(f"{out}: {count} alerts, of which those count that were settled when the run ended")


async def _perform(estate: Estate, where: Address, show: Show, stage: Stage) -> None:
    from gateway.simulate.live import simulate as run

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    links = len(estate.links())
    print(
        f"{len(estate.things)} devices of '{estate.site}' speak to {where.host}:{where.port} over {links} "
        f"connection{'s' if links > 1 else ''}; stop with Ctrl-C",
        flush=True,
    )
    await run(estate, where, stop=stop, show=show, stage=stage)


def _took(stage: Stage) -> str:
    figures = stage.latency()
    told = f"; at most {stage.behind_s:.2f} s behind their time" if stage.behind_s >= 0.05 else ""
    if figures:
        told += (
            f"; said to confirmed: p50 {figures['p50_ms']} ms, p99 {figures['p99_ms']} ms, "
            f"at most {figures['max_ms']} ms of {figures['confirmed']:.0f}"
        )
    return told


@app.command()
def site(size: _Size = "small") -> None:
    """Print the site file of the simulated community (模拟小区的 site.yaml)."""
    from gateway.simulate.estate import draw_up, site_text

    print(site_text(draw_up(known_size(size))), end="")


@app.command()
def accounts(
    folder: Annotated[
        Path, typer.Argument(help="Where to write mosquitto.conf, its passwords and access list.")
    ],
    size: _Size = "estate",
    port: Annotated[int, typer.Option(help="Port of the broker.")] = 1883,
) -> None:
    """Write a Mosquitto configuration with an account for each connection (带账号的 Mosquitto 配置)."""
    from gateway.simulate.accounts import write_broker
    from gateway.simulate.estate import draw_up

    count = write_broker(folder, draw_up(known_size(size)), port)
    print(f"{folder}: {count} accounts; mosquitto -c {folder / 'mosquitto.conf'}")


@app.command()
def compare(
    oracle: Annotated[Path, typer.Argument(help="What `gateway simulate --out` wrote.")],
    alerts: Annotated[
        str,
        typer.Argument(
            help="A data folder, the gateway's address (http://…), or GET /api/alerts saved as JSON."
        ),
    ],
    slack: Annotated[float, typer.Option(min=0, help="Seconds by which times may differ.")] = 5,
    token_file: Annotated[
        Path | None, typer.Option(help="For an address: a file with a token that may read alerts.")
    ] = None,
) -> None:
    """Compare the gateway's alerts with what had to come; exit 1 unless exactly that came (核对告警)."""
    from gateway.simulate.oracle import judge

    try:
        expected, found = _read(oracle, alerts, token_file)
    except _unreadable() as error:
        raise ConfigError([f"gateway simulate compare: cannot read what to compare: {error}"]) from error
    verdict = judge(expected, found, slack=timedelta(seconds=slack))
    print("\n".join(verdict.lines()))
    if not verdict.exact:
        raise typer.Exit(1)


def _read(oracle: Path, alerts: str, token_file: Path | None) -> tuple[Oracle, list[Seen]]:
    from gateway.simulate.oracle import read_oracle
    from gateway.simulate.raised import from_address, from_file, from_folder

    expected = read_oracle(oracle)
    if alerts.startswith(("http://", "https://")):
        if token_file is None:
            raise ConfigError(
                [f"--token-file: {alerts} tells its alerts only to who may read them; name a token's file"]
            )
        return expected, from_address(alerts, token_file.read_text("utf-8").strip(), expected.run)
    where = Path(alerts)
    if where.is_dir():
        folder = where if (where / "gateway.sqlite3").exists() else where / "data"
        return expected, from_folder(folder, expected.run)
    return expected, from_file(where)


def _unreadable() -> tuple[type[Exception], ...]:
    import httpx
    import msgspec

    return (OSError, msgspec.MsgspecError, httpx.HTTPError, StoreError, KeyError, TypeError, ValueError)


def address(text: str, user: str | None, password_file: Path | None, accounts: Path | None) -> Address:
    """Return the broker and how to come in; ConfigError naming what is wrong."""
    import msgspec

    from gateway.simulate.switchboard import Address

    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError([f"--broker: '{text}' is not HOST:PORT; write it like 127.0.0.1:1883"])
    try:
        password = password_file.read_text("utf-8").strip() if password_file is not None else None
        each = msgspec.json.decode(accounts.read_bytes(), type=dict[str, str]) if accounts is not None else {}
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError([f"--password-file, --accounts: cannot be read: {error}"]) from error
    return Address(host=host, port=int(port), user=user, password=password, accounts=each)


def check_broker(where: Address) -> None:
    """Raise ConfigError where nobody listens: devices would wait for a broker for ever."""
    try:
        socket.create_connection((where.host, where.port), _ANSWER_S).close()
    except OSError as error:
        nobody = f"--broker {where.host}:{where.port}: nobody answers there ({error.strerror or error})"
        mend = "; start a broker first, or a gateway with its own / 没有服务器在听，请先启动 MQTT 服务器或自带服务器的网关"
        raise ConfigError([nobody + mend]) from None


def known_size(text: str) -> str:
    """Return a size that exists; ConfigError otherwise."""
    from gateway.simulate.estate import SIZES

    if text not in SIZES:
        raise ConfigError([f"--size: '{text}' is not known; choose one of: {', '.join(SIZES)}"])
    return text
