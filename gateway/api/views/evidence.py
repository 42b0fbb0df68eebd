"""Evidence as the API shows it: parts with their hashes, contents with references to people masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

import msgspec

from gateway.api.masking import mask_reference
from gateway.api.schemas.evidence import BundleView, EvidenceList, HoldView, PartView
from gateway.api.views.events import PERSONAL_FACTS
from gateway.api.views.incidents import person_name
from gateway.api.views.lens import Lens
from gateway.response.model import Incident
from gateway.store.bundles import Bundle, Hold, Part

_STATES: Mapping[str, Literal["here", "missing", "erased"]] = {
    "none": "here", "kept": "here", "missing": "missing", "erasing": "erased", "erased": "erased",
}  # fmt: skip
FOR_ALL = (
    "why-",
    "events.json",
)  # what those see who were sent; neighbours and the roster are not their business


def evidence_list(
    case: Incident,
    bundles: Sequence[Bundle],
    parts: Mapping[int, Sequence[Part]],
    hold: Hold | None,
    lens: Lens,
    *,
    whole: bool,
    kept_for: timedelta,
) -> EvidenceList:
    """Return the evidence of a case. `whole`: the viewer sees more than their own cases."""
    over = case.closed_at is not None and not case.is_open and hold is None
    waiting = [each for each in bundles if each.manifest is None and each.kind == "bundle"]
    return EvidenceList(
        incident=case.number,
        bundles=[
            BundleView(
                number=bundle.number,
                kind=bundle.kind,
                opened_at=lens.shown(bundle.opened_at),
                closes_at=lens.shown(bundle.closes_at),
                hash=bundle.hash,
                alerts=list(bundle.alerts),
                parts=[_part(part, whole=whole) for part in parts.get(bundle.number, ())],
            )
            for bundle in bundles
        ],
        hold=HoldView(by=person_name(hold.by, lens), at=lens.shown(hold.at), reason=hold.reason)
        if hold
        else None,
        complete_at=max((lens.shown(each.closes_at) for each in waiting), default=None),
        media_until=lens.shown(case.closed_at + kept_for) if over and case.closed_at else None,
    )


def _part(part: Part, *, whole: bool) -> PartView:
    seen = part.body is not None and (whole or part.name.startswith(FOR_ALL))
    return PartView(
        name=part.name,
        mime=part.mime,
        size=part.size,
        sha256=part.sha256,
        origin=part.origin,
        captured_at=part.captured_at,
        state=_STATES[part.media],
        content=_masked(msgspec.json.decode(part.body or "null")) if seen else None,
    )


def _masked(value: Any) -> Any:
    """Return a value in which whatever refers to a person, card, plate or home shows only its beginning."""
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: {part: mask_reference(str(each)) for part, each in inner.items()}
        if name == "subject" and isinstance(inner, dict)
        else mask_reference(inner)
        if name in PERSONAL_FACTS and isinstance(inner, str)
        else _masked(inner)
        for name, inner in value.items()
    }
