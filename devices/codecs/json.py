"""JSON, read exactly: whole integers, no NaN, no lone surrogates, UTF-8 first and then the profile's encoding."""

from __future__ import annotations

from typing import Any

import msgspec

from devices.codec import CodecRefused, Document, codec
from devices.limits import DEPTH, EVIDENCE_BYTES, SIGNS, TEXT, check_shape, check_signs, is_small

_decoder = msgspec.json.Decoder()
RECORDS = 500  # messages in one list
_BOM = b"\xef\xbb\xbf"


def parse_json(payload: bytes, encoding: str, *, text: int = TEXT) -> Any:
    """Return the JSON value of `payload`, no text in it longer than `text`, or raise `CodecRefused`."""
    if payload[:3] == _BOM:
        payload = payload[3:]
    check_signs(payload, b",")
    try:
        value = _decoder.decode(payload)
    except UnicodeDecodeError:
        value = _parse_other(payload, encoding)
    except msgspec.DecodeError as error:
        if encoding == "utf-8" or payload.isascii():
            raise CodecRefused("malformed", f"not JSON: {error}") from None
        value = _parse_other(payload, encoding)
    except RecursionError:
        raise CodecRefused("too_deep", "nested too deep to read") from None
    if not is_small(payload):
        check_shape(value, text=text)
    return value


def _parse_other(payload: bytes, encoding: str) -> Any:
    if encoding == "utf-8":
        raise CodecRefused(
            "malformed", "not UTF-8; if the device speaks GBK, its profile must say `encoding: gbk`"
        )
    try:
        return _decoder.decode(payload.decode(encoding))
    except UnicodeDecodeError:
        raise CodecRefused("malformed", f"neither UTF-8 nor {encoding}") from None
    except msgspec.DecodeError as error:
        raise CodecRefused("malformed", f"not JSON: {error}") from None
    except RecursionError:
        raise CodecRefused("too_deep", "nested too deep to read") from None


@codec("json")
def read_json(payload: bytes, encoding: str) -> list[Document]:
    """Read one JSON object, or a list of objects (one message each)."""
    if len(payload) <= SIGNS:  # what nearly every message is: one small object, and nothing else to ask
        try:
            value = _decoder.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # why not is said below
        else:
            if type(value) is dict and payload.count(b"{") + payload.count(b"[") < DEPTH:
                return [value]
    return _objects(parse_json(payload, encoding))


@codec("json_pictures")
def read_json_pictures(payload: bytes, encoding: str) -> list[Document]:
    """Read JSON in which pictures stand as base64: a text may be as long as a message."""
    return _objects(parse_json(payload, encoding, text=EVIDENCE_BYTES))


def _objects(value: Any) -> list[Document]:
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        if len(value) > RECORDS:
            raise CodecRefused("too_large", f"{len(value)} messages in one; at most {RECORDS} are read")
        return value
    raise CodecRefused("malformed", f"JSON {_kind(value)} where an object is expected")


def _kind(value: Any) -> str:
    names = {
        str: "text",
        bool: "true or false",
        int: "number",
        float: "number",
        type(None): "null",
        list: "list",
    }
    return names.get(type(value), type(value).__name__)
