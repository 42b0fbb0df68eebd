"""Packages: signed and whole, or refused with what does not hold."""

from __future__ import annotations

import errno
import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.errors import UpgradeError
from gateway.upgrade import bundle
from gateway.upgrade.bundle import pack, private_key, public_key, unpack, verify

NOW = datetime(2026, 3, 6, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    wheels = []
    for name, content in (
        ("smart_community_gateway-1.1.0-py3-none-any.whl", b"the gateway" * 1000),
        ("other-2.0-py3-none-any.whl", b"what it needs"),
    ):
        (tmp_path / name).write_bytes(content)
        wheels.append(tmp_path / name)
    pack(wheels, tmp_path / "p.scgu", key=KEY, now=NOW)
    return tmp_path / "p.scgu"


def test_what_was_packed_is_read_back_and_unpacked(package: Path, tmp_path: Path) -> None:
    manifest = verify(package, KEY.public_key())
    assert (manifest.version, manifest.made_at, len(manifest.wheels)) == ("1.1.0", NOW, 2)
    unpack(package, KEY.public_key(), tmp_path / "out")
    assert (tmp_path / "out/other-2.0-py3-none-any.whl").read_bytes() == b"what it needs"


def test_another_publisher_is_refused(package: Path) -> None:
    with pytest.raises(UpgradeError, match="not signed by the publisher"):
        verify(package, Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize("member", [0, 1, 2, 3])
def test_a_changed_byte_in_any_member_is_found_and_nothing_is_left(
    package: Path, tmp_path: Path, member: int
) -> None:
    with tarfile.open(package) as archive:
        place = archive.getmembers()[member].offset_data
    content = bytearray(package.read_bytes())
    content[place + 5] ^= 1
    package.write_bytes(content)
    with pytest.raises(UpgradeError):
        unpack(package, KEY.public_key(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("part", [0, 100, 600, 4000])
def test_a_package_that_was_cut_off_is_refused(package: Path, part: int) -> None:
    package.write_bytes(package.read_bytes()[:part])
    with pytest.raises(UpgradeError):
        verify(package, KEY.public_key())


def test_a_file_that_was_not_signed_is_refused(package: Path) -> None:
    with tarfile.open(package, "a") as archive:
        about = tarfile.TarInfo("wheels/../../evil.whl")
        about.size = 1
        archive.addfile(about, io.BytesIO(b"x"))
    with pytest.raises(UpgradeError, match="was not signed"):
        verify(package, KEY.public_key())


def test_a_package_without_the_gateway_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "other-2.0-py3-none-any.whl").write_bytes(b"x")
    with pytest.raises(UpgradeError, match="exactly one"):
        pack(list(tmp_path.glob("*.whl")), tmp_path / "p.scgu", key=KEY, now=NOW)


def test_keys_are_read_from_files_and_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "pub").write_bytes(
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    assert public_key(tmp_path / "pub") == KEY.public_key()
    assert private_key(tmp_path / "own").public_key() == KEY.public_key()
    for read in (public_key, private_key):
        (tmp_path / "no").write_text("nothing of the kind")
        with pytest.raises(UpgradeError, match="no"):
            read(tmp_path / "no")


def test_nothing_beyond_what_was_signed_is_read_or_written() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert len(written) < 2, "a member that never ends fills the disk"
            return b"x" * (size or 0)

    written: list[bytes] = []
    wheel = bundle.Wheel(name="a.whl", size=10, sha256="")
    with pytest.raises(UpgradeError, match="not the file that was signed"):
        bundle._proven(wheel, Endless(), written.append)
    assert written == []


def test_a_full_disk_is_not_told_as_a_bad_package(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle, "_proven", full)
    with pytest.raises(UpgradeError, match="cannot be written: No space left"):
        unpack(package, KEY.public_key(), tmp_path / "there")
    assert not (tmp_path / "there").exists()
