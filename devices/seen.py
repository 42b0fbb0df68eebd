"""What stands in a message nobody knows yet: every field with its path, type and value, and what it may mean. Pure.

Guesses are for a person who points at fields; nothing is ever decoded by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal, TypeAlias

import msgspec

from devices.address import path_of, query_of
from devices.codec import CODECS, CodecRefused, Document
from devices.event import RawMessage
from devices.kinds import STATES
from devices.paths import split_path
from devices.timestamp import TimeForm, parse_stamp

NOTHING = "nothing stands in it"
MOST = 500  # fields that are listed
LONGEST = 200  # characters of an example
_ELEMENTS = 3  # of a list
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_SOON = timedelta(days=400)  # an hour that far from its arrival is no time of this message

Type: TypeAlias = Literal["text", "number", "integer", "bool", "null", "list", "object"]
Meaning: TypeAlias = Literal["time", "identity", "level", "code", "counter", "state", "elements", "person"]
Tried: TypeAlias = tuple[str, ...]

_NAMES: dict[Meaning, re.Pattern[str]] = {
    "time": re.compile(r"(date|time|stamp|when|日期|时间)|^(ts|at|t|dt)$"),
    "identity": re.compile(
        r"(serial|device|imei|eui|mac|ident|编号|序列)|^(sn|id|dev|uid|uuid|clientid|client|node|host|name)$|(_|\b)(id|sn)$"
    ),
    "level": re.compile(r"level|severity|priority|级别|等级"),
    "code": re.compile(
        r"code|event|alarm|type|status|state|action|kind|cmd|command|msg|method|事件|状态|类型"
    ),
    "counter": re.compile(r"count|seq|serialno|index|frame|msgid|^(n|no|cnt|num)$"),
    "person": re.compile(r"card|person|user|phone|mobile|plate|employee|pin|face|owner|姓名|卡号|手机|车牌"),
}
_LEVELS = frozenset(
    [
        "debug",
        "info",
        "information",
        "notice",
        "warn",
        "warning",
        "minor",
        "major",
        "error",
        "alarm",
        "critical",
        "fatal",
        "emergency",
        "normal",
        "high",
        "medium",
        "low",
        "提示",
        "一般",
        "预警",
        "警告",
        "告警",
        "报警",
        "严重",
        "紧急",
    ]
)
_MAC = re.compile(r"(?:[0-9a-fA-F]{2}[:-]?){5}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{2}){8}")
_SERIAL = re.compile(r"(?=.*\d)[A-Za-z0-9_.:-]{5,40}")
_CODE = 24  # characters; a longer text is no code


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """One guess: what a field may be. `sure` when the value itself says so; `word` is a time's form or a state's name."""

    what: Meaning
    sure: bool = False
    word: str = ""


class FieldSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a message. `usable` is false where no path can name it (a key with a dot or a space)."""

    path: str
    type: Type
    example: Any = None
    usable: bool = True
    meant: tuple[Meant, ...] = ()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a message as its codec reads it, and the levels of its topic; `refused` says why nothing is read."""

    payload: str = ""
    encoding: str = "utf-8"
    fields: tuple[FieldSeen, ...] = ()
    levels: tuple[str, ...] = ()
    more: int = 0  # fields that are not listed
    refused: str = ""


def look(
    message: RawMessage,
    *,
    zone: tzinfo,
    payload: str | None = None,
    encoding: str = "utf-8",
    idents: Collection[str] = (),
) -> Seen:
    """Return every field of a message and what it may mean; never raises, whatever the bytes are.

    `payload` names the codec; without one those that fit are tried in turn. `idents` are identities that are known.
    What is no UTF-8 is looked at as the Chinese encodings write it.
    """
    encoding = _written_in(message.payload) if encoding == "utf-8" else encoding
    names = (payload,) if payload is not None else _likely(message)
    levels = tuple(path_of(message.topic).split("/")) if message.topic else ()
    refused = ""
    for name in names:
        documents, why = _read(name, message.payload, encoding)
        if documents:
            found = list(_fields(message, documents[0]))
            known = {*idents, *levels}
            listed = tuple(
                msgspec.structs.replace(each, meant=tuple(_meanings(each, message, zone, known)))
                for each in found[:MOST]
            )
            more = max(len(found) - MOST, 0)
            empty = "" if found else NOTHING
            return Seen(
                payload=name, encoding=encoding, fields=listed, levels=levels, more=more, refused=empty
            )
        refused = refused or why
    return Seen(payload=names[0], encoding=encoding, levels=levels, refused=refused or NOTHING)


def _written_in(payload: bytes) -> str:
    for encoding in ("utf-8", "gbk", "gb18030"):
        try:
            payload.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8"


def _likely(message: RawMessage) -> Tried:
    head = message.payload[:64].lstrip()[:1]
    if head in (b"{", b"["):
        return ("json", "text")
    if message.adapter == "http":
        return ("push", "text")
    return ("xml", "text") if head == b"<" else ("any", "text")


def _read(name: str, payload: bytes, encoding: str) -> tuple[list[Document], str]:
    codec = CODECS.get(name)
    if codec is None:
        return [], f"there is no codec '{name}'"
    try:
        found = codec(payload, encoding)
    except CodecRefused as refused:
        return [], str(refused)
    except Exception as error:  # noqa: BLE001  # task boundary: a codec written elsewhere; its fault is the answer
        return [], f"{type(error).__name__}: {error}"
    return [each for each in found if not isinstance(each, CodecRefused)], ""


def _fields(message: RawMessage, document: Document) -> Iterator[FieldSeen]:
    yield from _below("e", document, usable=True)
    query = query_of(message.topic) if message.adapter == "http" else {}
    for root, values in (("query", query), ("headers", message.headers)):
        for key, value in values.items():
            yield _seen(f"{root}.{key}", value, usable=_names(key))


def _below(path: str, document: Document, *, usable: bool) -> Iterator[FieldSeen]:
    """Yield what stands below a place, outer fields first; the stack is ours, not Python's."""
    waiting: list[tuple[str, Any, bool]] = [(path, document, usable)]
    while waiting:
        at, value, good = waiting.pop(0)
        if at != path:
            yield _seen(at, value, usable=good)
        if isinstance(value, dict):
            waiting += [(f"{at}.{key}", child, good and _names(key)) for key, child in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{at}.{number}", child, good) for number, child in enumerate(value[:_ELEMENTS])]


def _names(key: str) -> bool:
    return "." not in key and split_path(f"e.{key}") is not None


def _seen(path: str, value: Any, *, usable: bool) -> FieldSeen:
    example = value
    if isinstance(value, dict | list):
        example = len(value)
    elif isinstance(value, str):
        example = value[:LONGEST]
    return FieldSeen(path=path, type=_type(value), example=example, usable=usable)


def _type(value: Any) -> Type:
    names: dict[type, Type] = {
        str: "text", bool: "bool", int: "integer", float: "number", type(None): "null", list: "list", dict: "object",
    }  # fmt: skip
    return names.get(type(value), "text")


def _meanings(field: FieldSeen, message: RawMessage, zone: tzinfo, known: Collection[str]) -> Iterator[Meant]:
    name = field.path.rpartition(".")[2].lower()
    if field.type in ("list", "object"):
        if field.type == "list" and field.example:
            yield Meant(what="elements")
        return
    form = _time_form(field.example, message.received_at, zone)
    called = {what for what, names in _NAMES.items() if names.search(name)}
    if form is not None and ("time" in called or isinstance(field.example, str)):
        yield Meant(what="time", sure=True, word=form)
        return
    if "time" in called and field.type in ("integer", "number", "text"):
        yield Meant(what="time", word="auto")
    yield from _identity(field.example, called, known)
    text = field.example.strip().lower() if isinstance(field.example, str) else ""
    if text in _LEVELS or "level" in called:
        yield Meant(what="level", sure=text in _LEVELS)
    if "person" in called:
        yield Meant(what="person")
    if "counter" in called and field.type == "integer":
        yield Meant(what="counter")
    short = field.type in ("integer", "bool") or (field.type == "text" and len(text) <= _CODE)
    if "code" in called and short:
        yield Meant(what="code")
    if name in STATES:
        yield Meant(what="state", word=name)


def _identity(value: Any, called: Collection[str], known: Collection[str]) -> Iterator[Meant]:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return
    text = str(value)
    if text in known and len(text) > 1:
        yield Meant(what="identity", sure=True)
    elif "identity" in called or (
        isinstance(value, str)
        and (_MAC.fullmatch(text) or (_SERIAL.fullmatch(text) and not text.isdigit() and "-" not in text))
    ):
        yield Meant(what="identity")


def _time_form(value: Any, received: datetime, zone: tzinfo) -> TimeForm | None:
    """Return the form in which a value is a time near its message's arrival."""
    tries: tuple[TimeForm, ...] = ("compact", "auto") if _looks_compact(value) else ("auto",)
    for form in tries:
        stamp = _moment(lambda form=form: parse_stamp(value, zone, form))  # type: ignore[misc]  # a default argument binds the loop's form
        if stamp is not None and max(_EARLIEST, received - _SOON) <= stamp <= received + _AHEAD:
            return form
    return None


def _looks_compact(value: Any) -> bool:
    return (
        isinstance(value, str | int)
        and not isinstance(value, bool)
        and re.fullmatch(r"20\d{12}\d{0,4}", str(value)) is not None
    )


def _moment(read: Callable[[], Any]) -> datetime | None:
    try:
        stamp = read()
    except (ValueError, OverflowError):
        return None
    return None if stamp is None else stamp.instant
