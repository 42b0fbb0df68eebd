"""The house stays easy to see: import direction, purity, size and where a broad `except` may stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("devices", "rules", "gateway")
SOURCES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Modules that do I/O, read a clock, start threads or make random: no business of the pure core.
IMPURE = {
    "asyncio", "datetime.now", "io", "logging", "multiprocessing", "os", "pathlib", "queue", "random", "secrets", "socket",
    "sqlite3", "ssl", "structlog", "subprocess", "tempfile", "threading", "time", "urllib", "uuid", "uuid_utils",
    "aiomqtt", "fastapi", "httpx", "paho", "sqlalchemy", "pydantic", "pydantic_settings", "typer", "rich",
}  # fmt: skip
PURE = ("devices/", "rules/", "gateway/response/")
FILE_LINES = 320
FUNCTION_LINES = 50
BANNED_WORDS = {"manager", "helper", "util", "utils", "processor", "data", "info", "misc"}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")  # of a name like SiteView
STORE_ONLY = {"sqlalchemy", "sqlite3", "alembic"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_imports_go_one_way(path: Path) -> None:
    forbidden = {"devices": {"rules", "gateway"}, "rules": {"gateway"}}.get(
        relative(path).split("/")[0], set()
    )
    found = {name for name in imports(tree(path)) if name.split(".")[0] in forbidden}
    assert not found, f"{relative(path)} looks up the house: {sorted(found)}"


@pytest.mark.parametrize("path", [p for p in SOURCES if relative(p).startswith(PURE)], ids=relative)
def test_the_core_is_pure(path: Path) -> None:
    module = tree(path)
    found = {name for name in imports(module) if name.split(".")[0] in IMPURE}
    assert not found, f"{relative(path)} imports {sorted(found)}; the core takes `now` and returns values"
    clocks = [
        f"line {node.lineno}"
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]  # fmt: skip
    assert not clocks, f"{relative(path)} reads a clock at {clocks}"


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if relative(p).startswith("gateway/response/")], ids=relative
)
def test_response_knows_no_edge(path: Path) -> None:
    allowed = ("gateway.response", "gateway.errors")
    found = {
        n
        for n in imports(tree(path))
        if n.split(".")[0] == "gateway" and n != "gateway" and not n.startswith(allowed)
    }
    assert not found, f"{relative(path)} imports {sorted(found)}"


def test_only_the_store_knows_the_database() -> None:
    found = {
        relative(path): sorted(names)
        for path in SOURCES
        if not relative(path).startswith("gateway/store/")
        and (names := {n for n in imports(tree(path)) if n.split(".")[0] in STORE_ONLY})
    }
    assert not found


def test_only_app_knows_everything() -> None:
    importers = {
        relative(path)
        for path in SOURCES
        if "gateway.app" in set(imports(tree(path))) and not relative(path).startswith("gateway/cli/")
    }
    own = {"gateway/serve.py", "gateway/simulate/demo.py", "gateway/health.py"}
    parts = {"gateway/parts.py", "gateway/outside.py"}  # the list of what lives beside the main path
    assert importers <= own | parts, importers


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= FILE_LINES, f"{relative(path)} has {lines} lines: split it by noun"
    long = long_functions(path)
    assert not long, f"{relative(path)}: {long}"


@pytest.mark.parametrize("path", TESTS, ids=relative)
def test_functions_of_tests_stay_small(path: Path) -> None:
    long = long_functions(path)
    assert not long, f"{relative(path)}: {long}"


def long_functions(path: Path) -> list[str]:
    """Return the functions of a file that are too long to see at once."""
    return [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_names_say_what_things_are(path: Path) -> None:
    names = [
        n.name
        for n in ast.walk(tree(path))
        if isinstance(n, ast.ClassDef) and {w.lower() for w in WORD.findall(n.name)} & BANNED_WORDS
    ]
    assert not names, f"{relative(path)}: {names}"
    assert not set(path.stem.split("_")) & BANNED_WORDS, relative(path)


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_abstract_bases_and_no_globals(path: Path) -> None:
    module = tree(path)
    assert "abc" not in set(imports(module)), f"{relative(path)}: a function or a Protocol is enough"
    assert not [n.lineno for n in ast.walk(module) if isinstance(n, ast.Global)], (
        f"{relative(path)} uses `global`"
    )


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_broad_except_only_at_task_boundaries(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        names = (
            {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
            if node.type is not None
            else {"Exception"}
        )
        passes_on = any(
            isinstance(statement, ast.Raise) for statement in node.body
        )  # cleans up, hides nothing
        if names & {"Exception", "BaseException"} and not passes_on:
            said = "".join(lines[node.lineno - 2 : node.body[0].lineno])
            assert "task boundary" in said, (
                f"{relative(path)}:{node.lineno}: a broad except names its task boundary"
            )
