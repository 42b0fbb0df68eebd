"""How the push door stands, for the page of the gateway's health and for the figures."""

from __future__ import annotations

from typing import Any

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import HealthPart, HealthReason
from gateway.push.listener import Listener


def standing(part: Listener) -> tuple[HealthPart, list[HealthReason]]:
    """Return the door's figures and what is not as it should be.

    Facts: every count, open connections, senders by kind of proof, and the newest refusal of each reason in words.
    """
    senders = part.senders()
    facts: dict[str, Any] = {
        "listening": part.listening,
        "port": part.port,
        "connections": part.connections,
        "senders.password": len(senders.passwords),
        "senders.url": len(senders.secrets),
        "senders.address": len(senders.by_address),
        **part.desk.counts,
        **{f"last.{why}": where for why, where in part.desk.refused.items()},
    }
    reasons = []
    if senders.unreadable:
        names = ", ".join(senders.unreadable)
        reasons.append(
            HealthReason(
                code="push_unreadable",
                text=Bilingual(
                    zh=f"设备 {names} 的推送密码无法解开：请从备份恢复 secrets/sealing-*.key，或重新生成密码",
                    en=f"the push passwords of {names} cannot be opened: restore secrets/sealing-*.key from the backup, or make new ones",
                ),
                since=None,
            )
        )
    return HealthPart(name="push", status="degraded" if reasons else "ok", facts=facts), reasons
