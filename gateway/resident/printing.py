"""Printing from the command line: the codes of the site as it is written, signed with the key of its data folder."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

import msgspec

from gateway.api.community_of import community_of
from gateway.api.views.lens import Lens, both
from gateway.resident.door import PLACE_ROUND
from gateway.resident.lobby import code_of_month
from gateway.resident.sheet import sheets, svg_of
from gateway.resident.signing import Signer
from gateway.resident.spot import place_token, spots_of
from gateway.secret_files import secret
from gateway.store import reports
from gateway.store.beside import write_beside
from gateway.written import Written


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """SVG images by the key of their place, and the page to print."""

    codes: Mapping[str, str]
    sheets: str


def printed(written: Written, *, base: str, wall: datetime, renew: bool = False) -> Printed:
    """Return the codes of all places of the site file; with `renew` those printed before stop working.

    Raises:
        StoreError: the gateway has never run here, so that there is no database yet.
    """
    settings, view = written.settings, written.site.view
    key = secret(settings.data / "secrets", "report.key")
    round_ = write_beside(
        settings.data,
        lambda connection, _now: (reports.raise_number if renew else reports.number_of)(
            connection, PLACE_ROUND
        ),
    )
    nobody: Any = lambda *_: Future()  # noqa: E731 - questions that printing never asks
    community = community_of(view, cards=(), why=lambda _: {}, candidates=nobody, near_miss=nobody)
    lens = Lens(community=community, now=wall, offset=timedelta(0))
    signer = Signer(key, "place")
    found = [
        (spot, f"{base}/report?p={place_token(signer, spot, site=view.id, round_=round_)}")
        for spot in spots_of(lens)
    ]
    code = None
    if settings.reports.open == "code":
        code = settings.reports.code or code_of_month(Signer(key, "lobby"), wall, view.zone)
    return Printed(
        codes={spot.key: svg_of(url) for spot, url in found},
        sheets=sheets(found, site=both(community.name, view.id), lobby_code=code),
    )
