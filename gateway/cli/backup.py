"""`gateway backup`: make, list and check the backups of a site, also while its gateway runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Where = Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml. 小区目录")]
Passphrase = Annotated[
    Path, typer.Option("--passphrase-file", help="The file that holds the passphrase. 口令文件")
]


@app.command()
def make(where: Where = Path()) -> None:
    """Make one encrypted backup now, where gateway.yaml says (backup:). 立即备份

    \b
    gateway backup make my-site
    Exit code: 0 made, 2 mistakes in the configuration, 3 not made (folder, room, passphrase).
    """
    from datetime import UTC, datetime

    from gateway.backup.making import make as make_backup
    from gateway.backup.order import order_of
    from gateway.cli.run import read_site

    written = read_site(where)
    made = make_backup(
        order_of(written.settings, written.site.view.id, by="command line"), now=datetime.now(UTC)
    )
    print(f"{made.name}  {made.size_bytes >> 10} KiB, {made.files} files, {made.seconds} s")
    print(f"sha256 {made.sha256}")


@app.command("list")
def list_backups(where: Where = Path()) -> None:
    """Print the backups that there are, the newest first. 列出备份"""
    from gateway.backup.order import order_of
    from gateway.backup.shelf import Shelf
    from gateway.cli.run import read_site

    written = read_site(where)
    site = written.site.view.id
    for made in Shelf(order_of(written.settings, site).folder, site).all():
        checked = (
            f"verified 已校验 {made.verified_at:%Y-%m-%d}" if made.verified_at else "not verified 未校验"
        )
        print(f"{made.name}  {made.size_bytes >> 10} KiB  {checked}")


@app.command()
def verify(file: Annotated[Path, typer.Argument(help="A backup file.")], passphrase_file: Passphrase) -> None:
    """Read a backup from its first byte to its last and compare every file in it with its manifest. 校验备份

    Exit code: 0 whole and true, 3 what does not fit is named.
    """
    from gateway.backup.opening import verify as verify_backup
    from gateway.backup.order import passphrase_of

    manifest = verify_backup(file, passphrase_of(passphrase_file))
    print(f"完好 / whole: {manifest.site}, {manifest.made_at:%Y-%m-%d %H:%M}Z, {len(manifest.files)} files")
