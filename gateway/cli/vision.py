"""`gateway vision`: the camera worker; `gateway vision analyse CLIP`: the same pipeline over a file."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Annotated

import typer

from gateway.errors import ConfigError
from gateway.vision import require_vision

app = typer.Typer(no_args_is_help=False, invoke_without_command=True)


@app.callback()
def vision(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The worker's file: site, broker, cameras.")] = None,
) -> None:
    """Watch the cameras of a file and speak for each on MQTT. 运行视频分析."""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise ConfigError(
            ["gateway vision: give the cameras' file: --config vision.yaml, or a subcommand: analyse"]
        )
    require_vision()
    from gateway.vision.camera import load_vision
    from gateway.vision.worker import run_worker

    settings = load_vision(read_text(config), str(config))

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await run_worker(settings, stop)

    print(f"watching {len(settings.cameras)} cameras of {settings.site}; stop with Ctrl-C")
    asyncio.run(run())


@app.command()
def analyse(
    clip: Annotated[Path, typer.Argument(help="A video file.")],
    camera: Annotated[Path, typer.Option(help="The camera's file: zones, limits, analytics.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line instead of text.")] = False,
) -> None:
    """Run the pipeline over a clip at full speed and print one event a line. 分析视频文件."""
    require_vision()
    from gateway.vision.analyse import Tally
    from gateway.vision.analyse import analyse as run
    from gateway.vision.camera import load_camera
    from gateway.vision.source import SourceError

    settings = load_camera(read_text(camera), str(camera), url=str(clip))
    tally = Tally()
    found = 0
    try:
        for line in run(settings, tally):
            found += 1
            print(json.dumps(line, ensure_ascii=False) if jsonl else as_text(line), flush=True)
    except SourceError as error:
        raise ConfigError([f"gateway vision analyse: {error}"]) from error
    typer.echo(
        f"{found} events in {tally.seconds:.1f} s of the clip; {tally.frames} frames analysed, "
        f"{tally.suspended} of them suspended by a change of light",
        err=True,
    )


def read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            [f"{path}: there is no such file; docs/how-to/camera.md shows how to write one"]
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read as UTF-8 text: {error}"]) from error


def as_text(line: dict[str, object]) -> str:
    box = line["box"]
    where = "" if box is None else "  box " + ",".join(f"{part:.2f}" for part in box)  # type: ignore[attr-defined]  # a list when there is one
    named = " ".join(
        f"{name}={line[name]}" for name in ("zone", "track", "count", "score", "reason") if name in line
    )
    return f"{line['t']:8.2f} s  {line['kind']:<14} {named}{where}"
