"""Parts: every selector, operator and expression of a rule, whichever of its parts they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from devices.expression import Expression


def parts(value: Any) -> Iterator[msgspec.Struct | Expression]:
    """Walk a rule or anything in it: each struct before what it holds, each expression where it stands."""
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from parts(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from parts(each)
