"""Settings: what a channel is told in the site file, read by the channel's own struct, every mistake at once.

A field of type `Secret` is not written there but in a file of its own: `key: Secret` is read from the file that
`key_file` names, relative to the site file's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar, get_args, get_type_hints
from urllib.parse import urlsplit

import httpx
import msgspec

from devices.problem import nearest
from gateway.errors import ConfigError
from gateway.notify.secret import Secret
from gateway.response.fitting import misfit
from gateway.secret_files import secret_text

Mistake = tuple[str, str]  # field, what is wrong with it and what to do
S = TypeVar("S", bound="Checked")


class Checked(Protocol):
    """A settings struct that says what is wrong with its values together."""

    def problems(self) -> list[Mistake]: ...


class NoSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a channel that needs none."""

    def problems(self) -> list[Mistake]:
        """Return nothing."""
        return []


class OutsideSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every server outside may need: `allow_private` for one on the site's own network, a `ca_file` of its own."""

    allow_private: bool = False
    ca_file: str = ""


def read_settings(kind: type[S], raw: object, *, base: Path) -> tuple[S | None, list[Mistake]]:
    """Read one channel's settings.

    Args:
        kind: the channel's settings struct.
        raw: what the site file says under `settings`.
        base: the folder that names of secret files are relative to.

    Returns:
        The struct, or None with every mistake: (field as it is written, message). No secret is in a message.

    """
    if not isinstance(raw, Mapping):
        return None, [("", "expected a mapping")]
    fields = {field.name: field for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]  # every kind is a struct
    types = get_type_hints(kind)
    written = {f"{name}_file" if _is_secret(types[name]) else name: name for name in fields}
    mistakes = [_unknown(str(key), written) for key in raw if key not in written]
    values: dict[str, Any] = {}
    for key, name in written.items():
        if key not in raw:
            if fields[name].required:
                mistakes.append((key, _missing(secret=key != name)))
            continue
        try:
            values[name] = _secret(raw[key], base, key) if key != name else _value(raw[key], types[name])
        except msgspec.ValidationError as error:
            mistakes.append((key, misfit(raw[key], types[name]) or str(error)))
        except ConfigError as error:
            mistakes.append((key, "; ".join(error.problems)))
    if not mistakes:
        made = kind(**values)
        wrong = made.problems()
        return (None, wrong) if wrong else (made, [])
    return None, [*mistakes, *_others(kind, values, written, mistakes)]


def _others(
    kind: type[S], values: Mapping[str, Any], written: Mapping[str, str], mistakes: list[Mistake]
) -> list[Mistake]:
    """Return what is wrong with the values that could be read: a missing secret hides no wrong address."""
    told = {key for key, _ in mistakes}
    filled = dict(values)
    for field in msgspec.structs.fields(kind):  # type: ignore[arg-type]  # every kind is a struct
        if field.required and field.name not in filled:
            if not _is_secret(field.type):
                return []
            filled[field.name] = Secret("")
    return [each for each in kind(**filled).problems() if each[0] in written and each[0] not in told]


def _is_secret(annotation: Any) -> bool:
    return annotation is Secret or Secret in get_args(annotation)


def _unknown(key: str, written: Mapping[str, str]) -> Mistake:
    if f"{key}_file" in written:
        return (key, f"a secret does not stand here: put it in a file of its own and name that as {key}_file")
    return (key, f"unknown setting, expected some of {', '.join(written) or 'none'}{nearest(key, written)}")


def _missing(*, secret: bool) -> str:
    what = "the name of a file that holds the secret (mode 600)" if secret else "a value"
    return f"is missing, expected {what}"


def _value(raw: object, annotation: Any) -> Any:
    return msgspec.convert(raw, annotation)


def _secret(raw: object, base: Path, key: str) -> Secret:
    if not isinstance(raw, str) or not raw:
        raise ConfigError(["expected the name of a file"])
    text = secret_text(base / raw, what=f"the secret of {key.removesuffix('_file')}")
    if not text:
        raise ConfigError([f"{base / raw}: is empty, expected a secret on its first line"])
    return Secret(text)


def address_mistakes(field: str, url: str, *, allow_private: bool, shown: bool = True) -> list[Mistake]:
    """Return what keeps an address from being used; `shown` is False when the address itself is the secret."""
    value = f" {url}" if shown else ""
    try:
        target = httpx.URL(url)
        port = urlsplit(url).port  # what the one takes for a port the other may not
        if any(map(str.isspace, url)) or port == 0:
            raise ValueError(url)  # noqa: TRY301  # one sentence for whatever is no address
    except (httpx.InvalidURL, ValueError):
        return [(field, f"expected an address like https://host/path{value and ', not' + value}")]
    found: list[Mistake] = []
    if target.scheme not in ({"http", "https"} if allow_private else {"https"}):
        found.append(
            (field, f"expected https (http only with allow_private: true){value and ', not' + value}")
        )
    if not target.host or target.userinfo:
        found.append((field, "expected a host and no user or password in the address"))
    return found
