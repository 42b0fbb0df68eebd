"""Draft: a profile as one points it out on a page, and the YAML that is written from it. Pure.

A draft has the keys of a profile with one form of message, and is shorter where a page is: `topic` or `path` stand at
its top, a line of `kinds` may say `field` and `equals` in place of `when`, and `data`, `subject` and `states` in place of
one `fields`. What must come of its samples is found by reading them, so that the profile is proven by them from then on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from devices.codec import CODECS, CodecRefused
from devices.compile import ENCODINGS, OUTCOMES
from devices.decode import Decoder
from devices.document import Document, parse_document
from devices.event import Quarantine, RawMessage
from devices.form import Profile, Sample
from devices.node import Node
from devices.problem import Problem
from devices.profile import SAMPLE_SITE, SAMPLE_ZONE, load_beside
from devices.registry import Registry
from devices.samples import describe
from devices.yaml_text import yaml_text

PASSED_ON = (
    "about", "availability", "payload", "lines", "encoding", "limit", "identity", "time", "modes", "dedup", "each", "take", "fields",
    "optional", "evidence", "reply",
)  # fmt: skip
KEYS = ("id", "name", "topic", "path", "where", *PASSED_ON, "kinds", "samples")
ROW_KEYS = (
    "when", "field", "equals", "otherwise", "kind", "state", "note", "ignore", "refuse", "skip", "edge", "fields", "data",
    "subject", "states",
)  # fmt: skip
GROUPS = {"data": "data", "subject": "subject", "states": "state"}
SAMPLE_KEYS = (
    "name",
    "topic",
    "path",
    "payload",
    "base64",
    "headers",
    "user",
    "retained",
    "received",
    "expect",
)
_REVISION = re.compile(r"""^(["']?profile["']?[ ]*:[ ]*["']?[a-z][a-z0-9-]*)@[0-9]{1,9}""", re.MULTILINE)
_DEEPEST = 20  # of a payload that is written out; a deeper one is kept as the text that it is
_ROW = re.compile(r"kinds\[(\d+)\]\.(when|otherwise|fields\.(data|subject|state)\.)")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a draft: its YAML as far as it could be written, the profile if it is good, and every problem.

    The paths of the problems are those of the draft.
    """

    text: str = ""
    profile: Profile | None = None
    problems: tuple[Problem, ...] = ()


def write_profile(
    draft: Any, *, revision: int = 1, known: Iterable[Profile] = (), file: str = "draft"
) -> Written:
    """Return the YAML of a draft and what is wrong with it; never raises, whatever the draft is.

    `known` are the profiles beside which it must stand. The YAML loads and its samples prove it, or `problems` say why.
    """
    whole = parse_document("{}", file)
    whole.value = draft
    problems: list[Problem] = []
    value = _translated(Node(whole, problems), revision)
    if problems or value is None:
        return Written(problems=tuple(dict.fromkeys(problems)))
    others = tuple(known)
    text = yaml_text(value)
    profile, found = load_beside(text, file, others, proven=False)
    if profile is not None:
        found = _expect(profile, value, whole)
        text = yaml_text(value)
    if profile is not None and not found:
        profile, found = load_beside(text, file, others)
    said = tuple(dict.fromkeys(_led_back(each, draft) for each in found))
    return Written(text=text, profile=None if said else profile, problems=said)


def _translated(top: Node, revision: int) -> dict[str, Any] | None:
    """Return the draft as a profile's YAML would hold it, the expectations of its samples still open."""
    if not _is_plain(top.value):
        top.say(
            "expected plain values: texts, numbers, true, false, null, lists and mappings of at most 40 levels"
        )
        return None
    if not top.mapping(KEYS, ("id", "name", "identity", "dedup", "kinds", "samples")):
        return None
    if top.has("topic") == top.has("path"):
        top.say("expected either 'topic' (MQTT) or 'path' (HTTP)")
    name = top.child("name").value
    match = {key: top.value[key] for key in ("topic", "path", "where") if _given(top, key)}
    rows = [_row(each) for each in top.child("kinds").items()] if top.has("kinds") else []
    samples = list(top.child("samples").items()) if top.has("samples") else []
    return {
        "profile": f"{top.child('id').value}@{revision}",
        "name": {"zh": name, "en": name} if isinstance(name, str) else name,
        **{key: top.value[key] for key in PASSED_ON[:2] if _given(top, key)},
        "match": match,
        **{key: top.value[key] for key in PASSED_ON[2:] if _given(top, key)},
        "kinds": rows,
        "samples": [_sample(each, number, *_format(top)) for number, each in enumerate(samples, start=1)],
    }


