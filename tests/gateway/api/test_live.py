"""The stream over a real gateway: snapshot, deltas, beats, scope, and the same views as the lists."""

from __future__ import annotations

import asyncio
import json
from typing import Self

from gateway.api.live import BEATS_A_MINUTE
from gateway.api.schemas.stream import Beat, Delta, Snapshot
from tests.gateway.api.house import house, key


class Stream:
    """The events of one open stream, called as the server calls the application."""

    def __init__(self, it, browser, *, last: int | None = None) -> None:
        headers = [(b"host", b"gateway.lan"), (b"cookie", browser.headers["Cookie"].encode())]
        if last is not None:
            headers.append((b"last-event-id", str(last).encode()))
        self._scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
            "method": "GET", "scheme": "http", "path": "/api/stream", "raw_path": b"/api/stream",
            "query_string": b"", "headers": headers, "client": ("192.168.1.20", 1), "server": ("gateway.lan", 80),
            "root_path": "", "state": {},
        }  # fmt: skip
        self._app = it.app
        self._sent: asyncio.Queue[dict] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._asked = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._sent.put))
        self.start = await asyncio.wait_for(self._sent.get(), 5)
        return self

    async def __aexit__(self, *_) -> None:
        self._gone.set()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _receive(self) -> dict:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> tuple[str, dict]:
        message = await asyncio.wait_for(self._sent.get(), 10)
        event, _, data = message["body"].decode().rstrip().split("\n")
        return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def until(self, event: str) -> dict:
        while True:
            name, body = await self.next()
            if name == event:
                return body


async def test_snapshot_and_delta_hold_the_same_views_as_the_lists(tmp_path):
    async with house(tmp_path) as it:
        first = await asyncio.to_thread(it.force, "gate-n1")
        guard = it.browser("wang")
        async with Stream(it, guard) as stream:
            headers = dict(stream.start["headers"])
            assert headers[b"content-type"].startswith(b"text/event-stream")
            event, body = await stream.next()
            assert event == "snapshot"
            Snapshot.model_validate(body)
            listed = (await guard.get("/api/incidents")).json()["items"]
            assert body["incidents"] == listed
            assert body["alerts"] == (await guard.get("/api/alerts")).json()["items"]
            assert body["duty"]["grids"]
            assert body["health"]["devices"]["total"] == 4

            second = await asyncio.to_thread(it.force, "lift-1")
            delta = await stream.until("delta")
            Delta.model_validate(delta)
            assert [row["number"] for row in delta["incidents"]] == [second.number]
            assert delta["alerts"][0]["incident"] == second.number
            assert delta["seq"] > body["seq"]
            listed = (await guard.get("/api/incidents")).json()["items"]
            assert delta["incidents"][0] == next(row for row in listed if row["number"] == second.number)
        assert first.number != second.number


async def test_an_action_of_one_is_seen_by_the_other_with_their_own_buttons(tmp_path):
    async with house(tmp_path) as it:
        case = await asyncio.to_thread(it.force)
        one, two = it.browser("wang"), it.browser("li")
        async with Stream(it, one) as mine, Stream(it, two) as theirs:
            await mine.until("snapshot")
            await theirs.until("snapshot")
            answer = await one.post(
                f"/api/incidents/{case.number}/actions",
                json={"action": "take", "version": case.version},
                headers=key("take"),
            )
            assert answer.status_code == 200, answer.text
            (seen,) = (await theirs.until("delta"))["incidents"]
            (own,) = (await mine.until("delta"))["incidents"]
            assert seen["owner_name"] == own["owner_name"] == "王强"
            assert "arrive" in own["allowed"]
            assert "arrive" not in seen["allowed"]
            assert own["allowed"] == answer.json()["incident"]["allowed"]


async def test_a_worker_hears_only_of_their_own(tmp_path):
    async with house(tmp_path) as it:
        case = await asyncio.to_thread(it.force, "gate-n1")
        worker, guard = it.browser("zhao"), it.browser("wang")
        async with Stream(it, it.browser("sun")) as other, Stream(it, worker) as own:
            assert (await other.until("snapshot"))["incidents"] == []
            before = await own.until("snapshot")
            if not before["incidents"]:
                answer = await guard.post(
                    f"/api/incidents/{case.number}/actions",
                    json={"action": "dispatch", "version": case.version, "fields": {"assignees": ["zhao"]}},
                    headers=key("send"),
                )
                assert answer.status_code == 200, answer.text
                (row,) = (await own.until("delta"))["incidents"]
            else:
                (row,) = before["incidents"]
            assert row["number"] == case.number
            assert "take" in row["allowed"]
            waiting = asyncio.create_task(other.next())
            done, _ = await asyncio.wait({waiting}, timeout=0.5)
            waiting.cancel()
            assert not done


async def test_a_broken_connection_goes_on_where_it_was(tmp_path):
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        async with Stream(it, it.browser("li")) as other:
            await other.until("snapshot")
            await asyncio.to_thread(it.force, "gate-n1")
            first = await other.until("delta")
            await asyncio.to_thread(it.force, "lift-1")
            second = await other.until("delta")
            async with Stream(it, guard, last=first["seq"]) as back:
                event, body = await back.next()
                assert (event, body["seq"]) == ("delta", second["seq"])
                assert [row["number"] for row in body["incidents"]] == [
                    row["number"] for row in second["incidents"]
                ]


async def test_a_beat_tells_the_load(tmp_path, monkeypatch):
    from gateway import stream as module

    monkeypatch.setattr(module, "BEAT", module.timedelta(milliseconds=50))
    async with house(tmp_path) as it:
        await asyncio.to_thread(it.force)
        async with Stream(it, it.browser("wang")) as stream:
            beat = await stream.until("beat")
            Beat.model_validate(beat)
            assert (beat["load"]["hour"], beat["load"]["ten_minutes"], beat["load"]["open_incidents"]) == (
                1,
                1,
                1,
            )
            assert beat["load"]["flood"] is False
            # the shift changes under a page that stays open: said when that has changed, and once a minute
            minute = [await stream.until("beat") for _ in range(BEATS_A_MINUTE)]
            (told,) = (each for each in minute if "duty" in each)
            assert told["duty"]["grids"]


async def test_a_dismissed_persons_stream_ends(tmp_path, monkeypatch):
    from gateway import stream as module
    from gateway.store.accounts import sync_people

    monkeypatch.setattr(module, "BEAT", module.timedelta(milliseconds=50))
    async with house(tmp_path) as it:
        async with Stream(it, it.browser("zhao")) as stream:
            await stream.until("snapshot")
            rest = [person for person in it.people.values() if person.id != "zhao"]
            it.write(lambda connection: sync_people(connection, rest))
            it.ticker.advance(seconds=11)
            await asyncio.wait_for(asyncio.shield(stream._task), 10)
        assert it.services.hub.pages == 0
