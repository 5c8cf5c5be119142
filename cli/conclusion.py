"""How every command that judges ends: the result with known divergences applied, as text or JSON, in a file, and as an exit status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..conformance.results.known_failures import KnownFailure, apply, load
from ..conformance.results.required import required_names
from ..conformance.results.result import Result, Results
from ..errors import UsageError
from ..options.files import check_writable, read, write
from ..options.signals import Interruption
from ..spec.contract import Contract
from .terminal import outliving_the_reader, output, print_lines, say, say_next

if TYPE_CHECKING:
    from ..conformance.reporting.text import Style

__all__ = ["Ending", "encoded", "ending", "finish", "show_line", "style"]


@dataclass(frozen=True, slots=True)
class Ending:
    """What the user wants of the result. `known` are the divergences that are excused."""

    strict: bool = False
    required: tuple[str, ...] = ()
    format: str = "text"
    save: str | None = None
    known: tuple[KnownFailure, ...] = ()
    verbose: bool = False
    quiet: bool = False

    def apply(self, result: Result) -> Result:
        """The result with its known divergences excused."""
        return apply(result, self.known)


def ending(values: Mapping[str, Any], contracts: Sequence[Contract]) -> Ending:
    """The ending that the options ask for.

    :raises UsageError: for a rule that no operation of this run has, and for files that cannot be read or written.
    """
    if values["verbose"] and values["quiet"]:
        raise UsageError("--verbose and --quiet contradict each other: give one of them")
    required = required_names(values["require"], contracts)
    known = values["known"]
    entries = () if known is None else load(known, read(known))
    check_writable("--save", values["save"])
    return Ending(
        values["strict"], required, values["format"], values["save"], entries, values["verbose"], values["quiet"]
    )


def style(ending: Ending) -> Style:
    """How to print: as wide as the terminal, in colour where it has them."""
    from ..conformance.reporting.text import Style

    layout = output()
    return Style(layout.width, layout.colour, ending.verbose, ending.quiet)


def show_line(result: Result, ending: Ending, width: int) -> None:
    """One operation of several, as soon as it is judged."""
    from ..conformance.reporting.several import operation_line

    chosen = style(ending)
    with outliving_the_reader():
        print_lines([operation_line(result, chosen, width)], chosen)


def finish(
    found: Result | Results, ending: Ending, interruption: Interruption | None = None, *, lines_shown: bool = False
) -> int:
    """Print and save what was found, with a line for everything that failed the run, and return the exit status.

    `found` has its known divergences applied. `lines_shown`: the line of each operation was printed before.
    """
    document = encoded(found.to_json())
    try:
        with outliving_the_reader():
            _print(found, document, ending, lines_shown=lines_shown)
    finally:
        if ending.save is not None:
            write(ending.save, document)
    results = (found,) if isinstance(found, Result) else found.results
    _explain(results, ending, several=isinstance(found, Results))
    if interruption is not None and interruption.status is not None:
        say(f"interrupted by {interruption.name}: only what was learnt until then was judged")
        return interruption.status
    if ending.format == "text" and results:
        from ..conformance.reporting.next_step import next_step, next_step_of_several

        say_next(next_step(found) if isinstance(found, Result) else next_step_of_several(found))
    return found.exit_status(strict=ending.strict, required=ending.required)


def _print(found: Result | Results, document: bytes, ending: Ending, *, lines_shown: bool) -> None:
    if ending.format == "json":
        click.echo(document, nl=False)
        return
    from ..conformance.reporting.several import details, text_of_several
    from ..conformance.reporting.text import text

    chosen = style(ending)
    if isinstance(found, Result):
        shown = text(found, chosen)
    elif lines_shown:
        shown = "".join(f"\n{block}\n" for block in details(found, chosen))
    else:
        shown = text_of_several(found, chosen)
    click.echo(shown, nl=False, color=chosen.colour)


def encoded(text: str) -> bytes:
    """JSON text as bytes. What is not a character, which a target may have sent, becomes the escape that JSON has for it."""
    return text.encode(errors="backslashreplace")


def _explain(results: Sequence[Result], ending: Ending, *, several: bool) -> None:
    """A line on standard error for whatever makes the exit status other than 0."""
    for result in results:
        about = f"{result.operation}: " if several else ""
        if ending.format == "json" and not result.judged and result.reason and not several:  # else it was just shown
            say(f"{result.verdict}: {result.reason}")
        for problem in ("stale", "expired"):
            rules = [each.rule for each in result.known_problems if each.problem == problem]
            if rules:
                what = {"stale": "known divergences that pass now", "expired": "known divergences past their date"}
                say(f"{about}{what[problem]}: {', '.join(rules)}")
        warned = [rule.id for rule in result.rules if rule.outcome == "warned"] if ending.strict else []
        if warned:
            say(f"{about}--strict: these warnings fail the run: {', '.join(warned)}")
        unmet = [rule.id for rule in result.unmet(ending.required)] if result.judged else []
        if unmet:
            say(f"{about}required but not exercised: {', '.join(unmet)}")
    judged = {each.operation for each in results}
    others = sorted({each.operation for each in ending.known if each.operation != "*"} - judged)
    if others:
        say(f"known divergences of {', '.join(others)} do not count: not judged in this run")
