"""The channels of a site: what is built in, and what its site file names with its settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from gateway.errors import ConfigError
from gateway.notify.channel import CHANNELS, Channel, Destination
from gateway.notify.console import Console
from gateway.notify.lan import Lan
from gateway.notify.mqtt import Mqtt
from gateway.notify.webhook import Webhook, WebhookSettings
from gateway.response.model import Message
from gateway.response.world import SiteView
from gateway.secret_files import secret_text
from gateway.written import Written

Publish = Callable[[str, bytes], Awaitable[None]]


def build_channels(written: Written, *, lan: Lan, publish: Publish) -> dict[str, Channel]:
    """Return the channels by the name that messages carry.

    Raises:
        ConfigError: with everything that is wrong in the settings of all of them.
    """
    site, base = written.site.view, written.settings.site.parent
    found: dict[str, Channel] = {"lan": lan, "console": Console()}
    problems: list[str] = []
    for name, channel in site.channels.items():
        if channel.kind == "lan":
            found[name] = lan
        elif channel.kind == "console":
            found[name] = Console()
        elif channel.kind == "mqtt":
            found[name] = Mqtt(site=site.id, publish=publish)
        elif channel.kind == "webhook":
            built = _webhook(name, written.site.channel_settings.get(name, {}), site.id, base, problems)
            if built is not None:
                found[name] = built
        else:
            problems.append(
                f"channels: '{name}' has the unknown kind '{channel.kind}', expected one of {', '.join(sorted(CHANNELS))}"
            )
    if problems:
        raise ConfigError([f"{written.settings.site}: {problem}" for problem in problems])
    return found


def _webhook(
    name: str, settings: dict[str, Any], site: str, base: Path, problems: list[str]
) -> Webhook | None:
    url, secret_file = settings.get("url"), settings.get("secret_file")
    if not isinstance(url, str) or not isinstance(secret_file, str):
        problems.append(f"channels.{name}.settings: expected url and secret_file")
        return None
    try:
        key = secret_text(base / secret_file, what=f"the secret of webhook '{name}'")
    except ConfigError as error:
        problems += error.problems
        return None
    made = WebhookSettings(
        url=url,
        secrets=tuple(key.split()),
        site=site,
        allow_private=settings.get("allow_private") is True,
        ca_file=str(settings.get("ca_file", "")),
    )
    wrong = [f"channels.{name}: {problem}" for problem in made.problems()]
    problems += wrong
    return None if wrong else Webhook(made)


def destinations(site: SiteView, public_url: str | None) -> Callable[[Message], Destination]:
    """Return where a message goes: the person's address on its channel, and a link that carries no identity."""

    def destination(message: Message) -> Destination:
        person = site.people.get(message.recipient)
        kind = site.channels[message.channel].kind if message.channel in site.channels else message.channel
        contacts = person.contacts if person is not None else {}
        link = f"{public_url.rstrip('/')}/m" if public_url else ""
        return Destination(
            recipient=message.recipient,
            address=contacts.get(message.channel, contacts.get(kind, "")),
            roles=tuple(person.roles) if person is not None else (),
            grids=tuple(person.grids) if person is not None else (),
            link=link,
        )

    return destination
