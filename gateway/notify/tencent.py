"""Tencent: a signed call of a Tencent Cloud API (TC3-HMAC-SHA256), and what its codes mean for a phone.

https://cloud.tencent.com/document/api/382/52072. Every answer is an HTTP 200 with `Response`; an error stands in
`Response.Error`, and each number has a code of its own.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from devices.event import canonical_json
from gateway.errors import GatewayError, Rejected, RetryLater, Unknown
from gateway.notify.address import Resolve, resolve
from gateway.notify.http import Outside
from gateway.notify.secret import Secret
from gateway.notify.settings import Mistake, OutsideSettings, address_mistakes

_ALGORITHM = "TC3-HMAC-SHA256"
_TYPE = "application/json; charset=utf-8"
_WAITS = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": 30.0,
    "LimitExceeded.PhoneNumberOneHourLimit": 3600.0,
    "LimitExceeded.DeliveryFrequencyLimit": 60.0,
    "RequestLimitExceeded": 1.0,
    "RequestLimitExceeded.IPLimitExceeded": 1.0,
    "RequestLimitExceeded.UinLimitExceeded": 1.0,
}


class TencentSettings(OutsideSettings, frozen=True, kw_only=True):
    """The key pair of a sub-account that may do nothing but this (its id, and a file with its secret)."""

    secret_id: str
    secret_key: Secret
    endpoint: str
    region: str = "ap-guangzhou"

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = address_mistakes("endpoint", self.endpoint, allow_private=self.allow_private)
        if not self.secret_id.strip():
            found.append(("secret_id", "is empty, expected the SecretId of an API key"))
        return found


class Tencent:
    """Calls one product. A call that may send something is never repeated by itself."""

    def __init__(
        self,
        settings: TencentSettings,
        *,
        service: str,
        version: str,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._service = service
        self._version = version
        self._now = now
        self._outside = Outside(
            settings,
            repeatable=False,
            secrets=(settings.secret_key.reveal(),),
            using=using,
            timeout_s=timeout_s,
        )

    async def call(self, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call an action and return its `Response`.

        Raises:
            RetryLater, Rejected, Unknown: by code; the message is the vendor's with our next step.
        """
        body = canonical_json(dict(parameters))
        timestamp = int(self._now().timestamp())
        host = httpx.URL(self._settings.endpoint).netloc.decode()
        headers = {
            "content-type": _TYPE,
            "x-tc-action": action,
            "x-tc-version": self._version,
            "x-tc-timestamp": str(timestamp),
            "x-tc-region": self._settings.region,
            "authorization": authorization(
                secret_id=self._settings.secret_id,
                secret_key=self._settings.secret_key.reveal(),
                service=self._service,
                host=host,
                action=action,
                body=body,
                timestamp=timestamp,
            ),
        }
        answer = await self._outside.post(f"{self._settings.endpoint.rstrip('/')}/", body, headers)
        response = self._outside.fields(answer).get("Response")
        if not isinstance(response, dict):
            self._outside.judge(answer)
            raise self._outside.failed(f"HTTP {answer.status}, but there is no Response: {answer.shown}")
        error = response.get("Error")
        if isinstance(error, dict):
            raise self.refusal(str(error.get("Code")), str(error.get("Message") or ""))
        return response

    async def ask(self, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call an action that only asks: what got no answer may be asked again."""
        try:
            return await self.call(action, parameters)
        except Unknown as error:
            raise RetryLater(str(error)) from None

    def refusal(self, code: str, words: str) -> GatewayError:
        """Return what a code means."""
        said = self._outside.hushed(f"{code}: {words[:200]}")
        if code in _WAITS:
            return RetryLater(said, after_s=_WAITS[code])
        if code == "AuthFailure.SignatureExpire":
            return RetryLater(f"{said}; the clock of this box is wrong by more than 5 minutes", after_s=60.0)
        if code.startswith(("InternalError", "ResourceUnavailable", "UnknownError")):
            return self._outside.failed(said)  # perhaps it was sent before that
        return Rejected(said)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()


def authorization(
    *,
    secret_id: str,
    secret_key: str,
    service: str,
    host: str,
    action: str,
    body: bytes,
    timestamp: int,
    content_type: str = _TYPE,
) -> str:
    """Return the Authorization header of a POST to /, signed over content type, host and action."""
    day = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
    names = "content-type;host;x-tc-action"
    lines = f"content-type:{content_type}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    canonical = "\n".join(("POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()))
    scope = f"{day}/{service}/tc3_request"
    to_sign = "\n".join((_ALGORITHM, str(timestamp), scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{_ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"
