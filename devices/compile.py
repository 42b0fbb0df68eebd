"""From a profile's YAML to its message forms: paths and conditions are compiled and checked here, all at once.

Every path a profile names must occur in one of its samples, or in its list `optional:`; that is how a slip
of the pen is found at load time and not in the night a fire is missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Literal, cast

import msgspec

from devices.address import path_of, query_of
from devices.choice import Choice
from devices.codec import Codec, CodecRefused, Refusable
from devices.compile_fields import FieldCompiler
from devices.compile_http import evidence_rules, payload_codec, reply_rules
from devices.compile_key import dedup_key, holds_time, tells_apart
from devices.event import Mode
from devices.expression import Expression
from devices.fields import FieldMap, constant
from devices.form import Each, Entry, Identity, MessageForm, Sample, TimeRule
from devices.kinds import KINDS
from devices.limits import EVENT_BYTES, EVIDENCE_BYTES
from devices.match import Pattern, PatternError, TopicIndex, parse_pattern
from devices.node import Node
from devices.paths import Getter
from devices.problem import nearest
from devices.timestamp import TimeForm, parse_zone
from devices.vocabulary import Vocabulary

# What a form may say for itself; all but match and kinds may also stand above `messages:` for all of them.
SHARED_KEYS = (
    "identity",
    "time",
    "modes",
    "dedup",
    "limit",
    "encoding",
    "payload",
    "lines",
    "evidence",
    "reply",
    "each",
    "take",
    "fields",
    "optional",
)
FORM_KEYS = ("match", "kinds", *SHARED_KEYS)
ENCODINGS = ("utf-8", "gbk", "gb18030")
TIME_FORMS = ("auto", "iso", "compact", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns")
MODES = ("live", "backfill", "snapshot", "test")
OUTCOMES = ("kind", "state", "note", "ignore", "refuse", "skip")
ENTRY_KEYS = ("when", "otherwise", *OUTCOMES, "fields", "edge")


class FormCompiler:
    """Compiles one message form; `shared` is the node whose keys stand in where the form says nothing."""

    def __init__(self, form: Node, shared: Node, samples: Iterable[Sample], *, profile: str) -> None:
        self._form = form
        self._shared = shared
        self._profile = profile
        self._samples = tuple(samples)
        self._words = Vocabulary()

    def compile(self, *, own: bool = False) -> MessageForm | None:
        """Return the form; None where nothing could be made of it (the problems say why)."""
        pattern, adapter = self._match(self._form.child("match"))
        if pattern is None:
            return None
        codec = payload_codec(self._pick("payload"), self._pick("lines"), stated=self._form.has("lines"))
        encoding = (
            self._pick("encoding").text(ENCODINGS) if self._pick("encoding").value is not None else "utf-8"
        )
        if codec is None or encoding is None:
            return None
        self._words = self._vocabulary(pattern, adapter, codec, encoding)
        place = self._form.child("match").child("where")
        where = self._words.expression(place) if place.value is not None else None
        fields = FieldCompiler(self._words)
        each = self._each(self._pick("each"))
        entries = [] if own else list(self._entries(self._form.child("kinds"), fields))
        identity = None if own else self._identity(self._pick("identity"), entries)
        form = MessageForm(
            profile=self._profile,
            profile_id=self._profile.partition("@")[0],
            pattern=pattern,
            adapter=adapter,
            where=where,
            early=where is not None and not any(path.partition(".")[0] == "e" for path in where.paths),
            codec=codec,
            encoding=encoding,
            limit=self._limit(self._pick("limit")),
            identity=identity,
            time=self._time(self._pick("time")),
            modes=tuple(self._modes(self._pick("modes"))),
            dedup=() if own else dedup_key(self._pick("dedup"), self._words),
            dedup_keyed=self._pick("dedup").has("keyed"),
            dedup_by_time=holds_time(self._pick("dedup"), self._pick("time")),
            dedup_within=tells_apart(self._pick("dedup")),
            each=each,
            entries=tuple(entries),
            choice=Choice(tuple(entries), several=self._take(self._pick("take"))),
            evidence=tuple(evidence_rules(self._pick("evidence"), self._words)),
            replies=reply_rules(self._pick("reply"), adapter, pattern.names),
            own=own,
        )
        return msgspec.structs.replace(form, reads=frozenset(self._words.used))

    def _pick(self, key: str) -> Node:
        return self._form.child(key) if self._form.has(key) else self._shared.child(key)

    def _match(self, node: Node) -> tuple[Pattern | None, Literal["mqtt", "http"]]:
        if not node.mapping(("topic", "path", "where")):
            return None, "mqtt"
        if node.has("topic") == node.has("path"):
            node.say("expected either 'topic' (MQTT) or 'path' (HTTP)")
            return None, "mqtt"
        place = node.child("topic" if node.has("topic") else "path")
        text = place.text()
        try:
            pattern = parse_pattern(text) if text is not None else None
        except PatternError as error:
            place.say(str(error))
            return None, "mqtt"
        return pattern, "mqtt" if node.has("topic") else "http"

    def _vocabulary(self, pattern: Pattern, adapter: str, codec: Codec, encoding: str) -> Vocabulary:
        """Collect every path that the samples on this form's topics show."""
        index: TopicIndex[bool] = TopicIndex()
        index.add(pattern, True)
        mine = [sample for sample in self._samples if sample.adapter == adapter and index.find(_path(sample))]
        if not mine:
            self._form.child("match").say("no sample has a topic that fits; each form needs at least one")
        optional, each = self._pick("optional"), self._pick("each")
        places = each.value if isinstance(each.value, str) else each.child("from").value
        words = Vocabulary(
            names=pattern.names,
            optional=[text for _, text in optional.texts()] if optional.value is not None else [],
        )
        words.blind = not mine
        for sample in mine:
            documents: Sequence[Refusable] = ()
            with suppress(CodecRefused):
                documents = codec(sample.payload, encoding)
            query = query_of(sample.topic) if adapter == "http" else {}
            words.learn(sample.headers, query, documents, places)
        return words

    def _identity(self, node: Node, entries: Collection[Entry]) -> Identity | None:
        if node.value is None or node.value == "none":
            events = any(entry.kind is not None for entry in entries)
            if events:
                node.say("'identity' is missing: events need to say which device they are from")
            return None
        if isinstance(node.value, str):
            get = self._words.path(node)
            return None if get is None else Identity(get=get)
        if not node.mapping(("from", "value", "same", "user", "case")):
            return None
        if node.has("from") == node.has("value"):
            node.say("expected either 'from' (a path) or 'value' (a fixed identity)")
            return None
        get = self._words.first(node.child("from")) if node.has("from") else _fixed(node.child("value"))
        same = node.child("same").texts() if node.has("same") else []
        case = (node.child("case").text(("as_is", "lower", "upper")) if node.has("case") else None) or "as_is"
        if get is None:
            return None
        others = tuple(
            (text, other) for place, text in same if (other := self._words.path(place)) is not None
        )
        return msgspec.structs.replace(
            Identity(get=get, same=others, user=node.child("user").flag()),
            case=cast("Literal['as_is', 'lower', 'upper']", case),
        )

    def _time(self, node: Node) -> TimeRule | None:
        if node.value is None or node.value == "none":
            return None
        if isinstance(node.value, str):
            get = self._words.path(node)
            return None if get is None else TimeRule(get=get)
        if not node.mapping(("from", "form", "zone", "trust_zone", "required"), ("from",)):
            return None
        form = node.child("form").text(TIME_FORMS) if node.has("form") else "auto"
        zone_text = node.child("zone").text() if node.has("zone") else "site"
        zone = parse_zone(zone_text) if zone_text not in (None, "site") and zone_text is not None else None
        if zone is None and zone_text not in (None, "site"):
            node.child("zone").say(f"'{zone_text}' is neither site, utc nor an offset such as '+08:00'")
        get = self._words.first(node.child("from"))
        if get is None or form is None:
            return None
        trust = node.child("trust_zone").flag() if node.has("trust_zone") else True
        required = node.child("required").flag()
        return TimeRule(get=get, form=cast("TimeForm", form), zone=zone, trust_zone=trust, required=required)

    def _modes(self, node: Node) -> Iterable[tuple[Expression, Mode]]:
        for each in node.items() if node.value is not None else ():
            if not each.mapping(("when", "mode"), ("when", "mode")):
                continue
            condition, mode = self._words.expression(each.child("when")), each.child("mode").text(MODES)
            if condition is not None and mode is not None:
                yield condition, cast("Mode", mode)

    def _limit(self, node: Node) -> int:
        if node.value is None:
            return EVENT_BYTES
        number = node.number()
        if number is None or not 0 < number <= EVIDENCE_BYTES:
            node.say(f"expected a number of bytes, at most {EVIDENCE_BYTES}")
            return EVENT_BYTES
        return int(number)

    def _each(self, node: Node) -> Each | None:
        if node.value is None:
            return None
        if isinstance(node.value, str):
            get = self._words.path(node)
            return None if get is None else Each(get=get, paths=(node.value,))
        if not node.mapping(("from", "split", "one"), ("from",)):
            return None
        get = self._words.first(node.child("from"))
        paths = tuple(text for _, text in node.child("from").texts()) if get is not None else ()
        split = node.child("split").text() if node.has("split") else ""
        one = node.child("one").flag()
        return None if get is None else Each(get=get, paths=paths, split=split or "", one=one)

    @staticmethod
    def _take(node: Node) -> bool:
        return node.value is not None and node.text(("first", "all")) == "all"

    def _entries(self, node: Node, fields: FieldCompiler) -> Iterable[Entry]:
        if node.value is None:
            self._form.say("'kinds' is missing")
            return
        for entry in node.items():
            made = self._entry(entry, fields)
            if made is not None:
                yield made

    def _entry(self, node: Node, fields: FieldCompiler) -> Entry | None:
        if not node.mapping(ENTRY_KEYS):
            return None
        outcomes = [key for key in OUTCOMES if node.has(key)]
        if len(outcomes) != 1:
            node.say(f"expected exactly one of {', '.join(OUTCOMES)}, found {', '.join(outcomes) or 'none'}")
            return None
        if node.has("when") and node.has("otherwise"):
            node.say(
                "'otherwise' is a 'when' that is asked only if nothing before it fitted; give one of them"
            )
        asked = node.child("when" if node.has("when") else "otherwise")
        when = self._words.expression(asked) if asked.value is not None else None
        entry = self._outcome(node, outcomes[0], node.child(outcomes[0]), fields)
        if entry is None:
            return None
        return msgspec.structs.replace(entry, when=when, otherwise=not node.has("when"))

    def _outcome(self, node: Node, outcome: str, place: Node, fields: FieldCompiler) -> Entry | None:
        if outcome == "ignore":
            place.mapping(("code", "reason"), ("code", "reason"))
            code, reason = place.child("code").text(), place.child("reason").text()
            return Entry(ignore=(code, reason)) if code and reason else None
        if outcome == "refuse":
            return Entry(refuse=place.text())
        if outcome == "skip":
            return Entry(skip=place.flag())
        if outcome == "note":
            track = self._words.path(place)
            return None if track is None else Entry(track=track, fields=fields.note(node.child("fields")))
        kind = "device.state" if outcome == "state" else place.text()
        if kind is None:
            return None
        if kind not in KINDS:
            place.say(f"there is no kind '{kind}'{nearest(kind, KINDS)}")
            return None
        maps = [self._shared.child("fields"), node.child("fields")]
        if self._form is not self._shared and self._form.has("fields"):
            maps.insert(1, self._form.child("fields"))
        before = len(self._shared.problems)
        made = fields.event(kind, maps, place if outcome == "state" else None)
        told = node.has("edge") and len(self._shared.problems) == before
        return Entry(kind=kind, fields=made, edge=_edge(node.child("edge"), made) if told else None)


def _edge(node: Node, made: FieldMap) -> str | None:
    """Return the name of the state whose change is told; without one that is set, nothing would ever be told."""
    states = sorted(rule.name for rule in made.state)
    if states or node.text() is None:
        return node.text(states)
    node.say("no state is set here: beside it write fields: {state.NAME: value}, and NAME as the edge")
    return None


def _fixed(node: Node) -> Getter | None:
    text = node.text()
    return None if text is None else constant(text)


def _path(sample: Sample) -> str:
    return path_of(sample.topic) if sample.adapter == "http" else sample.topic
