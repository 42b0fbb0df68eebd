"""Switching to another version and back: the gateway stands, the databases are copied first, one link is turned.

A newer version brings the databases up to its own form, which an older one does not open. So the way back puts the
copies of before in place again, but only when the form has changed; what the newer version wrote stays beside.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from gateway.backup.making import DATABASES
from gateway.errors import UpgradeError
from gateway.store.copying import copy_database, form_of, put_back
from gateway.store.folder import Folder, write_whole
from gateway.upgrade.versions import CURRENT, MARK, PREVIOUS, Versions

RECORD = "upgrade/switched.json"  # in the data folder


class Switched(msgspec.Struct, frozen=True, kw_only=True):
    """The newest switch, for the way back."""

    version: str
    at: datetime
    copies: str  # the folder of the copies, below the data folder
    before: str = ""  # the environment of the version before; empty: the link says it


def newest_switch(data: Path) -> Switched | None:
    """Return the newest switch, None when there is none to go back from."""
    try:
        return msgspec.json.decode((data / RECORD).read_bytes(), type=Switched)
    except (OSError, msgspec.DecodeError):
        return None


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """What the way back came to."""

    prefix: Path
    restored: bool  # the databases are those of before the switch
    aside: Path | None  # where those of the newer version lie now


def switch(versions: Versions, version: str, data: Path, *, running: Path, now: datetime) -> Switched:
    """Turn to an installed version; `running` is the environment that ran so far, if no link says so.

    The copies are whole before the link is turned: a kill at any moment leaves the old version in force, or the new one.

    Raises:
        UpgradeError: the version is not installed, or runs already.
        StoreError: the gateway still runs on this data folder, or the databases cannot be copied.
    """
    prefix = versions.prefix(version)
    if not (prefix / MARK).exists():
        have = ", ".join(each.version for each in versions.all()) or "none"
        raise UpgradeError(f"{version}: is not installed; there are: {have} / 没有装这个版本")
    before = versions.linked(CURRENT) or running
    if before == prefix.resolve():
        raise UpgradeError(f"{version}: is in use already / 已经在用这个版本")
    with _held(data):
        name = f"upgrade/before-{version}"
        target, partial = data / name, data / f"upgrade/.before-{version}.partial"
        for left in (partial, target):
            shutil.rmtree(left, ignore_errors=True)
        partial.mkdir(parents=True, mode=0o700)
        for each in _databases(data):
            copy_database(each, partial / each.name)
        partial.rename(target)
        switched = Switched(version=version, at=now, copies=name, before=str(before))
        write_whole(data / RECORD, msgspec.json.encode(switched))
        versions.turn_to(prefix, before=before)
    return switched


def back(versions: Versions, data: Path) -> Back:
    """Turn back to the version before, with the databases of before when the newer one has changed their form.

    Raises:
        UpgradeError: there is no version before, or no copy of its databases.
        StoreError: the gateway still runs on this data folder, or a database cannot be put back.
    """
    record, current = data / RECORD, versions.linked(CURRENT)
    if not record.exists() or current is None:
        raise UpgradeError("there is no switch to go back from / 没有可以退回的版本")
    switched = msgspec.json.decode(record.read_bytes(), type=Switched)
    if current != versions.prefix(switched.version).resolve():
        raise UpgradeError(
            f"the switch to {switched.version} was not finished, or was taken back; in use: {current.name}"
            f" / 没有切换到 {switched.version}，在用的是 {current.name}"
        )
    before = Path(switched.before) if switched.before else versions.linked(PREVIOUS)
    if before is None or not (before / "bin").is_dir():
        raise UpgradeError("the version before is not there any more / 上一个版本已经不在了")
    copies, aside = (
        data / switched.copies,
        data / f"upgrade/after-{switched.version}-{switched.at:%Y%m%dT%H%M%SZ}",
    )
    with _held(data):
        changed = any(form_of(data / each.name) != form_of(each) for each in _databases(copies))
        restored = changed or aside.is_dir()  # it is there when an earlier attempt was killed in the middle
        if restored:
            aside.mkdir(parents=True, mode=0o700, exist_ok=True)
            for each in _databases(copies):
                _keep(data / each.name, aside, like=each)
            for each in _databases(copies):
                put_back(each, data / each.name)
        versions.turn_to(before, before=current)
        record.unlink()
    return Back(prefix=before, restored=restored, aside=aside if restored else None)


def _keep(database: Path, aside: Path, *, like: Path) -> None:
    """Copy what the newer version wrote, unless it lies there already and the one before stands in its place again."""
    target, number = aside / database.name, 1
    if target.exists() and form_of(database) == form_of(like):
        return
    while target.exists():
        number += 1
        target = aside / f"{database.name}.{number}"
    partial = aside / f".{database.name}.partial"
    partial.unlink(missing_ok=True)
    copy_database(database, partial)
    partial.rename(target)


def _databases(folder: Path) -> list[Path]:
    return [folder / name for name in DATABASES if (folder / name).exists()]


@contextmanager
def _held(data: Path) -> Iterator[None]:
    """Hold the data folder, as a gateway would: none runs meanwhile."""
    if not data.is_dir():
        raise UpgradeError(
            f"{data}: there is no such data folder; name the site's folder / 没有这个数据文件夹"
        )
    folder = Folder(data, reserve_bytes=0)
    try:
        yield
    finally:
        folder.close()
        _hand_over(data)


def _hand_over(data: Path) -> None:
    """Give what root has written to whom the folder belongs: the gateway could not open it otherwise."""
    if os.geteuid() != 0:
        return
    owner, below = data.stat(), data / Path(RECORD).parent
    for each in (below, *below.rglob("*"), *data.glob("*.sqlite3*"), data / "gateway.lock"):
        if each.is_symlink() or each.exists():
            os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)
