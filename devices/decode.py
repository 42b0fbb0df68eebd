"""Decoder: the one door from bytes to events. Topic → message form → device → what was said.

The number of profiles does not slow it: topics are found in an index, and what a topic means is remembered.
Nothing is guessed and nothing is lost: what cannot be read comes back as `Quarantine` with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta, tzinfo
from typing import Any, TypeAlias

from devices import codecs
from devices.address import path_of
from devices.clock import DeviceClock
from devices.context import DecodeContext
from devices.event import Decoded, Quarantine, RawMessage
from devices.form import MessageForm, Profile
from devices.gateway_voice import read_self
from devices.match import TopicIndex
from devices.opening import Shown, opened
from devices.own import own_reader
from devices.paths import Scope
from devices.reading import FormReader, Parsed, Reader, sender
from devices.registry import Device, Registry
from devices.reply import Reply, answer

_Candidate: TypeAlias = tuple[MessageForm, dict[str, str], Reader]
_CACHED = 20_000  # topics remembered
_LONGEST_CACHED = 256  # characters
_CODECS = codecs.__name__  # importing the package registered every codec


class Decoder:
    """Decodes messages of all loaded profiles for one site; used by one thread.

    `clocks` (per device id) is plain state that may be stored and given back, so that skew survives a
    restart. `accept_unknown` is for the decode tool and samples: unknown devices are made up and flagged.
    """

    def __init__(
        self,
        *,
        profiles: Iterable[Profile],
        registry: Registry,
        site: str,
        zone: tzinfo,
        site_key: bytes,
        accept_unknown: bool = False,
        oldest: timedelta | None = timedelta(days=7),
    ) -> None:
        self._context = DecodeContext(
            registry=registry,
            site=site,
            zone=zone,
            site_key=site_key,
            accept_unknown=accept_unknown,
            oldest=oldest,
        )
        self.replace_profiles(profiles)

    def replace_profiles(self, profiles: Iterable[Profile]) -> None:
        """Read with these profiles from now on; what was learned of devices and their clocks stays.

        For the thread that decodes; who asks for a `reply` meanwhile is answered by the old ones or the new ones.
        """
        self.profiles = tuple(profiles)
        self._routing = _Routing(_indexed(self.profiles), self._context)

    @property
    def registry(self) -> Registry:
        return self._context.registry

    @registry.setter
    def registry(self, registry: Registry) -> None:
        self._context.replace_registry(registry)
        self._routing = self._routing.forgetful()

    @property
    def clocks(self) -> dict[str, DeviceClock]:
        return self._context.clocks

    def subscriptions(self) -> list[str]:
        """Return the MQTT filters that bring everything the profiles read; `$…` and `/…` stand by themselves."""
        filters: set[str] = set()
        for profile in self.profiles:
            for form in profile.forms:
                if form.adapter == "mqtt":
                    text = form.pattern.filter
                    filters.add(text.replace("sc1/+/", f"sc1/{self._context.site}/", 1) if form.own else text)
        return sorted(filters)

    def decode(self, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
        """Return what one message says; at least one result, never an exception, whatever the bytes are.

        Events come with `id=mint()` and `seq=0`. Blobs stand before the event that refers to them.
        """
        routing = self._routing
        if message.adapter == "mqtt":
            topic = message.topic
        elif message.adapter == "http":
            topic = path_of(message.topic)
        else:
            return [read_self(message, site=self._context.site, mint=mint)]
        if message.headers and "oversize" in message.headers:
            return [_oversize(message)]
        candidates = routing.known[message.adapter].get(topic)
        if candidates is None:
            candidates = routing.candidates(message.adapter, topic)
        parsed: Parsed | None = {} if len(candidates) > 1 else None
        for _, _, read in candidates:
            results = read(message, mint, parsed)
            if results is not None:
                return results
        if candidates:
            return [_unmatched(candidates)]
        return [Quarantine(code="no_profile", reason=f"no profile reads topic '{topic[:200]}'")]

    def reply(self, message: RawMessage) -> Reply | None:
        """Return what the sender of an HTTP push is answered; None: its profile says nothing.

        A constant of the profile (`devices.reply`), the same whatever `decode` makes of the message. Never raises.
        """
        path, routing = path_of(message.topic), self._routing
        shown: dict[Shown, dict[str, Any]] = {}
        for form, captured, _ in routing.known["http"].get(path) or routing.candidates("http", path):
            scope = opened(form, message, captured, shown) if form.replies else None
            if scope is not None:
                tags = self._tags(form, message, scope)
                return answer(next(rule for rule in form.replies if not rule.tag or rule.tag in tags), scope)
        return None

    def _tags(self, form: MessageForm, message: RawMessage, scope: Scope) -> tuple[str, ...]:
        if len(form.replies) < 2 or form.identity is None:
            return ()
        device = sender(form, form.identity, message, scope, self._context)
        return device.tags if isinstance(device, Device) and not device.unlisted else ()


class _Routing:
    """Which forms read a topic: an index of all profiles' patterns, and the topics that came lately.

    Replaced as a whole, so that no topic of other profiles or of another registry is ever remembered among these.
    """

    __slots__ = ("_context", "_indexes", "known")

    def __init__(self, indexes: dict[str, TopicIndex[MessageForm]], context: DecodeContext) -> None:
        self._indexes = indexes
        self._context = context
        self.known: dict[str, dict[str, list[_Candidate]]] = {adapter: {} for adapter in indexes}

    def forgetful(self) -> _Routing:
        """Return the same index with no topic in memory."""
        return _Routing(self._indexes, self._context)

    def candidates(self, adapter: str, topic: str) -> list[_Candidate]:
        """Return the forms that may read a topic, the most specific first, and remember them."""
        found = [self._candidate(form, topic) for form in self._indexes[adapter].find(topic)]
        known = self.known[adapter]
        if len(topic) <= _LONGEST_CACHED:
            if len(known) >= _CACHED:
                known.clear()
            known[topic] = found
        return found

    def _candidate(self, form: MessageForm, topic: str) -> _Candidate:
        captured = form.pattern.capture(topic)
        if form.own:
            return form, captured, own_reader(form.profile, topic, self._context)
        return form, captured, FormReader(form, topic, captured, self._context).read


def _indexed(profiles: Iterable[Profile]) -> dict[str, TopicIndex[MessageForm]]:
    indexes: dict[str, TopicIndex[MessageForm]] = {"mqtt": TopicIndex(), "http": TopicIndex()}
    forms = [form for profile in profiles for form in profile.forms]
    for form in sorted(
        forms, key=lambda form: form.where is None
    ):  # of one shape, conditions are asked first
        indexes[form.adapter].add(form.pattern, form)
    return indexes


def _oversize(message: RawMessage) -> Quarantine:
    size, limit = message.headers["oversize"], message.headers.get("limit", "?")
    reason = f"{size} bytes; at most {limit} are taken in (sha256:{message.headers.get('sha256', '?')})"
    return Quarantine(code="too_large", reason=reason)


def _unmatched(candidates: list[_Candidate]) -> Quarantine:
    names = ", ".join(sorted({form.profile for form, _, _ in candidates}))
    return Quarantine(
        code="unknown_code",
        reason=f"the topic is read by {names}, but no condition there fits the message",
        profile=candidates[0][0].profile,
    )
