"""Proof: who sent a request, from its head alone. A body of somebody unproven is never kept in memory.

In this order, the first that is there decides: a secret in the URL, `Authorization` (Digest or Basic), the address of
a device that can give neither. Who guesses waits: after some free tries each failure doubles the pause of that
address. A sender that once proved itself from an address is counted apart, so that a neighbour behind the same
router who guesses, or is set up wrongly, does not shut it out.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

from gateway.credentials import FREE_TRIES_ADDRESS, LONGEST_WAIT_ACCOUNT, Failures
from gateway.push.digest import REALM, Nonces, challenges, ha1, judge, read_digest
from gateway.push.request import Answer, Head, refusal
from gateway.push.senders import Senders

REMEMBERED = 4096  # senders with the address they came from
_NOBODY = ha1("nobody", "")  # an unknown name costs the same work as a known one


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: usually one sender; several where one address proves all of them."""

    names: tuple[str, ...]

    @property
    def user(self) -> str | None:
        """The sender, when there is only one."""
        return self.names[0] if len(self.names) == 1 else None


class Proof:
    """Judges heads; belongs to the event loop. `senders` returns who may push at this moment."""

    def __init__(
        self,
        senders: Callable[[], Senders],
        *,
        basic: Literal["tls", "always", "never"],
        now: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._senders, self._basic, self._now = senders, basic, now
        self._nonces = Nonces(steady)
        self._failures = Failures(free=FREE_TRIES_ADDRESS, longest=LONGEST_WAIT_ACCOUNT)
        self._seen: OrderedDict[str, None] = OrderedDict()

    def who(self, head: Head, readers: frozenset[str]) -> Proven | Answer:
        """Return who sent this, or why that is not proven; `readers` are the profiles that read its path."""
        if head.secret:
            return self._by_secret(head)
        given = head.headers.get("authorization", "")
        if given:
            return self._by_password(head, given)
        names = self._senders().of_address(head.address, readers)
        return Proven(names=names) if names else self._ask(head, "no_credential")

    def _by_secret(self, head: Head) -> Proven | Answer:
        name = self._senders().of_secret(head.secret)
        row = self._row(head, name)
        if wait := self._wait(row):
            return wait
        if name is None:
            self._failures.failed(row, self._now())
            return refusal("wrong_credential")
        return self._from_here(head, name)

    def _by_password(self, head: Head, given: str) -> Proven | Answer:
        scheme, _, rest = given.partition(" ")
        parts = read_digest(given)
        if parts is not None:
            return self._judged(head, parts["username"], lambda kept: self._digest(head, parts, kept))
        if scheme.lower() != "basic":
            return self._ask(head, "wrong_credential")
        if self._basic == "never" or (self._basic == "tls" and not head.secure):
            return self._ask(head, "basic_in_clear")
        name, _, password = _plain(rest).partition(":")
        found = ha1(name, password)["SHA-256"]
        return self._judged(
            head, name, lambda kept: "" if hmac.compare_digest(found, kept["SHA-256"]) else "wrong_credential"
        )

    def _judged(self, head: Head, name: str, check: Callable[[dict[str, str]], str]) -> Proven | Answer:
        """Let `check` judge an answer against the kept hashes: "" if it fits, else the word of the refusal."""
        kept = self._senders().passwords.get(name)
        row = self._row(head, name if kept is not None else None)
        if wait := self._wait(row):
            return wait
        why = check(dict(kept or _NOBODY))
        if kept is None or why == "wrong_credential":
            self._failures.failed(row, self._now())
            return self._ask(head, "wrong_credential")
        return self._ask(head, why) if why else self._from_here(head, name)

    def _digest(self, head: Head, parts: dict[str, str], kept: dict[str, str]) -> str:
        found = judge(parts, kept, method=head.method, asked=head.asked, nonces=self._nonces)
        return {"right": "", "wrong": "wrong_credential", "stale": "stale_nonce"}[found]

    def _from_here(self, head: Head, name: str) -> Proven | Answer:
        if not self._senders().may_come_from(name, head.address):
            return self._ask(head, "not_here")
        self._failures.forget(self._row(head, name))
        row = f"{head.address} {name}"
        self._seen[row] = None
        self._seen.move_to_end(row)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return Proven(names=(name,))

    def _row(self, head: Head, name: str | None) -> str:
        """Return under which name failures are counted: of the sender that is known here, or of the address."""
        own = f"{head.address} {name}"
        return own if own in self._seen else str(head.address)

    def _wait(self, row: str) -> Answer | None:
        left = self._failures.wait(row, self._now()).total_seconds()
        return refusal("guessing", wait_s=left) if left > 0 else None

    def _ask(self, head: Head, why: str) -> Answer:
        """Refuse and say how one proves oneself; readable passwords are asked for only where they may travel."""
        offered = challenges(self._nonces.mint(), stale=why == "stale_nonce")
        if self._basic == "always" or (self._basic == "tls" and head.secure):
            offered.append(f'Basic realm="{REALM}"')
        return refusal(why, headers=[("WWW-Authenticate", each) for each in offered])


def _plain(encoded: str) -> str:
    """Return what stands in a Basic header; what cannot be read fits nobody."""
    try:
        return b64decode(encoded.strip(), validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""
