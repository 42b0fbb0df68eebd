"""What a device that pushes over HTTP is answered: constants of its profile, never a verdict on what it said.

Some cameras open the barrier when the answer says so. That is why an answer does not depend on the message: it may
only hold a word of the address (`{query.SN}`), and a second answer is given only to devices that the site itself has
given a tag (`tag: reply-opens`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from devices.paths import Scope

Part: TypeAlias = str | tuple[Literal["query", "topic"], str]
PLACE = re.compile(r"\{(query|topic)\.([A-Za-z_][A-Za-z0-9_-]{0,40})\}")
_WORD = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer: status, content type, body."""

    status: int = 200
    type: str = "text/plain"
    body: bytes = b""


class ReplyRule(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a form; with `tag` it is only for devices that carry this tag in the registry.

    `parts` are texts and words of the address, in order.
    """

    status: int = 200
    type: str = "text/plain"
    parts: tuple[Part, ...] = ()
    tag: str = ""


def split_body(text: str) -> tuple[Part, ...]:
    """Return a body's texts and the words of the address between them."""
    parts: list[Part] = []
    end = 0
    for found in PLACE.finditer(text):
        parts += [text[end : found.start()], ("query" if found[1] == "query" else "topic", found[2])]
        end = found.end()
    return tuple(part for part in (*parts, text[end:]) if part != "")


def answer(rule: ReplyRule, scope: Scope) -> Reply:
    """Return the answer with the words of the address put in; a word with other signs than `A-Z 0-9 . _ : -` is left out."""
    body = "".join(part if isinstance(part, str) else _word(scope[part[0]], part[1]) for part in rule.parts)
    return Reply(status=rule.status, type=rule.type, body=body.encode())


def _word(words: Mapping[str, Any], name: str) -> str:
    value = words.get(name)
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""
