"""`gateway places qr`: the printed codes of a site as SVG files and one page of A4 sheets; works while the gateway runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)
_UNSAFE = re.compile(r"[^\w-]+")


@app.callback()
def places() -> None:
    """Places of a site. 地点"""


@app.command("qr")
def qr(
    where: Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml.")] = Path(),
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path("place-codes"),
    base: Annotated[
        str | None, typer.Option("--base", help="How phones reach this box; else http.public_url.")
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Let all codes printed so far stop working first.")
    ] = False,
) -> None:
    """Write a code for every building, unit, zone, lift and locker, and sheets to print. 打印扫码上报的二维码

    Exit code: 0 written, 2 mistakes in the configuration, 3 no gateway has run here yet (`gateway run SITE` once first).
    """
    from gateway.config import load_settings
    from gateway.errors import ConfigError
    from gateway.resident.printing import printed
    from gateway.resident.sheet import ONLY_HERE, only_here
    from gateway.written import load_written

    file = where / "gateway.yaml" if where.is_dir() or not where.suffix else where
    written = load_written(load_settings(file), today=datetime.now(UTC).date())
    address = base or written.settings.http.public_url
    if address is None:
        raise ConfigError(
            [
                f"{file}: http.public_url: a printed code needs the address that phones reach; set it, or give --base"
            ]
        )
    if only_here(address):
        raise ConfigError([f"{address}: {ONLY_HERE['en']} / {ONLY_HERE['zh']}"])
    pages = printed(written, base=address.rstrip("/"), wall=datetime.now(UTC), renew=renew)
    out.mkdir(parents=True, exist_ok=True)
    for key, svg in pages.codes.items():
        (out / f"{_UNSAFE.sub('-', key)}.svg").write_text(svg, "utf-8")
    sheets = out / "sheets.html"
    sheets.write_text(pages.sheets, "utf-8")
    print(f"{len(pages.codes)} codes in {out}; open {sheets} in a browser and print it")
