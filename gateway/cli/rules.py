"""`gateway rules`: check rule files, run them over a timeline or over the past. A public interface: keep it stable."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import rules_history
from gateway.cli.rule_files import read_files, read_text
from gateway.site import OWN_KEYS
from rules.engine import Engine
from rules.load import Loaded, load_rules
from rules.playback import change_line, play
from rules.site import Site, load_site
from rules.timeline import parse_timeline

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
BAD_INPUT = 2
rules_history.register(app)


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
    """Check rule files: schema and warnings, every mistake at once. 检查规则文件，一次列出所有错误。

    \b
    gateway rules check my-site/rules
    gateway rules check --site my-site/site.yaml --say my-site/rules
    gateway rules check --strict rules/gates.yaml rules/lifts.yaml

    \b
    A mistake is one line, with the place, what stands there and what should:
    rules/gates.yaml:4: rules[0].detect.count.of: unknown kind 'acces.denied'; did you mean 'access.denied'?

    \b
    Exit code: 0 sound, 1 mistakes (with --strict: warnings too).
    """
    found_site, problems = _site(site)
    loaded, unread = _load(paths, found_site if site is not None else None)
    problems += [*unread, *(str(problem) for problem in loaded.problems)]
    warnings = [*(found_site.lint if site is not None else ()), *loaded.lint]
    for line in problems:
        print(line)
    for warning in warnings:
        print(f"{warning.file}:{warning.line}: {warning.path}: warning: {warning.message}")
    if say and not problems:
        _say(loaded)
    if problems or (strict and warnings):
        raise typer.Exit(1)
    print(f"{len(loaded.rules)} rules, {len(warnings)} warnings")


@app.command()
def run(
    rules: Annotated[
        list[Path], typer.Option("--rules", metavar="PATH...", help="Rule files, or folders of them.")
    ] = [],  # noqa: B006 - typer copies it
    timeline: Annotated[Path, typer.Option(help="A timeline (.jsonl), or a story (.yaml).")] = ...,  # type: ignore[assignment]  # required
    site: Annotated[Path | None, typer.Option(help="The site: devices, households, calendars, zone.")] = None,
    more: Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]", help="More rule files.")] = None,
) -> None:
    """Run rules over a timeline and print every change as one JSON line. 按时间线试运行规则，逐行输出变化。

    \b
    gateway rules run --rules rules/ --timeline friday-night.jsonl --site site.yaml
    gateway rules run --rules gates.yaml lifts.yaml --timeline friday-night.jsonl

    \b
    Lines of a timeline; the first one is the start of the process:
    {"t":"2026-03-06T22:00:00+08:00","event":{"device":"gate-n1","kind":"access.denied","data":{"method":"card"}}}
    {"t":"2026-03-06T22:01:00+08:00","ack":{"rule":"access.repeated_denied","key":{"device":"gate-n1"},"by":"wang"}}
    {"t":"2026-03-06T22:02:00+08:00","silence":{"where":"rule == \\"a.b\\"","until":"2026-03-06T23:00:00+08:00","by":"li","reason":"repair"}}
    {"t":"2026-03-06T22:03:00+08:00","site":{"armed":true}}
    {"t":"2026-03-06T22:04:00+08:00","restart":{"down_for":"90s"}}
    {"t":"2026-03-06T22:10:00+08:00"}

    \b
    Exit code: 0 done, 2 wrong input (each mistake with its line and path, nothing is run).
    A story (.yaml) is checked as well: exit code 1 names the first expectation that was not met.
    """
    if timeline.suffix in (".yaml", ".yml"):
        _story(timeline)
        return
    found_site, wrong = _site(site)
    loaded, unread = _load([*rules, *(more or [])], found_site)
    wrong += [*unread, *(str(problem) for problem in loaded.problems)]
    if not rules:
        wrong.append("--rules: name at least one rule file or folder")
    text, unreadable = read_text(timeline)
    wrong += unreadable
    keys = {rule.id: (*rule.by, *rule.dedup) for rule in loaded.rules}
    if not unreadable and not loaded.problems:
        steps, problems = parse_timeline(text, str(timeline), rules=keys, site=found_site.id)
        wrong += [str(problem) for problem in problems]
    if wrong:
        for line in wrong:
            print(line, file=sys.stderr)
        raise typer.Exit(BAD_INPUT)
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


def _load(paths: list[Path], site: Site | None) -> tuple[Loaded, list[str]]:
    """Return what the files and folders hold, and what could not be read at all."""
    texts, unread = read_files(paths)
    if site is None:
        return load_rules(texts), unread
    return load_rules(texts, zone=site.zone, calendars=site.calendars), unread


def _site(path: Path | None) -> tuple[Site, list[str]]:
    if path is None:
        return Site(), []
    text, unread = read_text(path)
    if unread:
        return Site(), unread
    site, problems = load_site(text, str(path), extra_keys=OWN_KEYS)
    return site, [str(problem) for problem in problems]
