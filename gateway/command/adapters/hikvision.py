"""Hikvision access controllers: remote open by the public ISAPI, HTTP digest, one request for one door.

    PUT {url}/ISAPI/AccessControl/RemoteControl/door/{n}   <RemoteControlDoor><cmd>open</cmd></RemoteControlDoor>
    200 <ResponseStatus><statusCode>1</statusCode>…  taken · 2 busy · 3 device error · 4 not allowed · 5, 6 bad XML

`open` lets the door go for the time set in the controller; `close` ends an opening and locks again. `alwaysOpen`,
which leaves a door unlocked, is not offered. The device's OK says that it took the order; whether the door
opened, its contact tells.
"""

from __future__ import annotations

import re
import ssl

import httpx

from devices.command import Command, CommandWord
from gateway.command.adapter import Order, Out, Target, adapter, beyond
from gateway.command.turn import Heard
from gateway.errors import NotSent

CMD = {"open": "open", "lock": "close"}
ANSWER_BYTES = 16 * 1024
_STATUS = re.compile(rb"<ResponseStatus[\s>].{0,4000}?<statusCode>\s*(\d{1,3})\s*</statusCode>", re.DOTALL)
_WORDS = re.compile(rb"<(?:subStatusCode|statusString)>([^<]{1,80})<")
_TAKEN, _BUSY = 1, 2
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_BODY = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<RemoteControlDoor version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><cmd>{cmd}</cmd></RemoteControlDoor>'
)


@adapter("hikvision")
class Hikvision:
    """Doors of a controller; `channel` is the number of the door, from 1."""

    names = {"zh": "海康威视门禁（ISAPI）", "en": "Hikvision access control (ISAPI)"}
    way = "http"
    commands = frozenset(CMD)
    answers = True

    def problems(self, target: Target) -> list[str]:
        """Return what is missing to reach the controller."""
        found = beyond(target, sorted(CMD))
        if not target.url:
            found.append("url: where the controller answers, like http://192.168.1.64")
        if not target.user or not target.password:
            found.append(
                "user, password_file: an account of the controller that may open doors, and no more than that"
            )
        if target.channel < 1:
            found.append("channel: the number of the door in the controller, from 1")
        return found

    def topics(self, _target: Target) -> tuple[str, ...]:
        """Nothing is listened to: the answer is the answer of the request."""
        return ()

    def hear(self, _command: Command, _target: Target, _topic: str, _payload: bytes) -> Heard | None:
        """Nothing is listened to."""
        return None

    async def send(self, order: Order, out: Out) -> Heard | None:
        """Make one request and read what it says; without an answer nobody knows."""
        command, target = order.command, order.target
        try:
            status, body = await _asked(target, CMD[command.name], timeout_s=order.left_s, out=out)
        except _NOT_SENT as error:
            raise NotSent(f"{target.url}: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            return Heard(command=command.id, word="lose", result="no_reply", detail=type(error).__name__)
        word, result, detail = _meaning(status, body)
        return Heard(command=command.id, word=word, result=result, detail=detail)


async def _asked(target: Target, cmd: str, *, timeout_s: float, out: Out) -> tuple[int, bytes]:
    async with (
        httpx.AsyncClient(
            auth=httpx.DigestAuth(target.user, target.password),
            timeout=timeout_s,
            verify=ssl.create_default_context(cafile=target.ca_file or None),
            transport=out.transport,
            trust_env=False,
            follow_redirects=False,
        ) as client,
        client.stream(
            "PUT",
            f"{target.url}/ISAPI/AccessControl/RemoteControl/door/{target.channel}",
            content=_BODY.format(cmd=cmd).encode(),
            headers={"content-type": "application/xml"},
        ) as answer,
    ):
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) >= ANSWER_BYTES:
                break
        return answer.status_code, body[:ANSWER_BYTES]


def _meaning(status: int, body: bytes) -> tuple[CommandWord, str, str]:
    """Return the word of an answer, why, and what the device said. Only its own OK counts as taken."""
    code = _STATUS.search(body)
    said = b"/".join(_WORDS.findall(body)).decode("utf-8", "replace")[:120]
    if status == httpx.codes.UNAUTHORIZED:
        return "fail", "login", said
    if (code is not None and int(code[1]) == _BUSY) or status == httpx.codes.SERVICE_UNAVAILABLE:
        return "fail", "busy", said
    if status >= httpx.codes.MULTIPLE_CHOICES:
        return "fail", "refused", said or f"HTTP {status}"
    if code is None:
        return "lose", "unreadable", f"HTTP {status}"
    if int(code[1]) == _TAKEN:
        return "accept", "device", said
    return "fail", "refused", said or f"statusCode {int(code[1])}"
