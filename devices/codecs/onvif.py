"""ONVIF notifications: the XML of metadata streams and pull points, and the JSON of Profile M, as one shape.

Each notification becomes `{"Topic", "UtcTime", "PropertyOperation", "From", "Source", "Key", "Data"}` with the
topic free of its namespace prefixes and `From` naming the source's items in one text. Source, Key and Data are mappings of simple items, whose values stay text: the
profile turns `"0"` into false. DTDs and entities are refused.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import read_json
from devices.codecs.xml import check_parting
from devices.limits import DEPTH, KEYS, TEXT, check_shape

_ELEMENTS = 2 * KEYS  # of one document
# What an answer of the event service or a metadata stream is made of; other XML is not ours.
_OURS = frozenset({"MetadataStream", "NotificationMessage", "Notify", "PullMessagesResponse"})


class _Notifications:
    """Collects notification messages while expat walks the document; prefixes and namespaces do not matter."""

    def __init__(self) -> None:
        self.found: list[Document] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._items = 0
        self._elements = 0
        self._topic = ""
        self.known = False  # something of the event service was seen

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._path.append(local)
        self._elements += 1
        if self._elements > _ELEMENTS:
            raise CodecRefused("too_large", f"more than {_ELEMENTS} elements")
        if len(self._path) > DEPTH:
            raise CodecRefused("too_deep", f"nested deeper than {DEPTH} levels")
        self._text = []
        self.known = self.known or local in _OURS
        if local == "NotificationMessage":
            self._topic = ""
        elif local == "Message" and "UtcTime" in attributes:
            self.found.append(
                {
                    "Topic": _bare(self._topic),
                    "UtcTime": attributes["UtcTime"],
                    "PropertyOperation": attributes.get("PropertyOperation", ""),
                    "From": "",
                    "Source": {},
                    "Key": {},
                    "Data": {},
                }
            )
        elif local == "SimpleItem" and self.found and self._path[-2] in ("Source", "Key", "Data"):
            self._items += 1
            if self._items > KEYS:
                raise CodecRefused("too_large", f"more than {KEYS} items")
            self.found[-1][self._path[-2]][attributes.get("Name", "")] = attributes.get("Value", "")

    def text(self, text: str) -> None:
        if self._path[-1:] == ["Topic"]:
            self._text.append(text)

    def end(self, _name: str) -> None:
        if self._path.pop() == "Topic":
            self._topic = "".join(self._text).strip()

    def doctype(self, *_: object) -> None:
        raise CodecRefused("malformed", "XML with a document type is refused")


@codec("onvif")
def read_onvif(payload: bytes, encoding: str) -> list[Document]:
    """Read ONVIF XML (any number of notifications, also none) or its JSON forms (exactly one each)."""
    if payload[:64].lstrip()[:1] != b"<":
        return [_from_json(document) for document in read_json(payload, encoding)]
    check_parting(payload)
    notifications = _Notifications()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = notifications.start
    parser.EndElementHandler = notifications.end
    parser.CharacterDataHandler = notifications.text
    parser.StartDoctypeDeclHandler = notifications.doctype
    try:
        parser.Parse(payload, True)
    except expat.ExpatError as error:
        raise CodecRefused("malformed", f"not XML: {error}") from None
    except (LookupError, UnicodeError, ValueError) as error:  # an encoding named in the XML that is none
        raise CodecRefused("malformed", f"XML cannot be read: {error}") from None
    if not notifications.known:
        raise CodecRefused("malformed", "XML that holds no ONVIF notification")
    for document in notifications.found:
        check_shape(document, text=TEXT)
        document["From"] = _from(document["Source"])
    return notifications.found


def _from_json(document: Document) -> Document:
    """Bring the three JSON shapes in the field to one: flat, under `Message`, and with `message` in lower case."""
    message = _unwrapped(document.get("Message", document.get("message", document)))
    if not isinstance(message, dict):
        raise CodecRefused("malformed", "the notification's message is not an object")
    if "Data" not in message and "data" not in message:
        raise CodecRefused("malformed", "a notification without data")
    source = _mapping(message, "Source")
    return {
        "Topic": _bare(str(_unwrapped(document.get("Topic", document.get("topic", ""))))),
        "UtcTime": message.get("UtcTime", document.get("timestamp")),
        "PropertyOperation": message.get("PropertyOperation", ""),
        "From": _from(source),
        "Source": source,
        "Key": _mapping(message, "Key"),
        "Data": _mapping(message, "Data"),
    }


def _mapping(message: Document, name: str) -> dict[str, Any]:
    value = message.get(name, message.get(name.lower()))
    if not isinstance(value, dict):
        return {}
    items = value.get("SimpleItem")
    if not isinstance(items, list):
        return value
    return {
        str(item.get("Name", "")): item.get("Value", "") for item in items[:KEYS] if isinstance(item, dict)
    }


def _unwrapped(value: Any) -> Any:
    """Take the value out of the wrapper that SOAP libraries put around mixed content."""
    return value["_value_1"] if isinstance(value, dict) and "_value_1" in value else value


def _from(source: dict[str, Any]) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted(source.items()) if isinstance(value, str))


def _bare(topic: str) -> str:
    """Return a topic without namespace prefixes: `tns1:RuleEngine/tnsaxis:x` becomes `RuleEngine/x`."""
    return "/".join(level.rpartition(":")[2] for level in topic.strip("/").split("/"))
