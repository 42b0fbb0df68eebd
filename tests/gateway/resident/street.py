"""Somebody on the street with a phone: opens the form, waits as people do, and sends a report."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import httpx
from PIL import Image

from tests.gateway.api.house import House, key


def picture(colour: str = "green") -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


async def opened(it: House, browser: httpx.AsyncClient, **query: str) -> dict[str, Any]:
    """Open the form and let five seconds pass."""
    answer = await browser.get("/api/public/form", params=query)
    assert answer.status_code == 200, answer.text
    it.ticker.advance(seconds=5)
    return answer.json()


async def sent(
    browser: httpx.AsyncClient,
    form: dict[str, Any],
    name: str,
    *,
    photos: tuple[bytes, ...] = (),
    **fields: str,
) -> httpx.Response:
    """Send a report from an opened form."""
    body = {"category": "0602", "text": "垃圾桶满了两天没人收", "ticket": form["ticket"], **fields}
    files = [("photos", (f"{n}.jpg", data, "image/jpeg")) for n, data in enumerate(photos)]
    files += [] if photos else [("where", (None, b""))]  # so that it is a multipart form all the same
    return await browser.post("/api/public/reports", data=body, files=files, headers=key(f"report-{name}"))


async def code_of(it: House, spot: str) -> str:
    """Return the token of the printed code of a place."""
    answer = await it.browser("chen").get("/api/places/codes")
    assert answer.status_code == 200, answer.text
    items = {item["spot"]["key"]: item["url"] for item in answer.json()["items"]}
    return str(items[spot]).partition("p=")[2]


async def reported(
    it: House, name: str = "one", address: str = "192.168.1.30", **fields: Any
) -> dict[str, Any]:
    """Report something about building b1; return the answer."""
    browser = it.stranger(address=address)
    form = await opened(it, browser)
    answer = await sent(browser, form, name, **{"spot": "building:b1", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(it: House, person: str, number: str, action: str, **fields: Any) -> None:
    """Let somebody act on a case through the API."""
    browser = it.browser(person)
    case = (await browser.get(f"/api/incidents/{number}")).json()["incident"]
    answer = await browser.post(
        f"/api/incidents/{number}/actions",
        json={"action": action, "version": case["version"], "fields": fields},
        headers=key(f"{number}-{action}-{case['version']}"),
    )
    assert answer.status_code == 200, answer.text


async def closed(it: House, number: str, **fields: Any) -> None:
    """Let the guard send a worker, the worker resolve it with a picture of the place, the checker close it."""
    await act(it, "wang", number, "accept")
    await act(it, "wang", number, "dispatch", assignees=["zhao"])
    await act(it, "zhao", number, "take")
    await act(it, "zhao", number, "arrive")
    proof = await it.browser("zhao").post(
        f"/api/incidents/{number}/photos", files={"file": ("after.jpg", picture("white"), "image/jpeg")}, headers=key(f"after-{number}")
    )  # fmt: skip
    assert proof.status_code == 201, proof.text
    await act(it, "zhao", number, "resolve", note="王师傅 305 室门口已清", code="true_handled", **fields)
    await act(it, "he", number, "close", code="true_handled")
    await asyncio.sleep(0)
