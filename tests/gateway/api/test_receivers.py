"""Receivers over the API: named, fed at once, tested, held back, taken away; the secret is seen once and never again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from gateway.config import Settings
from gateway.interop.cap import Sender
from gateway.interop.outgoing import Outgoing, StepFeed, maker
from gateway.interop.receiver_book import Receiverbook, receiver_documents
from gateway.interop.receiver_desk import ReceiverDesk
from gateway.interop.receiver_part import Receivers
from gateway.interop.saved_receiver import Saved, receiver_of, settings_of
from gateway.interop.settings import Receiver as OfFile
from gateway.notify.secret import Secret
from gateway.notify.signed import WebhookSettings
from gateway.sinks.cloudevents import CloudEvents
from gateway.store.cursors import has_cursor
from tests.contracts.channel import Receiver, receiver
from tests.gateway.api.house import House, house

ADMINISTRATOR, MANAGER = "zhou", "chen"
WAY = "/api/receivers"


@asynccontextmanager
async def told(folder: Path, **more: Any) -> AsyncIterator[tuple[House, Receivers, Receiver]]:
    """Run a house with the part that feeds receivers, and another system on the site's own network."""
    async with house(folder) as it, receiver() as street:
        part = opened(it, folder, **more)
        it.writer.on_commit(part.committed)
        task = asyncio.create_task(part.run())
        try:
            yield it, part, street
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def opened(it: House, folder: Path, *, demo: bool = False) -> Receivers:
    """Open what a start opens."""
    with it.store.read() as connection:
        rows = receiver_documents(connection)
    book = Receiverbook(rows, it.writer, sealer=it.services.sealer, in_file=("hub",))
    in_file = {"hub": WebhookSettings(url="https://hub.example.org", secret=Secret("whsec_" + "b" * 32))}
    desk = ReceiverDesk(book, it.services.access, in_file=in_file, site="demo", demo=demo)
    hub = OfFile(
        url="https://hub.example.org/x", secret_file=folder / "s", recipient="区平台", purpose="汇总"
    )
    box = Settings(data=folder, receivers={"hub": hub})
    it.services = msgspec.structs.replace(it.services, receivers=desk, box=box)
    it.app.state.services = it.services

    def feeding(saved: Saved) -> Outgoing:
        assert saved.entry is not None
        wanted = receiver_of(saved.entry)
        make = maker(wanted, sender=lambda: Sender(gateway="gw1", site=it.view), read=it.store.read)
        return Outgoing(
            saved.name, sink=CloudEvents(settings_of(saved.entry)), feed=StepFeed(it.store.read, receiver=wanted, make=make),
            read=it.store.read, write=it.writer.call, now=it.clock.now, key=saved.key, first_retry_s=0.02,
        )  # fmt: skip

    return Receivers(book, make=feeding, say=lambda kind, **facts: None, write=it.writer.call)


def street_at(port: int, **more: Any) -> dict[str, Any]:
    return {
        "name": "street", "url": f"http://127.0.0.1:{port}/in", "recipient": "幸福街道综治中心", "purpose": "联动处置",
        "allow_private": True, **more,
    }  # fmt: skip


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  # what is waited for comes over the network
            await asyncio.sleep(0.01)


async def shown(it: House) -> dict[str, Any]:
    answer = await it.browser(MANAGER).get(WAY)
    assert answer.status_code == 200, answer.text
    return {each["name"]: each for each in answer.json()["items"]}


async def fed(it: House, part: Receivers, *, times: int) -> None:
    """Wait until every receiver has its place in the timeline."""
    await until(lambda: len(part.fed()) == times)

    def placed() -> bool:
        keys = [saved.key for saved in part._book.live().values()]
        with it.store.read() as connection:
            return all(has_cursor(connection, f"{key}/cases") for key in keys)

    await until(placed)


async def test_a_new_one_hears_of_cases_from_then_on_signed_with_the_secret_that_was_shown_once(tmp_path):
    async with told(tmp_path) as (it, part, street):
        it.force()
        browser = it.browser(ADMINISTRATOR)
        made = await browser.post(WAY, json=street_at(street.port))
        assert made.status_code == 201, made.text
        secret = made.json()["secret"]
        assert secret.startswith("whsec_")
        await fed(it, part, times=1)
        assert street.requests == [], "nobody's past is sent"
        number = it.force("lift-1").number
        await until(lambda: street.requests)
        request = street.requests[0]
        Signer(secret).verify(request.body, dict(request.headers))
        assert json.loads(request.body)["subject"] == number

        seen = await shown(it)
        assert secret not in json.dumps(seen)
        assert seen["street"]["where"] == f"http://127.0.0.1:{street.port}"
        assert (seen["street"]["source"], seen["hub"]["source"]) == ("page", "file")
        assert seen["street"]["changed_by"]["id"] == ADMINISTRATOR
        assert (ADMINISTRATOR, "receiver.add", "street") in it.audit()
        again = opened(it, tmp_path)
        assert again._book.live()["street"].entry.secret == secret, "after a start it signs with the same"


