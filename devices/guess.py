"""Which profile reads a payload whose topic nobody knows: every form is tried, the one that says most wins.

For the decode tool and for proposing a profile for quarantined messages; never for live decoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from devices.address import path_of
from devices.codec import CodecRefused, Document
from devices.convert import to_text
from devices.decode import Decoder
from devices.event import Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry
from devices.form import MessageForm, Profile
from devices.match import TopicIndex
from devices.paths import compile_path, split_path
from devices.reading import each_item

_WORD = 20  # characters; a longer text is no status word
_MADE_HERE = frozenset({"e.item.key", "e.item.name", "e.item.index"})  # not words of the payload
_ENOUGH = 2  # paths of a form that must be in a payload; one is chance


def guess(decoder: Decoder, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
    """Return what the best-fitting form makes of a payload; its profile is named in the results.

    The form wins that names most of what stands in the payload; of equals, the one that says most. The topic
    is borrowed from the profile's samples, so a device that is only named in a topic gets the sample's name.
    """
    best: list[Decoded] = [
        Quarantine(code="no_profile", reason="no profile reads this payload; give its topic or path")
    ]
    best_worth = (_ENOUGH - 1, 0)
    for form, tried in _borrowed(decoder, message):
        known = _known(form, message)
        if known < best_worth[0]:
            continue
        results = decoder.decode(tried, mint=mint)
        if _is_word(_documents(form, message)) and any(isinstance(result, Quarantine) for result in results):
            continue  # any bytes are some text; only a word that means something counts
        worth = (known, sum(_worth(result) for result in results))
        if worth > best_worth and known >= _ENOUGH:
            best, best_worth = results, worth
    return best


def _known(form: MessageForm, message: RawMessage) -> int:
    """Count the form's paths that stand in the payload."""
    documents = _documents(form, message)
    if documents is None:
        return 0
    if not documents:
        return _ENOUGH if message.payload.strip() else 0  # a frame with nothing in it
    if _is_word(documents):
        return _ENOUGH if "e.text" in form.reads and 0 < len(documents[0]["text"]) <= _WORD else 0
    scope = {"e": documents[0], "topic": {}, "headers": {}, "query": {}}
    scopes = [scope, *(each_item(form.each, scope) if form.each is not None else ())]
    splits = [
        split for path in form.reads - _MADE_HERE if (split := split_path(path)) is not None and split[1]
    ]
    return sum(any(compile_path(*split)(each) not in (None, "", {}) for each in scopes) for split in splits)


def _is_word(documents: list[Document] | None) -> bool:
    return documents is not None and len(documents) == 1 and list(documents[0]) == ["text"]


def _worth(result: Decoded) -> int:
    if isinstance(result, Event):
        timed = 2 if result.time_quality != "none" else 0
        return timed + (2 if result.kind == "device.state" else 4) + len(result.data) + len(result.state)
    return {Telemetry: 2, Note: 3, Ignored: 1}.get(type(result), 0)


def _documents(form: MessageForm, message: RawMessage) -> list[Document] | None:
    try:
        found = form.codec(message.payload, form.encoding)
        return [each for each in found if not isinstance(each, CodecRefused)]
    except CodecRefused:
        return None


def _borrowed(decoder: Decoder, message: RawMessage) -> Iterator[tuple[MessageForm, RawMessage]]:
    for profile in decoder.profiles:
        for form in profile.forms:
            topic = _sample_topic(profile, form)
            if topic is None:
                continue
            named = _claimed(form, message)
            if named is not None and form.identity is not None:
                captured = form.pattern.capture(path_of(topic))
                own = form.identity.get({"e": {}, "topic": captured, "headers": {}, "query": {}})
                topic = "/".join(named if level == own else level for level in topic.split("/"))
            yield form, msgspec.structs.replace(message, topic=topic, adapter=form.adapter)


def _sample_topic(profile: Profile, form: MessageForm) -> str | None:
    index: TopicIndex[bool] = TopicIndex()
    index.add(form.pattern, True)
    for sample in profile.samples:
        if sample.adapter == form.adapter and index.find(path_of(sample.topic)):
            return sample.topic
    return None


def _claimed(form: MessageForm, message: RawMessage) -> str | None:
    """Return the identity the payload itself claims, where the form compares it with the topic's."""
    if form.identity is None or not form.identity.same:
        return None
    for document in (_documents(form, message) or [])[:1]:
        for _, get in form.identity.same:
            value = get({"e": document, "topic": {}, "headers": {}, "query": {}})
            name = to_text(value) if value is not None else ""
            if isinstance(name, str) and name and "/" not in name:
                return name
    return None
