"""Raised: the alerts of a gateway, for the comparison: from its data folder, from its API, or from a saved answer of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from gateway.clock import from_us, to_us
from gateway.simulate.oracle import OWN_RULES, STAGES, Run, Seen, place_of
from gateway.store.history import open_history
from rules.change import Change

PAGE = 200
MUTES = frozenset({"inhibited", "silenced"})


def from_folder(folder: Path, run: Run | None) -> list[Seen]:
    """Return the alerts in a data folder; a gateway may be running on it. StoreError when there is none."""
    history = open_history(folder)
    try:
        extent = history.extent()
        offset = timedelta(microseconds=extent.offset_us if extent is not None else 0)
        since = to_us(run.begin - offset) if run is not None else 0
        until = to_us(run.end - offset) if run is not None else 1 << 62
        found = [of_changes(alert.changes, offset) for alert in history.alerts_of(None, since, until)]
    finally:
        history.close()
    return [seen for seen in found if seen is not None]


def of_changes(changes: Iterable[Change], offset: timedelta = timedelta()) -> Seen | None:
    """Return an alert from its changes, oldest first; None for what the gateway says about itself.

    It is muted when its opening told nobody and nothing later said it aloud.
    """
    seen: Seen | None = None
    for change in changes:
        if change.rule.startswith(OWN_RULES):
            return None
        if seen is None:
            opened = from_us(to_us(change.opened_at)) + offset
            seen = Seen(
                rule=change.rule, device=place_of(change.key), stage=change.stage, opened_at=opened, muted=not change.notify,
            )  # fmt: skip
        if change.notify and seen.muted:
            seen = msgspec.structs.replace(seen, muted=False)
        if STAGES[change.stage] > STAGES[seen.stage]:
            seen = msgspec.structs.replace(seen, stage=change.stage)
    return seen


def from_address(address: str, token: str, run: Run | None) -> list[Seen]:
    """Return the alerts that `GET /api/alerts` gives to a token, page by page; httpx.HTTPError when it does not."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False) as client:
        return [
            seen
            for view in _pages(client, run)
            if (seen := seen_of(view, _changes(client, view))) is not None
        ]


def _pages(client: httpx.Client, run: Run | None) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        query = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        body = client.get("/api/alerts", params=query).raise_for_status().json()
        for view in body["items"]:
            if run is not None and datetime.fromisoformat(view["opened_at"]) < run.begin - timedelta(
                minutes=1
            ):
                return
            yield view
        cursor = body["next"]
        if cursor is None:
            return


def _changes(client: httpx.Client, view: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/alerts/{view['id']}").raise_for_status().json()["changes"]
    return found


def seen_of(view: dict[str, Any], changes: Iterable[dict[str, Any]] = ()) -> Seen | None:
    """Return an alert of the API for the comparison; None for what the gateway says about itself."""
    if view["rule"].startswith(OWN_RULES):
        return None
    stage, words = view["stage"], list[str]()
    for change in changes:
        words.append(change["change"])
        if STAGES[change["stage"]] > STAGES[stage]:
            stage = change["stage"]
    muted = len(words) > 1 and words[0] == "opened" and words[1] in MUTES and "repeated" not in words
    opened = datetime.fromisoformat(view["opened_at"])
    return Seen(rule=view["rule"], device=place_of(view["key"]), stage=stage, opened_at=opened, muted=muted)


def from_file(path: Path) -> list[Seen]:
    """Return the alerts of a saved answer of `GET /api/alerts`: without their changes, so nothing tells who was muted."""
    body = msgspec.json.decode(path.read_bytes())
    found = body["items"] if isinstance(body, dict) else body
    return [seen for view in found if (seen := seen_of(view)) is not None]
