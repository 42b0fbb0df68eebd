"""HTTP: one request to a server outside, and what its answer means before anybody reads its codes.

No proxy, no redirect; the connection goes only to an address that was judged; an answer is read up to a
limit. A 200 is not yet a delivery: the answer's body says whether it is one.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from gateway.errors import Rejected, RetryLater, Unknown
from gateway.notify.address import Resolve, checked, resolve
from gateway.notify.secret import hushed
from gateway.notify.settings import OutsideSettings
from gateway.notify.text import one_line

ANSWER_BYTES = 64 * 1024
_WAIT_MOST_S = 3600.0
_LATER = frozenset({408, 425, 429})
_ALWAYS = {"user-agent": "smart-community-gateway", "accept-encoding": "identity"}
_SHOWN = 200  # characters of an answer in an error
# Nothing was sent when one of these comes: asking again cannot double anything.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

# The client writes every address into the log, and the address of a robot is its key.
logging.getLogger("httpx").addFilter(lambda record: record.levelno >= logging.WARNING)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server said: at most ANSWER_BYTES of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def shown(self) -> str:
        """The beginning of the body, safe to print."""
        return one_line(self.body[: 4 * _SHOWN].decode("utf-8", "replace"))[:_SHOWN]


class Outside:
    """Requests of one channel. `repeatable`: whether a request without an answer may be sent again.

    `secrets` never stand in an error of this class.
    """

    def __init__(
        self,
        settings: OutsideSettings,
        *,
        repeatable: bool,
        secrets: tuple[str, ...] = (),
        using: Resolve = resolve,
        timeout_s: float = 5.0,
    ) -> None:
        self._repeatable = repeatable
        self._secrets = secrets
        self._allow_private = settings.allow_private
        self._ca_file = settings.ca_file
        self._using = using
        self._timeout = httpx.Timeout(timeout_s)
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body and return the answer, whatever its status.

        Raises:
            RetryLater: nobody was reached, or no answer came and the request may be repeated.
            Unknown: the request went out, no answer came, and it must not be repeated.
            Rejected: the address is not allowed.
        """
        target = httpx.URL(url)
        port = target.port or (443 if target.scheme == "https" else 80)
        found = await checked(target.host, port, allow_private=self._allow_private, using=self._using)
        *others, last = found
        for address in others:
            try:
                return await self._once(target, address, port, body, headers)
            except _NOT_SENT:
                continue  # a host with several addresses is reached by the next one
        try:
            return await self._once(target, last, port, body, headers)
        except _NOT_SENT as error:
            raise RetryLater(self.hushed(f"{target.host} cannot be reached: {_said(error)}")) from None

    async def close(self) -> None:
        """Close the connections that are kept open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def hushed(self, text: str) -> str:
        """Return the text without this channel's secrets."""
        return hushed(text, self._secrets)

    def failed(self, text: str) -> RetryLater | Unknown:
        """Return the error for a request whose fate nobody knows."""
        said = self.hushed(text)
        return RetryLater(said) if self._repeatable else Unknown(said)

    async def _once(
        self, target: httpx.URL, address: str, port: int, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        client = self._opened()
        request = client.build_request(
            "POST",
            target.copy_with(host=address, port=port),
            content=body,
            headers={**_ALWAYS, **headers, "host": target.netloc.decode()},
            extensions={"sni_hostname": target.host},
        )
        try:
            answer = await client.send(request, stream=True)
            try:
                text = await _read(answer)
            finally:
                await answer.aclose()
        except _NOT_SENT:
            raise
        except httpx.TransportError as error:
            # The cause is not chained: its request holds the whole address, which is a secret with some vendors.
            raise self.failed(f"{target.host}: no answer: {_said(error)}") from None
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise self.failed(f"{target.host}: the answer is compressed, which was not asked for")
        return Answer(status=answer.status_code, headers=answer.headers, body=text)

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout,
                follow_redirects=False,
                trust_env=False,
                verify=ssl.create_default_context(cafile=self._ca_file) if self._ca_file else True,
                # A kept connection may be gone on the other side; who may not repeat takes a new one each time.
                limits=httpx.Limits(max_keepalive_connections=8 if self._repeatable else 0),
            )
        return self._client

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Return the JSON object an answer holds, whatever its status; the vendor's codes are in it.

        Raises:
            RetryLater, Rejected, Unknown: it holds none; by the status.
        """
        try:
            found = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        self.judge(answer)
        what = f"'{answer.shown}'" if answer.body.strip() else "nothing"
        raise self.failed(
            f"HTTP {answer.status}, but the answer is no JSON object but {what}; does a login page of the network answer instead?"
        )

    def judge(self, answer: Answer) -> None:
        """Accept an answer by its status alone.

        Raises:
            RetryLater: the server is busy, or asked to wait (`Retry-After`, at most an hour).
            Unknown: a server in between failed and the request must not be repeated.
            Rejected: every other status but 2xx.
        """
        code = answer.status
        said = self.hushed(f"HTTP {code}: {answer.shown}")
        if code in _LATER or code == 503:
            raise RetryLater(said, after_s=after(answer.headers.get("retry-after")))
        if code >= 500:
            raise self.failed(said)
        if 300 <= code < 400:
            raise Rejected(f"HTTP {code}: redirects are not followed; set the final address")
        if code >= 400:
            raise Rejected(said)


def after(header: str | None) -> float | None:
    """Read Retry-After (seconds or a date); None when it is absent or nonsense, at most an hour."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(float(header), _WAIT_MOST_S)
    try:
        wait = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(wait, 0.0), _WAIT_MOST_S)


async def _read(answer: httpx.Response) -> bytes:
    text = b""
    async for piece in answer.aiter_raw():  # as it came: a small answer cannot grow large by unpacking
        text += piece
        if len(text) > ANSWER_BYTES:
            break
    return text[:ANSWER_BYTES]


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".rstrip()
