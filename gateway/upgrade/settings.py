"""What `gateway.yaml` says about upgrades; see docs/how-to/upgrade.md."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Upgrade(BaseModel):
    """Where versions lie side by side, and whose packages are taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Path("/opt/smart-community-gateway")  # versions/, and the links `current` and `previous`
    key_file: Path | None = None  # the publisher's public key (PEM), relative to the folder of gateway.yaml
    most_mb: int = Field(default=600, ge=1, le=4000)  # the largest package that the page takes
