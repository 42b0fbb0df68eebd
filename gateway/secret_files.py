"""Secrets of this box: made at first start, one file each, readable by the service alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from gateway.errors import ConfigError


def secret(folder: Path, name: str, *, size: int = 32) -> bytes:
    """Return the secret of this name, making it at first use (`size` random bytes, file mode 0600).

    Raises:
        ConfigError: when the file is readable by others or too short to be a secret.
    """
    path = folder / name
    if path.exists():
        return _read(path, size)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_bytes(size)
    fresh = folder / f".{name}.{os.getpid()}"
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # whole or not at all: a kill in the middle must not leave half a key
    except FileExistsError:
        return _read(path, size)
    finally:
        fresh.unlink()
    return value


def kept_secret(folder: Path, name: str, *, size: int = 32) -> bytes:
    """Return a secret that must be there already: what was written with it cannot be read or proven with a new one.

    Raises:
        ConfigError: also when there is no such file; none is made.
    """
    path = folder / name
    if not path.exists():
        problem = (
            f"{path}: is missing, but this data folder was written with it; restore the folder {folder.name}/ "
            "of the same backup (a new key opens no name and proves no record)"
        )
        raise ConfigError([problem])
    return _read(path, size)


def _read(path: Path, size: int) -> bytes:
    mode = path.stat().st_mode & 0o077
    if mode:
        raise ConfigError(
            [
                f"{path}: mode {path.stat().st_mode & 0o777:o} lets others read it; expected 600: chmod 600 {path}"
            ]
        )
    value = path.read_bytes()
    if len(value) < size:
        raise ConfigError(
            [
                f"{path}: holds {len(value)} bytes, expected {size}; restore it from a backup (it signs and masks this site's records)"
            ]
        )
    return value


def secret_text(path: Path, *, what: str) -> str:
    """Return the text of a secret file named in the configuration, without the line end.

    Raises:
        ConfigError: naming the file and what it should hold.
    """
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        problem = f"{path}: there is no such file; it should hold {what}"
    except PermissionError:
        problem = f"{path}: this user may not read it; give the file to the user that runs the gateway"
    except IsADirectoryError:
        problem = f"{path}: is a folder, expected a file that holds {what}"
    except UnicodeDecodeError:
        problem = f"{path}: is not text, expected {what} on its first line"
    except OSError as error:
        problem = f"{path}: {what} cannot be read: {error.strerror}"
    raise ConfigError([problem])


def open_to_others(path: Path) -> str | None:
    """Return the warning that others on this machine can read a secret file; None when they cannot, or it is not there."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        return None
    return f"{path}: mode {mode:o} lets others read it; run chmod 600 {path}" if mode & 0o077 else None
