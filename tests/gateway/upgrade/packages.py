"""Packages for tests: a small program that is called as the gateway is, signed by a publisher of the test."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.upgrade.bundle import pack

NOW = datetime(2026, 3, 6, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
PROGRAM = """
import sys
def main():
    if sys.argv[1] == "check" and "bad" in sys.argv[2]:
        print("site.yaml:3: what stands there is wrong", file=sys.stderr)
        sys.exit(2)
    print("smart-community-gateway {version}")
"""


def wheel(folder: Path, version: str) -> Path:
    """A small program that is called as the gateway is."""
    name = f"smart_community_gateway-{version}"
    files = {
        "small_gateway.py": PROGRAM.replace("{version}", version),
        f"{name}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: smart-community-gateway\nVersion: {version}\n",
        f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{name}.dist-info/entry_points.txt": "[console_scripts]\ngateway = small_gateway:main\n",
    }
    lines = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in files.items()
    ]
    files[f"{name}.dist-info/RECORD"] = "\n".join([*lines, f"{name}.dist-info/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return folder / f"{name}-py3-none-any.whl"


def package(folder: Path, version: str) -> Path:
    target = folder / f"{version}.scgu"
    pack([wheel(folder, version)], target, key=KEY, now=NOW)
    return target


def changed(content: bytes) -> bytes:
    """One byte of the wheel is another."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        place = archive.getmembers()[2].offset_data
    return content[: place + 40] + bytes([content[place + 40] ^ 1]) + content[place + 41 :]
