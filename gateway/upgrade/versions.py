"""Versions side by side: each in an environment of its own; one link says which runs, another which ran before.

`FOLDER/versions/1.2.0/` holds an environment and the mark that it is whole; `FOLDER/current` and `FOLDER/previous` are
links. Installing changes no link; turning to a version changes both in one rename each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.errors import UpgradeError
from gateway.store.folder import write_whole
from gateway.upgrade.bundle import unpack, verify

CURRENT, PREVIOUS = "current", "previous"
MARK = "installed.json"
PATIENCE_S = 1800.0  # for the environment on a small box


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is there and whole."""

    version: str
    installed_at: datetime
    published_at: datetime


class Versions:
    """The versions below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Installed]:
        """Return what is whole, the newest installation first; what is half there is passed over."""
        marks = sorted(self.folder.glob(f"versions/*/{MARK}"))
        found = [msgspec.json.decode(each.read_bytes(), type=Installed) for each in marks]
        return sorted(found, key=lambda each: each.installed_at, reverse=True)

    def prefix(self, version: str) -> Path:
        """Return where a version lies or would lie."""
        return self.folder / "versions" / version

    def linked(self, link: str) -> Path | None:
        """Return where `current` or `previous` leads; None when there is none."""
        path = self.folder / link
        return path.resolve() if path.is_symlink() else None

    def writable(self) -> bool:
        """Tell whether this process may install here."""
        folder = self.folder / "versions"
        while not folder.exists():
            folder = folder.parent
        return os.access(folder, os.W_OK | os.X_OK)

    def install(self, bundle: Path, key: Ed25519PublicKey, *, now: datetime) -> Installed:
        """Install the version of a package beside the others, without a network; nothing runs otherwise than before.

        A kill leaves no mark, and the next attempt begins anew.

        Raises:
            UpgradeError: the package does not hold, the version is there already, or it cannot be installed.
        """
        manifest = verify(bundle, key)
        prefix = self.prefix(manifest.version)
        if (prefix / MARK).exists():
            raise UpgradeError(f"{manifest.version}: is installed already in {prefix} / 这个版本已经装好")
        shutil.rmtree(prefix, ignore_errors=True)
        try:
            unpack(bundle, key, prefix / "wheels")
            _set_up(prefix, manifest.version)
            done = Installed(version=manifest.version, installed_at=now, published_at=manifest.made_at)
            write_whole(prefix / MARK, msgspec.json.encode(done))
        except UpgradeError:
            shutil.rmtree(prefix, ignore_errors=True)
            raise
        except OSError as error:
            shutil.rmtree(prefix, ignore_errors=True)
            raise UpgradeError(f"{prefix}: cannot be written: {error.strerror or error}") from error
        shutil.rmtree(prefix / "wheels", ignore_errors=True)
        return done

    def turn_to(self, prefix: Path, *, before: Path) -> None:
        """Let `current` lead to an environment and `previous` to the one `before`."""
        _link(self.folder / PREVIOUS, before)
        _link(self.folder / CURRENT, prefix)


def check_with(prefix: Path, site: Path) -> None:
    """Let the version at `prefix` check the files of a site.

    Raises:
        UpgradeError: it finds mistakes; its words are in the error.
    """
    _run([str(prefix / "bin/gateway"), "check", str(site)], owner_of=prefix)


def _set_up(prefix: Path, version: str) -> None:
    """Make the environment and let the gateway in it say who it is."""
    _run([sys.executable, "-m", "venv", str(prefix)])
    pip = [str(prefix / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    found = ["--no-index", "--find-links", str(prefix / "wheels")]
    _run([*pip, *found, f"smart-community-gateway=={version}"])
    said = _run([str(prefix / "bin/gateway"), "version"])
    if version not in said:
        raise UpgradeError(f"{prefix}: calls itself {said.strip()!r}, not {version}")


def _link(path: Path, target: Path) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(path)


def _run(command: list[str], *, owner_of: Path | None = None) -> str:
    """Run a command; root runs what somebody else may have written as that somebody."""
    owner = None if owner_of is None or os.geteuid() != 0 else owner_of.stat()
    try:
        done = subprocess.run(  # noqa: S603 - the program is of this box or of a package whose signature held
            command,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            user=None if owner is None else owner.st_uid,
            group=None if owner is None else owner.st_gid,
            extra_groups=None if owner is None else (),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UpgradeError(f"{command[0]}: cannot be run: {error}") from error
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise UpgradeError(f"{Path(command[0]).name}: {' · '.join(words[-5:]) or 'ended without a word'}")
    return done.stdout
