"""Cases to another system: order, repeats recognised by id, nothing about people, drills never."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from standardwebhooks.webhooks import Webhook as Signer

from gateway.errors import Rejected, RetryLater
from gateway.interop.cap import Sender
from gateway.interop.case_event import ALLOWED, WORDS, case_event
from gateway.interop.outgoing import Outgoing, StepFeed, maker
from gateway.interop.settings import Receiver as Wanted
from gateway.notify.secret import Secret
from gateway.notify.signed import WebhookSettings
from gateway.response.incident import actions
from gateway.sinks.cloudevents import CloudEvents
from gateway.store.case_feed import steps_after
from tests.contracts.channel import PATIENCE_S, Receiver, receiver
from tests.gateway.interop.case_store import NOW, CaseStore, case
from tests.gateway.interop.test_cap import NS, SCHEMA
from tests.gateway.response.estate import site

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 24).decode()
PRIVATE = ("王", "李阿姨", "1801", "wang", "liu", "smoke-1801", "18", "unit", "floor")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    one = CaseStore(tmp_path)
    yield one
    one.close()


@pytest.fixture
async def server() -> AsyncIterator[Receiver]:
    async with receiver() as one:
        yield one


def wanted(**more: Any) -> Wanted:
    values = {"url": "https://x", "secret_file": "s", "recipient": "幸福街道", "purpose": "事件流转"}
    return Wanted(**{**values, **more})


def sink(port: int) -> CloudEvents:
    settings = WebhookSettings(
        url=f"http://127.0.0.1:{port}/in", secret=Secret(f"{OLD}\n{NEW}"), allow_private=True
    )
    return CloudEvents(settings, timeout_s=PATIENCE_S)


def outgoing(store: CaseStore, port: int, write: Any = None, **more: Any) -> Outgoing:
    chosen = wanted(**more)
    make = maker(chosen, sender=lambda: Sender(gateway="gw1", site=site()), read=store.read)
    feed = StepFeed(store.read, receiver=chosen, make=make)
    return Outgoing(
        "street",
        sink=sink(port),
        feed=feed,
        read=store.read,
        write=write or store.write,
        now=lambda: NOW,
        first_retry_s=0.02,
    )


@contextlib.asynccontextmanager
async def running(one: Outgoing) -> AsyncIterator[Outgoing]:
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, RuntimeError):
            await task


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not condition():  # noqa: ASYNC110  # what is waited for lies in a database or another task
            await asyncio.sleep(0.01)


def begun(store: CaseStore) -> None:
    """Let the receiver have been served before, so that it hears everything in this store."""
    from gateway.store import cursors

    with store.engine.begin() as connection:
        cursors.rewind_cursor(connection, "receiver-street/cases", 0, now=NOW)


def life(store: CaseStore, number: str = "sc-20260304-001", **more: Any) -> int:
    one = store.step(case(number, **more), "open", "pending_verify")
    one = store.step(one, "accept", "accepted")
    one = store.step(one, "remind", timer="take")  # not for others
    one = store.step(one, "dispatch", "dispatched")
    one = store.step(one, "overdue", timer="arrive")
    one = store.step(one, "take", "taken")
    one = store.step(one, "resolve", "resolved")
    one = store.step(one, "close", "closed")
    return 7


async def test_every_step_arrives_once_in_order_with_both_signatures(
    store: CaseStore, server: Receiver
) -> None:
    begun(store)
    count = life(store)
    async with running(outgoing(store, server.port)) as one:
        await until(lambda: store.cursor("receiver-street/cases") == 8)
        await until(lambda: one.status().feeds["cases"].sent == count)
    events = [json.loads(request.body) for request in server.requests]
    assert [event["type"].split(".", 2)[2] for event in events] == [
        "opened.v1", "accepted.v1", "dispatched.v1", "sla.breached.v1", "taken.v1", "resolved.v1", "closed.v1",
    ]  # fmt: skip
    assert [event["sequence"] for event in events] == [f"{n:06d}" for n in range(1, 8)]
    first, request = events[0], server.requests[0]
    assert first["source"] == "/gw/" + site().id + "/gw1"
    assert (first["subject"], first["severity"], first["grid"]) == ("sc-20260304-001", "L1", "g1")
    assert first["data"]["state"] == "pending_verify"
    assert events[3]["data"]["timer"] == "arrive"
    assert request.headers["webhook-id"] == first["id"]
    for key in (OLD, NEW):
        assert Signer(key).verify(request.body, request.headers)


async def test_nothing_about_people_or_homes_leaves(store: CaseStore, server: Receiver) -> None:
    begun(store)
    life(store)
    async with running(outgoing(store, server.port)):
        await until(lambda: store.cursor("receiver-street/cases") == 8)
    for request in server.requests:
        event = json.loads(request.body)
        assert set(event["data"]) <= set(ALLOWED)
        text = json.dumps(event["data"], ensure_ascii=False)
        for word in ("王", "李阿姨", "1801", "wang", "liu", "unit", "floor", "reporter"):
            assert word not in text


@pytest.mark.parametrize("at", [1, 2, 3, 5, 7])
async def test_killed_anywhere_a_receiver_that_knows_ids_sees_each_once_in_order(
    store: CaseStore, server: Receiver, at: int
) -> None:
    """The process dies after `at` events were taken and before the cursor moved."""
    begun(store)
    count = life(store) + life(store, "sc-20260304-002")

    def dies(job: Any) -> Any:
        if len(server.requests) >= at:
            raise RuntimeError("killed before the cursor moved")
        return store.write(job)

    first = outgoing(store, server.port, write=dies)
    task = asyncio.create_task(first.run())
    await until(lambda: len(server.requests) >= at)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, RuntimeError):
        await task
    assert store.cursor("receiver-street/cases") == 0
    async with running(outgoing(store, server.port)):
        await until(lambda: store.cursor("receiver-street/cases") == 16)
    assert len(server.requests) > count  # some came twice
    unique = list(dict.fromkeys(request.headers["webhook-id"] for request in server.requests))
    assert len(unique) == count
    seen: dict[str, list[str]] = {}
    known: set[str] = set()
    for request in server.requests:
        event = json.loads(request.body)
        if event["id"] not in known:
            known.add(event["id"])
            seen.setdefault(event["subject"], []).append(event["sequence"])
    assert seen == {
        number: [f"{n:06d}" for n in range(1, 8)] for number in ("sc-20260304-001", "sc-20260304-002")
    }


async def test_an_answer_that_is_lost_is_repeated_with_the_same_id(
    store: CaseStore, server: Receiver
) -> None:
    begun(store)
    store.step(case(), "open", "pending_verify")
    server.mode = "reset"
    async with running(outgoing(store, server.port)) as one:
        await until(lambda: len(server.requests) >= 2)
        assert one.status().error
        server.mode = "answer"
        await until(lambda: store.cursor("receiver-street/cases") == 1)
    assert len({request.headers["webhook-id"] for request in server.requests}) == 1


async def test_a_drill_is_passed_over_and_the_sink_refuses_one_by_itself(
    store: CaseStore, server: Receiver
) -> None:
    begun(store)
    life(store, drill=True)
    async with running(outgoing(store, server.port)):
        await until(lambda: store.cursor("receiver-street/cases") == 8)
    assert server.requests == []
    with store.read() as connection:
        (step, *_), _ = steps_after(connection, 0, 10, WORDS)
    event = case_event(step, site=site(), gateway="g", offset=timedelta(0))
    one = sink(server.port)
    with pytest.raises(Rejected, match="drill"):
        await one.write([event])
    await one.close()
    assert server.connections == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [("400 Bad Request", b"no"), ("422 Unprocessable", b"no"), ("200 OK", b'{"error":"bad grid"}'), ("200 OK", b'{"ok":false}')],
)  # fmt: skip
async def test_a_refused_event_is_counted_and_does_not_stop_the_others(
    store: CaseStore, server: Receiver, status: str, body: bytes
) -> None:
    begun(store)
    life(store)
    server.says(status, body)
    async with running(outgoing(store, server.port)) as one:
        await until(lambda: store.cursor("receiver-street/cases") == 8)
        await until(lambda: one.status().feeds["cases"].refused == 7)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "302 Found", "500 Oops"])  # fmt: skip
async def test_a_receiver_that_does_not_let_us_in_is_waited_for(server: Receiver, status: str, store: CaseStore) -> None:  # fmt: skip
    begun(store)
    life(store)
    server.says(status)
    async with running(outgoing(store, server.port)) as one:
        await until(lambda: one.status().error)
        assert store.cursor("receiver-street/cases") == 0
        server.says("204 No Content")
        await until(lambda: store.cursor("receiver-street/cases") == 8)


async def test_an_address_that_may_not_be_reached_is_a_setting_to_mend(store: CaseStore) -> None:
    settings = WebhookSettings(url="https://127.0.0.1/in", secret=Secret(NEW))
    with store.read() as connection:
        steps, _ = steps_after(connection, 0, 10, WORDS)
    assert steps == []
    life(store)
    with store.read() as connection:
        steps, _ = steps_after(connection, 0, 10, WORDS)
    one = CloudEvents(settings)
    with pytest.raises(RetryLater, match="private address"):
        await one.write([case_event(steps[0], site=site(), gateway="g", offset=timedelta(0))])
    await one.close()


async def test_only_the_wanted_levels_grids_and_fields(store: CaseStore, server: Receiver) -> None:
    begun(store)
    life(store)
    life(store, "sc-20260304-002", level="L3")
    life(store, "sc-20260304-003", grid="g2")
    chosen = {"levels": ("L1",), "grids": ("g1",), "fields": ("number", "state")}
    async with running(outgoing(store, server.port, **chosen)):
        await until(lambda: store.cursor("receiver-street/cases") == 24)
    events = [json.loads(request.body) for request in server.requests]
    assert {event["subject"] for event in events} == {"sc-20260304-001"}
    assert all(set(event["data"]) <= {"number", "state"} for event in events)


async def test_a_receiver_may_want_cap_instead(store: CaseStore, server: Receiver) -> None:
    begun(store)
    life(store)
    async with running(outgoing(store, server.port, format="cap")):
        await until(lambda: store.cursor("receiver-street/cases") == 8)
    assert len(server.requests) == 7
    assert {r.headers["content-type"] for r in server.requests} == {"application/cap+xml; charset=utf-8"}
    for number, request in enumerate(server.requests):
        alert = etree.fromstring(request.body)
        SCHEMA.assertValid(alert)
        assert alert.findtext("c:addresses", namespaces=NS) == "幸福街道"
        references = (alert.findtext("c:references", namespaces=NS) or "").split()
        assert len(references) == number
        assert Signer(NEW).verify(request.body, request.headers, json_parse=False) is None


async def test_a_new_receiver_begins_with_what_happens_from_then_on(
    store: CaseStore, server: Receiver
) -> None:
    life(store)
    async with running(outgoing(store, server.port)) as one:
        await until(lambda: store.cursor("receiver-street/cases") == 8)
        store.step(case("sc-20260304-009"), "open", "pending_verify")
        one._forward.wake()
        await until(lambda: store.cursor("receiver-street/cases") == 9)
    assert [json.loads(r.body)["subject"] for r in server.requests] == ["sc-20260304-009"]


def test_what_a_batch_cuts_off_does_not_change_a_sequence(store: CaseStore) -> None:
    life(store)
    with store.read() as connection:
        whole, _ = steps_after(connection, 0, 100, WORDS)
        pieces, position = [], 0
        while position < 8:
            found, position = steps_after(connection, position, 3, WORDS)
            pieces += found
    assert pieces == whole


def test_every_published_action_is_one_of_the_table() -> None:
    assert set(WORDS) - {"overdue"} <= set(actions())
