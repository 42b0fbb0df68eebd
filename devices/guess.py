"""Which profile reads a payload whose topic nobody knows: every form is tried, the one that says most wins.

For the decode tool and for proposing a profile for quarantined messages; never for live decoding. A form scores for
every path it names that stands in the payload, for what comes out, and loses for what stays unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo

import msgspec

from devices.address import path_of, query_of
from devices.codec import CODECS, CodecRefused, Document
from devices.context import DecodeContext
from devices.convert import to_text
from devices.event import Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry
from devices.form import MessageForm, Profile
from devices.match import TopicIndex
from devices.paths import compile_path, paths_in, split_path
from devices.reading import each_item, read_message
from devices.registry import Registry

NOBODY = "unnamed"  # the device of a payload that only its topic would have named
_WORD = 20  # characters; a longer text is no status word
_MADE_HERE = frozenset({"e.item.key", "e.item.name", "e.item.index"})  # not words of the payload
_ENOUGH = 2  # paths of a form that must be in a payload; one is chance
_FEW = 4  # places of a payload in which a single known word is no chance
_UNREAD = -8  # points for a form that knows the words but not what they mean here
_BLIND = 3  # points less for a form that asks nothing of the message
_MOST = 12  # points for what comes out: four words of the payload say more


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """One profile's best reading of a payload: through which form, on a borrowed topic or path, with what result."""

    profile: str  # id@revision
    topic: str
    adapter: str
    known: int  # paths of the form that stand in the payload
    score: int
    results: list[Decoded]


def rank(
    profiles: Iterable[Profile],
    message: RawMessage,
    *,
    zone: tzinfo,
    mint: Callable[[], str],
    least: int = _ENOUGH,
) -> list[Guess]:
    """Return each profile's best reading of a payload, the best first; profiles that know too little are left out.

    The topic is borrowed from the profile's samples: where it decides what a message means, that is a guess too. A
    device that only the topic names is called `unnamed`. `least` is how many words of the payload a form must know;
    a form that knows one word fewer counts if the payload has hardly more and it reads as an event. Never raises.
    """
    best: dict[str, Guess] = {}
    for form, tried in _borrowed(profiles, message):
        found = _try(form, tried, zone, mint, least)
        if found is not None and (form.profile not in best or found.score > best[form.profile].score):
            best[form.profile] = found
    most = max((each.known for each in best.values()), default=0)
    readable = any(2 * each.known >= most and not _refused(each) for each in best.values())
    return sorted(best.values(), key=lambda each: (readable and _refused(each), -each.score))


def _refused(guess: Guess) -> bool:
    """Tell whether the form only says why it does not read the payload.

    Such a form comes after those that read it, unless the best of them knows less than half of its words: then
    what they read is chance.
    """
    return any(isinstance(result, Quarantine) for result in guess.results)


def _try(
    form: MessageForm, message: RawMessage, zone: tzinfo, mint: Callable[[], str], least: int
) -> Guess | None:
    documents = _documents(form, message)
    known = _known(form, documents, message)
    if documents is None or known < min(least, 1) or form.own:
        return None
    results = _read(form, message, zone, mint)
    if results is None:
        return None
    unread = any(isinstance(result, Quarantine) for result in results)
    if known < least and (
        known < least - 1 or not any(map(_is_event, results)) or unread or _leaves(documents) > _FEW
    ):
        return None
    if known == 0 and not unread:
        return None  # a form that asks nothing knows nothing; only why it refuses is of use
    if least >= _ENOUGH and results and all(map(_nameless, results)):
        return None  # a payload without the name that its family always carries is of another family
    if _is_word(documents) and (unread or _takes_anything(form, message, zone, mint)):
        return None  # any bytes are some text; only a word that means something counts
    said = max((_worth(result) for result in results), default=0)
    if all(entry.when is None for entry in form.entries):
        said -= _BLIND
    return Guess(
        profile=form.profile,
        topic=message.topic,
        adapter=form.adapter,
        known=known,
        score=4 * known + _lost(form, results) + min(said, _MOST) + (form.codec is CODECS["json"]),
        results=results,
    )


def _lost(form: MessageForm, results: list[Decoded]) -> int:
    """Return the points lost for what stays unread: half of them where the form foresaw it and says why."""
    reasons = {result.reason for result in results if isinstance(result, Quarantine)}
    foreseen = tuple(entry.refuse for entry in form.entries if entry.refuse is not None)
    return 0 if not reasons else _UNREAD // 2 if all(r.startswith(foreseen) for r in reasons) else _UNREAD


def _read(
    form: MessageForm, message: RawMessage, zone: tzinfo, mint: Callable[[], str]
) -> list[Decoded] | None:
    """Read a message with one form and no memory: what came before must not make it a mere state."""
    context = DecodeContext(
        registry=Registry(), site="", zone=zone, site_key=b"guess", accept_unknown=True, oldest=None
    )
    topic = form.pattern.capture(path_of(message.topic))
    return read_message(form, message, topic, context, mint)


def _takes_anything(form: MessageForm, message: RawMessage, zone: tzinfo, mint: Callable[[], str]) -> bool:
    other = _read(form, msgspec.structs.replace(message, payload=b"qxzv"), zone, mint) or []
    return not any(isinstance(result, Quarantine) for result in other)


def _is_event(result: Decoded) -> bool:
    return isinstance(result, Event | Telemetry)


def _nameless(result: Decoded) -> bool:
    return isinstance(result, Quarantine) and result.code == "identity"


def _leaves(documents: list[Document]) -> int:
    return len(paths_in(documents[0], "e")) - 1 if documents else 0


def _known(form: MessageForm, documents: list[Document] | None, message: RawMessage) -> int:
    """Count the form's paths that stand in the payload."""
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
    if len(message.payload) > form.limit:
        return None
    try:
        found = form.codec(message.payload, form.encoding)
    except CodecRefused:
        return None
    except Exception:  # noqa: BLE001  # task boundary: a codec written elsewhere must not stop the others
        return None
    good = [each for each in found if not isinstance(each, CodecRefused)]
    return good if good or not found else None


def _borrowed(profiles: Iterable[Profile], message: RawMessage) -> Iterator[tuple[MessageForm, RawMessage]]:
    for profile in profiles:
        for form in profile.forms:
            named = _claimed(form, message) or NOBODY
            for topic in _sample_topics(profile, form):
                yield (
                    form,
                    msgspec.structs.replace(
                        message, topic=_renamed(form, topic, named), adapter=form.adapter
                    ),
                )


def _renamed(form: MessageForm, topic: str, name: str) -> str:
    """Put another device's name into a sample's topic or address, where that is what names the device."""
    if form.identity is None:
        return topic
    path = path_of(topic)
    scope = {"e": {}, "topic": form.pattern.capture(path), "headers": {}, "query": query_of(topic)}
    own = form.identity.get(scope)
    if own is None or own == form.identity.get({"e": {}, "topic": {}, "headers": {}, "query": {}}):
        return topic  # the form itself names it, or only the payload does
    renamed = "/".join(name if level == own else level for level in path.split("/"))
    return renamed + topic[len(path) :].replace(f"={own}", f"={name}")


def _sample_topics(profile: Profile, form: MessageForm) -> list[str]:
    index: TopicIndex[bool] = TopicIndex()
    index.add(form.pattern, True)
    topics = [
        sample.topic
        for sample in profile.samples
        if sample.adapter == form.adapter and index.find(path_of(sample.topic))
    ]
    return list(dict.fromkeys(topics))


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
