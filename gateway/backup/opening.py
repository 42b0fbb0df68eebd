"""Opening a backup: to prove that it can be read, or to bring a site back into a new folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

import msgspec
import zstandard

from gateway.backup.making import DATABASES, MANIFEST
from gateway.backup.order import Entry, Manifest
from gateway.backup.sealed_file import SealedReader
from gateway.errors import BackupError, ConfigError, StoreError
from gateway.evidence.check import check_bundles
from gateway.secret_files import kept_secret
from gateway.store.copying import damage_of
from gateway.store.store import Store

_PIECE = 1 << 20
_LARGEST_MANIFEST = 256 << 20
Put = Callable[[tarfile.TarInfo, BinaryIO], Entry]


def verify(file: Path, passphrase: str) -> Manifest:
    """Read a backup from its first byte to its last and compare every file in it with its manifest; writes nothing.

    Raises:
        BackupError: naming what does not fit.
    """
    return _read(file, passphrase, _hashed)


def restore(file: Path, passphrase: str, to: Path) -> Manifest:
    """Bring a site back into a folder that is empty or not there yet: settings and site in it, its data in `data/`.

    Everything is unpacked beside, checked (hashes, databases, hash chains, evidence), and gets its name last: a kill
    at any moment leaves no folder that looks like a site.

    Raises:
        BackupError: the folder holds something, or the backup is not whole and true.
    """
    to = to.absolute()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BackupError(f"{to}: is not empty; a site is restored into a new folder, nothing is overwritten")
    stage = to.with_name(f".{to.name}.restoring")
    shutil.rmtree(stage, ignore_errors=True)  # of a restore that was killed
    stage.mkdir(parents=True, mode=0o700)
    try:
        manifest = _read(file, passphrase, lambda about, content: _unpacked(stage, about, content))
        _check(stage / "data", file)
        if to.exists():
            to.rmdir()
        stage.rename(to)
    except OSError as error:
        raise BackupError(f"{to}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return manifest


def _read(file: Path, passphrase: str, put: Put) -> Manifest:
    """Read everything, give each file to `put`, and compare what it was with the manifest."""
    try:
        with file.open("rb") as raw:
            sealed = SealedReader(raw, passphrase, name=file.name)
            with zstandard.ZstdDecompressor().stream_reader(
                cast("BinaryIO", sealed), closefd=False
            ) as content:
                found, manifest = _walk(file, content, put)
            if sealed.read(1):
                raise BackupError(f"{file.name}: holds more than its content; it is not as it was written")
    except (OSError, tarfile.TarError, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise BackupError(f"{file}: cannot be read: {error}") from error
    wanted = {each.path: each for each in manifest.files}
    wrong = sorted(path for path in {*found, *wanted} if found.get(path) != wanted.get(path))
    if wrong:
        raise BackupError(f"{file.name}: {wrong[0]} is not as the manifest says (and {len(wrong) - 1} more)")
    return manifest


def _walk(file: Path, content: BinaryIO, put: Put) -> tuple[dict[str, Entry], Manifest]:
    found: dict[str, Entry] = {}
    manifest: Manifest | None = None
    with tarfile.open(fileobj=content, mode="r|") as archive:
        for about in archive:
            inner = archive.extractfile(about) if about.isreg() else None
            if inner is None or not _inside(about.name):
                raise BackupError(f"{file.name}: {about.name!r} has no place in a backup")
            if about.name == MANIFEST:
                manifest = msgspec.json.decode(inner.read(_LARGEST_MANIFEST), type=Manifest)
            else:
                found[about.name] = put(about, cast("BinaryIO", inner))
    if manifest is None:
        raise BackupError(f"{file.name}: its manifest is missing; it is not whole")
    return found, manifest


def _inside(name: str) -> bool:
    """Tell whether a name lies where a backup puts things: nothing may climb out of the folder."""
    path = PurePosixPath(name)
    if name == MANIFEST:
        return True
    return not path.is_absolute() and ".." not in path.parts and path.parts[0] in ("data", "site")


def _hashed(about: tarfile.TarInfo, content: BinaryIO) -> Entry:
    digest = hashlib.sha256()
    while piece := content.read(_PIECE):
        digest.update(piece)
    return Entry(path=about.name, size=about.size, sha256=digest.hexdigest())


def _unpacked(stage: Path, about: tarfile.TarInfo, content: BinaryIO) -> Entry:
    name = about.name.removeprefix("site/")  # the site's own files stand in the folder itself, data/ below it
    path = stage / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, about.mode & 0o700), "wb") as file:
        while piece := content.read(_PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, (about.mtime, about.mtime))
    return Entry(path=about.name, size=about.size, sha256=digest.hexdigest())


def _check(data: Path, file: Path) -> None:
    """Prove what came out: sound databases, unbroken chains, evidence as it was sealed."""
    for name in DATABASES:
        if (data / name).exists() and (damage := damage_of(data / name)):
            raise BackupError(f"{file.name}: {name} is damaged: {damage}")
    try:
        store = Store.open(data, reserve_bytes=0)  # brings an older schema up to this version
        try:
            store.seal_with(kept_secret(data / "secrets", "seal.key"))
            bad = store.verify()
            if bad is None:
                with store.read() as connection:
                    evidence = check_bundles(connection, store.blob_path)
        finally:
            store.close()
    except (StoreError, ConfigError) as error:
        raise BackupError(f"{file.name}: {error}") from error
    if bad is not None:
        raise BackupError(f"{file.name}: {bad.sentence}")
    if evidence is not None:
        raise BackupError(f"{file.name}: {evidence.sentence}")
