"""What ships with the gateway: device profiles and rule packs, read as texts from the installed packages."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def builtin_profiles() -> dict[str, str]:
    """Return the built-in device profiles: `devices/profiles/x.yaml` -> its text."""
    return _texts("devices", "profiles")


def builtin_packs() -> dict[str, str]:
    """Return the built-in rule packs: `rules/packs/x.yaml` -> its text."""
    return _texts("rules", "packs")


def builtin_templates() -> dict[str, str]:
    """Return the templates of rules: `rules/templates/x.yaml` -> its text."""
    return _texts("rules", "templates")


def folder_texts(folder: Path) -> dict[str, str]:
    """Return every YAML file of a site's own folder, by path; a folder that is not there holds nothing."""
    if not folder.is_dir():
        return {}
    return {str(path): path.read_text("utf-8") for path in sorted(folder.glob("*.y*ml"))}


def _texts(package: str, folder: str) -> dict[str, str]:
    root = files(package) / folder
    return {
        f"{package}/{folder}/{entry.name}": entry.read_text("utf-8")
        for entry in sorted(root.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".yaml", ".yml"))
    }
