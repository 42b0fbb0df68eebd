"""Write docs/errors.md: every code the API can answer with, in Chinese and English, as it stands in the code.

Run `python -m gateway.api.errors_page > docs/errors.md` after changing the catalogue; a test says when it was forgotten.
"""

from __future__ import annotations

import sys

from gateway.api.errors import CATALOGUE
from gateway.api.refusals import OTHERS, refusal_status
from gateway.response.wording import REFUSALS

HEAD = """# 接口的错误代码 · Error codes of the API

> Written by `python -m gateway.api.errors_page > docs/errors.md` from the code. Do not edit by hand.

每个错误都是 `application/problem+json`：程序看 `code`，给人看 `detail`。花括号里的内容由 `facts` 填写。
Every error is `application/problem+json`: programs switch on `code`, people read `detail`. What stands in braces is filled
from `facts`. See [api.md](api.md#errors).
"""
_TABLE = ("| code | status | 中文 | English |", "|---|---|---|---|")


def page() -> str:
    """Return the whole page."""
    general = [_row(code, entry.status, entry.zh, entry.en) for code, entry in CATALOGUE.items()]
    refused = [
        *((code, zh, en) for code, (zh, en) in REFUSALS.items()),
        *((code, words["zh"], words["en"]) for code, words in OTHERS.items()),
    ]
    rows = [_row(code, refusal_status(code), zh, en) for code, zh, en in sorted(refused)]
    return "\n".join(
        [
            HEAD,
            "## 请求 · Requests\n",
            *_TABLE,
            *general,
            "\n## 案件、规则、排班拒绝的 · What the core refuses\n",
            *_TABLE,
            *rows,
            "",
        ]
    )


def _row(code: str, status: int, zh: str, en: str) -> str:
    return f"| `{code}` | {status} | {zh.replace('|', '/')} | {en.replace('|', '/')} |"


if __name__ == "__main__":
    sys.stdout.write(page())
