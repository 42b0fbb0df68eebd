"""Vector drawings that people upload, written anew from what is known to be harmless. Pure.

Nothing is taken out of a drawing: only shapes, words and their looks that stand in the lists below are put into a new
one. Scripts, styles, pictures inside, foreign markup, addresses that lead out, entities: none has a way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from gateway.estate.drawing_weight import Weight
from gateway.evidence.refused import UploadRefused

MOST_ELEMENTS = 50_000
DEEPEST = 64
MOST_BYTES = 4 * 1024 * 1024
LARGEST = 20_000
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _names(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs use symbol marker pattern "
    "linearGradient radialGradient stop clipPath"
)
_WORDS = frozenset({"text", "tspan", "title", "desc"})
_LOOKS = _names(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-dasharray stroke-dashoffset opacity display visibility color font-family font-size font-weight font-style "
    "text-anchor dominant-baseline letter-spacing clip-path clip-rule marker-start marker-mid marker-end stop-color "
    "stop-opacity vector-effect paint-order"
)
_ATTRIBUTES = _LOOKS | _names(
    "id x y x1 y1 x2 y2 cx cy r rx ry d points transform width height viewBox preserveAspectRatio dx dy rotate "
    "textLength lengthAdjust offset gradientUnits gradientTransform spreadMethod fx fy patternUnits patternTransform "
    "patternContentUnits clipPathUnits markerWidth markerHeight markerUnits refX refY orient"
)
_INSIDE = re.compile(r"#[\w.:-]{1,100}")
_LINK = re.compile(r"url\(\s*['\"]?#[\w.:-]{1,100}['\"]?\s*\)")
_NUMBER = re.compile(r"\s*(\d{1,6}(?:\.\d{1,10})?)\s*(px|pt|mm|cm|in|)\s*")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


class _Refused(Exception):
    """The drawing cannot be taken; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = {"zh": zh, "en": en}
        super().__init__(en)


def clean_svg(raw: bytes) -> tuple[bytes, int, int]:
    """Return a drawing written anew, with its width and height.

    Raises:
        UploadRefused: `bad_picture`: no well-formed SVG, too large, or without a size.
    """
    writer = _Writer()
    if len(raw) > MOST_BYTES:
        raise UploadRefused("bad_picture", why={"zh": "SVG 最大 4 MB", "en": "an SVG has at most 4 MB"})
    try:
        writer.read(raw)
        width, height = _size(writer.root)
    except expat.ExpatError as error:
        raise UploadRefused(
            "bad_picture",
            why={
                "zh": f"SVG 第 {error.lineno} 行读不出",
                "en": f"line {error.lineno} of the SVG cannot be read",
            },
        ) from None
    except (
        LookupError,
        ValueError,
    ):  # of the parser: an encoding that it has not heard of, or of several bytes
        raise UploadRefused(
            "bad_picture",
            why={
                "zh": "SVG 的文字编码读不出，请另存为 UTF-8",
                "en": "the SVG is in an encoding that cannot be read; save it as UTF-8",
            },
        ) from None
    except _Refused as refused:
        raise UploadRefused("bad_picture", why=refused.why) from None
    return "".join(writer.parts).encode(), width, height


class _Writer:
    """Hears the parser and writes what is allowed; what is not, is passed over with everything in it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.root: dict[str, str] = {}
        self._open: list[str] = []
        self._over = 0  # how deep inside something that is passed over
        self._count = 0
        self._weight = Weight()

    def read(self, raw: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._external
        parser.Parse(raw, True)
        if not self.parts:
            raise _Refused("不是 SVG 图", "it is no SVG drawing")
        if self._weight.is_too_much():
            raise _Refused(
                "SVG 里重复引用的图形展开后太多",
                "what the SVG draws again and again comes to too many shapes",
            )

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise _Refused("SVG 的图形太多，最多 5 万个", "the SVG has more than 50,000 elements")
        space, _, name = tag.rpartition(" ")
        if not self._open and not self._over and (name != "svg" or space != _SVG):
            raise _Refused("不是 SVG 图", "it is no SVG drawing")
        if self._over or space != _SVG or name not in _ELEMENTS:
            self._over += 1
            return
        if len(self._open) >= DEEPEST:
            raise _Refused("SVG 嵌套太深", "the SVG is nested too deeply")
        if not self._open:
            self.root = dict(attributes)
            self.parts.append(f'<svg xmlns="{_SVG}"')
        else:
            self.parts.append(f"<{name}")
        kept = dict(_allowed(attributes))
        self.parts.extend(f" {key}={quoteattr(value)}" for key, value in kept.items())
        self.parts.append(">")
        self._weight.begin(kept)
        self._open.append(name)

    def _end(self, _: str) -> None:
        if self._over:
            self._over -= 1
            return
        self.parts.append(f"</{self._open.pop()}>")
        self._weight.end()

    def _words(self, text: str) -> None:
        if not self._over and self._open and self._open[-1] in _WORDS:
            self.parts.append(escape(text))

    def _doctype(self, _name: str, _system: str | None, _public: str | None, inside: bool) -> None:
        if inside:
            raise _Refused(
                "SVG 里不能有自己的定义（DOCTYPE）",
                "an SVG with definitions of its own (DOCTYPE) is not taken",
            )

    def _entity(self, *_: object) -> None:
        raise _Refused("SVG 里不能有实体定义", "an SVG with entities of its own is not taken")

    def _external(self, *_: object) -> int:
        raise _Refused("SVG 里不能引用别的文件", "an SVG that refers to other files is not taken")


def _allowed(attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what may stay, each name once; a `style` is taken apart into the looks it holds."""
    found: dict[str, str] = {}
    for tag, value in attributes.items():
        space, _, name = tag.rpartition(" ")
        if name == "href" and space in {"", _XLINK}:
            if _INSIDE.fullmatch(value.strip()):
                found["href"] = value.strip()
        elif space:
            continue
        elif name == "style":
            for declaration in value.split(";"):
                look, _, said = declaration.partition(":")
                if look.strip() in _LOOKS and _harmless(said):
                    found[look.strip()] = said.replace("!important", "").strip()
        elif name in _ATTRIBUTES and _harmless(value):
            found.setdefault(name, value)
    yield from found.items()


def _harmless(value: str) -> bool:
    """Tell whether a value leads nowhere but into the drawing itself."""
    rest = _LINK.sub("", value).lower()
    return not any(part in rest for part in ("url", "\\", "@", "/*", "javascript", "expression", "<", "&"))


def _size(root: Mapping[str, str]) -> tuple[int, int]:
    """Return width and height: those of the view box, or else those written on the drawing."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        sides = [float(box[2]), float(box[3])] if len(box) == 4 else []
    except ValueError:
        sides = []
    if not sides:
        for name in ("width", "height"):
            number = _NUMBER.fullmatch(root.get(name, ""))
            sides += [float(number[1]) * _UNITS[number[2]]] if number else []
    if len(sides) != 2 or not all(1 <= side <= LARGEST for side in sides):
        raise _Refused(
            "SVG 要有 viewBox 或宽和高（1 到 20000）",
            "the SVG needs a viewBox, or width and height (1 to 20000)",
        )
    return round(sides[0]), round(sides[1])
