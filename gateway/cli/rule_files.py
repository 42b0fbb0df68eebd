"""Rule files as the command line names them: files and folders to texts, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def read_files(paths: Iterable[Path]) -> tuple[dict[str, str], list[str]]:
    """Return the texts of the files and of all YAML files in the folders, by path, and what could not be read."""
    texts: dict[str, str] = {}
    unread: list[str] = []
    for path in paths:
        files = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")]) if path.is_dir() else [path]
        if not files:
            unread.append(f"{path}: no .yaml file in this folder")
        for file in files:
            text, problems = read_text(file)
            unread += problems
            if not problems:
                texts[str(file)] = text
    return texts, unread


def read_text(path: Path) -> tuple[str, list[str]]:
    """Return the text of a file, or why it cannot be read."""
    try:
        return path.read_text("utf-8-sig"), []
    except UnicodeDecodeError as error:
        return "", [f"{path}:1: document: not UTF-8 text (byte {error.start}); save it as UTF-8"]
    except FileNotFoundError:
        return "", [f"{path}:1: document: no such file or folder"]
    except OSError as error:
        return "", [f"{path}:1: document: cannot be read: {error.strerror}"]
