"""Tables of the estate: what one would change, what is wrong with it, and that it is confirmed."""

from __future__ import annotations

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, View


class ImportFinding(View):
    """Something at a cell; row 0: of the site as a whole."""

    sheet: str = Field(examples=["设备 devices"])
    row: int
    column: str = Field(examples=["state"])
    value: str
    message: Bilingual


class ImportChange(View):
    """One row that changes something."""

    document: str = Field(examples=["device:smoke-17"])
    row: int
    new: bool
    fields: list[str] = Field(examples=[["building", "name"]])


class ImportView(View):
    """What a table would make of the estate. It waits half an hour to be confirmed; lists show the first 500."""

    id: str
    file: str
    new: int
    changed: int
    same: int
    missing: dict[str, int] = Field(
        description="entries of the site that the table does not list; they stay", examples=[{"device": 3}]
    )
    errors: int
    ready: bool = Field(description="it changes something and has no mistake: it may be confirmed")
    findings: list[ImportFinding]
    warnings: list[ImportFinding]
    changes: list[ImportChange]
    sentence: Bilingual


class ImportConfirm(Request):
    """Why the table is imported."""

    reason: str = Field("", max_length=400)
