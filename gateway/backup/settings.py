"""What `gateway.yaml` says about backups; see docs/how-to/back-up.md."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from gateway.backup.keeping import Keep


class Backup(BaseModel):
    """Where backups go, when, and how many stay. Paths are relative to the folder of `gateway.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path  # another disk, or a share that is mounted; it must be there
    passphrase_file: (
        Path  # at least 12 characters; keep a copy of it elsewhere: without it nothing comes back
    )
    at: str = Field(default="03:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")  # every day, on the site's clock
    keep_days: int = Field(default=7, ge=1, le=366)
    keep_weeks: int = Field(default=4, ge=0, le=520)
    keep_months: int = Field(default=6, ge=0, le=240)

    @property
    def keep(self) -> Keep:
        """How many stay."""
        return Keep(days=self.keep_days, weeks=self.keep_weeks, months=self.keep_months)
