"""One tree of errors: a class for each situation that a caller treats differently."""

from __future__ import annotations

from collections.abc import Sequence


class GatewayError(Exception):
    """Something the gateway could not do; the message names place, value, expectation and next step."""


class ConfigError(GatewayError):
    """The configuration cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class StoreError(GatewayError):
    """The store refused; nothing was committed."""


class StoreFull(StoreError):
    """No room or an I/O error under the store: degraded mode, nothing is acknowledged."""


class BackupError(GatewayError):
    """A backup was not made, or cannot be used; what was there before is as it was."""


class UpgradeError(GatewayError):
    """A package is not what it should be, or a version cannot be installed or turned to; what runs is as it was."""


class PackageRefused(UpgradeError):
    """What was given is not a package of this publisher, or not all of it; `code` is a word of the bilingual catalogue."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(message)


class ActionRefused(GatewayError):
    """A person's action is not allowed now; nothing changed.

    `code` is a word of the bilingual catalogue, `facts` fill its sentence (state, allowed, who …).
    """

    def __init__(self, code: str, message: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(message)


class StaleVersion(ActionRefused):
    """Somebody else changed the incident first; `facts` say what and who."""


class RetryLater(GatewayError):
    """A channel or sink could not be reached or asked us to wait; the same message may be sent again."""

    def __init__(self, message: str, *, after_s: float | None = None) -> None:
        self.after_s = after_s
        super().__init__(message)


class Rejected(GatewayError):
    """A channel or sink refused this message for good; sending it again would not help."""


class Unknown(GatewayError):
    """A message may or may not have arrived, and must not be repeated blindly (SMS, voice)."""


class NotSent(GatewayError):
    """Nothing left this box: nobody can have carried the order out."""
