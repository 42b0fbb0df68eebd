"""What another system gets back for a post."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import View


class InboundAnswer(View):
    """What became of a post; it is on disk."""

    outcome: Literal["stored", "duplicate", "quarantined", "ignored"] = Field(
        description="`quarantined`: kept with its bytes and the reason, to be read again when the profile is mended; do not repeat it"
    )
    code: str = Field(description="of what was quarantined", examples=["unknown_code"])
    reason: str = Field(examples=["no entry of the kinds table fits e.type = 'storm'"])
