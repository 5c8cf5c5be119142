"""``awscontract known``: the file of known divergences, told or brought up to date."""

import sys
from pathlib import Path

import click

from ...conformance.results.known_failures import FILE, Entry, load, updated
from ...conformance.results.result import Result
from ...errors import UsageError, one_line
from ...options.files import check_writable, read, write
from ...spec import service_rules
from ..completion import of_files
from ..result_options import text

__all__ = ["known"]

_EMPTY = b""


@click.command(short_help="Tell the known divergences, or write them from a result.")
@click.argument("file", default=FILE, metavar="[FILE]", shell_complete=of_files, type=text)
@click.option(
    "--update",
    "source",
    type=text,
    metavar="RESULT",
    shell_complete=of_files,
    help="Bring the file up to date with this saved result.",
)
@click.option("--reason", type=text, help="The reason for every new entry.  [default: ask for each]")
def known(*, file: str, source: str | None, reason: str | None) -> int:
    """Tell what FILE excuses (awscontract-known.toml without one), for check --known FILE.

    With --update the file is written: entries whose rule passes now go, rules that are broken come, each with its
    reason, and all else stays as it is, comments too.
    """
    if source is None:
        if reason is not None:
            raise UsageError("--reason is for new entries: say --update RESULT as well")
        _tell(load(file, read(file)))
        return 0

    from ...conformance.reporting.load import load as load_result

    check_writable("FILE", file)
    result = load_result(source, read(source))
    if not result.exercised:
        raise UsageError(f"{source} judged nothing ({result.verdict}): {file} stays as it is")
    content = read(file) if Path(file).exists() else _EMPTY
    entries = load(file, content)
    listed = {each.rule for each in entries}
    ours = {each.id for each in service_rules()}
    broken = [each for each in result.rules if each.outcome in ("failed", "warned", "known") and each.id not in listed]
    new = [each for each in broken if each.id in ours]
    for each in broken:
        if each.id not in ours:
            click.echo(f"left out {each.id}: this awscontract has no such rule", err=True)
    if new and reason is None and not _interactive():
        raise UsageError(f"{len(new)} new entries need a reason, and nobody is there to ask: give --reason")
    reasons = {each.id: reason or _ask(each.id, each.violations[0].message) for each in new}
    write(file, updated(content.decode(), result, reasons).encode())
    _summarize(file, entries, result, list(reasons))
    return 0


def _interactive() -> bool:
    return sys.stdin.isatty()


def _ask(rule: str, message: str) -> str:
    click.echo(f"{rule}: {one_line(message)}", err=True)
    answer: str = click.prompt("  why may it stay", err=True, value_proc=lambda given: text(given).strip())
    return answer


def _tell(entries: tuple[Entry, ...]) -> None:
    for each in entries:
        until = f", until {each.expires}" if each.expires else ""
        expired = " (expired)" if each.expired() else ""
        click.echo(f"{each.rule}: {one_line(each.told)}{until}{expired}")


def _summarize(file: str, entries: tuple[Entry, ...], result: Result, new: list[str]) -> None:
    passed = {each.id for each in result.rules if each.outcome == "passed"}
    for each in entries:
        if each.rule in passed:
            click.echo(f"removed  {each.rule}: it passes now")
        elif each.expired():
            click.echo(f"expired  {each.rule}: still broken, mend it or give it another date")
    for rule in new:
        click.echo(f"added    {rule}")
    click.echo(f"{file}: {len(entries) + len(new) - sum(each.rule in passed for each in entries)} known")
