"""The address of an HTTP push: its path, which finds the message form, and its query, which the form may read."""

from __future__ import annotations

from typing import Any

from devices.codecs.form import fields_of


def path_of(target: str) -> str:
    """Return the path of `/iclock/cdata/?SN=A1`, without its query and without a slash at its end."""
    return target.partition("?")[0].rstrip("/") or "/"


def query_of(target: str, encoding: str = "utf-8") -> dict[str, Any]:
    """Return the fields of the query, `{"SN": "A1"}`; refuses with CodecRefused what cannot be read."""
    raw = target.partition("?")[2]
    return fields_of(raw.encode("utf-8", "surrogateescape"), encoding) if raw else {}
