"""Another list of devices and homes in the engine at work: as a restart with it would find them, without one.

What is remembered of devices that stay is kept; what was remembered of those that left is forgotten, so that they
are not taken for somebody who was met without being listed. Who is expected follows the list.
"""

from __future__ import annotations

import msgspec

from devices.registry import Registry
from rules.core import Core
from rules.roster import enroll


def relist(core: Core, registry: Registry, now: int) -> None:
    """Use another registry from the next input on. Deadlines before `now` must have taken effect."""
    before = core.site.registry
    core.site = msgspec.structs.replace(core.site, registry=registry)
    core.known.clear()
    core.forget_parents()
    for name in [name for name in core.unlisted if registry.get(name) is not None]:
        del core.unlisted[name]
    for device in before:
        if registry.get(device.id) is None and device.id in core.devices:
            del core.devices[device.id]
            core.dirty_devices.discard(device.id)
            core.gone.add(("", f"device:{device.id}"))
    changed = {each.id for each in registry if before.get(each.id) != each}
    for work in core.rules.values():
        if work.rule.overrides and not work.retired:
            for state in work.keys.values():
                if state.device in changed:
                    state.variant = work.variant(core.env(state.device, now))
                    core.touch(work, state)
    if core.memory.started is not None:
        enroll(core, max(now, core.memory.now))
        _unhang(core, max(now, core.memory.now))


def _unhang(core: Core, now: int) -> None:
    """Look again, after the grace, at every alert muted by a parent that its device no longer hangs on."""
    for work, state, alert, text in core.muted.values():
        parent = alert.muted_by.get("parent") if alert.muted_by is not None else None
        if parent is not None and parent not in core.parents(alert.device or ""):
            core.deadline(work, state, f"mute|{text}", now + core.grace(work))
