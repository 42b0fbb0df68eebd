"""Chinese prose carries Chinese punctuation: a half-width comma beside a character looks like a slip on every screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for part in ("devices", "rules", "gateway") for path in (ROOT / part).rglob("*.py"))
DOCUMENTS = sorted(
    path
    for part in ("devices/profiles", "rules/packs", "gateway/response", "gateway/templates", "deploy")
    for path in (ROOT / part).rglob("*.yaml")
)
PAGES = sorted((ROOT / "web/src/text").glob("*.zh.ts"))

HAN = "\u4e00-\u9fff“”《》、】"
SLIP = re.compile(rf"[{HAN}] ?[,;:!?](?!/)|[,;:!?] ?[{HAN}]|\([{HAN}]|[{HAN}]\)|[{HAN}]\(|\)[{HAN}]")
QUOTED = re.compile("“[^”]*: [^”]*”")  # what is to be written in a file stands there as it is written
IS_HAN = re.compile(r"[\u4e00-\u9fff]")


def slips(text: str) -> list[str]:
    text = QUOTED.sub("“”", text)
    return [text[max(0, at.start() - 12) : at.end() + 12] for at in SLIP.finditer(text)]


def chinese_in(document: Any) -> Iterator[str]:
    """Yield every text under a `zh` key."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == "zh" and isinstance(value, str):
                yield value
            else:
                yield from chinese_in(value)
    elif isinstance(document, list):
        for each in document:
            yield from chinese_in(each)


def said_in(source: Path) -> Iterator[tuple[int, str]]:
    """Yield the Chinese strings of a program: those whose words are not mostly English, docstrings left out."""
    tree = ast.parse(source.read_text("utf-8"))
    silent = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(p.value if isinstance(p, ast.Constant) else "○" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent | parts:
            yield node.lineno, node.value


def prose(text: str) -> bool:
    han, latin = len(IS_HAN.findall(text)), len(re.findall(r"[A-Za-z]{3,}", text))
    pattern = "\\d" in text
    return not pattern and han > 2 * latin


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_programs_say_it_with_chinese_punctuation(source: Path) -> None:
    found = [(line, slip) for line, text in said_in(source) if prose(text) for slip in slips(text)]
    assert not found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_say_it_with_chinese_punctuation(document: Path) -> None:
    found = [slip for each in yaml.safe_load_all(document.read_text("utf-8")) for text in chinese_in(each) for slip in slips(text)]  # fmt: skip
    assert not found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_say_it_with_chinese_punctuation(page: Path) -> None:
    texts = re.findall(r'": "((?:[^"\\]|\\.)*)"', page.read_text("utf-8"))
    assert texts
    assert not [slip for text in texts for slip in slips(text)]


def test_a_slip_is_found() -> None:
    assert slips("请接单,快去") == ["请接单,快去"]
    assert slips("规则 (夜间)关")
    assert not slips("10:42 北门，第 2 次（演示）")
