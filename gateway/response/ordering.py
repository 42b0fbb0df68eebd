"""Ordering: what a plan asks of devices. By a rung itself, or by a person's button; never of several doors.

Which devices a role of the plan means is decided here, by the place of the case. What becomes of an order (drill,
silence, no answer) is decided where it is sent and told in the case's timeline.
"""

from __future__ import annotations

from collections.abc import Iterable

from devices.command import COMMANDS, Command, command_id, command_name
from devices.registry import Device, Registry
from gateway.response.draft import SYSTEM, Draft
from gateway.response.model import Incident, PlanCommand

MOST = 16  # devices of one role at one place


def order_commands(draft: Draft) -> None:
    """Order what the rungs so far leave to themselves, each once in the life of a case."""
    for index, wanted in enumerate(draft.incident.plan.commands):
        if not _by_itself(draft.incident, wanted, index):
            continue
        draft.change(ordered=(*draft.incident.ordered, index))
        devices = devices_of(draft.world.site.registry, draft.incident, wanted)
        for device in devices:
            draft.commands.append(_command(draft, wanted, index, device))
            _note(draft, wanted, device)
        if not devices:
            draft.note(
                "command",
                {
                    "zh": f"{wanted.name['zh']}：案件所在位置没有这种设备",
                    "en": f"{wanted.name['en']}: no such device at the place of the case",
                },
                kind=wanted.kind,
                role=wanted.role,
            )


def devices_of(registry: Registry, case: Incident, wanted: PlanCommand) -> tuple[Device, ...]:
    """Return the devices that a command of a plan means: the named one, or those of its type at the place of the case.

    The place is the zone of the case, else its building; a case without either means nothing.
    """
    if wanted.device is not None:
        device = registry.get(wanted.device)
        return (device,) if device is not None else ()
    zone, building = case.place.get("zone"), case.building or case.place.get("building")
    near = [each for each in registry if each.type == wanted.role and each.state == "active"]
    found: Iterable[Device] = [each for each in near if zone is not None and each.zone == zone]
    if not found:
        found = [each for each in near if building is not None and each.building == building]
    return tuple(sorted(found, key=lambda each: each.id))[:MOST]


def _by_itself(case: Incident, wanted: PlanCommand, index: int) -> bool:
    name = command_name(wanted.kind)
    if name is None or wanted.confirm or wanted.step > case.step or index in case.ordered:
        return False
    return COMMANDS[name].repeatable and not COMMANDS[name].door


def _command(draft: Draft, wanted: PlanCommand, index: int, device: Device) -> Command:
    name = command_name(wanted.kind) or wanted.kind
    return Command(
        id=command_id(draft.incident.number, index, device.id),
        device=device.id,
        name=name,
        counter=0,
        by=SYSTEM,
        reason=draft.incident.plan.id,
        created_at=draft.now,
        incident=draft.incident.number,
        line=index,
    )


def _note(draft: Draft, wanted: PlanCommand, device: Device) -> None:
    text = {
        lang: f"{wanted.name[lang]} ({device.name.get(lang) or device.id}){said}"
        for lang, said in (("zh", "：预案已下令"), ("en", ": ordered by the plan"))
    }
    draft.note("command", text, device=device.id, kind=wanted.kind, plan=draft.incident.plan.id)
