"""Mistakes in settings: what the checker found, at its line of the file and in words for the person who wrote it."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from devices.document import Document
from devices.problem import Problem, nearest
from gateway.settings_words import sentence


def problems_of(
    model: type[BaseModel], document: Document, value: Any, error: ValidationError
) -> list[Problem]:
    """Return the mistakes in settings, one a place: of the ways in which a value may be written, the first."""
    found: dict[tuple[Any, ...], str] = {}
    for item in error.errors():
        path = _in_file(tuple(item["loc"]), value)
        if item["type"] == "missing":
            path = tuple(item["loc"])
        message = sentence(item)
        if item["type"] == "extra_forbidden":
            message = f"unknown setting '{path[-1]}'{nearest(str(path[-1]), _names(model, path[:-1]))}"
        found.setdefault(path, message)
    return [document.problem(path, message) for path, message in found.items()]


def _in_file(path: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """Return as much of a path as stands in the file; the checker adds parts of its own."""
    for depth, part in enumerate(path):
        inside = isinstance(value, dict) and part in value
        if not inside and not (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            return path[:depth] or path[:1]
        value = value[part]
    return path


def _names(model: Any, path: tuple[Any, ...]) -> list[str]:
    """Return the settings that may stand at this place; the keys of a mapping (names of receivers …) are passed over."""
    for part in path:
        field = getattr(model, "model_fields", {}).get(part)
        model = model if field is None else _section_of(field.annotation)
    return list(getattr(model, "model_fields", {}))


def _section_of(annotation: Any) -> Any:
    """Return the section inside `Push | None`, `dict[Name, Receiver]` and the like."""
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((found for each in get_args(annotation) if (found := _section_of(each)) is not None), None)
