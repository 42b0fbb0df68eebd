"""`gateway rules backtest` and `gateway rules explain`: what the journal of a data folder answers about rules."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gateway.cli.rule_files import read_files, read_text

if TYPE_CHECKING:
    from gateway.backtest.result import Progress, Result
    from gateway.backtest.run import Backtest

CANCELLED = 130
Language = Literal["zh", "en"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backtest)
    app.command()(explain)


_Rules = Annotated[
    list[Path], typer.Option("--rules", metavar="PATH...", help="Rule files, or folders of them.")
]
_More = Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]", help="More rule files.")]
_From = Annotated[str | None, typer.Option("--from", metavar="T", help="Begin, e.g. 2026-03-06T22:00.")]
_To = Annotated[str | None, typer.Option("--to", metavar="T", help="End (not included).")]
_Last = Annotated[str | None, typer.Option(metavar="7d", help="Instead of --from: so long before the end.")]
_DATA = typer.Option(metavar="DIR", help="The data folder; a gateway may be running on it.")
_Site = Annotated[Path | None, typer.Option(help="Another site file than the one saved in the data folder.")]
_WarmUp = Annotated[
    str | None,
    typer.Option(metavar="7d|all", help="How long before --from the state is built; default: enough."),
]
_Lang = Annotated[Language, typer.Option(help="Language of the text.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


def backtest(
    rules: _Rules = [],  # noqa: B006 - typer copies it
    begin: _From = None,
    end: _To = None,
    last: _Last = None,
    data: Annotated[Path, _DATA] = Path("data"),
    site: _Site = None,
    warm_up: _WarmUp = None,
    lang: _Lang = "zh",
    json: _Json = False,
    more: _More = None,
) -> None:
    """Say what rules would have raised in the past, from the journal. 历史回放.

    \b
    gateway rules backtest --rules my-site/rules/night.yaml --data my-site/data
    gateway rules backtest --rules draft.yaml --from 2026-03-01 --to 2026-03-08 --lang en
    gateway rules backtest --rules draft.yaml --last 12h --json > result.json

    The default span is the last 7 days of the journal. Times without a zone are the site's.
    The same engine as live; nothing is written, nobody is told. The state before the span is built first (warm-up).

    Exit code: 0 done, 2 wrong input (every mistake is named), 3 the journal cannot be read, 130 cancelled by Ctrl-C.
    """
    from gateway.backtest.prepare import Question, prepare
    from gateway.backtest.span import Asked

    texts, unread = read_files([*rules, *(more or [])])
    if not rules:
        unread.append("--rules: name at least one rule file or folder")
    other_site = None
    if site is not None:
        other_site, wrong = read_text(site)
        unread += wrong
    question = Question(
        texts=texts,
        asked=Asked(begin=begin, end=end, last=last, warm_up=warm_up),
        site=other_site,
        site_name=str(site or "site.yaml"),
    )
    test = prepare(data, question, unread=unread)
    try:
        _show(_run(test, lang), lang, json=json)
    finally:
        test.history.close()


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.")],
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=VALUE", help="Which key: device=gate-n1; several for several paths."),
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="T", help="The moment; default: the newest.")] = None,
    data: Annotated[Path, _DATA] = Path("data"),
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="PATH", help="Take the rule from here, not as it was in force then."),
    ] = None,
    site: _Site = None,
    lang: _Lang = "zh",
    json: _Json = False,
) -> None:
    """Say why a rule did, or did not, fire for one key at a moment. 为什么报、为什么没报.

    \b
    gateway rules explain access.repeated_denied --key device=gate-n1 --at 2026-03-06T22:05 --data my-site/data
    gateway rules explain parcel.overdue --key device=locker-1 --key data.cell=30 --lang en
    gateway rules explain night.door --rules draft.yaml --key device=door-3 --at 2026-03-06T22:05 --json

    Was the alert open, why; else how near it came and what stopped the events; what changed before and after.

    Exit code: 0 answered, 2 wrong input (every mistake is named), 3 the journal cannot be read.
    """
    import msgspec

    from gateway.backtest.asking import WhyQuestion, answer_why
    from gateway.backtest.why_text import why_text

    texts, unread = read_files(rules or [])
    other_site = None
    if site is not None:
        other_site, wrong = read_text(site)
        unread += wrong
    question = WhyQuestion(
        rule=rule, key=key or [], at=at, texts=texts, site=other_site, site_name=str(site or "site.yaml")
    )
    found = answer_why(data, question, unread=unread)
    print(msgspec.json.encode(found).decode() if json else why_text(found, lang))


def _run(test: Backtest, lang: Language) -> Result:
    """Run it, saying how far it is on standard error; Ctrl-C ends it cleanly."""
    from gateway.backtest.run import Cancelled

    with _stop_asked() as asked:
        try:
            result = test.run(_progress(lang), asked)
        except Cancelled as stopped:
            _end_line()
            print(_how_far(stopped.progress, lang), file=sys.stderr)
            raise typer.Exit(CANCELLED) from None
    _end_line()
    return result


def _show(result: Result, lang: Language, *, json: bool) -> None:
    import msgspec

    from gateway.backtest.text import text_of

    print(msgspec.json.encode(result).decode() if json else text_of(result, lang))


@contextmanager
def _stop_asked() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C only ask; what asks back stops where it can say how far it came."""
    stopped: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    try:
        yield lambda: bool(stopped)
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(lang: Language) -> Callable[[Progress], None]:
    told = [-1.0]

    def tell(progress: Progress) -> None:
        at = f"{progress.at:%Y-%m-%d %H:%M}"
        words = (
            f"{progress.share:4.0%} {at}，{progress.events:,} 条事件，触发 {progress.hits} 次"
            if lang == "zh"
            else f"{progress.share:4.0%} {at}, {progress.events:,} events, fired {progress.hits} times"
        )
        if sys.stderr.isatty():
            print(f"\r{words}", end="", file=sys.stderr, flush=True)
        elif progress.share - told[0] >= 0.1:
            told[0] = progress.share
            print(words, file=sys.stderr, flush=True)

    return tell


def _end_line() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _how_far(progress: Progress, lang: Language) -> str:
    at = f"{progress.at:%Y-%m-%d %H:%M:%S}"
    if lang == "zh":
        return f"已取消：到 {at}（{progress.share:.0%}），读了 {progress.events:,} 条事件，触发 {progress.hits} 次；没有结果"
    return f"cancelled at {at} ({progress.share:.0%}), {progress.events:,} events read, fired {progress.hits} times; no result"
