"""Reading what people write: YAML 1.2 (core schema) into plain values, each with the line it stands on.

`on`, `off`, `yes`, `no`, times, dates and codes such as `0207` are words; only true, false, null and numbers
are not. A number keeps the word it was written as (`Document.written`), for places where it is an id: `0017`, `1e5`; a
word of digits and one `e` that is too large for any number is a word. A key that occurs twice in one mapping, a tab, a tag or a second document is a problem with its
line; nothing a person can write raises. Rules, sites, profiles and configuration are all read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isinf
from typing import Any, TypeAlias

import msgspec
import yaml

from devices.problem import Problem

LARGEST = 16 * 1024 * 1024  # characters
DEEPEST = 64  # mappings and lists inside each other
MOST_NODES = 2_000_000
MOST_COPIED = 100_000  # values that aliases may repeat in all

Path: TypeAlias = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_LARGEST_INTEGER = 2**63
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
# The C scanner is thirty times faster on a small computer; both say the same here.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document:
    """What one file says: `value` (plain Python), `problems`, and the line of every part."""

    def __init__(self, file: str, value: Any, problems: list[Problem], marks: _Mark) -> None:
        self.file = file
        self.value = value
        self.problems = problems
        self._marks = marks

    def line(self, path: Path) -> int:
        """Return the line (from 1) of the deepest part of `path` that the file has."""
        mark = self._marks
        for part in path:
            if mark.children is None or part not in mark.children:
                break
            mark = mark.children[part]
        return mark.line

    def written(self, path: Path) -> str | None:
        """Return how the number at this place was written; None: no number stands there."""
        mark = self._marks
        for part in path:
            if mark.children is None or part not in mark.children:
                return None
            mark = mark.children[part]
        return mark.word

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem at this place of the file."""
        return Problem(file=self.file, line=self.line(path), path=path_text(path), message=message)


def path_text(path: Path) -> str:
    """Write a path as people read it: `rules[0].detect.count.of`; the whole file is `document`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "document"


def parse_document(text: str | bytes, file: str) -> Document:
    """Read one YAML file; the answer has a value as far as it could be read, and every problem found.

    Args:
        text: the file's content; bytes must be UTF-8.
        file: its name, for the problems.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return _unread(file, line, "not UTF-8 text; save the file as UTF-8")
    if len(text) > LARGEST:
        return _unread(file, 1, f"{len(text):,} characters; at most {LARGEST:,} are read")
    builder = _Builder(file)
    try:
        for event in _events(text.removeprefix("\ufeff")):
            builder.take(event)
    except yaml.YAMLError as error:
        line, message = _plain(error, text)
        builder.report(line, message, ())
    except _Refused as refused:
        builder.report(refused.line, str(refused))
    except UnicodeError:  # half a surrogate pair
        builder.report(1, "a character that is no Unicode text")
    return Document(file, builder.value, builder.problems, builder.root)


class _Mark(msgspec.Struct):
    """The line of one part, the parts in it, and of a number how it was written."""

    line: int
    children: dict[str | int, _Mark] | None = None
    word: str | None = None


