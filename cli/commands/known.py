"""``awscontract known``: shows the file of known divergences, or brings it up to date."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ...conformance.results.known_failures import ANY, BROKEN, FILE, KnownFailure, entries_of, load
from ...conformance.results.result import Result, RuleResult
from ...errors import UsageError, counted, one_line, shorten
from ...options.files import LARGE, check_writable, read, write
from ...options.kinds import KINDS
from ..completion import of_files
from ..options import options
from ..terminal import output, print_lines, say

__all__ = ["known"]


@click.command(short_help="Show the known divergences, or write them from a result.")
@click.argument("file", default=FILE, metavar="[FILE]", shell_complete=of_files)
@options("known")
def known(*, file: str, source: str | None, reason: str | None, **_: Any) -> int:
    """Show which divergences FILE (default: awscontract-known.toml) lists for check --known FILE.

    --update writes the file: it removes entries that now pass, adds broken rules, each with its reason, and keeps all
    else as it is, comments too.
    """
    if source is None:
        if reason is not None:
            raise UsageError("--reason is for new entries: give --update RESULT too")
        if file != "-" and not Path(file).exists():
            raise UsageError(
                f"{file} does not exist; `awscontract known --update RESULT` writes it from a saved result"
            )
        _show(load(file, read(file)))
        return 0

    from ...conformance.reporting.load import load_results
    from ...conformance.results.known_file import updated

    check_writable("FILE", file)
    results = load_results(source, read(source, LARGE))
    if not any(each.exercised for each in results):
        raise UsageError(f"{source} judged nothing ({results[0].verdict}): {file} stays as it is")
    content = read(file) if Path(file).exists() else b""
    entries = load(file, content)
    broken = [(result, rule) for result in results for rule in _unlisted(result, entries)]
    if broken and reason is None and not _interactive():
        needs = counted(len(broken), "new entry needs", "new entries need")
        raise UsageError(f"{needs} a reason, and this is not a terminal where it could be asked for: give --reason")
    if reason is not None:
        _check_reason(reason)
    new = [KnownFailure(rule.id, reason or _ask(result, rule), operation=result.operation) for result, rule in broken]
    write(file, updated(content.decode(), lambda each: _passes(each, results), new).encode())
    _summarize(file, entries, results, new)
    return 0


def _unlisted(result: Result, entries: Sequence[KnownFailure]) -> list[RuleResult]:
    listed = entries_of(entries, result.operation)
    return [rule for rule in result.rules if rule.outcome in BROKEN and rule.id not in listed]


def _passes(entry: KnownFailure, results: Sequence[Result]) -> bool:
    """Whether the entry's rule passes now, wherever the entry counts."""
    if entry.operation == ANY:
        return False
    about = [
        rule for each in results if entry.counts_for(each.operation) for rule in each.rules if rule.id == entry.rule
    ]
    return any(rule.outcome == "passed" for rule in about)


def _check_reason(reason: str) -> None:
    try:
        reason.encode()
    except UnicodeEncodeError:
        raise UsageError("--reason is not text in this terminal's encoding") from None


def _interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(result: Result, rule: RuleResult) -> str:
    say(f"{result.operation}: {rule.id}: {shorten(rule.violations[0].message)}")

    def reason(text: str) -> str:
        try:
            return str(KINDS["text"].read(text)).strip()
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    found: str = click.prompt("  why may it stay", err=True, value_proc=reason)
    return found


def _show(entries: Sequence[KnownFailure]) -> None:
    several, layout = len({each.operation for each in entries}) > 1, output()
    for each in entries:
        about = f"{each.operation}: " if several else ""
        until = f", until {each.expires}" if each.expires else ""
        expired = " (expired)" if each.expired() else ""
        print_lines(layout.wrap(f"{about}{each.rule}: {one_line(each.text)}{until}{expired}", first=""), layout)


def _summarize(
    file: str, entries: Sequence[KnownFailure], results: Sequence[Result], new: Sequence[KnownFailure]
) -> None:
    several = len(results) > 1
    removed = 0
    for each in entries:
        name = f"{each.operation} {each.rule}" if several else each.rule
        if _passes(each, results):
            removed += 1
            click.echo(f"removed  {name}: it passes now")
        elif each.expired():
            click.echo(f"expired  {name}: fix it or give it another date")
    for each in new:
        click.echo(f"added    {f'{each.operation} {each.rule}' if several else each.rule}")
    click.echo(f"{file}: {len(entries) + len(new) - removed} known")
