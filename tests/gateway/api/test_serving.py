"""Behind the real server: an open stream does not hold up the end, and a broken one is forgotten."""

from __future__ import annotations

import asyncio
import socket

import httpx
import uvicorn

from tests.gateway.api.house import house


async def test_the_server_ends_at_once_although_pages_are_open(tmp_path):
    async with house(tmp_path) as it:
        cookie = it.browser("wang").headers["Cookie"]
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(it.app, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"

        async def watch(opened: asyncio.Event) -> None:
            async with (
                httpx.AsyncClient(base_url=base, headers={"Cookie": cookie}, timeout=20) as browser,
                browser.stream("GET", "/api/stream") as answer,
            ):
                async for _ in answer.aiter_bytes():
                    opened.set()

        events = [asyncio.Event() for _ in range(3)]
        pages = [asyncio.create_task(watch(event)) for event in events]
        async with asyncio.timeout(20):
            for event in events:
                await event.wait()
        assert it.services.hub.pages == 3

        pages[0].cancel()  # a browser that goes away
        await asyncio.gather(pages[0], return_exceptions=True)
        await it.services.hub.close()
        server.should_exit = True
        async with asyncio.timeout(5):
            await serving
            await asyncio.gather(*pages[1:])
        async with asyncio.timeout(5):
            while it.services.hub.pages:  # noqa: ASYNC110 - nothing tells when the server has let go of a page
                await asyncio.sleep(0.01)
