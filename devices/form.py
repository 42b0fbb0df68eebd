"""What a loaded profile is made of: plain values with compiled paths and conditions inside.

`devices.profile` builds them from YAML, `devices.reading` runs them over messages.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, Literal, TypeAlias

import msgspec

from devices.choice import Choice
from devices.codec import Codec
from devices.event import Mode
from devices.evidence import EvidenceRule
from devices.expression import Expression
from devices.fields import FieldMap
from devices.match import Pattern
from devices.paths import Getter
from devices.reply import ReplyRule
from devices.timestamp import TimeForm

Within: TypeAlias = Literal["message", "document", "item"]
Adapter: TypeAlias = Literal["mqtt", "http"]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message says who sent it. `same` are further places that, when present, must say the same."""

    get: Getter
    same: tuple[tuple[str, Getter], ...] = ()
    user: bool = False  # must equal the authenticated user, when that is known
    case: Literal["as_is", "lower", "upper"] = "as_is"


class TimeRule(msgspec.Struct, frozen=True, kw_only=True):
    """Where the device's own time is and how it is written; `zone` None is the site's.

    With `required` a message whose time cannot be read is quarantined: that time is part of what it says.
    """

    get: Getter
    form: TimeForm = "auto"
    zone: tzinfo | None = None
    trust_zone: bool = True
    required: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a kinds table: a condition and what the message then is.

    Exactly one of `kind` (an event), `track` (a note on an earlier object), `ignore` (code, reason),
    `refuse` (a reason for quarantine) and `skip` (nothing, where elements are read one by one) is set. With
    `edge`, the kind is said only when that state changed; otherwise the message is a plain `device.state`.
    An entry `otherwise` is asked only if no entry before it fitted.
    """

    when: Expression | None = None
    otherwise: bool = False
    kind: str | None = None
    fields: FieldMap = FieldMap()
    edge: str | None = None
    track: Getter | None = None
    ignore: tuple[str, str] | None = None
    refuse: str | None = None
    skip: bool = False


class Each(msgspec.Struct, frozen=True, kw_only=True):
    """A list or mapping whose elements are read one by one as `e.item`.

    Elements of a mapping become `{"key", "name", "index", "value"}`, the key split at `split` (`smoke:0`). With
    `one` a mapping is itself the only element: XML does not tell a list of one from none.
    """

    get: Getter
    paths: tuple[str, ...] = ()  # as written, to say what was not there
    split: str = ""
    one: bool = False


class MessageForm(msgspec.Struct, frozen=True, kw_only=True):
    """One shape of message of a profile: which topics, which condition, and how to read it."""

    profile: str  # id@revision
    profile_id: str
    pattern: Pattern
    adapter: Adapter = "mqtt"
    where: Expression | None = None
    early: bool = False  # `where` asks nothing of the payload: it is asked before that is read
    codec: Codec
    encoding: str = "utf-8"
    limit: int
    identity: Identity | None  # None: only notes and ignored messages come this way
    time: TimeRule | None = None
    modes: tuple[tuple[Expression, Mode], ...] = ()
    dedup: tuple[Getter, ...] = ()  # empty: never merged
    dedup_keyed: bool = False  # its parts name persons or cards: only its keyed reference is kept
    dedup_by_time: bool = False  # the key holds the device's time: without a usable one there is no key
    dedup_within: Within = "message"  # what the key tells apart by itself: results are numbered inside it
    each: Each | None = None
    entries: tuple[Entry, ...]
    choice: Choice  # among the entries
    reads: frozenset[str] = frozenset()  # every path it names
    evidence: tuple[EvidenceRule, ...] = ()
    replies: tuple[ReplyRule, ...] = ()  # what the sender is answered; the last one has no tag
    own: bool = False  # our own namespace, read by devices.own


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A message a profile brings along, and what must come of it; each expectation is compared where it speaks."""

    name: str
    topic: str
    payload: bytes
    adapter: Adapter = "mqtt"
    headers: dict[str, str] = {}
    user: str | None = None
    retained: bool = False
    drained: bool = False
    received: datetime
    expect: tuple[dict[str, Any], ...]
    line: int = 0
    number: int = 0


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One device family, loaded and proven by its own samples."""

    id: str
    revision: int
    name: dict[str, str]
    about: dict[str, str] = {}  # what one should know of it, by language
    availability: str | None = (
        None  # how often its devices let themselves be heard: one of `registry.AVAILABILITY`
    )
    file: str
    forms: tuple[MessageForm, ...]
    samples: tuple[Sample, ...]

    @property
    def ref(self) -> str:
        """The name that is stamped on every event: `id@revision`."""
        return f"{self.id}@{self.revision}"
