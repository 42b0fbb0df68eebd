"""Parts: everything that lives beside the main path of a gateway, in the order in which it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.clock_keeper import open_keeper
from gateway.duty_desk import desk_of
from gateway.evidence.opening import keeper_of
from gateway.guarded import LONGEST_REST_S, Guarded
from gateway.outside import outside_parts
from gateway.part import Part
from gateway.push.opening import open_push
from gateway.report_post import post_of
from gateway.shift_bell import bell_of

if TYPE_CHECKING:
    from gateway.app import Gateway

REST_OF_MESSAGES_S = 20.0  # people wait for what the outbox sends: it never rests for long


def parts_of(gateway: Gateway) -> list[Guarded]:
    """Return the parts, each guarded: none of them can end the gateway or hinder another."""
    return [
        Guarded(
            part,
            say=gateway.watch.say,
            longest_rest_s=REST_OF_MESSAGES_S if part is gateway.outbox else LONGEST_REST_S,
        )
        for part in _parts(gateway)
    ]


def _parts(gateway: Gateway) -> list[Part]:
    """Return them: what goes out, the look at itself, ends of modes, proof, residents, shift work, other systems, the world."""
    return [
        gateway.publisher,
        gateway.outbox,
        *([gateway.forward] if gateway.forward is not None else []),
        gateway.watch,
        gateway.estate.modes,
        keeper_of(gateway.core, gateway.writer, gateway.services),
        gateway.door.reception,
        bell_of(gateway.core, gateway.lan),
        desk_of(gateway.core, gateway.writer, gateway.sitebook, gateway.outbox),
        *post_of(
            gateway.written.settings.report_at,
            gateway.core,
            gateway.writer,
            gateway.services,
            gateway.rulebook,
            gateway.outbox,
        ),
        gateway.commanding.part(gateway.services.hub.touched, gateway.watch.say),
        *gateway.connections.parts,
        *gateway.connections.receivers(gateway.core, gateway.writer, gateway.watch.say),
        *open_push(gateway.core, gateway.writer),
        open_keeper(gateway.core, gateway.writer),
        *([gateway.backups] if gateway.backups is not None else []),
        gateway.upgrades,
        *outside_parts(gateway),
    ]
