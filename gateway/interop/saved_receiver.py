"""Saved receivers: other systems that an administrator named on the page, beside those of gateway.yaml. Pure.

What is saved is what gateway.yaml would say, but for two things: the secret is made by the gateway and lies sealed with
it, not in a file; and it may be paused, which the file says by leaving it out.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from gateway.interop.settings import Receiver
from gateway.notify.secret import Secret
from gateway.notify.settings import Mistake
from gateway.notify.signed import WebhookSettings
from gateway.store.rule_versions import Row

PREFIX = "receiver:"
MOST = 20
SECRET_BYTES = 32
SHORTEST = 2  # characters of whom and what for, as in gateway.yaml
Format: TypeAlias = Literal["cloudevents", "cap"]
Level: TypeAlias = Literal["L1", "L2", "L3", "L4"]
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of one receiver; `secret` is sealed where it is stored."""

    url: str
    recipient: str
    purpose: str
    format: Format = "cloudevents"
    levels: tuple[Level, ...] = ()  # empty: all
    grids: tuple[str, ...] = ()  # empty: the whole site
    allow_private: bool = False
    paused: bool = False
    secret: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the document of a version holds; `value` None: taken away."""

    value: Entry | None
    since: int = 1  # the version by which it was named: whoever is named anew begins anew


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of a receiver. `at` is engine time; `since` the version that named it."""

    name: str
    version: int
    author: str
    at: datetime
    entry: Entry | None
    since: int = 1

    @property
    def key(self) -> str:
        """Return where its cursor stands: another one for each time that it is named."""
        return f"receiver-{self.name}-{self.since}"


_decode = msgspec.json.Decoder(Body).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


def saved_of(row: Row, opened: Callable[[str], str]) -> Saved:
    """Read a stored version."""
    body = _decode(row.body)
    entry = body.value
    if entry is not None:
        entry = msgspec.structs.replace(entry, url=opened(entry.url), secret=opened(entry.secret))
    return Saved(
        name=row.name.removeprefix(PREFIX), version=row.version, author=row.author, at=row.at, entry=entry, since=body.since
    )  # fmt: skip


def written(saved: Saved, sealed: Callable[[str], str]) -> str:
    """Write a version as it is stored: its address may hold a key, and is sealed with the secret."""
    entry = saved.entry
    if entry is not None:
        entry = msgspec.structs.replace(entry, url=sealed(entry.url), secret=sealed(entry.secret))
    return _encode(Body(value=entry, since=saved.since)).decode()


def new_secret(random: bytes) -> str:
    """Return a key of Standard Webhooks made of random bytes."""
    return f"whsec_{base64.b64encode(random).decode()}"


def receiver_of(entry: Entry) -> Receiver:
    """Return a receiver as gateway.yaml would have said it; no file holds its secret."""
    return Receiver(
        url=entry.url, secret_file=Path("sealed"), recipient=entry.recipient, purpose=entry.purpose,
        format=entry.format, levels=entry.levels, grids=entry.grids, allow_private=entry.allow_private,
    )  # fmt: skip


def settings_of(entry: Entry) -> WebhookSettings:
    """Return where its posts go and how they are signed."""
    return WebhookSettings(url=entry.url, secret=Secret(entry.secret), allow_private=entry.allow_private)


def entry_mistakes(entry: Entry, *, grids: Collection[str]) -> list[Mistake]:
    """Return everything that is wrong with a new receiver, by field."""
    worded = {"recipient": entry.recipient.strip(), "purpose": entry.purpose.strip()}
    found = [
        (field, f"expected at least {SHORTEST} characters, found '{text}'" if text else "is missing")
        for field, text in worded.items()
        if len(text) < SHORTEST
    ]
    found += [each for each in settings_of(entry).problems() if each[0] == "url"]
    found += [
        (f"grids.{place}", f"unknown grid '{grid}', expected some of {', '.join(sorted(grids))}")
        for place, grid in enumerate(entry.grids)
        if grid not in grids
    ]
    return found


def name_mistakes(name: str, *, in_file: Collection[str], saved: Mapping[str, Saved]) -> list[Mistake]:
    """Return why a new receiver cannot be called so."""
    if not _NAME.fullmatch(name):
        said = f"expected a short name: a-z, 0-9 and '-', beginning with a letter, at most 40, found '{name[:60]}'"
        return [("name", said)]
    there = saved.get(name)
    if name in in_file:
        return [("name", f"'{name}' stands in gateway.yaml already; choose another name")]
    if there is not None and there.entry is not None:
        return [("name", f"'{name}' is there already; choose another name")]
    if sum(each.entry is not None for each in saved.values()) >= MOST:
        return [("name", f"there are {MOST} receivers already; take one away first")]
    return []
