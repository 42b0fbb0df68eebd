"""Aliyun: a signed call of an Aliyun API (V3, ACS3-HMAC-SHA256), and what its codes mean for a phone.

https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature. Parameters go in the query,
the body is empty. A business error is an HTTP 200 whose `Code` is not OK; a refused call is a 4xx with the
same fields.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from gateway.errors import GatewayError, Rejected, RetryLater, Unknown
from gateway.notify.address import Resolve, resolve
from gateway.notify.http import Outside
from gateway.notify.secret import Secret
from gateway.notify.settings import Mistake, OutsideSettings, address_mistakes

_ALGORITHM = "ACS3-HMAC-SHA256"
_MINUTE_S, _HOUR_S = 60.0, 3600.0
_CLOCK = ("InvalidTimeStamp.Expired", "InvalidTimeStamp.Format", "IllegalTimestamp")
# The platform itself failed, perhaps after it had sent: nobody knows, so nothing is repeated.
_NOBODY_KNOWS = ("isp.", "InternalError", "SignatureNonceUsed", "ServiceUnavailable", "UnknownError")


class AliyunSettings(OutsideSettings, frozen=True, kw_only=True):
    """The key pair of a RAM user that may do nothing but this (its id, and a file with its secret).

    `endpoint` is the vendor's; another one and `allow_private` are for a relay on the site's own network.
    """

    access_key_id: str
    access_key_secret: Secret
    endpoint: str

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = address_mistakes("endpoint", self.endpoint, allow_private=self.allow_private)
        if not self.access_key_id.strip():
            found.append(("access_key_id", "is empty, expected the id of an access key"))
        return found


class Aliyun:
    """Calls one product. A call that may send something is never repeated by itself."""

    def __init__(
        self,
        settings: AliyunSettings,
        *,
        version: str,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._version = version
        self._now = now
        self._outside = Outside(
            settings,
            repeatable=False,
            secrets=(settings.access_key_secret.reveal(),),
            using=using,
            timeout_s=timeout_s,
        )

    async def call(self, action: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Call an action and return its answer when the code is OK.

        Raises:
            RetryLater, Rejected, Unknown: by code; the message is the vendor's with our next step.
        """
        query = canonical_query(parameters)
        headers = signed_headers(
            key_id=self._settings.access_key_id,
            key=self._settings.access_key_secret.reveal(),
            host=httpx.URL(self._settings.endpoint).netloc.decode(),
            action=action,
            version=self._version,
            query=query,
            at=self._now(),
            nonce=secrets.token_hex(16),
        )
        url = f"{self._settings.endpoint.rstrip('/')}/?{query}"
        answer = await self._outside.post(url, b"", headers)
        fields = self._outside.fields(answer)
        code = fields.get("Code")
        if code == "OK":
            return fields
        if not isinstance(code, str):
            self._outside.judge(answer)
            raise self._outside.failed(f"HTTP {answer.status}, but the answer holds no code: {answer.shown}")
        raise self.refusal(code, str(fields.get("Message") or ""))

    async def ask(self, action: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Call an action that only asks: what got no answer may be asked again."""
        try:
            return await self.call(action, parameters)
        except Unknown as error:
            raise RetryLater(str(error)) from None

    def refusal(self, code: str, words: str) -> GatewayError:
        """Return what a code means."""
        said = self._outside.hushed(f"{code}: {words[:200]}")
        if code.endswith("BUSINESS_LIMIT_CONTROL"):
            return _limited(said, words)
        if code in _CLOCK:
            return RetryLater(
                f"{said}; the clock of this box is wrong by more than 15 minutes", after_s=_MINUTE_S
            )
        if code.startswith("Throttling"):
            return RetryLater(said, after_s=1.0 if "User" in code else None)
        if code.startswith(_NOBODY_KNOWS):
            return self._outside.failed(said)
        return Rejected(said)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()


def _limited(said: str, words: str) -> GatewayError:
    """Return what the vendor's limit of a number means: a minute or an hour pass, a day does not in time."""
    if "天" in words or "day" in words.lower():
        return Rejected(f"{said}; this number got all it may get in a day")
    return RetryLater(said, after_s=_HOUR_S if "小时" in words or "hour" in words.lower() else _MINUTE_S)


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Return the query as it is signed and sent: sorted, RFC 3986 encoding."""
    return "&".join(f"{_encoded(name)}={_encoded(parameters[name])}" for name in sorted(parameters))


def signed_headers(
    *, key_id: str, key: str, host: str, action: str, version: str, query: str, at: datetime, nonce: str
) -> dict[str, str]:
    """Return the headers of a POST to / with an empty body, with its signature.

    `at` is wall time (the vendor allows 15 minutes), `nonce` is used once.
    """
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join(("POST", "/", query, lines, names, headers["x-acs-content-sha256"]))
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"{_ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return {**headers, "authorization": credential}


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
