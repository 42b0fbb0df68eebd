"""Running a message form over a message: bytes in, decoded results out, and a reason for whatever is not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any, TypeAlias

from msgspec.structs import replace

from devices.address import path_of, query_of
from devices.codec import Codec, CodecRefused, Refusable
from devices.context import DecodeContext
from devices.convert import FACT_TEXT, REFUSED, to_text
from devices.event import Blob, Decoded, Event, Evidence, Ignored, Note, Quarantine, RawMessage, Source
from devices.evidence import collect
from devices.expression import BudgetExceeded
from devices.fields import read_fields
from devices.form import Each, Entry, Identity, MessageForm
from devices.limits import check_size
from devices.opening import is_meant
from devices.paths import Scope
from devices.registry import Device
from devices.report import DEDUP_LENGTH, Report, dedup_key, key_reader, report
from devices.unfit import refused, unfit

_NO_QUERY: dict[str, Any] = {}  # of what came over MQTT

Mint: TypeAlias = Callable[[], str]
Parsed: TypeAlias = dict[tuple[Codec, str], Sequence[Refusable]]  # codec, encoding → what it found
Reader: TypeAlias = Callable[[RawMessage, Mint, Parsed | None], list[Decoded] | None]
"""Reads the messages of one topic with one form; None when the form is not meant. Never raises, whatever the bytes are.

