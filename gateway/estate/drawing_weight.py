"""What a vector drawing comes to once its references are followed: ten lines can stand for a thousand million shapes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

MOST_DRAWN = 300_000  # shapes that a browser draws in the end
DEEPEST_DRAWN = 128
_INSIDE = re.compile(r"#([\w.:-]+)")
_LINK = re.compile(r"url\(\s*['\"]?#([\w.:-]+)['\"]?\s*\)")
_NUMBERS = re.compile(r"\d+")
_ON_ALL_INSIDE = frozenset({"fill", "stroke", "marker-start", "marker-mid", "marker-end"})


class _Element(msgspec.Struct, kw_only=True):
    """One element: what stands in it, what it draws again, and what it is painted with."""

    inside: list[int]
    again: str | None
    painted: list[tuple[str, str]]  # (look, id of what it is painted with)
    corners: int  # of a path or polygon: a marker stands at each


class _Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What an element comes to: shapes and corners as far as looks are handed on to them, and everything."""

    shapes: int
    corners: int
    everything: int
    deep: int  # levels of what stands in it, drawn again or not


class _TooMuch(Exception):
    """It refers to itself, or is nested too deeply."""


class Weight:
    """Hears the elements that are kept, in the order of the drawing."""

    def __init__(self) -> None:
        self._elements: list[_Element] = []
        self._open: list[int] = []
        self._named: dict[str, int] = {}
        self._known: dict[int, _Drawn | None] = {}  # None: it is being looked at

    def begin(self, attributes: Mapping[str, str]) -> None:
        """Take an element with what is kept of its attributes."""
        here = len(self._elements)
        if self._open:
            self._elements[self._open[-1]].inside.append(here)
        self._open.append(here)
        self._named.setdefault(attributes.get("id", ""), here)
        again = _INSIDE.fullmatch(attributes.get("href", ""))
        points = len(_NUMBERS.findall(attributes.get("d", "") + attributes.get("points", "")))
        self._elements.append(
            _Element(
                inside=[],
                again=again[1] if again else None,
                painted=[
                    (look, each[1]) for look, text in attributes.items() for each in _LINK.finditer(text)
                ],
                corners=max(1, points // 2),
            )
        )

    def end(self) -> None:
        """Take the end of the element that was begun last."""
        self._open.pop()

    def is_too_much(self) -> bool:
        """Tell whether a browser could choke on it."""
        try:
            return self._drawn(0, 0).everything > MOST_DRAWN
        except _TooMuch:
            return True

    def _drawn(self, place: int, depth: int) -> _Drawn:
        if place in self._known:
            known = self._known[place]
            if known is None:
                raise _TooMuch
            return known
        if depth > DEEPEST_DRAWN:
            raise _TooMuch
        self._known[place] = None
        element = self._elements[place]
        parts = [self._drawn(each, depth + 1) for each in element.inside]
        parts += self._meant(element.again, depth)
        shapes = 1 + sum(each.shapes for each in parts)
        corners = element.corners + sum(each.corners for each in parts)
        everything = 1 + sum(each.everything for each in parts)
        for look, name in element.painted:
            paint = self._meant(name, depth)
            times = 1 if look not in _ON_ALL_INSIDE else corners if look.startswith("marker") else shapes
            everything += times * sum(each.everything for each in paint)
            parts += paint
        deep = 1 + max((each.deep for each in parts), default=0)
        if deep > DEEPEST_DRAWN:
            raise _TooMuch
        found = _Drawn(shapes=shapes, corners=corners, everything=min(everything, MOST_DRAWN + 1), deep=deep)
        self._known[place] = found
        return found

    def _meant(self, name: str | None, depth: int) -> list[_Drawn]:
        place = self._named.get(name) if name else None
        return [] if place is None else [self._drawn(place, depth + 1)]
