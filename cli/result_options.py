"""What every command that judges shares: options for the result, and its end as text, JSON, file and status."""

import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from ..conformance.results.known_failures import Entry, apply, load
from ..conformance.results.result import Result
from ..errors import UsageError, one_line, unknown
from ..options.files import check_writable, read, write
from .completion import of, of_files

__all__ = ["Ending", "conclude", "judging", "limit", "pause", "text"]


def text(value: str) -> str:
    """An option's text. One from a variable that is not set is a mistake, not a wish for the default."""
    if not value.strip():
        raise click.BadParameter("it is empty; is the variable that it comes from set?")
    return value


def pause(value: str | float) -> float:
    """Seconds, finite, from 0."""
    seconds = _number(value)
    if not seconds >= 0:
        raise click.BadParameter(f"{value!r} is no number of seconds from 0")
    return seconds


def limit(value: str | float) -> float:
    """Seconds, finite, above 0."""
    seconds = _number(value)
    if not seconds > 0:
        raise click.BadParameter(f"{value!r} is no number of seconds above 0")
    return seconds


def _number(value: str | float) -> float:
    """Not a number where it is none, or where it is infinite."""
    try:
        number = float(value)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


@dataclass(frozen=True, slots=True)
class Ending:
    """How the user wants the result. `known` are the divergences that are excused."""

    strict: bool = False
    required: tuple[str, ...] = ()
    format: str = "text"
    save: str | None = None
    known: tuple[Entry, ...] = ()


def judging(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of an `Ending`, checked before it runs, as its argument `ending`."""

    @click.option("--strict", is_flag=True, help="A broken `should` fails the run too.")
    @click.option(
        "--require",
        "required",
        type=text,
        multiple=True,
        metavar="FAMILY_OR_RULE",
        shell_complete=of(_words),
        help="Fail unless these rules were exercised. Repeatable.",
    )
    @click.option(
        "--known",
        type=text,
        metavar="FILE",
        shell_complete=of_files,
        help="Excuse the known divergences that this file lists.",
    )
    @click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
    @click.option("--save", type=text, metavar="FILE", shell_complete=of_files, help="Write the result there, as JSON.")
    @wraps(function)
    def command(
        *, strict: bool, required: tuple[str, ...], known: str | None, format: str, save: str | None, **rest: Any
    ) -> int:
        _check_required(required)
        entries = () if known is None else load(known, read(known))
        check_writable("--save", save)
        return function(ending=Ending(strict, required, format, save, entries), **rest)

    return command


def conclude(result: Result, ending: Ending) -> int:
    """Print the result, save it, say in one line what stood in its way, and return the exit status."""
    result = apply(result, ending.known)
    document = result.to_json().encode(errors="backslashreplace")
    try:
        if ending.format == "json":
            click.echo(document, nl=False)
        else:
            from ..conformance.reporting import text as render

            colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            click.echo(render.text(result, colour=colour), nl=False, color=colour)
    finally:
        if ending.save is not None:
            write(ending.save, document)
    if result.verdict != "conforms" and result.reason:  # what is broken by a rule is told with the rule
        click.echo(f"awscontract: {result.verdict}: {one_line(result.reason)}", err=True)
    if result.known_problems:
        named = ", ".join(f"{each.rule} ({each.problem})" for each in result.known_problems)
        click.echo(f"awscontract: known divergences that no longer hold: {named}", err=True)
    warned = [rule.id for rule in result.rules if rule.outcome == "warned"] if ending.strict else []
    if warned:
        click.echo(f"awscontract: --strict: these warnings fail the run: {', '.join(warned)}", err=True)
    unmet = [rule.id for rule in result.unmet(ending.required)]
    if unmet:
        click.echo(f"awscontract: required but not exercised: {', '.join(unmet)}", err=True)
    if ending.format == "text" and sys.stderr.isatty():
        from ..conformance.reporting.next_step import next_step

        click.echo(f"next: {next_step(result)}", err=True)
    return result.exit_status(strict=ending.strict, required=ending.required)


def _words() -> set[str]:
    """Families and rules."""
    from ..spec import service_rules

    return {each.family for each in service_rules()} | {each.id for each in service_rules()}


def _check_required(required: tuple[str, ...]) -> None:
    from ..spec import client_rules, service_rules

    rules = service_rules()
    known = {each.family for each in rules} | {each.id for each in rules}
    clients = {each.family for each in client_rules()} | {each.id for each in client_rules()}
    for word in required:
        if word in clients:
            raise UsageError(f"--require {word}: that is owed by clients, and judged by fuzz-client")
        if word not in known:
            raise unknown("family or rule in --require:", word, sorted(known))
