"""Package: the bundles of a case as one ZIP that can be checked without us: manifests, files, hashes, how to check.

What is not sealed yet is not in it, and the ZIP says so itself: in `VERIFY.txt` and in `pending.json`.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from devices.event import canonical_json
from gateway.evidence.manifest import VERIFY_TEXT, pending_text
from gateway.store.bundles import Bundle, Part

IN_MEMORY = 4 * 1024 * 1024  # larger packages lie in a temporary file
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of the format; real times stand in the manifests


def package(
    bundles: Sequence[Bundle],
    parts: Mapping[int, Sequence[Part]],
    path_of: Callable[[str], Path],
    folder: Path,
    *,
    local: Callable[[datetime], datetime] = lambda at: at,
) -> IO[bytes]:
    """Write the closed bundles into a file, positioned at its beginning; the caller closes it. Blocks.

    Open ones are named as pending, with the time from which on they can be taken; `local` makes engine time the site's.
    What does not fit into memory lies in `folder`, without a name: it is not masked, so it stays on the disk of
    the store and is gone with the process.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder))  # noqa: SIM115 - the caller closes it
    hashes: list[str] = []
    pending: list[Bundle] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for bundle in bundles:
            if bundle.manifest is None:
                pending.append(bundle)
                continue
            name = f"manifest-{bundle.number}.json"
            _text(archive, name, bundle.manifest)
            hashes.append(f"{bundle.hash}  {name}")
            for part in parts.get(bundle.number, ()):
                place = f"bundle-{bundle.number}/{part.name}"
                if _add(archive, place, part, path_of):
                    hashes.append(f"{part.sha256}  {place}")
        _text(archive, "hashes.txt", "\n".join(hashes) + "\n")
        if pending:
            _text(archive, "pending.json", _pending(pending, local))
        _text(archive, "VERIFY.txt", pending_text(pending, local) + VERIFY_TEXT)
    file.seek(0)
    return file


def _pending(bundles: Sequence[Bundle], local: Callable[[datetime], datetime]) -> str:
    listed = [
        {"bundle": each.number, "kind": each.kind, "closes_at": local(each.closes_at).isoformat()}
        for each in bundles
    ]
    return canonical_json({"pending": listed}).decode()


def _add(archive: zipfile.ZipFile, place: str, part: Part, path_of: Callable[[str], Path]) -> bool:
    if part.body is not None:
        _text(archive, place, part.body)
        return True
    if part.media != "kept":
        return False
    entry = zipfile.ZipInfo(place, EARLIEST)  # stored: media do not get smaller
    with path_of(part.sha256).open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while piece := source.read(1024 * 1024):
            target.write(piece)
    return True


def _text(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, EARLIEST), text.encode(), zipfile.ZIP_DEFLATED)
