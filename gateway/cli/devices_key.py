"""`gateway devices key`: the key with which a device of our own namespace proves commands; derived, so shown again the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Where = Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml. 小区目录")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("key")
    def key(
        where: Where,
        device: Annotated[str, typer.Argument(help="A device named under commands.devices. 设备编号")],
    ) -> None:
        """Print the key for the commands of a device, 64 hexadecimal digits. 打印设备指令密钥"""
        from gateway.command.opening import command_problems, targets_of
        from gateway.config import load_settings
        from gateway.errors import ConfigError
        from gateway.estate.offline import settings_file, site_now

        settings, view = load_settings(settings_file(where)), site_now(where)
        if problems := command_problems(settings, site=view):
            raise ConfigError(problems)
        target = targets_of(settings, view).get(device)
        if target is None or target.adapter != "own":
            known = sorted(n for n, each in settings.commands.devices.items() if each.adapter == "own")
            raise ConfigError(
                [
                    f"{device}: is not commanded in our own namespace; commands.devices names {', '.join(known) or 'none'}"
                ]
            )
        print(target.key.hex())