def _row(node: Node) -> dict[str, Any]:
    if not node.mapping(ROW_KEYS):
        return {}
    row: dict[str, Any] = {}
    if node.has("field") and (node.has("when") or node.has("otherwise")):
        node.say("'field' with 'equals' is a 'when'; give one of them")
    if node.has("field") != node.has("equals"):
        node.say("expected 'field' (a path) and 'equals' (a value or a list of values) together")
    elif node.has("field"):
        row["when"] = _condition(node)
    fields: dict[str, Any] = (
        dict(node.value["fields"]) if isinstance(node.child("fields").value, dict) else {}
    )
    for key, group in GROUPS.items():
        for name, place in node.child(key).pairs() if node.child(key).value is not None else ():
            fields[f"{group}.{name}"] = place.value
    for key in ("when", "otherwise", "kind", "state", "note", "ignore", "refuse", "skip", "edge"):
        if _given(node, key):
            row[key] = node.value[key]
    if not row.keys() & set(OUTCOMES) and _given(node, "states"):
        row["kind"] = "device.state"  # states alone are a report of how things stand
    return {**row, **({"fields": fields} if fields else {})}


def _condition(node: Node) -> str:
    path, values = node.child("field").text(), node.child("equals").value
    several = values if isinstance(values, list) else [values]
    if not several or not all(isinstance(each, str | int | float | bool) for each in several):
        node.child("equals").say("expected a text, a number, true or false, or a list of them")
        return ""
    said = [_literal(each) for each in several]
    read = _in_brackets(path or "")
    return f"{read} == {said[0]}" if not isinstance(values, list) else f"{read} in [{', '.join(said)}]"


def _in_brackets(path: str) -> str:
    """Return a path as a condition reads it: what is no word stands in brackets."""
    root, *keys = path.split(".")
    words = (
        f"[{k}]" if k.isdecimal() else f".{k}" if k.isidentifier() else f"[{json.dumps(k)}]" for k in keys
    )
    return root + "".join(words)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True) if isinstance(value, str | bool) else repr(value)


def _sample(node: Node, number: int, codec: str, encoding: str) -> dict[str, Any]:
    if not node.mapping(SAMPLE_KEYS):
        return {}
    if node.has("payload") == node.has("base64"):
        node.say("expected either 'payload' or 'base64'")
    sample: dict[str, Any] = {"name": node.child("name").value or f"sample {number}"}
    for key in ("topic", "path", "headers", "user", "retained", "received"):
        if _given(node, key):
            sample[key] = node.value[key]
    if node.has("base64"):
        sample["base64"] = node.value["base64"]
    elif node.has("payload"):
        sample["payload"] = as_written(node.value["payload"])
        if (refused := _refused(node.value["payload"], codec, encoding)) is not None:
            node.child("payload").say(f"cannot be read as {codec}: {refused}")
    return {**sample, "expect": node.value.get("expect") or []}


def _format(top: Node) -> tuple[str, str]:
    """Return codec and encoding of the payloads; what is wrong with these words is found by the profile's reader."""
    payload, encoding = top.child("payload").value, top.child("encoding").value
    return payload if isinstance(payload, str) else "json", "utf-8" if encoding not in ENCODINGS else str(
        encoding
    )


def _refused(payload: Any, name: str, encoding: str) -> str | None:
    """Return why the codec does not read a payload; None: it does, or it needs more than its name."""
    codec = CODECS.get(name)
    if codec is None or name == "lines":
        return None
    try:
        codec(payload.encode() if isinstance(payload, str) else msgspec.json.encode(payload), encoding)
    except (CodecRefused, UnicodeEncodeError, msgspec.MsgspecError) as refused:
        return str(refused)
    return None