async def test_held_back_it_gets_nothing_and_then_everything_taken_away_never(tmp_path):
    async with told(tmp_path) as (it, part, street):
        browser = it.browser(ADMINISTRATOR)
        await browser.post(WAY, json=street_at(street.port))
        await fed(it, part, times=1)
        held = await browser.put(f"{WAY}/street/paused", json={"paused": True})
        assert held.json()["status"] == "paused"
        await until(lambda: part.fed() == [])
        it.force()
        assert street.requests == []
        await browser.put(f"{WAY}/street/paused", json={"paused": False})
        await until(lambda: street.requests)

        key = part._book.live()["street"].key
        gone = await browser.delete(f"{WAY}/street")
        assert gone.status_code == 204, gone.text
        await until(lambda: part.fed() == [])
        await until(lambda: not _has(it, key))
        assert "street" not in await shown(it)
        assert (await browser.delete(f"{WAY}/street")).status_code == 404
        heard = len(street.requests)
        it.force("lift-1")
        await browser.post(WAY, json=street_at(street.port))
        await fed(it, part, times=1)
        assert len(street.requests) == heard, "named anew it begins anew"


def _has(it: House, key: str) -> bool:
    with it.store.read() as connection:
        return has_cursor(connection, f"{key}/cases")


async def test_every_mistake_comes_back_at_once_and_those_of_the_file_are_the_files(tmp_path):
    async with told(tmp_path) as (it, _, street):
        browser = it.browser(ADMINISTRATOR)
        wrong = await browser.post(
            WAY, json=street_at(street.port, name="Hub!", recipient="", purpose="x", url="http://u:p@example.org/x", allow_private=False, grids=["g9"])
        )  # fmt: skip
        assert wrong.status_code == 422
        fields = wrong.json()["facts"]["fields"]
        assert [each["path"] for each in fields] == [
            "body.name", "body.recipient", "body.purpose", "body.url", "body.url", "body.grids.0",
        ]  # fmt: skip
        assert all(each["message"]["zh"] != each["message"]["en"] for each in fields)
        for name in ("hub",):
            taken = await browser.post(WAY, json=street_at(street.port, name=name))
            assert (
                taken.json()["facts"]["fields"][0]["message"]["zh"]
                == "gateway.yaml 里已经有“hub”，请换一个名称"
            )
            assert (await browser.delete(f"{WAY}/{name}")).json()["code"] == "receiver_in_file"
            assert (await browser.put(f"{WAY}/{name}/paused", json={"paused": True})).status_code == 409
        assert list(await shown(it)) == ["hub"]


async def test_a_test_says_what_the_other_side_answered_and_a_demo_sends_none(tmp_path):
    async with told(tmp_path) as (it, _, street):
        browser = it.browser(ADMINISTRATOR)
        await browser.post(WAY, json=street_at(street.port))
        street.says("204 No Content")
        took = await browser.post(f"{WAY}/street/test")
        assert took.json()["ok"] is True
        assert "channel.test" in json.loads(street.requests[-1].body)["type"]
        soon = await browser.post(f"{WAY}/street/test")
        assert (soon.status_code, soon.json()["code"]) == (429, "too_many")
        it.ticker.advance(seconds=31)
        street.says("403 Forbidden", b"who are you")
        refused = (await browser.post(f"{WAY}/street/test")).json()
        assert refused["ok"] is False
        assert "403" in refused["detail"]
        assert (ADMINISTRATOR, "receiver.test", "street") in it.audit()
        assert (await browser.post(f"{WAY}/nobody/test")).status_code == 404
        opened(it, tmp_path, demo=True)
        heard = len(street.requests)
        kept_here = (await browser.post(f"{WAY}/street/test")).json()
        assert (kept_here["ok"], kept_here["text"]["zh"]) == (False, "演示小区什么都不往外发。")
        assert len(street.requests) == heard


async def test_only_an_administrator_sends_cases_out(tmp_path):
    async with told(tmp_path) as (it, _, street):
        assert (await it.browser(MANAGER).post(WAY, json=street_at(street.port))).status_code == 403
        assert (await it.browser("wang").get(WAY)).status_code == 403
        assert (await it.browser(MANAGER).post(f"{WAY}/hub/test")).status_code == 403
