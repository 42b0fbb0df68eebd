"""Phone: what text messages and calls have in common: a number, and six digits instead of words.

Approved templates take neither a link nor free text, so a message carries the code of the case, to be typed at
the page for workers. Everything else stays on this box.
"""

from __future__ import annotations

import re

from gateway.errors import Rejected
from gateway.notify.channel import Destination
from gateway.response.model import Message

_NUMBER = re.compile(r"\+?[0-9]{5,20}")
_CODE = re.compile(r"[0-9]{4,8}")


def number_of(destination: Destination) -> str:
    """Return the recipient's number: digits, with or without a leading plus.

    Raises:
        Rejected: there is none; it says whose, never the number.
    """
    number = destination.address.replace(" ", "").replace("-", "")
    if not _NUMBER.fullmatch(number):
        why = "is not a telephone number" if number else "is missing"
        raise Rejected(f"the number of {destination.recipient} {why}; set it in the person's contacts")
    return number


def code_of(message: Message) -> str:
    """Return the digits that stand for the case.

    Raises:
        Rejected: the message carries none, and nothing else may go into the template.
    """
    code = str(message.params.get("code") or message.params.get("case_code") or "")
    if not _CODE.fullmatch(code):
        raise Rejected(f"'{message.template}' carries no case code, and a template takes nothing else")
    return code
