"""What is said of a message that no entry of a kinds table fits: enough for a person to add the missing line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from devices.convert import REFUSED, to_scalar
from devices.form import MessageForm
from devices.paths import Scope, compile_path, split_path


def unfit(form: MessageForm, scope: Scope) -> str:
    """Say which values no entry of the kinds table fits, so that one line can be added for them."""
    asked = sorted({path for entry in form.entries if entry.when is not None for path in entry.when.paths})
    values: list[str] = []
    for path in asked:
        split = split_path(path)
        value = to_scalar(compile_path(*split)(scope)) if split else None
        if value is not None and value is not REFUSED:
            values.append(f"{path} = {str(value)[:60]!r}")
    if values:
        return f"no entry of the kinds table fits {', '.join(values[:6])}"
    there = ", ".join(islice(_places(scope["e"], "e"), 6))  # not their values: a name can stand in them
    return (
        f"no entry of the kinds table fits: it asks for none of {there}"
        if there
        else "an empty message fits no entry"
    )


def _places(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _places(child, f"{path}.{str(key)[:60]}")
    elif path != "e":
        yield path
