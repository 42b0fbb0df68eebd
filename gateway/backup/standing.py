"""How backups stand, for the page of the gateway's health."""

from __future__ import annotations

from datetime import datetime

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import HealthPart, HealthReason
from gateway.backup.desk import OLD_AFTER, BackupDesk


def standing(desk: BackupDesk, *, now: datetime) -> tuple[HealthPart, list[HealthReason]]:
    """Return how many there are and how old the newest is. `now`: wall time."""
    made = desk.known
    newest = next((each.made_at for each in made if each.made_at <= now), None)  # not one of a wrong clock
    facts = {
        "count": len(made),
        "newest_hours": None if newest is None else round((now - newest).total_seconds() / 3600, 1),
        "running": desk.running_since is not None,
    }
    reasons = []
    if desk.failed is not None:
        zh, en = f"备份没有做成：{desk.failed}", f"the backup failed: {desk.failed}"
        reasons.append(HealthReason(code="backup_failed", text=Bilingual(zh=zh, en=en), since=newest))
    elif newest is not None and now - newest > OLD_AFTER:
        zh, en = "最近一次备份已超过 36 小时", "the newest backup is more than 36 hours old"
        reasons.append(HealthReason(code="backup_old", text=Bilingual(zh=zh, en=en), since=newest))
    return HealthPart(name="backup", status="degraded" if reasons else "ok", facts=facts), reasons
