"""`gateway check reach` against a stand-in relay: each thing that is wrong is found, said in both languages, with a next step."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.check import app
from gateway.config import Http, Reach, Settings
from gateway.reach import MARKER, OPEN_PATHS, PAGES, PRIVATE_PATHS, PRODUCT, Finding, exit_code
from gateway.reach_check import check_reach
from tests.integration.test_relay import HOST, certificate

OURS = {MARKER: PRODUCT}
Answer = tuple[int, dict[str, str]]


def good(path: str) -> Answer:
    """Answer as a sound relay does."""
    if path in PAGES:
        return 200, OURS
    return (401, OURS) if path in OPEN_PATHS else (404, {})


@asynccontextmanager
async def relay(folder: Path, answers: Callable[[str], Answer], *, days: int = 90) -> AsyncIterator[Settings]:
    cert, key = certificate(folder, days=days)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            status, headers = answers(head.split()[1])
            lines = [f"HTTP/1.1 {status} x", "content-length: 0", "connection: close"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://{HOST}:{server.sockets[0].getsockname()[1]}"
    try:
        yield Settings(http=Http(public_url=url), reach=Reach(mode="relay", public_url=url))
    finally:
        server.close()


async def look(
    folder: Path, answers: Callable[[str], Answer], *, days: int = 90, believed: bool = True
) -> list[Finding]:
    async with relay(folder, answers, days=days) as settings:
        trust = ssl.create_default_context(cafile=str(folder / "cert.pem") if believed else None)
        return await check_reach(settings, trust=trust, inside=True, http_port=1)


async def test_a_sound_relay_is_good(tmp_path: Path):
    found = await look(tmp_path, good)
    assert [each.code for each in found] == ["resolved", "certificate_good", "pages_answer", "closed"]
    assert exit_code(found) == 0


@pytest.mark.parametrize("path", PRIVATE_PATHS)
async def test_each_private_path_that_lies_open_is_named(tmp_path: Path, path: str):
    found = await look(tmp_path, lambda asked: (401, OURS) if asked == path else good(asked))
    (exposed,) = (each for each in found if each.code == "exposed")
    assert path in exposed.text["zh"]
    assert path in exposed.text["en"]
    assert exit_code(found) == 2


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (lambda path: (502, {}), "tunnel_down"),
        (lambda path: (200, {}), "someone_else"),
        (lambda path: (404, {}), "not_passed"),
        (lambda path: (302, {"location": "https://elsewhere.example/"}), "wrong_redirect"),
        (lambda path: (404, {}) if path == "/api/me" else good(path), "not_passed"),
    ],
)
async def test_what_phones_need_and_do_not_get_is_found(
    tmp_path: Path, answers: Callable[[str], Answer], code: str
):
    found = await look(tmp_path, answers)
    wrong = next(each for each in found if each.code == code)
    assert wrong.grade == "bad"
    assert wrong.next["zh"]
    assert wrong.next["en"]
    assert exit_code(found) == 2


async def test_certificates_that_nobody_believes_or_that_end_soon(tmp_path: Path):
    assert [each.code for each in await look(tmp_path, good, believed=False)][-1] == "certificate_bad"
    soon = await look(tmp_path / "soon", good, days=5)
    assert "certificate_ends" in {each.code for each in soon}
    assert exit_code(soon) == 1


async def test_names_that_lead_nowhere_or_inside():
    settings = Settings(reach=Reach(mode="relay", public_url="https://gate.example.org"))

    async def inside(_: str, __: int) -> list[str]:
        return ["192.168.1.5"]

    async def nowhere(_: str, __: int) -> list[str]:
        raise OSError("no such name")

    assert [each.code for each in await check_reach(settings, using=inside)] == ["private_address"]
    assert [each.code for each in await check_reach(settings, using=nowhere)] == ["unresolved"]


def test_the_command_says_what_is_missing_and_what_to_do(tmp_path: Path):
    (tmp_path / "gateway.yaml").write_text("{}\n", "utf-8")
    asked = CliRunner().invoke(app, ["reach", str(tmp_path)])
    assert asked.exit_code == 1
    assert "没有设置 reach.public_url" in asked.output
    assert "docs/how-to/reach.md" in asked.output
    (tmp_path / "gateway.yaml").write_text("reach: {public_url: 'http://box.lan:8080'}\n", "utf-8")
    estate = CliRunner().invoke(app, ["reach", str(tmp_path)])
    assert estate.exit_code == 0
    assert "只在园区内可打开" in estate.output
