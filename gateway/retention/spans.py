"""Spans: what is kept for a time that people set, and which time is in force. Pure.

Three say it: a variable of the environment wins over the page, and the page over gateway.yaml. The limits are those of
the settings themselves, read from their own models: the page can say nothing that the file could not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

import msgspec
from annotated_types import Ge, Le
from pydantic import BaseModel

from gateway.backup.settings import Backup
from gateway.config import Evidence, Measurements, Settings

Unit: TypeAlias = Literal["days", "weeks", "months"]
Source: TypeAlias = Literal["default", "file", "page", "environment"]
Below: TypeAlias = Literal["default", "file", "environment"]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """One number of gateway.yaml that says how long something is kept. `whole`: only whole numbers."""

    what: str  # as the API calls it
    section: str
    field: str
    unit: Unit
    least: float
    most: float
    whole: bool
    default: float

    @property
    def setting(self) -> str:
        """Where it stands in gateway.yaml."""
        return f"{self.section}.{self.field}"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the page said last of one setting; `value` None: it went back to the file. `at` is engine time."""

    setting: str
    version: int
    author: str
    at: datetime
    value: float | None
    reason: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How one span stands: the value in force and who says it."""

    span: Span
    value: float
    source: Source
    below: float  # what holds without the page: the file's value, or the product's own
    below_source: Below
    kept: Kept | None = None  # the newest word of the page, also where it no longer counts
    variable: str | None = None  # of the environment, where that says it


def _span(what: str, section: str, field: str, unit: Unit, model: type[BaseModel]) -> Span:
    found = model.model_fields[field]
    least = next(float(each.ge) for each in found.metadata if isinstance(each, Ge))  # type: ignore[arg-type]  # numbers all
    most = next(float(each.le) for each in found.metadata if isinstance(each, Le))  # type: ignore[arg-type]  # numbers all
    return Span(
        what=what, section=section, field=field, unit=unit, least=least, most=most,
        whole=found.annotation is int, default=float(found.default),
    )  # fmt: skip


SPANS: tuple[Span, ...] = (
    _span("minute", "telemetry", "minute_days", "days", Measurements),
    _span("hour", "telemetry", "hour_days", "days", Measurements),
    _span("day", "telemetry", "day_days", "days", Measurements),
    _span("media", "evidence", "media_days", "days", Evidence),
    _span("backups", "backup", "keep_days", "days", Backup),
    _span("backup_weeks", "backup", "keep_weeks", "weeks", Backup),
    _span("backup_months", "backup", "keep_months", "months", Backup),
)
BY_SETTING: Mapping[str, Span] = {span.setting: span for span in SPANS}


def spans_of(settings: Settings) -> tuple[Span, ...]:
    """Return the spans that this box has: without backups nothing is said of them."""
    return tuple(span for span in SPANS if getattr(settings, span.section) is not None)


def standings(
    settings: Settings, kept: Mapping[str, Kept], variables: Mapping[str, str]
) -> dict[str, Standing]:
    """Return how every span of this box stands, by setting. `variables` names what the environment says."""
    return {
        span.setting: _standing(settings, span, kept.get(span.setting), variables.get(span.setting))
        for span in spans_of(settings)
    }


def _standing(settings: Settings, span: Span, kept: Kept | None, variable: str | None) -> Standing:
    section = getattr(settings, span.section)
    below = float(getattr(section, span.field))
    # What the file writes as the product has it counts as the default: where a variable sets a part of a section, the
    # whole section looks as if somebody had written it.
    written = span.field in section.model_fields_set and below != span.default
    below_source: Below = "file" if written else "default"
    if variable is not None:
        below_source = "environment"
    value, source = below, cast("Source", below_source)
    if variable is None and kept is not None and kept.value is not None and fits(span, kept.value):
        value, source = kept.value, "page"
    return Standing(
        span=span, value=value, source=source, below=below, below_source=below_source, kept=kept, variable=variable
    )  # fmt: skip


def fits(span: Span, value: float) -> bool:
    """Tell whether the file could say this value."""
    return span.least <= value <= span.most and (not span.whole or value == int(value))


def in_force(settings: Settings, standing: Mapping[str, Standing]) -> Settings:
    """Return the settings with every span as it is in force."""
    changed: dict[str, dict[str, Any]] = {}
    for each in standing.values():
        value = int(each.value) if each.span.whole else each.value
        changed.setdefault(each.span.section, {})[each.span.field] = value
    sections = {name: getattr(settings, name).model_copy(update=update) for name, update in changed.items()}
    return settings.model_copy(update=sections)


def locks(environ: Mapping[str, str]) -> dict[str, str]:
    """Return which variable of the environment says which span, by setting.

    A variable names one setting (`GATEWAY_EVIDENCE__MEDIA_DAYS`) or holds a whole section as JSON (`GATEWAY_EVIDENCE`).
    """
    given = {name.upper(): value for name, value in environ.items() if name.upper().startswith("GATEWAY_")}
    found: dict[str, str] = {}
    for span in SPANS:
        section = f"GATEWAY_{span.section.upper()}"
        name = f"{section}__{span.field.upper()}"
        if name in given:
            found[span.setting] = name
        elif span.field in _keys(given.get(section, "")):
            found[span.setting] = section
    return found


def _keys(text: str) -> frozenset[str]:
    """Return the keys of a section that is written as JSON; none where it is not."""
    try:
        value = msgspec.json.decode(text) if text else {}
    except msgspec.DecodeError:
        return frozenset()
    return frozenset(value) if isinstance(value, dict) else frozenset()
