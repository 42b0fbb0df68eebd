"""Bot: what the robots of chat groups have in common: an address that is a secret, and an answer with a code.

They answer 200 to almost everything; the code in the body decides. A group gets least detail: what the message
written for groups says and where to look, nothing of the message's facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx
import msgspec

from devices.event import canonical_json
from gateway.errors import Rejected, RetryLater
from gateway.notify.address import Resolve, resolve
from gateway.notify.channel import Wording
from gateway.notify.http import Outside
from gateway.notify.secret import Secret
from gateway.notify.settings import Mistake, OutsideSettings, address_mistakes

_JSON = {"content-type": "application/json; charset=utf-8"}


class BotSettings(OutsideSettings, frozen=True, kw_only=True):
    """The robot's address as the chat shows it. Who knows it can write to the group: it is a secret.

    `allow_private` is for a chat server on the site's own network.
    """

    webhook: Secret

    key_in: ClassVar[str] = (
        ""  # the parameter of the address that holds the robot's key; "": the end of its path
    )

    def problems(self) -> list[Mistake]:
        """Return what is wrong with the address, without showing it."""
        url = self.webhook.reveal()
        found = address_mistakes("webhook_file", url, allow_private=self.allow_private, shown=False)
        if not found and not self.allow_private and not _has_key(url, self.key_in):
            ends = f"with ?{self.key_in}=… at its end" if self.key_in else "with the robot's token at its end"
            found.append(
                ("webhook_file", f"expected the robot's whole address, {ends}; copy it again from the group")
            )
        return found

    @property
    def secrets(self) -> tuple[str, ...]:
        """What never stands in an error: the address, and the part of it that is the key."""
        url = self.webhook.reveal()
        return (url, *_parts(url))


class GuardedBotSettings(BotSettings, frozen=True, kw_only=True):
    """A robot that wants a signature made with `secret_file`, a `keyword` in each text, or both."""

    secret: Secret | None = None
    keyword: str = ""

    @property
    def key(self) -> str:
        """The secret that signs; empty for a robot that wants no signature."""
        return self.secret.reveal() if self.secret is not None else ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What never stands in an error: the address and the key."""
        return (*super().secrets, self.key)

    def before(self, wording: Wording) -> str:
        """Return what a text begins with, so that the keyword is in it."""
        said = f"{wording.title} {wording.text}"
        return f"{self.keyword} " if self.keyword and self.keyword not in said else ""


class Later(msgspec.Struct, frozen=True):
    """A code after which the same message may be sent again, after `after_s`, or with the usual pauses."""

    after_s: float | None = None


class Bot:
    """Posts to one robot. `codes` says which of its codes mean later; every other one but 0 is a refusal."""

    def __init__(
        self,
        settings: BotSettings,
        *,
        codes: Mapping[int, Later],
        hints: Mapping[int, str],
        using: Resolve = resolve,
        timeout_s: float = 5.0,
    ) -> None:
        self._url = settings.webhook.reveal()
        self._codes = codes
        self._hints = hints
        self._outside = Outside(
            settings, repeatable=True, secrets=settings.secrets, using=using, timeout_s=timeout_s
        )

    async def post(
        self, body: Mapping[str, Any], *, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Post to the robot and return its answer's fields.

        Args:
            body: becomes JSON.
            query: added to the address; values are encoded here, once.

        Raises:
            RetryLater: nobody was reached, or the code says later.
            Rejected: the code says no; the message is the vendor's own with our next step.

        """
        url = httpx.URL(self._url)
        for name, value in (query or {}).items():
            url = url.copy_add_param(name, value)
        answer = await self._outside.post(str(url), canonical_json(dict(body)), _JSON)
        fields = self._outside.fields(answer)
        code = next((fields[name] for name in ("errcode", "code", "StatusCode") if name in fields), None)
        if code == 0:
            return fields
        if not isinstance(code, int):
            self._outside.judge(answer)
            raise self._outside.failed(f"HTTP {answer.status}, but the answer holds no code: {answer.shown}")
        words = fields.get("errmsg") or fields.get("msg") or fields.get("StatusMessage") or ""
        raise self.refusal(code, str(words))

    def refusal(self, code: int, words: str) -> RetryLater | Rejected:
        """Return what a code means, in the vendor's words and with our next step."""
        hint = self._hints.get(code)
        said = self._outside.hushed(f"{code} {words[:200]}".strip() + (f"; {hint}" if hint else ""))
        later = self._codes.get(code)
        return Rejected(said) if later is None else RetryLater(said, after_s=later.after_s)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()


def _has_key(url: str, name: str) -> bool:
    target = httpx.URL(url)
    if name:
        return bool(target.params.get(name))
    return target.path.rstrip("/").rpartition("/")[2] not in ("", "hook")


def _parts(url: str) -> tuple[str, ...]:
    """Return the parts of the address that are keys: values of the query and the last part of the path."""
    target = httpx.URL(url)
    last = target.path.rstrip("/").rpartition("/")[2]
    return (*target.params.values(), *([last] if len(last) > 12 else []))
