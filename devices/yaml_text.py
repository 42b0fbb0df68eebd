"""Plain values as YAML that a person likes to read: short things in one line, long ones unfolded, texts as they are.

Writes what `devices.document` reads (YAML 1.2, core schema): a text that would be read as something else is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

WIDTH = 110
_PLAIN = re.compile(r"\w[\w .*/+<>=()。，；：、？！“”（）…℃-]*")
_MEASURED = re.compile(r"\d+(ms|s|m|h|d| events?)")
_WORDS_OF_YAML = frozenset({"true", "false", "null"})


def yaml_text(value: Any) -> str:
    """Write mappings, lists, texts, numbers, true, false and null as one YAML file."""
    return "\n".join(_block(value, 0)) + "\n"


def _block(value: Any, indent: int) -> Iterator[str]:
    """Yield the lines of a mapping or list, unfolded."""
    blank = " " * indent
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _entry(f"{blank}{_scalar(key)}:", item, indent)
    elif isinstance(value, list) and value:
        for item in value:
            short = _flow(item)
            if not _opens(item, short, indent + 2):
                yield f"{blank}- {short}"
                continue
            first, *rest = _block(item, indent + 2)
            yield f"{blank}- {first.strip()}"
            yield from rest
    else:
        yield f"{blank}{_flow(value)}"


def _entry(head: str, item: Any, indent: int) -> Iterator[str]:
    short = _flow(item)
    if not _opens(item, short, len(head) + 1):
        yield f"{head} {short}"
        return
    yield head
    # The items of a list stand in the column of its key, as the built-in packs are written.
    yield from _block(item, indent if isinstance(item, list) else indent + 2)


def _opens(item: Any, short: str, column: int) -> bool:
    """Tell whether a value is unfolded: it has parts and is too long for one line, or it is a whole rule."""
    if not isinstance(item, dict | list) or not item:
        return False
    return column + len(short) > WIDTH or _is_list_of_parts(item) or (isinstance(item, dict) and "id" in item)


def _is_list_of_parts(item: Any) -> bool:
    return isinstance(item, list) and any(isinstance(each, dict) for each in item)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if _is_plain(text):
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return "".join(_escaped(each) for each in json.dumps(text, ensure_ascii=False))


def _is_plain(text: str) -> bool:
    """Tell whether an unquoted text stays a text; a code such as 0207 is quoted in any case, for other readers."""
    if not _PLAIN.fullmatch(text) or text.endswith(" "):
        return False
    if text[0].isdigit():
        return _MEASURED.fullmatch(text) is not None
    return text.lower() not in _WORDS_OF_YAML


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
