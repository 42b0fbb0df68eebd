"""`gateway check channels`: the settings of every channel, looked at here; `--send` tries one of them for real."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.notify.channel import Channel, Surroundings
    from gateway.written import Written

NEEDS_THE_GATEWAY = frozenset({"lan", "mqtt"})  # they speak through what only a running gateway has


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("channels")
    def channels(
        where: Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml.")] = Path(),
        send: Annotated[
            str, typer.Option("--send", help="Send a test marked 【测试】 through this channel.")
        ] = "",
        to: Annotated[str, typer.Option("--to", help="To this person's contact, where it is no group.")] = "",
    ) -> None:
        """Check the settings of every channel, or send a test through one. 检查通知渠道

        Exit code: 0 sound (and sent), 1 the test did not get through, 2 mistakes.
        """
        from gateway.channels import read_channels
        from gateway.config import load_settings
        from gateway.errors import ConfigError
        from gateway.in_chinese import spoken
        from gateway.written import load_written

        written = load_written(load_settings(settings_file(where)), today=datetime.now(UTC).date())
        found, wrong = read_channels(written, around=_here(written))
        if wrong:
            raise ConfigError([spoken(problem) for problem in wrong])
        if not send:
            for name, channel in sorted(found.items()):
                print(_line(name, channel))
            return
        channel = _chosen(send, found)
        raise typer.Exit(asyncio.run(_send(written, send, channel, to)))


def problems(written: Written) -> list[str]:
    """Return everything that is wrong with the channels of a site."""
    from gateway.channels import read_channels
    from gateway.in_chinese import spoken

    return [spoken(problem) for problem in read_channels(written, around=_here(written))[1]]


def settings_file(where: Path) -> Path:
    """Return the settings file that a folder or a file name means."""
    return where / "gateway.yaml" if where.is_dir() or not where.suffix else where


def _here(written: Written) -> Surroundings:
    """Return surroundings in which nothing is sent: no pages are open and no broker is connected."""
    from gateway.errors import RetryLater
    from gateway.notify.channel import Surroundings

    async def publish(_topic: str, _payload: bytes) -> None:
        raise RetryLater("only a running gateway is connected to the broker")

    return Surroundings(site=written.site.view.id, publish=publish)


def _chosen(name: str, found: dict[str, Channel]) -> Channel:
    from devices.problem import nearest
    from gateway.errors import ConfigError

    channel = found.get(name)
    if channel is None:
        raise ConfigError(
            [f"--send: no channel '{name}', expected one of {', '.join(sorted(found))}{nearest(name, found)}"]
        )
    if channel.kind in NEEDS_THE_GATEWAY:
        raise ConfigError([f"--send: {name} needs the running gateway; use its test button there"])
    return channel


def _line(name: str, channel: Channel) -> str:
    limits = channel.limits
    counts = (("min", limits.per_minute), ("h", limits.per_hour), ("day", limits.per_day))
    allowed = ", ".join(f"{count}/{length}" for length, count in counts if count is not None)
    where = {"box": "on this box", "site": "on the site's network", "outside": "needs the internet"}
    group = ", for a group" if channel.for_groups else ""
    return f"{name}: {channel.kind}, {where[channel.reach]}{group}{f', at most {allowed}' if allowed else ''}"


async def _send(written: Written, name: str, channel: Channel, to: str) -> int:
    from devices.problem import nearest
    from gateway.channel_tries import tried
    from gateway.errors import ConfigError
    from gateway.notify.channel import Destination

    view = written.site.view
    person = view.people.get(to)
    if to and person is None:
        raise ConfigError([f"--to: nobody is called '{to}' in the site file{nearest(to, view.people)}"])
    contacts = person.contacts if person is not None else {}
    destination = Destination(
        recipient="group" if channel.for_groups else to or "site",
        address=contacts.get(name, contacts.get(channel.kind, "")),
    )
    became = await tried(channel, name, now=datetime.now(UTC), to=destination, demo=view.demo)
    print(f"{name}: {became.state}: {became.detail}{f' ({became.reference})' if became.reference else ''}")
    close = getattr(channel, "close", None)
    if close is not None:
        await close()
    return 0 if became.state in {"sent", "delivered"} else 1
