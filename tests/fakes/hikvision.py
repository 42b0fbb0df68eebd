"""Hikvision: an access controller on loopback that honours the public ISAPI for remote control, digest login included.

`mode` of the base says what happens instead of an answer; `says` what it answers to a request that is right:
`ok`, `busy`, `device error`, `not allowed`, `bad xml`, `gibberish`, `other xml`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import ClassVar

from tests.fakes.web import Request, Web

REALM, NONCE = "DS-K2604", "4f5455304d7a6379"
_PARTS = re.compile(r'(\w+)=(?:"([^"]*)"|([^,\s]+))')
_CMD = re.compile(rb"<RemoteControlDoor[^>]*>\s*<cmd>(\w+)</cmd>\s*</RemoteControlDoor>")


def status_xml(code: int, words: str, detail: str) -> bytes:
    """Return a ResponseStatus document."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ResponseStatus version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">\n'
        f"<requestURL>/ISAPI/AccessControl/RemoteControl/door/1</requestURL>\n<statusCode>{code}</statusCode>\n"
        f"<statusString>{words}</statusString>\n<subStatusCode>{detail}</subStatusCode>\n</ResponseStatus>\n"
    ).encode()


@dataclass
class Hikvision(Web):
    """A controller with doors 1 to 4. `opened` are the doors that were let go, `locked` those that were closed."""

    user: str = "opener"
    password: str = "abc-12345"
    says: str = "ok"
    opened: list[int] = field(default_factory=list)
    locked: list[int] = field(default_factory=list)

    ANSWERS: ClassVar[dict[str, tuple[str, bytes]]] = {
        "busy": ("503 Service Unavailable", status_xml(2, "Device Busy", "deviceBusy")),
        "device error": ("500 Internal Server Error", status_xml(3, "Device Error", "deviceError")),
        "not allowed": ("403 Forbidden", status_xml(4, "Invalid Operation", "notSupport")),
        "bad xml": ("400 Bad Request", status_xml(6, "Invalid XML Content", "badParameters")),
        "gibberish": ("200 OK", b"<ResponseStatus><statusCode>one</statusCode>"),
        "other xml": ("200 OK", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><Door><statusCode>1</statusCode></Door>"),
    }  # fmt: skip

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        """Answer one request as the controller does."""
        if not self._known(request):
            challenge = f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm="MD5"'
            return (
                "401 Unauthorized",
                {"www-authenticate": challenge},
                status_xml(4, "Invalid Operation", "unauthorized"),
            )
        door = re.fullmatch(r"/ISAPI/AccessControl/RemoteControl/door/([1-4])", request.path)
        if door is None or request.method != "PUT":
            return "404 Not Found", {}, status_xml(4, "Invalid Operation", "notSupport")
        if self.says in self.ANSWERS:
            status, body = self.ANSWERS[self.says]
            return status, {"content-type": "application/xml"}, body
        cmd = _CMD.search(request.body)
        if cmd is None or cmd[1] not in (b"open", b"close"):
            return "400 Bad Request", {}, status_xml(5, "Invalid XML Format", "badXmlFormat")
        (self.opened if cmd[1] == b"open" else self.locked).append(int(door[1]))
        return "200 OK", {"content-type": "application/xml"}, status_xml(1, "OK", "ok")

    def _known(self, request: Request) -> bool:
        said = request.headers.get("authorization", "")
        parts = {name: quoted or plain for name, quoted, plain in _PARTS.findall(said)}
        if (
            not said.startswith("Digest ")
            or parts.get("nonce") != NONCE
            or parts.get("username") != self.user
        ):
            return False
        own = _md5(f"{self.user}:{REALM}:{self.password}")
        asked = _md5(f"{request.method}:{request.path}")
        wanted = _md5(f"{own}:{NONCE}:{parts.get('nc')}:{parts.get('cnonce')}:auth:{asked}")
        return parts.get("response") == wanted and parts.get("uri") == request.path


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
