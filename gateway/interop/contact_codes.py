"""SIA two-letter codes in the words of Contact-ID: three digits, and whether it begins, ends or still holds.

So that one table (the profile `sia-dc09`) says what a code means for us, whichever protocol a panel speaks.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Qualifier: TypeAlias = Literal["new", "restore", "still"]
QUALIFIERS: dict[str, Qualifier] = {"1": "new", "3": "restore", "6": "still"}

# Contact-ID: SIA codes that begin it / SIA codes that end it
_LINES = """
100 MA / MH MR
101 QA EA / QH QR
110 FA / FH FR
113 SA / SH SR
114 KA / KH KR
120 PA / PH PR
121 HA / HH HR
130 BA BV BG / BH BR
137 TA / TR
151 GA / GH GR
154 WA / WH WR
150 UA / UH UR
301 AT / AR
302 YT / YR
309 YX YM / YZ
333 ET / ER
373 FT / FJ
350 YC LT / YK LR
354 YS /
384 XT / XR
374 EE /
406 BC /
401 OP OA OR /
407 OQ OS /
423 DF /
421 DD DK DP /
422 DG DO /
426 DN / DH
570 BB FB UB / BU FU UU
601 TX RX /
602 RP RY /
627 LB /
628 LX LS /
"""
# Arming is Contact-ID's "restore" of an opening, and one of its own letters here.
_ARMED = ("CL", "CA", "CQ", "CS", "CP", "CG")


def _read(lines: str) -> dict[str, tuple[str, Qualifier]]:
    found: dict[str, tuple[str, Qualifier]] = {}
    for line in lines.strip().splitlines():
        code, _, rest = line.partition(" ")
        begins, _, ends = rest.partition("/")
        found |= dict.fromkeys(begins.split(), (code, "new"))
        found |= dict.fromkeys(ends.split(), (code, "restore"))
    return found


SIA: dict[str, tuple[str, Qualifier]] = _read(_LINES) | dict.fromkeys(_ARMED, ("401", "restore"))
