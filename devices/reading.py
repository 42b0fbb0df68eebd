"""Running a message form over a message: bytes in, decoded results out, and a reason for whatever is not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from devices.address import path_of, query_of
from devices.codec import Codec, CodecRefused, Refusable
from devices.context import DecodeContext
from devices.convert import FACT_TEXT, REFUSED, to_text
from devices.event import Blob, Decoded, Event, Evidence, Ignored, Mode, Note, Quarantine, RawMessage, Source
from devices.evidence import collect
from devices.expression import BudgetExceeded
from devices.fields import keyed, read_fields, reference
from devices.form import Each, Entry, Identity, MessageForm
from devices.limits import check_size
from devices.opening import is_meant
from devices.paths import Scope
from devices.registry import Device
from devices.timestamp import Stamp, parse_stamp
from devices.unfit import refused, unfit

_NO_QUERY: dict[str, Any] = {}  # of what came over MQTT
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = Event(device="", kind="", at=_NEVER, received_at=_NEVER)  # what every event is a copy of
_DEDUP_LENGTH = 200  # characters; longer keys are hashed


Parsed: TypeAlias = dict[tuple[Codec, str], Sequence[Refusable]]  # codec, encoding → what it found


class _Reading(msgspec.Struct, frozen=True, gc=False):
    """One document of one message on its way through a form; `device` is None where only notes come from."""

    form: MessageForm
    message: RawMessage
    device: Device | None
    context: DecodeContext
    mint: Callable[[], str]
    source: Source


def read_message(
    form: MessageForm,
    message: RawMessage,
    topic: dict[str, str],
    context: DecodeContext,
    mint: Callable[[], str],
    parsed: Parsed | None = None,
) -> list[Decoded] | None:
    """Read a message with one form; None when the form's `where` says it is not meant.

    `parsed` is given where several forms read the same topic: what one found in the payload the next takes from
    there. Never raises, whatever the bytes are.
    """
    try:
        query = query_of(message.topic) if message.adapter == "http" else _NO_QUERY
        if form.early and not is_meant(form, message, topic, query):
            return None
        if len(message.payload) > form.limit:
            check_size(message.payload, form.limit)
        documents = None if parsed is None else parsed.get((form.codec, form.encoding))
        if documents is None:
            documents = form.codec(message.payload, form.encoding)
            if parsed is not None:
                parsed[form.codec, form.encoding] = documents
    except CodecRefused as refusal:
        return [Quarantine(code=refusal.code, reason=str(refusal), profile=form.profile)]
    except Exception as fault:  # noqa: BLE001  # task boundary: a codec written elsewhere must not stop ingest
        reason = f"the codec failed: {type(fault).__name__}"
        return [Quarantine(code="codec", reason=reason, profile=form.profile)]
    try:
        return _read(form, message, topic, query, documents, context, mint)
    except BudgetExceeded as exceeded:
        return [Quarantine(code="too_large", reason=f"a condition gave up: {exceeded}", profile=form.profile)]


def _read(
    form: MessageForm,
    message: RawMessage,
    topic: dict[str, str],
    query: dict[str, Any],
    documents: Sequence[Refusable],
    context: DecodeContext,
    mint: Callable[[], str],
) -> list[Decoded] | None:
    results: list[Decoded] = []
    source: Source | None = None
    for number, document in enumerate(documents):
        if type(document) is not dict and isinstance(document, CodecRefused):
            results.append(Quarantine(code=document.code, reason=str(document), profile=form.profile))
            continue
        scope = {"e": document, "topic": topic, "headers": message.headers, "query": query}
        if number == 0 and form.where is not None and form.where.test(scope) is not True:
            return None
        device = None if form.identity is None else sender(form, form.identity, message, scope, context)
        if isinstance(device, Quarantine):
            results.append(device)
            continue
        if source is None:
            came = message.topic if message.adapter == "mqtt" else path_of(message.topic)
            source = Source(profile=form.profile, topic=came, raw=raw_hash(message.payload))
        _read_document(_Reading(form, message, device, context, mint, source), scope, results)
    return results or [Ignored(code="empty", reason="a message with nothing in it")]


def _read_document(reading: _Reading, scope: Scope, results: list[Decoded]) -> None:
    form = reading.form
    # XML has no empty list: where one element may stand alone, none at all is one.
    if form.each is not None and not form.each.one and form.each.get(scope) is None:
        results.append(
            _refused(reading, f"it has no {' or '.join(form.each.paths)}, whose elements are read")
        )
        return
    learned = False
    before = 0 if form.dedup_within == "message" else len(results)
    for item in (scope,) if form.each is None else each_item(form.each, scope):
        fitting = form.choice.fitting(item)
        if form.dedup_within == "item":
            before = len(results)
        for entry in fitting:
            if not entry.skip:
                result = _result(reading, item, entry, len(results) - before, learn=not learned)
                learned = learned or isinstance(result, Event)
                if form.evidence and isinstance(result, Event):
                    result = _with_pictures(form, item, result, results)
                results.append(result)
        if not fitting:
            results.append(_refused(reading, unfit(reading.form, item)))


def raw_hash(payload: bytes) -> str:
    """Return the name of the raw bytes, as events keep it."""
    return f"sha256:{sha256(payload).hexdigest()}"


def sender(
    form: MessageForm, identity: Identity, message: RawMessage, scope: Scope, context: DecodeContext
) -> Device | Quarantine:
    """Return the active device a message is from, or why nobody is believed to have sent it."""
    ident = _ident(identity, identity.get(scope))
    for path, get in identity.same:
        other = _ident(identity, get(scope))
        if other and other != ident:
            reason = f"came from '{ident}' but says {path} '{other}'"
            return Quarantine(code="identity", reason=reason, device=ident, profile=form.profile)
    if identity.user and message.user and message.user != ident:
        reason = f"speaks for '{ident}' but came from user '{message.user}'"
        return Quarantine(code="identity", reason=reason, device=ident, profile=form.profile)
    return context.sender(form.profile_id, ident, message.user, message.speaks)


def _ident(identity: Identity, value: Any) -> str:
    if type(value) is str:
        word = value[:FACT_TEXT]
    else:
        text = to_text(value) if value is not None else REFUSED
        if text is REFUSED:
            return ""
        word = str(text)
    return word if identity.case == "as_is" else word.lower() if identity.case == "lower" else word.upper()


def each_item(each: Each, scope: Scope) -> Iterator[Scope]:
    """Yield a scope for each element of a list or mapping, with the element as `e.item`."""
    found = each.get(scope)
    items: list[Any] = []
    if isinstance(found, list):
        items = found
    elif isinstance(found, dict) and each.one:
        items = [found]
    elif isinstance(found, dict):
        for key, value in found.items():
            name, _, index = key.partition(each.split) if each.split else (key, "", "")
            items.append({"key": key, "name": name, "index": index, "value": value})
    for item in items:
        yield {**scope, "e": {**scope["e"], "item": item}}


def _refused(reading: _Reading, reason: str) -> Quarantine:
    device = reading.device.id if reading.device is not None else None
    return Quarantine(code="unknown_code", reason=reason, device=device, profile=reading.form.profile)


def _result(reading: _Reading, scope: Scope, entry: Entry, number: int, *, learn: bool) -> Decoded:
    if entry.kind is not None and reading.device is not None:
        return _event(reading, reading.device, scope, entry, number, learn=learn)
    device = reading.device.id if reading.device is not None else ""
    if entry.ignore is not None:
        return Ignored(code=entry.ignore[0], reason=entry.ignore[1], device=device or None)
    if entry.track is not None:
        return _note(reading, scope, entry, entry.track(scope), device)
    return _refused(reading, refused(entry, reading.form, scope))


def _note(reading: _Reading, scope: Scope, entry: Entry, track: Any, device: str) -> Decoded:
    name = to_text(track) if track is not None else REFUSED
    if name is REFUSED:
        reason = "a note that names no object"
        return Quarantine(
            code="malformed", reason=reason, device=device or None, profile=reading.form.profile
        )
    data = read_fields(entry.fields.data, scope, "data", [])
    return Note(device=device, track=str(name), at=reading.message.received_at, data=data)


def _event(
    reading: _Reading, device: Device, scope: Scope, entry: Entry, number: int, *, learn: bool
) -> Event | Quarantine:
    form, message, context, fields = reading.form, reading.message, reading.context, entry.fields
    mode = _mode(form, message, scope)
    stamp, written = _stamp(form, scope, context)
    if stamp is None and form.time is not None and form.time.required:
        reason = f"its time cannot be read: {written!r}"
        return Quarantine(code="malformed", reason=reason, device=device.id, profile=form.profile)
    at, quality, timing = context.when(context.clock(device.id), stamp, message, mode, learn=learn)
    flags: list[str] = ["unlisted"] if device.unlisted else []
    subject: dict[str, str] = {}
    if fields.subject:
        said = read_fields(fields.subject, scope, "subject", flags)
        if said:
            subject = keyed(said, context.site_key, context.registry.households)
    if device.household:
        subject.setdefault("household", device.household)
    data = read_fields(fields.data, scope, "data", flags) if fields.data else {}
    state = read_fields(fields.state, scope, "state", flags) if fields.state else {}
    # A copy with other values costs a third of an event made from nothing: its names are not searched.
    event = replace(
        _BLANK,
        id=reading.mint(),
        site=context.site,
        device=device.id,
        kind=entry.kind or "device.state",
        mode=mode,
        at=at,
        time_quality=quality,
        device_time=written,
        received_at=message.received_at,
        dedup=None if form.dedup_by_time and stamp is None else _dedup(form, scope, number, context.site_key),
        subject=subject,
        data=data,
        state=state,
        source=reading.source,
        flags=(*timing, *flags) if flags else timing,
    )
    if entry.edge is not None and context.unchanged(event, entry.edge):
        return _as_state(event)
    return event


def _with_pictures(form: MessageForm, scope: Scope, event: Event, results: list[Decoded]) -> Event:
    """Return the event with its pictures as evidence; their bytes go before it, each once."""
    flags: list[str] = []
    blobs = collect(form.evidence, scope, flags)
    there = {result.sha256 for result in results if isinstance(result, Blob)}
    results.extend(blob for blob in blobs if blob.sha256 not in there)
    pieces = tuple(Evidence(sha256=blob.sha256, mime=blob.mime, size=len(blob.data)) for blob in blobs)
    return replace(event, evidence=pieces, flags=(*event.flags, *flags))


def _as_state(event: Event) -> Event:
    """Return the same report without the occurrence: the state was already so."""
    return replace(event, kind="device.state", data={})


def _mode(form: MessageForm, message: RawMessage, scope: Scope) -> Mode:
    if message.retained:
        return "retained"
    for condition, mode in form.modes:
        if condition.test(scope) is True:
            return mode
    return "live"


def _stamp(form: MessageForm, scope: Scope, context: DecodeContext) -> tuple[Stamp | None, str | None]:
    rule = form.time
    if rule is None:
        return None, None
    value = rule.get(scope)
    if value is None:
        return None, None
    stamp = parse_stamp(value, rule.zone or context.zone, rule.form, trust_zone=rule.trust_zone)
    if type(value) is str:
        return stamp, value[:64]
    written = to_text(value)
    return stamp, None if written is REFUSED else written[:64]


def _dedup(form: MessageForm, scope: Scope, number: int, site_key: bytes) -> str | None:
    if not form.dedup:
        return None
    parts: list[str] = []
    for get in form.dedup:
        value = get(scope)
        text: Any = value if type(value) is str else to_text(value) if value is not None else REFUSED
        if text is REFUSED:
            return None  # half a key would merge what is not the same
        parts.append(text)
    if number:
        parts.append(str(number))
    key = "|".join(parts)
    if form.dedup_keyed:
        return reference(site_key, "key", key)
    return key if len(key) <= _DEDUP_LENGTH else sha256(key.encode()).hexdigest()
