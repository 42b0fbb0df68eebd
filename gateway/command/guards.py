"""Guards: why a command must not leave the house. One small question each, asked just before the send."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from devices.command import Command
from devices.registry import Device


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What the guards look at: the device as registered, flags and silences of this moment, and the case it is for."""

    device: Device | None
    drill: bool = False  # of the device's zone, or of the case
    silenced: bool = False
    demo: bool = False
    leaves: bool = False  # its way ends outside this machine
    late: bool = False  # its case tells of something long past


def registered(_command: Command, scene: Scene) -> str | None:
    """Only a device that is in use is asked to do anything."""
    return None if scene.device is not None and scene.device.state == "active" else "inactive"


def no_drill(_command: Command, scene: Scene) -> str | None:
    """A drill moves nothing."""
    return "drill" if scene.drill else None


def not_silenced(_command: Command, scene: Scene) -> str | None:
    """Somebody works on a silenced device."""
    return "silenced" if scene.silenced else None


def kept_inside(_command: Command, scene: Scene) -> str | None:
    """A demo reaches nothing that is real."""
    return "demo" if scene.demo and scene.leaves else None


def not_late(command: Command, scene: Scene) -> str | None:
    """What is long past orders nothing by itself."""
    return "late" if scene.late and command.by == "system" else None


Guard = Callable[[Command, Scene], str | None]
GUARDS: tuple[Guard, ...] = (registered, no_drill, not_silenced, kept_inside, not_late)


def refusal(command: Command, scene: Scene) -> str | None:
    """Return the first reason not to send, or None."""
    return next((reason for guard in GUARDS if (reason := guard(command, scene)) is not None), None)
