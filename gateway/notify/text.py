"""Text: cut to a vendor's limit in bytes, and kept from being anything but text where it arrives.

Titles hold names of devices and places that people typed: a line break must not start a line of its own, an
angle bracket must not become `<@all>`, a bracket not a link.
"""

from __future__ import annotations

import re
import unicodedata

from gateway.notify.channel import Destination, Wording
from gateway.response.model import Message

DRILL = "【演练】"
_ELLIPSIS = "…"
_JOINER = "\u200d"
_LINE_ENDS = dict.fromkeys((*range(32), 127, *range(128, 160), 0x2028, 0x2029), " ")
# Marks that turn the direction of what follows, and one that hides: nobody needs them in a notice.
_DIRECTION = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF))
_FORMAT = str.maketrans(
    {
        "<": "＜",  # full-width on purpose, here and below: it looks alike and formats nothing
        ">": "＞",
        "[": "［",
        "]": "］",
        "*": "＊",
        "`": "｀",
        "_": "＿",
        "#": "＃",
        "\\": "＼",
        "!": "！",
        "|": "｜",
        "~": "～",
    }
)


def sound(text: str) -> str:
    """Return the text with a question mark for each half of a character, so that it can always be encoded."""
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """Return the text without line breaks, control characters and turns of direction."""
    return re.sub(r"\s+", " ", sound(text).translate(_DIRECTION).translate(_LINE_ENDS)).strip()


def tame(text: str) -> str:
    """Return one line in which nothing is markdown, a mention or a tag of a chat group."""
    return one_line(text).translate(_FORMAT)


def no_mention(text: str) -> str:
    """Return one line that calls nobody: `<@all>` and `<at …>` lose their brackets."""
    return one_line(text).replace("<", _FORMAT[ord("<")]).replace(">", _FORMAT[ord(">")])


def cut(text: str, most_bytes: int) -> str:
    """Return the text, or as much of it as fits with an ellipsis into `most_bytes` of UTF-8.

    No character is split, and none that belongs together with the next ones (an emoji of several, an accent).
    """
    if len(text.encode("utf-8")) <= most_bytes:
        return text
    room = most_bytes - len(_ELLIPSIS.encode("utf-8"))
    if room <= 0:
        return ""
    kept = text.encode("utf-8")[:room].decode("utf-8", "ignore")
    while kept and _belongs(kept, text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS


def _belongs(kept: str, following: str) -> bool:
    """Tell whether cutting here would tear one visible sign apart."""
    return (
        kept[-1] == _JOINER
        or following == _JOINER
        or unicodedata.combining(following) > 0
        or "\ufe00" <= following <= "\ufe0f"  # chooses text or picture
        or "\U0001f3fb" <= following <= "\U0001f3ff"  # the skin of an emoji
        or ("\U0001f1e6" <= following <= "\U0001f1ff" and _half_flag(kept))
    )


def _half_flag(kept: str) -> bool:
    letters = len(kept) - len(kept.rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
    return letters % 2 == 1


def marked(message: Message, title: str) -> str:
    """Return the title; that of a drill says so, once."""
    return DRILL + title if message.drill and not title.startswith(DRILL) else title


def notice(
    message: Message, wording: Wording, destination: Destination, *, most_bytes: int, before: str = ""
) -> str:
    """Return a whole notice for a chat group: title, text, and where to look, cut to `most_bytes`.

    `before` (a keyword the group asks for), the title and the link stay; the text is what is cut.
    """
    title = before + no_mention(marked(message, wording.title))
    link = f"\n{destination.link}" if destination.link else ""
    room = most_bytes - len(link.encode())
    return cut(f"{title}\n{no_mention(wording.text)}", room) + link
