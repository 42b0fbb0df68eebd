"""The free fields of an action, from JSON to what the response core expects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gateway.api.answers import wrong
from gateway.response.model import Incident, Photo

TIMES = frozenset({"until", "called_at"})
LONGEST_TEXT = 2000
MOST_FIELDS = 20


def action_fields(fields: Mapping[str, Any], case: Incident, *, offset: timedelta) -> dict[str, Any]:
    """Return the fields with times in engine time and pictures as the case knows them.

    Raises:
        ApiError: `invalid_input` naming the field.
    """
    if len(fields) > MOST_FIELDS:
        raise wrong("body.fields", f"最多 {MOST_FIELDS} 项", f"at most {MOST_FIELDS} fields")
    return {name: _field(name, value, case, offset) for name, value in fields.items()}


def _field(name: str, value: Any, case: Incident, offset: timedelta) -> Any:
    path = f"body.fields.{name}"
    if name in TIMES:
        return _time(path, value) - offset
    if name == "photos":
        return _photos(path, value, case)
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise wrong(path, f"最多 {LONGEST_TEXT} 个字符", f"at most {LONGEST_TEXT} characters")
    return value


def _time(path: str, value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None or not 2000 <= at.year < 2200:
        raise wrong(
            path,
            "应为带时区的时间，如 2026-03-06T22:00:00+08:00",
            "a time with its zone, like 2026-03-06T22:00:00+08:00",
        )
    return at


def _photos(path: str, value: Any, case: Incident) -> tuple[Photo, ...]:
    known = {photo.sha256: photo for photo in case.photos}
    wanted = value if isinstance(value, list) else [value]
    strangers = [each for each in wanted if not isinstance(each, str) or each not in known]
    if strangers:
        raise wrong(path, "先用 photos 接口上传照片", "upload the picture to this case first")
    return tuple(known[each] for each in dict.fromkeys(wanted))