def as_written(payload: Any) -> Any:
    """Return a payload as a sample shows it best: JSON written out where nothing of it is lost, else as its text."""
    if not isinstance(payload, str):
        return payload
    try:
        value = msgspec.json.decode(payload)
        again = parse_document(yaml_text({"payload": value}), "sample")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return payload
    same = isinstance(value, dict | list) and not again.problems and again.value == {"payload": value}
    return value if same and value and _is_plain(value, _DEEPEST) else payload


def _expect(profile: Profile, value: dict[str, Any], whole: Document) -> list[Problem]:
    """Write what comes of each sample into it; a sample of which nothing comes is a problem."""
    problems: list[Problem] = []
    for sample, written in zip(profile.samples, value["samples"], strict=True):
        if written["expect"]:
            continue
        results = read_sample_with(profile, sample)
        place = ("samples", sample.number)
        problems += [
            whole.problem(place, f"nothing is read of it: {r.reason}")
            for r in results
            if isinstance(r, Quarantine)
        ]
        written["expect"] = [_expectation(describe(result)) for result in results]
    return problems


def read_sample_with(profile: Profile, sample: Sample) -> list[Any]:
    """Return what a profile makes of a sample, alone and on a site where every device is known."""
    decoder = Decoder(
        profiles=[profile], registry=Registry(), site=SAMPLE_SITE, zone=SAMPLE_ZONE, site_key=b"sample", accept_unknown=True,
    )  # fmt: skip
    message = RawMessage(
        topic=sample.topic, payload=sample.payload, received_at=sample.received, adapter=sample.adapter, user=sample.user,
        retained=sample.retained, drained=sample.drained, headers=sample.headers,
    )  # fmt: skip
    return decoder.decode(message, mint=str)


def _expectation(described: dict[str, Any]) -> dict[str, Any]:
    """Return what a later reading is compared with: the words of the result and what it says, without what is empty."""
    skip = ("device_time", "dedup", "flags", "evidence") if "event" in described else ()
    found = {
        key: _plain(each) for key, each in described.items() if key not in skip and each not in (None, [], "")
    }
    if found.get("mode") == "live":
        del found["mode"]
    for key in ("data", "state"):
        if found.get(key) == {}:
            del found[key]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def _led_back(problem: Problem, draft: Any) -> Problem:
    """Return a problem of the YAML at the place of the draft that it came from."""
    path = (
        problem.path.replace("match.topic", "topic")
        .replace("match.path", "path")
        .replace("match.where", "where")
    )
    path = {"profile": "id", "match": "topic", "document": "draft"}.get(path, path)
    found = _ROW.match(path)
    if found is not None:
        row = draft["kinds"][int(found[1])]
        if found[2] == "when" and "field" in row:
            path = f"kinds[{found[1]}].field"
        elif found[3]:
            key = next(key for key, group in GROUPS.items() if group == found[3])
            name = path[found.end() :].partition(".")[0]
            if name in (row.get(key) or {}):
                path = f"kinds[{found[1]}].{key}.{path[found.end() :]}"
    return msgspec.structs.replace(problem, path=path, line=1)


def _given(node: Node, key: str) -> bool:
    return node.has(key) and node.value[key] is not None


def _is_plain(value: Any, deepest: int = 40) -> bool:
    """Tell whether something can be written down: plain values, keys that are texts, not nested without end."""
    level = [value]
    for _ in range(deepest):
        if not level:
            return True
        following: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                if not all(isinstance(key, str) for key in each):
                    return False
                following += each.values()
            elif isinstance(each, list):
                following += each
            elif not isinstance(each, str | int | float | bool | None):
                return False
        level = following
    return False


def with_revision(text: str, revision: int) -> str:
    """Return a profile's YAML with another revision; as it is where no line names the profile and one."""
    return _REVISION.sub(rf"\g<1>@{revision}", text, count=1)