`Parsed` is given where several forms read the same topic: what one found in the payload the next takes from there.
"""


class FormReader:
    """Reads the messages of one topic with one form; what the topic alone says is worked out once.

    Made anew whenever the registry changes: it remembers the device whose name stands in the topic.
    """

    __slots__ = ("_context", "_device", "_form", "_ident", "_key", "_source", "_topic")

    def __init__(
        self, form: MessageForm, topic: str, captured: dict[str, str], context: DecodeContext
    ) -> None:
        self._form = form
        self._context = context
        self._topic = captured
        self._source = Source(profile=form.profile, topic=topic)
        self._ident = None if form.identity is None else _by_topic(form.identity, captured)
        self._device: Device | None = None
        self._key = key_reader(form.dedup)

    def read(self, message: RawMessage, mint: Mint, parsed: Parsed | None = None) -> list[Decoded] | None:
        """Read one message (see `Reader`)."""
        form = self._form
        try:
            query = query_of(message.topic) if message.adapter == "http" else _NO_QUERY
            if form.early and not is_meant(form, message, self._topic, query):
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
            return self._documents(message, query, documents, mint)
        except BudgetExceeded as exceeded:
            return [
                Quarantine(code="too_large", reason=f"a condition gave up: {exceeded}", profile=form.profile)
            ]

    def _documents(
        self, message: RawMessage, query: dict[str, Any], documents: Sequence[Refusable], mint: Mint
    ) -> list[Decoded] | None:
        form = self._form
        results: list[Decoded] = []
        where = form.where
        for document in documents:
            if type(document) is not dict and isinstance(document, CodecRefused):
                results.append(Quarantine(code=document.code, reason=str(document), profile=form.profile))
                where = None
                continue
            scope = {"e": document, "topic": self._topic, "headers": message.headers, "query": query}
            if where is not None:  # asked of the first document only
                if where.run(scope) is not True:
                    return None
                where = None
            device = None if form.identity is None else self._sender(form.identity, message, scope)
            if type(device) is Quarantine:
                results.append(device)
            else:
                self._document(message, device, scope, mint, results)  # type: ignore[arg-type]  # no quarantine
        return results or [Ignored(code="empty", reason="a message with nothing in it")]

    def _sender(self, identity: Identity, message: RawMessage, scope: Scope) -> Device | Quarantine:
        """Return who sent a message; for the device of the topic nothing is looked up twice."""
        device = self._device
        if device is None or message.user or message.speaks:
            found = sender(self._form, identity, message, scope, self._context)
            if self._ident is not None and type(found) is Device:
                self._device = found
            return found
        for _, get in identity.same:
            other = get(scope)
            if other is not None and other != self._ident:
                return sender(self._form, identity, message, scope, self._context)
        return device

    def _document(
        self, message: RawMessage, device: Device | None, scope: Scope, mint: Mint, results: list[Decoded]
    ) -> None:
        form = self._form
        # XML has no empty list: where one element may stand alone, none at all is one.
        if form.each is not None and not form.each.one and form.each.get(scope) is None:
            missing = f"it has no {' or '.join(form.each.paths)}, whose elements are read"
            results.append(_refused(form, device, missing))
            return
        learned = False
        before = 0 if form.dedup_within == "message" else len(results)
        for item in (scope,) if form.each is None else each_item(form.each, scope):
            fitting = form.choice.fitting(item)
            if form.dedup_within == "item":
                before = len(results)
            told: Report | Quarantine | None = None
            for entry in fitting:
                if entry.kind is None or device is None:
                    if not entry.skip:
                        results.append(_other(form, message, device, item, entry))
                    continue
                if told is None:
                    told = report(form, self._key, message, device, item, self._context, not learned)
                if isinstance(told, Quarantine):
                    results.append(told)
                    continue
                learned = True
                event = self._event(told, item, entry, len(results) - before, mint)
                results.append(event if not form.evidence else _with_pictures(form, item, event, results))
            if not fitting:
                results.append(_refused(form, device, unfit(form, item)))

    def _event(self, told: Report, scope: Scope, entry: Entry, number: int, mint: Mint) -> Event:
        form, context, device, key = self._form, self._context, told.device, told.key
        flags: list[str] = []
        subject, data, state = entry.fields.read(scope, flags)
        if subject:
            subject = context.references.keyed(subject, context.registry.households)
        if device.household:
            subject.setdefault("household", device.household)
        if key is not None and (number or form.dedup_keyed or len(key) > DEDUP_LENGTH):
            key = dedup_key(form, key, number, context)
        # Not one name more: a call with sixteen costs four times as much, it is made through a dictionary.
        event = Event(
            id=mint(),
            site=context.site,
            device=device.id,
            kind=entry.kind or "device.state",
            mode=told.mode,
            at=told.at,
            time_quality=told.quality,
            device_time=told.device_time,
            received_at=told.received_at,
            dedup=key,
            subject=subject,
            data=data,
            state=state,
            source=self._source,
            flags=(*told.flags, *flags) if flags else told.flags,
        )
        if entry.edge is not None and context.unchanged(event, entry.edge):
            event = replace(event, kind="device.state", data={})  # the same report: the state was already so
        if context.last and state and told.mode != "backfill":
            context.passed(event)
        return event


def read_message(
    form: MessageForm, message: RawMessage, captured: dict[str, str], context: DecodeContext, mint: Mint
) -> list[Decoded] | None:
    """Read a lone message with one form; None when the form is not meant."""
    return FormReader(form, path_of(message.topic), captured, context).read(message, mint)


def raw_hash(payload: bytes) -> str:
    """Return the name of the raw bytes, as journaled events keep it."""
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


def _by_topic(identity: Identity, captured: dict[str, str]) -> str | None:
    """Return the identity if the topic alone says it, or None."""
    try:
        return _ident(identity, identity.get({"topic": captured}))
    except KeyError:  # it stands elsewhere in the message
        return None


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


def _other(
    form: MessageForm, message: RawMessage, device: Device | None, scope: Scope, entry: Entry
) -> Decoded:
    """Return what an entry says that makes no event."""
    if entry.ignore is not None:
        return Ignored(
            code=entry.ignore[0], reason=entry.ignore[1], device=None if device is None else device.id
        )
    if entry.track is not None:
        return _note(form, message, device, scope, entry, entry.track(scope))
    return _refused(form, device, refused(entry, form, scope))


def _note(
    form: MessageForm, message: RawMessage, device: Device | None, scope: Scope, entry: Entry, track: Any
) -> Decoded:
    name = to_text(track) if track is not None else REFUSED
    ident = "" if device is None else device.id
    if name is REFUSED:
        reason = "a note that names no object"
        return Quarantine(code="malformed", reason=reason, device=ident or None, profile=form.profile)
    data = read_fields(entry.fields.data, scope, "data", [])
    return Note(device=ident, track=str(name), at=message.received_at, data=data)


def _refused(form: MessageForm, device: Device | None, reason: str) -> Quarantine:
    ident = None if device is None else device.id
    return Quarantine(code="unknown_code", reason=reason, device=ident, profile=form.profile)


def _with_pictures(form: MessageForm, scope: Scope, event: Event, results: list[Decoded]) -> Event:
    """Return the event with its pictures as evidence; their bytes go before it, each once."""
    flags: list[str] = []
    blobs = collect(form.evidence, scope, flags)
    there = {result.sha256 for result in results if isinstance(result, Blob)}
    results.extend(blob for blob in blobs if blob.sha256 not in there)
    pieces = tuple(Evidence(sha256=blob.sha256, mime=blob.mime, size=len(blob.data)) for blob in blobs)
    return replace(event, evidence=pieces, flags=(*event.flags, *flags))
