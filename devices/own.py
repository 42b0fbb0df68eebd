"""Our own MQTT namespace, `sc1/{site}/{device}/…`: what devices we control, adapters and cameras speak.

| topic | payload | becomes |
|---|---|---|
| `…/e/{kind}` | `{"n", "boot", "at", "mode", "data", "state", "subject", "evidence"}`, all optional | an event of that kind |
| `…/s/{prop}` | a JSON scalar, or `{"value", "at"}` | `device.state` |
| `…/t/{metric}` | a number, or `{"value", "at"}` | telemetry, and an event if a rule reads it |
| `…/a` | `online`, `offline`, or `{"status", "boot", "firmware", "reason"}` | `device.online`, `device.offline` |
| `…/r/{command}` | `{"state", "reason"}`: accepted, done or failed | `command.*` |

`n` counts since `boot`; together they are the dedup key `{boot}|{n}` and the topic of the confirmation. Facts
that the kind does not have are dropped and counted in a flag (`dropped:2`). This path is written by hand,
not as a field map, because it carries most of the traffic.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.context import DecodeContext
from devices.event import Decoded, Quarantine, RawMessage, Source
from devices.kinds import KINDS
from devices.own_event import event_reader
from devices.own_payload import WORD
from devices.own_short import ShortReader
from devices.problem import nearest
from devices.reading import Mint, Parsed, Reader
from devices.registry import Device

_RESERVED = (
    "system.",
    "command.",
    "device.online",
    "device.offline",
)  # these have one author each, and it is not `e/`


def own_reader(profile: str, topic: str, context: DecodeContext) -> Reader:
    """Return what reads the messages of one topic; what the topic says is worked out once.

    `profile` is `id@revision`, the topic of one of the shapes above. Good until the registry changes.
    """
    _, site, ident, channel, *rest = topic.split("/")
    name = rest[0] if rest else ""
    if site != context.site:
        reason = f"the topic names site '{site}', this is '{context.site}'"
        return _refusing(Quarantine(code="identity", reason=reason, device=ident, profile=profile))
    profile_id = profile.partition("@")[0]
    device = context.sender(profile_id, ident, None)
    if isinstance(device, Quarantine):
        return _refusing(device)
    source = Source(profile=profile, topic=topic)
    fault = _fault(channel, name)
    if fault is not None:
        read = _refusing(Quarantine(code=fault[0], reason=fault[1], device=device.id, profile=profile))
    elif channel == "e":
        read = event_reader(device, name, source, context)
    else:
        read = ShortReader(device, channel, name, source, context).read
    return (
        read
        if not device.user
        else _only_for(device.user, read, lambda user: context.sender(profile_id, ident, user))
    )


def _fault(channel: str, name: str) -> tuple[str, str] | None:
    """Return what is wrong with the end of a topic: a code and a reason."""
    if channel == "e" and name not in KINDS:
        return "no_kind", f"there is no kind '{name}'{nearest(name, KINDS)}"
    if channel == "e" and name.startswith(_RESERVED):
        return "no_kind", f"kind '{name}' is not said on an event topic"
    if channel not in ("e", "a") and not WORD.fullmatch(name):
        return "malformed", f"'{name[:60]}' is no name: letters, digits, `.`, `_`, `-`, at most 64"
    return None


def _refusing(quarantine: Quarantine) -> Reader:
    return lambda _message, _mint, _parsed: [quarantine]


def _only_for(user: str, read: Reader, refuse: Callable[[str], Device | Quarantine]) -> Reader:
    """Return a reader for the device of one user; what comes from another is refused."""

    def checked(message: RawMessage, mint: Mint, parsed: Parsed | None) -> list[Decoded] | None:
        if message.user and message.user != user:
            refused = refuse(message.user)
            if isinstance(refused, Quarantine):
                return [refused]
        return read(message, mint, parsed)

    return checked
