"""The door byte by byte: what real firmware sends oddly is taken, what is broken or hostile ends in an answer."""

from __future__ import annotations

import asyncio
from base64 import b64encode

import pytest

from tests.gateway.push.door import PASSWORD, line, open_door

AUTH = f"Authorization: Basic {b64encode(f'bell-1:{PASSWORD}'.encode()).decode()}\r\n"
HEAD = f"POST /bell/a HTTP/1.1\r\nHost: x\r\n{AUTH}"


async def test_two_requests_on_one_connection_and_a_third_in_one_piece_with_the_second() -> None:
    async with open_door() as door, line(door) as one:
        await one.say(HEAD, "Content-Length: 3\r\n\r\none")
        assert (await one.answer())[0] == 200
        await one.say(HEAD, "Content-Length: 3\r\n\r\ntwo", HEAD, "Content-Length: 5\r\n\r\nthree")
        assert [(await one.answer())[0] for _ in range(2)] == [200, 200]
        assert [each.payload for each in door.ledger.messages] == [b"one", b"two", b"three"]


async def test_http_1_0_without_host_is_served_and_closed() -> None:
    async with open_door() as door, line(door) as one:
        await one.say(f"POST /bell/a HTTP/1.0\r\n{AUTH}Content-Length: 2\r\n\r\nhi")
        status, headers, _ = await one.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert await one.end() == b""


async def test_the_number_has_its_words_because_firmware_looks_for_them() -> None:
    async with open_door() as door, line(door) as one:
        await one.say(f"POST /bell/a HTTP/1.0\r\n{AUTH}Content-Length: 2\r\n\r\nhi")
        assert (await one.end()).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_chunks_are_put_together() -> None:
    async with open_door() as door, line(door) as one:
        await one.say(HEAD, "Transfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", "2;x=y\r\nde\r\n0\r\n\r\n")
        assert (await one.answer())[0] == 200
        assert door.ledger.messages[0].payload == b"abcde"


async def test_lines_that_end_in_a_bare_newline_are_read() -> None:
    async with open_door() as door, line(door) as one:
        await one.say((HEAD + "Content-Length: 2\r\n\r\n").replace("\r\n", "\n"), "hi")
        assert (await one.answer())[0] == 200


