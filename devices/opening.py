"""Whether a message form is meant for a message, asked without reading more of it than the question needs."""

from __future__ import annotations

from typing import Any, TypeAlias

from devices.address import query_of
from devices.codec import Codec, CodecRefused
from devices.event import RawMessage
from devices.form import MessageForm
from devices.paths import Scope

Shown: TypeAlias = tuple[Codec, str, int]  # codec, encoding, limit


def is_meant(form: MessageForm, message: RawMessage, topic: dict[str, str], query: dict[str, Any]) -> bool:
    """Tell whether a condition that asks nothing of the payload takes a message."""
    scope = {"e": {}, "topic": topic, "headers": message.headers, "query": query}
    return form.where is None or form.where.test(scope) is True


def opened(
    form: MessageForm, message: RawMessage, topic: dict[str, str], shown: dict[Shown, dict[str, Any]]
) -> Scope | None:
    """Return what a message shows to a form (its first document), or None where the form is not meant for it.

    The payload (a picture, mostly) is left closed where neither the form's condition nor the choice between its answers
    asks for it. `shown` holds what it showed to the forms that were asked before: nothing is read twice. For answers: a
    payload that cannot be read shows nothing, and its sender is answered all the same. Never raises.
    """
    try:
        query = query_of(message.topic)
    except CodecRefused:
        query = {}
    if form.early and not is_meant(form, message, topic, query):
        return None
    reads = form.where is not None and not form.early
    way = form.codec, form.encoding, form.limit
    if (reads or len(form.replies) > 1) and way not in shown:
        shown[way] = _first(form, message)
    scope = {"e": shown.get(way, {}), "topic": topic, "headers": message.headers, "query": query}
    try:
        meant = not reads or (form.where is not None and form.where.test(scope) is True)
    except Exception:  # noqa: BLE001  # task boundary: a condition that gives up must not cost the answer
        return None
    return scope if meant else None


def _first(form: MessageForm, message: RawMessage) -> dict[str, Any]:
    if len(message.payload) > form.limit:
        return {}
    try:
        found = form.codec(message.payload, form.encoding)
    except Exception:  # noqa: BLE001  # task boundary: a codec written elsewhere must not cost the answer
        return {}
    return next((each for each in found if not isinstance(each, CodecRefused)), {})
