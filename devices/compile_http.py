"""Compiling what only pushes over HTTP need: the shape of lines, where pictures are, what the sender is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

import msgspec

from devices.codec import CODECS, Codec
from devices.codecs.lines import LineShape, read_lines
from devices.evidence import MIMES, EvidenceRule
from devices.node import Node
from devices.reply import PLACE, ReplyRule, split_body
from devices.vocabulary import Vocabulary

SHAPE_KEYS = ("split", "columns", "least", "pairs", "skip")
REPLY_KEYS = ("tag", "status", "type", "body")
_SPLITS = {"tab": "\t", "comma": ",", "space": "", "bar": "|", "semicolon": ";", "amp": "&"}
_BODY = 4_096  # characters of an answer
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; charset=[\w-]+)?")


def payload_codec(payload: Node, lines: Node, *, stated: bool) -> Codec | None:
    """Return the codec a form names; `lines` gives the one of that name its shape (`stated`: by this very form)."""
    name = payload.text(sorted(CODECS)) if payload.value is not None else "json"
    if name is None:
        return None
    if name != "lines" and stated:
        lines.say("'lines' is the shape of `payload: lines`, which this form does not have")
    if name != "lines" or lines.value is None:
        return CODECS[name]
    shape = _shape(lines)
    return None if shape is None else partial(read_lines, shape=shape)


def _shape(node: Node) -> LineShape | None:
    if not node.mapping(SHAPE_KEYS, ("split",)):
        return None
    split = node.child("split").text(sorted(_SPLITS))
    columns = tuple(text for _, text in node.child("columns").texts()) if node.has("columns") else ()
    pairs = (node.child("pairs").text() or "") if node.has("pairs") else ""
    if bool(columns) == bool(pairs):
        node.say(
            "expected either 'columns' (names in their order) or 'pairs' (the sign between name and value)"
        )
        return None
    least = node.child("least").number() if node.has("least") else len(columns)
    if least is None or not 0 <= least <= len(columns) or least != int(least):
        node.child("least").say(f"expected how many of the {len(columns)} columns a line must have at least")
        return None
    skip = tuple(text for _, text in node.child("skip").texts()) if node.has("skip") else ()
    return LineShape(
        split=_SPLITS.get(split or "tab", "\t"), columns=columns, least=int(least), pairs=pairs, skip=skip
    )


def evidence_rules(node: Node, words: Vocabulary) -> Iterable[EvidenceRule]:
    """Yield where the pictures are: a path, or a list of paths and of `{from, mime}`."""
    if node.value is None:
        return
    for place in node.items() if isinstance(node.value, list) else [node]:
        if isinstance(place.value, str):
            get = words.path(place)
            mime: str | None = "image/jpeg"
        elif place.mapping(("from", "mime"), ("from",)):
            get = words.path(place.child("from"))
            mime = place.child("mime").text(sorted(MIMES)) if place.has("mime") else "image/jpeg"
        else:
            continue
        if get is not None and mime is not None:
            yield EvidenceRule(get=get, mime=mime)


def reply_rules(node: Node, adapter: str, names: tuple[str, ...]) -> tuple[ReplyRule, ...]:
    """Return the answers of a form: those for tagged devices first, the one for all others last."""
    if node.value is None:
        return ()
    if adapter != "http":
        node.say("only a form with 'path' (HTTP) has a reply; a device on MQTT gets a command")
        return ()
    places = list(node.items()) if isinstance(node.value, list) else [node]
    rules = [rule for place in places if (rule := _reply(place, names)) is not None]
    plain = [rule for rule in rules if not rule.tag]
    if len(plain) != 1:
        node.say(f"expected one reply without 'tag', for every device that has none; found {len(plain)}")
        return ()
    return (*(rule for rule in rules if rule.tag), *plain)


def _reply(node: Node, names: tuple[str, ...]) -> ReplyRule | None:
    if not node.mapping(REPLY_KEYS):
        return None
    status = node.child("status").number() if node.has("status") else 200
    if status is None or not 200 <= status <= 599 or status != int(status):
        node.child("status").say("expected an HTTP status, 200 to 599")
        return None
    kind = (node.child("type").text() or "") if node.has("type") else ""
    if kind and not _TYPE.fullmatch(kind):
        node.child("type").say(f"'{kind}' is no content type such as 'text/plain' or 'application/json'")
        return None
    value = node.child("body").value
    text = value if isinstance(value, str) else "" if value is None else msgspec.json.encode(value).decode()
    if len(text) > _BODY:
        node.child("body").say(f"an answer has at most {_BODY} characters")
        return None
    for root, name in PLACE.findall(text):
        if root == "topic" and name not in names:
            node.child("body").say(f"the path has no level named '{name}'")
    return ReplyRule(
        status=int(status),
        type=kind or ("text/plain" if isinstance(value, str) or value is None else "application/json"),
        parts=split_body(text),
        tag=(node.child("tag").text() or "") if node.has("tag") else "",
    )
