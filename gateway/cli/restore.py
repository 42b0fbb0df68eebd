"""`gateway restore`: bring a site back from a backup into a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("restore")
    def restore(
        file: Annotated[Path, typer.Argument(help="A backup file. 备份文件")],
        to: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet. 新文件夹")],
        passphrase_file: Annotated[Path, typer.Option(help="The file that holds the passphrase. 口令文件")],
    ) -> None:
        """Bring a site back from a backup into a new folder, checked from end to end. 从备份恢复

        \b
        gateway restore /mnt/backup/my-site-20260306T193000Z.scgb restored --passphrase-file pass
        gateway run restored
        Nothing that exists is overwritten. Exit code: 0 restored, 3 nothing was (it says why).
        """
        from gateway.backup.opening import restore as restore_backup
        from gateway.backup.order import passphrase_of

        manifest = restore_backup(file, passphrase_of(passphrase_file), to)
        print(f"已恢复并校验 / restored and verified: {to} ({manifest.site}, {len(manifest.files)} files)")
        print(
            f"下一步 / next: stop the old gateway, then  gateway check {to}  and  gateway run {to} --data {to}/data"
        )
