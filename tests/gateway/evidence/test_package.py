"""Package: what a bundle becomes on its way to a person, and where it lies meanwhile."""

from __future__ import annotations

import hashlib
import secrets
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from gateway.evidence.package import IN_MEMORY, package
from gateway.store.bundles import Bundle, Part

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_large_package_lies_nameless_in_the_data_folder(tmp_path: Path) -> None:
    media = tmp_path / "clip"
    media.write_bytes(secrets.token_bytes(IN_MEMORY + 1))
    sha256 = hashlib.sha256(media.read_bytes()).hexdigest()
    part = Part(
        name="media/clip.mp4",
        mime="video/mp4",
        size=media.stat().st_size,
        sha256=sha256,
        origin="device",
        media="kept",
    )
    bundle = Bundle(
        incident="n-1",
        number=1,
        kind="bundle",
        opened_at=AT,
        closes_at=AT,
        alerts=(),
        manifest="{}",
        hash="0" * 64,
    )
    folder = tmp_path / "data" / "uploads"
    with package([bundle], {1: [part]}, lambda _: media, folder) as file:
        where = Path(f"/proc/self/fd/{file.fileno()}").readlink()
        assert where.is_relative_to(folder), "not in the system's folder for temporary files"
        assert list(folder.iterdir()) == [], "it has no name: it is gone with the process"
        inside = zipfile.ZipFile(file).read("bundle-1/media/clip.mp4")
        assert hashlib.sha256(inside).hexdigest() == sha256