class _Refused(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


class _Frame(msgspec.Struct):
    """A mapping or list that is still open."""

    value: Any
    mark: _Mark
    anchor: str | None
    part: str | int | None  # its place in the frame around it
    started: int  # nodes seen before it
    key: str | None = None  # of a mapping: read, its value not yet
    key_line: int = 0
    skip: bool = False  # the second value of a key that occurs twice: read, not kept


class _Anchor(msgspec.Struct):
    value: Any
    mark: _Mark
    nodes: int


class _Builder:
    """Builds the value from the parser's events, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: Any = None
        self.problems: list[Problem] = []
        self.root = _Mark(1)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchor] = {}
        self._documents = 0
        self._nodes = 0
        self._copied = 0

    def report(self, line: int, message: str, path: Path | None = None) -> None:
        where = self._path() if path is None else path
        self.problems.append(Problem(file=self.file, line=line, path=path_text(where), message=message))

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _Refused(line, "a second document starts here; one file holds one document")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()

    def _path(self) -> Path:
        parts: list[str | int] = [f.part for f in self._stack if f.part is not None]
        if self._stack and self._stack[-1].key is not None:
            parts.append(self._stack[-1].key)
        return tuple(parts)

    def _count(self, line: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _Refused(line, f"more than {MOST_NODES:,} values in one file")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self._count(line)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            frame.key, frame.key_line = event.value, line
            frame.skip = event.value in frame.value
            if frame.skip:
                known = frame.mark.children[event.value].line if frame.mark.children else line
                self.report(
                    line, f"the key '{event.value}' stands twice in one mapping, first in line {known}"
                )
            return
        tag = event.tag
        if tag is not None and tag not in _TEXT_TAGS:
            self.report(line, f"the tag '{tag}' is not used here; leave it out")
            value: Any = event.value
        elif tag is None and event.implicit[0] and not event.style:
            value = self._plain(event.value, line)
        else:
            value = event.value
        mark = _Mark(line, word=event.value if type(value) in (int, float) else None)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, mark, 1)
        self._place(value, mark)

    def _plain(self, word: str, line: int) -> Any:
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        if _INTEGER.fullmatch(word):
            whole = int(word, 0) if len(word) <= 24 else _LARGEST_INTEGER
            if abs(whole) < _LARGEST_INTEGER:
                return whole
            self.report(line, f"the number '{word[:40]}' is too large; put it in quotes if it is a code")
            return word
        number = float(word) if _FLOAT.fullmatch(word) else None
        return word if number is None or isinf(number) else number

    def _alias(self, anchor: str, line: int) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            raise _Refused(line, f"'*{anchor}' stands where a key is needed; a key is a word")
        known = self._anchors.get(anchor)
        if known is None:
            raise _Refused(line, f"'*{anchor}' names nothing that ends before this line")
        self._copied += known.nodes
        self._nodes += known.nodes
        if self._copied > MOST_COPIED:
            raise _Refused(line, f"aliases repeat more than {MOST_COPIED:,} values; write them out or fewer")
        self._place(known.value, _Mark(line, known.mark.children, known.mark.word))

    def _open(self, value: Any, event: yaml.NodeEvent, line: int) -> None:
        self._count(line)
        around = self._stack[-1] if self._stack else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            raise _Refused(line, "a mapping or list stands where a key is needed; a key is a word")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.report(line, f"the tag '{tag}' is not used here; leave it out")
        if len(self._stack) >= DEEPEST:
            raise _Refused(line, f"more than {DEEPEST} mappings and lists inside each other")
        part: str | int | None = None
        if around is not None:
            part = around.key if isinstance(around.value, dict) else len(around.value)
        mark = _Mark(line, {})
        self._stack.append(_Frame(value, mark, event.anchor, part, self._nodes))
        if around is None:
            # Kept from the start, so that a file with a broken end still has lines for its beginning.
            self.value, self.root = value, mark

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _Anchor(frame.value, frame.mark, self._nodes - frame.started + 1)
        self._place(frame.value, frame.mark)

    def _place(self, value: Any, mark: _Mark) -> None:
        if not self._stack:
            self.value, self.root = value, mark
            return
        frame = self._stack[-1]
        children = frame.mark.children
        assert children is not None
        if isinstance(frame.value, dict):
            key = frame.key
            assert key is not None
            if not frame.skip:
                frame.value[key] = value
                children[key] = _Mark(frame.key_line, mark.children, mark.word)
            frame.key = None
        else:
            children[len(frame.value)] = mark
            frame.value.append(value)


def _events(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
    return events


def _unread(file: str, line: int, message: str) -> Document:
    return Document(
        file, None, [Problem(file=file, line=line, path=path_text(()), message=message)], _Mark(line)
    )


def _plain(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Return line and sentence for what the YAML scanner stumbled over."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, max(0, error.position)) + 1
        return line, "a control character that text must not hold; remove it"
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    said = str(getattr(error, "problem", None) or error)
    lines = text.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())] or r"\t" in said:
        return line, "a tab in the indentation; YAML is indented with spaces"
    if "mapping values are not allowed" in said:
        return line, "a second ': ' in one line; put the text after the first one in quotes"
    if "expected <block end>" in said or "did not find expected key" in said:
        return (
            line,
            "the indentation does not fit the lines above; items of one list or mapping start in one column",
        )
    if "could not find expected ':'" in said:
        return line, "a ':' is missing after the key"
    return line, f"not readable as YAML: {said}"
