"""What is said of a message that no entry of a kinds table fits: enough for a person to add the missing line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from devices.convert import REFUSED, to_scalar
from devices.form import Entry, MessageForm
from devices.paths import Scope, compile_path, split_path


def unfit(form: MessageForm, scope: Scope) -> str:
    """Say which values no entry of the kinds table fits, so that one line can be added for them."""
    values = _asked(form.entries, scope)
    if values:
        return f"no entry of the kinds table fits {', '.join(values[:6])}"
    there = ", ".join(islice(_places(scope["e"], "e"), 6))  # not their values: a name can stand in them
    return (
        f"no entry of the kinds table fits: it asks for none of {there}"
        if there
        else "an empty message fits no entry"
    )


def refused(entry: Entry, form: MessageForm, scope: Scope) -> str:
    """Say why an entry refuses a message: its own sentence, with the values it asked for."""
    if entry.refuse is None:
        return unfit(form, scope)
    values = _asked((entry,), scope)
    return f"{entry.refuse} ({', '.join(values[:6])})" if values else entry.refuse


def _asked(entries: Iterable[Entry], scope: Scope) -> list[str]:
    values: list[str] = []
    for path in sorted({path for entry in entries if entry.when is not None for path in entry.when.paths}):
        split = split_path(path)
        value = to_scalar(compile_path(*split)(scope)) if split else None
        if value is not None and value is not REFUSED:
            values.append(f"{path} = {str(value)[:60]!r}")
    return values


def _places(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _places(child, f"{path}.{str(key)[:60]}")
    elif path != "e":
        yield path
