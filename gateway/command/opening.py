"""Opening: from the settings to targets, the desk that sends and the orders that people give; every mistake at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec

from devices.command import Command
from devices.command_seal import device_key
from devices.problem import nearest
from devices.registry import Device
from gateway.command.adapter import ADAPTERS, Target
from gateway.command.adapters import hikvision, own, shelly, tasmota, zigbee2mqtt  # noqa: F401  # they register themselves
from gateway.command.desk import Desk
from gateway.command.guards import Scene, refusal
from gateway.command.orders import Orders
from gateway.command.settings import CommandTarget
from gateway.command.turn import Watching
from gateway.config import Settings
from gateway.core import Core
from gateway.errors import ConfigError
from gateway.guarded import Say
from gateway.response.world import SiteView
from gateway.secret_files import secret, secret_text
from gateway.stream_rows import Touched
from gateway.wiring import LOOPBACK, broker_settings
from gateway.writer import Writer

KEY = "commands.key"


class Commanding(msgspec.Struct, frozen=True, kw_only=True):
    """What the app runs, and what the pages ask."""

    desk: Desk
    orders: Orders

    def part(self, touched: Callable[[Touched], None], say: Say) -> Desk:
        """Return the desk as the app runs it: `touched` tells open pages, `say` speaks for the gateway itself."""
        self.desk.touched.append(lambda numbers, seq: touched(Touched(seq=seq, pages=numbers)))
        self.desk.told.append(lambda command: say(f"command.{command.state}", **_facts(command)))
        return self.desk


def open_commanding(core: Core, writer: Writer) -> Commanding:
    """Return desk and orders of a gateway.

    Raises:
        ConfigError: with every mistake in `commands`.
    """
    settings = core.written.settings
    if problems := command_problems(settings, site=core.view):
        raise ConfigError(problems)
    targets = targets_of(settings, core.view)
    mqtt = broker_settings(settings, site=core.view.id)
    inside = settings.mqtt.host is None or settings.mqtt.host in LOOPBACK

    def prompt(devices: frozenset[str]) -> None:
        core.pump.intake.prompt = devices

    desk = Desk(
        targets,
        store=core.store,
        call=writer.call,
        now=core.clock.now,
        offset=lambda: core.clock.offset,
        mqtt=mqtt,
        why_not=lambda command: refusal(command, _scene(core, targets, command, inside=inside)),
        prompt=prompt,
    )
    orders = Orders(
        targets,
        book=core.store,
        call=writer.call,
        now=core.clock.now,
        offset=lambda: core.clock.offset,
        recorded=desk.recorded,
    )
    return Commanding(desk=desk, orders=orders)


def _facts(command: Command) -> dict[str, str]:
    found = {"command": command.id, "name": command.name}
    if command.result and command.state in ("done", "failed", "unknown"):
        found["reason"] = command.result
    return found


def _scene(core: Core, targets: dict[str, Target], command: Command, *, inside: bool) -> Scene:
    """Return what the guards look at; in the writer's thread."""
    device = core.view.registry.get(command.device)
    target = targets.get(command.device)
    case = core.world.incidents.get(command.incident or "")
    zone = device.zone if device is not None else None
    mqtt = target is None or ADAPTERS[target.adapter].way == "mqtt"
    return Scene(
        device=device,
        drill=core.world.drill(zone) or (case is not None and case.drill),
        silenced=core.engine.silenced(command.device) is not None,
        demo=core.view.demo,
        leaves=not (mqtt and inside),
        late=case is not None and case.late,
    )


def command_problems(settings: Settings, *, site: SiteView) -> list[str]:
    """Return everything that is wrong in `commands`, each with its place and what to do."""
    found: list[str] = []
    for name, each in settings.commands.devices.items():
        where = f"commands.devices.{name}"
        device = site.registry.get(name)
        if device is None:
            known = [one.id for one in site.registry]
            found.append(f"{where}: no device of the site is called '{name}'{nearest(name, known)}")
            continue
        if each.adapter not in ADAPTERS:
            known_ones, near = ", ".join(sorted(ADAPTERS)), nearest(each.adapter, ADAPTERS)
            found.append(f"{where}.adapter: unknown adapter '{each.adapter}'; known are {known_ones}{near}")
            continue
        if each.contact is not None and site.registry.get(each.contact) is None:
            found.append(f"{where}.contact: no device of the site is called '{each.contact}'")
        try:
            target = _target(device, each, site=site.id, key=b"", base=settings.site.parent)
        except ConfigError as error:
            found += [f"{where}.password_file: {problem}" for problem in error.problems]
            continue
        found += [f"{where}.{problem}" for problem in ADAPTERS[each.adapter].problems(target)]
    return found


def targets_of(settings: Settings, site: SiteView) -> dict[str, Target]:
    """Return every device that may be commanded, by id; the key of signatures is made at first use."""
    wanted = settings.commands.devices
    master = (
        secret(settings.data / "secrets", KEY) if any(e.adapter == "own" for e in wanted.values()) else b""
    )
    found = {}
    for name, each in wanted.items():
        device = site.registry.get(name)
        assert device is not None, name  # `command_problems` looked
        found[name] = _target(device, each, site=site.id, key=master, base=settings.site.parent)
    return found


def _target(device: Device, each: CommandTarget, *, site: str, key: bytes, base: Path) -> Target:
    topic = each.topic or device.ident or device.id
    password = (
        secret_text(base / each.password_file, what="the controller's password") if each.password_file else ""
    )
    answers = ADAPTERS[each.adapter].answers
    return Target(
        device=device.id,
        called=dict(device.name),
        adapter=each.adapter,
        offers=frozenset(each.offers),
        site=site,
        topic=topic,
        channel=each.channel,
        watching=Watching(
            contact=each.contact,
            within=timedelta(seconds=each.contact_within_s),
            answers=answers,
            suffix=f"_{each.channel}" if each.channel and each.adapter != "hikvision" else "",
        ),
        pulse=timedelta(seconds=each.pulse_s),
        longest=timedelta(seconds=each.longest_s),
        ends_itself=each.ends_itself,
        url=each.url,
        user=each.user,
        password=password,
        ca_file=str(base / each.ca_file) if each.ca_file else "",
        key=device_key(key, site=site, device=topic) if each.adapter == "own" and key else b"",
    )