async def test_who_asks_before_sending_is_let_go_on_or_is_spared_the_picture() -> None:
    async with open_door() as door:
        async with line(door) as one:
            await one.say(HEAD, "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert (await one.answer())[0] == 100
            await one.say("hi")
            assert (await one.answer())[0] == 200
        async with line(door) as one:
            await one.say(
                "POST /bell/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n"
            )
            status, headers, _ = await one.answer()
            assert (status, headers["connection"]) == (401, "close")
        async with line(door) as one:
            await one.say(HEAD, "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
            assert (await one.answer())[0] == 413


async def test_a_refusal_is_heard_by_who_looks_only_after_sending_everything() -> None:
    async with open_door() as door, line(door) as one:
        await one.say("POST /bell/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n")
        await asyncio.sleep(0)
        await one.say(b"x" * 2_000_000)
        status, headers, _ = await one.answer()
        assert (status, headers.get("connection")) == (401, None)
        await one.say(HEAD, "Content-Length: 2\r\n\r\nhi")
        assert (await one.answer())[0] == 200


@pytest.mark.parametrize(
    ("sent", "status", "why"),
    [
        ("nonsense\r\n\r\n", 400, "malformed"),
        ("POST /bell/a HTTP/1.1\r\n\r\n", 400, "malformed"),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "malformed"),
        (HEAD + "Content-Length: many\r\n\r\n", 400, "malformed"),
        (HEAD + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400, "malformed"),
        (HEAD + "Content-Length: -1\r\n\r\n", 400, "malformed"),
        (HEAD + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed"),
        (HEAD + "Transfer-Encoding: gzip\r\n\r\n", 501, "not_understood"),
        (HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "malformed"),
        (HEAD + "X-Big: " + "x" * 20_000 + "\r\n\r\n", 431, "head_too_large"),
        (HEAD + "".join(f"X-{n}: {n}\r\n" for n in range(3000)) + "\r\n", 431, "head_too_large"),
        (HEAD.replace("/bell/a", "/bell/" + "a" * 5000) + "\r\n", 414, "target_too_long"),
        (HEAD.replace("POST", "DELETE") + "\r\n", 405, "method"),
        (HEAD.replace("/bell/a", "*") + "\r\n", 400, "malformed"),
        (HEAD.replace("POST /bell/a", "CONNECT x:1") + "\r\n", 405, "method"),
    ],
)  # fmt: skip
async def test_what_is_broken_gets_an_answer_and_is_counted(sent: str, status: int, why: str) -> None:
    async with open_door() as door, line(door) as one:
        await one.say(sent.encode("latin-1"))
        one.finish()
        assert (await one.answer())[0] == status
        await one.end()
        assert (door.refused(why), door.ledger.messages) == (1, [])


async def test_a_head_request_is_refused_without_a_body() -> None:
    async with open_door() as door, line(door) as one:
        await one.say(HEAD.replace("POST", "HEAD"), "\r\n")
        one.finish()
        assert (await one.end()).startswith(b"HTTP/1.1 405 ")


async def test_a_body_that_ends_too_early_is_no_message() -> None:
    multipart = (
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500\r\n\r\n--b\r\n\r\n{}\r\n"
    )
    async with open_door() as door, line(door) as one:
        await one.say(HEAD, multipart)
        one.finish()
        assert (await one.answer())[0] == 400
        assert (door.refused("malformed"), door.ledger.messages) == (1, [])


async def test_a_body_that_is_longer_than_said_ends_where_it_said() -> None:
    async with open_door() as door, line(door) as one:
        await one.say(HEAD, "Content-Length: 2\r\n\r\nhi and more of it\r\n\r\n")
        assert (await one.answer())[0] == 200
        assert (await one.answer())[0] == 400
        assert [each.payload for each in door.ledger.messages] == [b"hi"]


async def test_a_body_above_the_limit_is_refused_however_it_is_sent() -> None:
    async with open_door(max_bytes=2000) as door:
        async with line(door) as one:
            await one.say(HEAD, "Content-Length: 2001\r\n\r\n", b"x" * 2001)
            assert (await one.answer())[0] == 413
        async with line(door) as one:
            await one.say(HEAD, "Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(30):
                await one.say("64\r\n", b"x" * 100, "\r\n")
            assert (await one.answer())[0] == 413
        async with line(door) as one:
            await one.say(HEAD, "Content-Length: 2000\r\n\r\n", b"x" * 2000)
            assert (await one.answer())[0] == 200
        assert (door.refused("too_large"), len(door.ledger.messages)) == (2, 1)


async def test_more_pictures_than_allowed_are_refused() -> None:
    def parts(count: int) -> bytes:
        return b"".join(b"--b\r\nContent-Type: image/jpeg\r\n\r\nxx\r\n" for _ in range(count)) + b"--b--\r\n"

    async with open_door(max_parts=4) as door, line(door) as one:
        for count, status in ((4, 200), (5, 413)):
            body = parts(count)
            await one.say(
                HEAD,
                f'Content-Type: multipart/form-data; boundary="b"\r\nContent-Length: {len(body)}\r\n\r\n',
                body,
            )
            assert (await one.answer())[0] == status
        assert door.refused("too_many_parts") == 1


async def test_bodies_that_do_not_fit_into_memory_together_wait_outside() -> None:
    megabyte = 1024 * 1024
    async with open_door(memory_mb=1, max_bytes=megabyte, body_s=5) as door:
        async with line(door) as one, line(door) as other:
            await one.say(HEAD, f"Content-Length: {megabyte}\r\n\r\nx")
            await one.say("y")
            async with asyncio.timeout(10):
                while not door.listener._room.taken:  # noqa: ASYNC110  # the first one is being read
                    await asyncio.sleep(0.005)
            await other.say(HEAD, "Content-Length: 2\r\n\r\nhi")
            assert (await other.answer())[0] == 503
            await one.say(b"x" * (megabyte - 2))
            assert (await one.answer())[0] == 200
            await other.say(HEAD, "Content-Length: 2\r\n\r\nhi")
            assert (await other.answer())[0] == 200
        assert door.listener._room.taken == 0


async def test_who_dribbles_is_cut_off_and_who_says_nothing_too() -> None:
    async with open_door(head_s=0.3, body_s=0.3, idle_s=0.3) as door:
        async with line(door) as one:
            for sign in HEAD:
                await one.say(sign)
                await asyncio.sleep(0.02)
                if door.refused("too_slow"):
                    break
            assert (await one.answer())[0] == 408
        async with line(door) as one:
            await one.say(HEAD, "Content-Length: 100\r\n\r\nhalf")
            assert (await one.answer())[0] == 408
        assert door.refused("too_slow") == 2
        async with line(door) as silent, line(door) as idle:
            await idle.say(HEAD, "Content-Length: 2\r\n\r\nhi")
            assert (await idle.answer())[0] == 200
            assert (await silent.end(), await idle.end()) == (b"", b"")
        assert door.refused("too_slow") == 2


async def test_connections_have_their_number() -> None:
    async with open_door(connections=3, connections_per_address=2, head_s=5) as door:
        async with line(door) as one, line(door), line(door) as third:
            assert (await third.end()).startswith(b"HTTP/1.1 503 ")
            await one.say(HEAD, "Content-Length: 2\r\n\r\nhi")
            assert (await one.answer())[0] == 200
        assert door.refused("too_many_connections") == 1
        async with asyncio.timeout(10):
            while door.listener.connections:  # noqa: ASYNC110  # until those that left are gone
                await asyncio.sleep(0.005)


async def test_who_is_not_allowed_gets_no_word() -> None:
    async with open_door(allow=["10.0.0.0/8"]) as door, line(door) as one:
        assert await one.end() == b""
        assert door.refused("not_allowed") == 1


async def test_a_peer_that_goes_in_the_middle_leaves_nothing_behind() -> None:
    async with open_door() as door:
        async with line(door) as one:
            await one.say(HEAD, "Content-Length: 100000\r\n\r\n", b"x" * 500)
        async with line(door) as one:
            await one.say(HEAD, "Content-Le")
        async with asyncio.timeout(10):
            while door.listener.connections:  # noqa: ASYNC110  # until those that left are gone
                await asyncio.sleep(0.005)
        assert (door.ledger.messages, door.listener._room.taken) == ([], 0)


@pytest.mark.parametrize(
    "body",
    [
        "<?xml version='1.0' encoding='GBK'?><a>门</a>".encode("gbk"),
        b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
        b"\x00" * 1000,
        b"",
    ],
)
async def test_whatever_the_body_is_it_goes_to_the_decoder_unread(body: bytes) -> None:
    async with open_door() as door, line(door) as one:
        await one.say(HEAD, f"Content-Length: {len(body)}\r\n\r\n", body)
        assert (await one.answer())[0] == 200
        assert door.ledger.messages[0].payload == body
