"""What an upload is refused for: a word of the bilingual catalogue with the facts that fill its sentence."""

from __future__ import annotations

from typing import Any

from gateway.errors import GatewayError


class UploadRefused(GatewayError):
    """This upload, or this piece of it, is not taken; nothing changed. `code` and `facts` go into the answer."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(f"{code}: {facts}")
