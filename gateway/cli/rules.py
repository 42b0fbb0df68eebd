"""`gateway rules`: check rule files, and run them over a timeline. A public interface: keep it stable."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rules.engine import Engine
from rules.load import Loaded, load_rules
from rules.playback import change_line, play
from rules.site import Site, load_site
from rules.timeline import parse_timeline

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
BAD_INPUT = 2


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Rule files, or folders of them.")],
    site: Annotated[
        Path | None, typer.Option(help="The site: its calendars and zone are checked against.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    say: Annotated[
        bool, typer.Option("--say", help="Read each rule back as a sentence, in Chinese and English.")
    ] = False,
) -> None:
    """Check rule files: schema and warnings, every mistake at once. 检查规则.

    \b
    gateway rules check my-site/rules
    gateway rules check --site my-site/site.yaml --say my-site/rules
    Exit code: 0 sound, 1 mistakes (with --strict: warnings too), 2 a file cannot be read.
    """
    found_site = _site(site) if site is not None else None
    loaded = _load(paths, found_site)
    for problem in loaded.problems:
        print(problem)
    for warning in loaded.lint:
        print(f"{warning.file}:{warning.line}: {warning.path}: warning: {warning.message}")
    if say:
        _say(loaded)
    if loaded.problems or (strict and loaded.lint):
        raise typer.Exit(1)
    print(f"{len(loaded.rules)} rules, {len(loaded.lint)} warnings")


@app.command()
def run(
    rules: Annotated[
        list[Path], typer.Option("--rules", metavar="PATH...", help="Rule files, or folders of them.")
    ] = [],  # noqa: B006 - typer copies it
    timeline: Annotated[Path, typer.Option(help="A timeline (.jsonl), or a story (.yaml).")] = ...,  # type: ignore[assignment]  # required
    site: Annotated[Path | None, typer.Option(help="The site: devices, households, calendars, zone.")] = None,
    more: Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]", help="More rule files.")] = None,
) -> None:
    """Run rules over a timeline and print every change as one JSON line. 试运行规则.

    \b
    gateway rules run --rules rules/ --timeline friday-night.jsonl --site site.yaml
    A line of the timeline: {"t":"2026-03-06T22:00:00+08:00","event":{"device":"gate-n1","kind":"access.denied"}}
    A story (.yaml) is checked too: exit code 1 names the first expectation that was not met.
    """
    if timeline.suffix in (".yaml", ".yml"):
        _story(timeline)
        return
    found_site = _site(site) if site is not None else Site(id="site")
    loaded = _load([*rules, *(more or [])], found_site)
    if not rules:
        _refuse(["--rules: name at least one rule file or folder"])
    if loaded.problems:
        _refuse([str(problem) for problem in loaded.problems])
    steps, problems = parse_timeline(
        _read(timeline), str(timeline), rules=[rule.id for rule in loaded.rules], site=found_site.id
    )
    if problems:
        _refuse([str(problem) for problem in problems])
    for change in play(lambda: Engine(loaded.rules, loaded.inhibits, found_site), steps):
        print(change_line(change, found_site.zone))


def _story(file: Path) -> None:
    from gateway.scenario import run_file  # the whole core is only needed for stories

    unmet = run_file(file, print)
    if unmet is not None:
        print(unmet, file=sys.stderr)
        raise typer.Exit(1)


def _say(loaded: Loaded) -> None:
    from rules.explain import rule_sentence

    for rule in loaded.rules:
        print(f"{rule.id}\n  {rule_sentence(rule, 'zh')}\n  {rule_sentence(rule, 'en')}")


def _load(paths: list[Path], site: Site | None) -> Loaded:
    texts: dict[str, str] = {}
    missing: list[str] = []
    for path in paths:
        if path.is_dir():
            files = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
            texts.update({str(file): _read(file) for file in files})
            if not files:
                missing.append(f"{path}: no .yaml file in this folder")
        elif path.exists():
            texts[str(path)] = _read(path)
        else:
            missing.append(f"{path}: no such file or folder")
    if missing:
        _refuse(missing)
    if site is None:
        return load_rules(texts)
    return load_rules(texts, zone=site.zone, calendars=site.calendars)


def _site(path: Path) -> Site:
    site, problems = load_site(_read(path), str(path), extra_keys=GATEWAY_KEYS)
    if problems:
        _refuse([str(problem) for problem in problems])
    return site


GATEWAY_KEYS = (
    "name", "demo", "language", "places", "grids", "people", "roster", "plans", "categories", "dispatch", "channels", "plan",
    "auto_dispatch", "settings",
)  # fmt: skip


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        _refuse([f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8"])
    except OSError as error:
        _refuse([f"{path}: cannot be read: {error.strerror}"])
    raise AssertionError


def _refuse(problems: list[str]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)
    raise typer.Exit(BAD_INPUT)
