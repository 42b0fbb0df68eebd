"""The package of one version: wheels and a manifest of their hashes, signed by its publisher (Ed25519).

A plain tar: `manifest.json`, `manifest.sig` (64 bytes over the manifest as it stands), then `wheels/*.whl`. The
signature is proven before anything else is read, and each wheel against the manifest before it gets its name.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from gateway.errors import PackageRefused, UpgradeError

SUFFIX = ".scgu"
PACKAGE = "smart_community_gateway"
VERSION = re.compile(r"\d+(\.\d+){1,3}([a-z0-9.+-]{0,20})")
_WHEEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+!-]{0,180}\.whl")
_MANIFEST, _SIGNATURE, _WHEELS = "manifest.json", "manifest.sig", "wheels/"
_MOST_MANIFEST = 1 << 20  # bytes
_PIECE = 1 << 20  # bytes


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """One wheel of a package."""

    name: str
    size: int  # bytes
    sha256: str  # hex


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a package holds, as its publisher signed it."""

    version: str
    made_at: datetime
    wheels: tuple[Wheel, ...]


def public_key(file: Path) -> Ed25519PublicKey:
    """Return the publisher's public key from a PEM file.

    Raises:
        UpgradeError: it cannot be read, or is no Ed25519 key.
    """
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise UpgradeError(f"{file}: is no public key in PEM that can be read: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UpgradeError(f"{file}: is a key of another kind; an Ed25519 public key is expected")
    return key


def private_key(file: Path) -> Ed25519PrivateKey:
    """Return the publisher's own key from a PEM file.

    Raises:
        UpgradeError: it cannot be read, or is no Ed25519 key.
    """
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise UpgradeError(f"{file}: is no private key in PEM that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UpgradeError(f"{file}: is a key of another kind; an Ed25519 private key is expected")
    return key


def pack(wheels: Sequence[Path], target: Path, *, key: Ed25519PrivateKey, now: datetime) -> Manifest:
    """Write the package of the version that the gateway's own wheel among `wheels` has.

    Raises:
        UpgradeError: the gateway's wheel is not there exactly once.
    """
    own = [each for each in wheels if each.name.startswith(f"{PACKAGE}-")]
    if len(own) != 1:
        raise UpgradeError(f"{len(own)} wheels of {PACKAGE} were given, exactly one is expected")
    listed = tuple(
        Wheel(name=each.name, size=each.stat().st_size, sha256=_hash_of(each)) for each in sorted(wheels)
    )
    manifest = Manifest(version=own[0].name.split("-")[1], made_at=now, wheels=listed)
    body = msgspec.json.encode(manifest)
    with tarfile.open(target, "w") as archive:
        for name, content in ((_MANIFEST, body), (_SIGNATURE, key.sign(body))):
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
        for each in sorted(wheels):
            archive.add(each, arcname=_WHEELS + each.name, recursive=False)
    return manifest


def verify(file: Path, key: Ed25519PublicKey) -> Manifest:
    """Read a package from end to end and return its manifest.

    Raises:
        PackageRefused: it is not signed by this publisher, or a wheel is not what was signed.
        UpgradeError: it cannot be read.
    """
    with _opened(file, key) as (manifest, wheels):
        for wheel, source in wheels:
            _proven(wheel, source, lambda _: None)
        return manifest


def unpack(file: Path, key: Ed25519PublicKey, folder: Path) -> Manifest:
    """Verify a package and write its wheels into a fresh folder; a package that does not hold leaves none.

    Raises:
        UpgradeError: as `verify`, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True)
        with _opened(file, key) as (manifest, wheels):
            for wheel, source in wheels:
                _written(wheel, source, folder / wheel.name)
            return manifest
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UpgradeError(f"{folder}: cannot be written: {error.strerror or error}") from error
    except UpgradeError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _opened(
    file: Path, key: Ed25519PublicKey
) -> Iterator[tuple[Manifest, Iterator[tuple[Wheel, IO[bytes]]]]]:
    """Give manifest and wheels of a package whose signature holds; all wheels are there when they are through."""
    try:
        with tarfile.open(file, "r|") as archive:
            manifest = _signed(archive, file, key)
            yield manifest, _wheels(archive, file, manifest)
            _nothing_behind(archive, file)
    except (tarfile.TarError, EOFError) as error:
        said = f"{file.name}: is no package of the gateway, or was cut off: {error}"
        raise PackageRefused("upgrade_foreign", said) from error
    except OSError as error:
        raise UpgradeError(f"{file.name}: cannot be read: {error.strerror or error}") from error


def _signed(archive: tarfile.TarFile, file: Path, key: Ed25519PublicKey) -> Manifest:
    body = _small(archive, file, _MANIFEST)
    signature = _small(archive, file, _SIGNATURE)
    try:
        key.verify(signature, body)
    except InvalidSignature as error:
        raise PackageRefused(
            "upgrade_unsigned",
            f"{file.name}: is not signed by the publisher whose key this box has; do not install it"
            " / 签名与本机信任的发布者不符，不要安装",
        ) from error
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.DecodeError as error:
        said = f"{file.name}: the manifest cannot be read: {error}"
        raise PackageRefused("upgrade_foreign", said) from error
    if not VERSION.fullmatch(manifest.version):
        said = f"{file.name}: {manifest.version!r} is not a version"
        raise PackageRefused("upgrade_foreign", said)
    return manifest


def _wheels(archive: tarfile.TarFile, file: Path, manifest: Manifest) -> Iterator[tuple[Wheel, IO[bytes]]]:
    missing = {each.name: each for each in manifest.wheels}
    while (member := archive.next()) is not None:  # iterating would begin again at the manifest
        wheel = missing.pop(member.name.removeprefix(_WHEELS), None)
        source = archive.extractfile(member) if member.isreg() else None
        if wheel is None or source is None or not _WHEEL.fullmatch(wheel.name):
            raise _damaged(f"{file.name}: holds {member.name!r}, which was not signed")
        yield wheel, source
    if missing:
        raise _damaged(f"{file.name}: lacks {min(missing)}; bring the whole file again")


def _nothing_behind(archive: tarfile.TarFile, file: Path) -> None:
    """See that only the zeros of its end follow: whatever else is in a file was signed by nobody."""
    rest = archive.fileobj
    assert rest is not None  # it is open
    while piece := rest.read(_PIECE):
        if piece.strip(b"\0"):
            raise _damaged(f"{file.name}: holds something behind its end, which was not signed")


def _written(wheel: Wheel, source: IO[bytes], path: Path) -> None:
    try:
        with path.open("xb") as target:
            _proven(wheel, source, target.write)
    except OSError as error:  # told here: further out it would be the package that cannot be read
        raise UpgradeError(f"{path}: cannot be written: {error.strerror or error}") from error


def _proven(wheel: Wheel, source: IO[bytes], write: Callable[[bytes], object]) -> None:
    found, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        found.update(piece)
        size += len(piece)
        if size > wheel.size:
            break  # nothing beyond what was signed fills the disk
        write(piece)
    if (size, found.hexdigest()) != (wheel.size, wheel.sha256):
        raise _damaged(
            f"{wheel.name}: is not the file that was signed; bring the package again / 与签名清单不符"
        )


def _damaged(said: str) -> PackageRefused:
    return PackageRefused("upgrade_damaged", said)


def _small(archive: tarfile.TarFile, file: Path, name: str) -> bytes:
    member = archive.next()
    source = archive.extractfile(member) if member is not None and member.name == name else None
    if member is None or source is None or member.size > _MOST_MANIFEST:
        raise PackageRefused(
            "upgrade_foreign",
            f"{file.name}: is no package of the gateway: {name} is not where it belongs / 不是升级包",
        )
    return source.read()


def _hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
