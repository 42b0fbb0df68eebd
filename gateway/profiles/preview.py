"""Preview: what would come out of real messages with a profile that is not in force yet. Nothing is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

import msgspec
from uuid_utils.compat import uuid7

from devices.address import path_of
from devices.decode import Decoder
from devices.event import Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry
from devices.form import Profile
from devices.match import TopicIndex
from devices.registry import Registry

_ANYBODY = "unlisted"


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One message and what would be read of it; `stranger`: of a device that is not registered, as it would be then."""

    message: RawMessage
    results: tuple[Decoded, ...]
    stranger: bool = False


class Previewer:
    """Reads messages as the gateway would with one profile more; for one thread."""

    def __init__(
        self, profile: Profile, others: Iterable[Profile], *, registry: Registry, site: str, zone: tzinfo
    ) -> None:
        self._profile = profile
        self._others = [each for each in others if each.id != profile.id]

        def decoder(known: Registry, *, anybody: bool) -> Decoder:
            return Decoder(
                profiles=[*self._others, profile], registry=known, site=site, zone=zone, site_key=b"preview",
                accept_unknown=anybody,
            )  # fmt: skip

        self._as_is = decoder(registry, anybody=False)
        self._open = decoder(registry, anybody=True)
        self._index: dict[str, TopicIndex[bool]] = {"mqtt": TopicIndex(), "http": TopicIndex()}
        for form in profile.forms:
            self._index[form.adapter].add(form.pattern, True)

    def try_on(self, message: RawMessage) -> Tried:
        """Return what would be read of one message."""
        results = self._as_is.decode(message, mint=_mint)
        if any(isinstance(each, Quarantine) and each.code == "unknown_device" for each in results):
            return Tried(
                message=message, results=tuple(self._open.decode(message, mint=_mint)), stranger=True
            )
        return Tried(message=message, results=tuple(results))

    def own_samples(self) -> list[Tried]:
        """Return what is read of the profile's own samples."""
        return [
            self.try_on(RawMessage(
                topic=each.topic, payload=each.payload, received_at=each.received, adapter=each.adapter, user=each.user,
                retained=each.retained, headers=each.headers,
            ))
            for each in self._profile.samples
        ]  # fmt: skip

    def fitting(self, messages: Iterable[RawMessage], limit: int) -> list[Tried]:
        """Return what would be read of those messages that come where the profile listens."""
        found = [each for each in messages if self._hears(each)]
        return [self.try_on(each) for each in found[:limit]]

    def takes_from(self) -> list[str]:
        """Return other profiles some of whose samples this one would read in their place."""
        return sorted(
            {
                other.id
                for other in self._others
                for sample in other.samples
                if self._reads_for(
                    RawMessage(
                        topic=sample.topic, payload=sample.payload, received_at=sample.received, adapter=sample.adapter,
                        headers=sample.headers,
                    )
                )
            }
        )  # fmt: skip

    def _hears(self, message: RawMessage) -> bool:
        index = self._index.get(message.adapter)
        return index is not None and bool(index.find(path_of(message.topic)))

    def _reads_for(self, message: RawMessage) -> bool:
        return self._hears(message) and any(
            profile_of(each) == self._profile.ref for each in self._open.decode(message, mint=_mint)
        )


def profile_of(result: Decoded) -> str | None:
    """Return which profile a result is of, where it says so."""
    if isinstance(result, Event):
        return result.source.profile
    return result.profile if isinstance(result, Quarantine) else None


def device_of(result: Decoded) -> str | None:
    """Return whom a result is of, where it says so."""
    if isinstance(result, Event | Telemetry | Note | Quarantine | Ignored):
        return result.device
    return None


def flags_of(event: Event) -> Sequence[str]:
    """Return an event's flags without the one that says it is of nobody registered."""
    return [each for each in event.flags if each != _ANYBODY]


def _mint() -> str:
    return str(uuid7())
