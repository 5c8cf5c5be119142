"""``awscontract fuzz-client -- CMD …``: judge a client program in any language."""

import shlex
import time
from collections.abc import Iterator
from typing import Any

import click

from ...conformance import batch
from ...errors import counted, one_line
from ...options.table import find
from ...spec.operations import DEFAULT
from ..options import options
from ..progress import progress
from ..terminal import Layout, output, print_lines, say, say_next

__all__ = ["fuzz_client"]

#: The characters of a heading in the text of a finding.
_HEADING = 12


@click.command(
    "fuzz-client",
    short_help="Fuzz a client program.",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
@options("fuzz-client")
@click.argument("command", nargs=-1, required=True, metavar="CMD [ARG...]")
def fuzz_client(*, command: tuple[str, ...], operation: str, **values: Any) -> int:
    """Judge a client program, run once for each behaviour of the service.

    {endpoint_url}, {job_id} and {entity_path} in its arguments are filled in. It prints the items as one JSON
    array or as JSON lines; an exit status other than 0 counts as an exception. The exit status here is 0 where it broke no
    rule, 1 where it did, 3 where it sent no request, 2 for wrong usage.
    """
    from ...clients.fuzzing.program_process import misspelt
    from ...clients.fuzzing.subprocess_client import fuzz_program

    [contract] = batch.contracts([operation], values)
    settings = {name: values[name] for name in ("examples", "timeout", "seed", "invalid_responses", "key", "jobs")}
    for each in misspelt(command):
        say(each)
    layout, start = output(), time.monotonic()
    with progress() as show:
        found = fuzz_program(
            command,
            contract=contract,
            **settings,
            again=_again(command, values | {"operation": operation}),
            progress=show,
        )
    took = (
        f"{counted(found.examples, 'behaviour')}, {counted(found.calls, 'request')} in {time.monotonic() - start:.1f} s"
    )
    if found.rule is not None:
        print_lines(_laid_out(found.report, found.rule, layout), layout)
        print_lines(layout.wrap(f"{took}: {layout.paint(f'{found.rule} broken', 'failed')}", first=""), layout)
        say_next(
            f"`awscontract explain {found.rule}{_of(operation)}` shows the rule with a failing and a corrected client"
        )
        return 1
    print_lines([f"{took}: {layout.paint('no rule broken', 'passed')}"], layout)
    for note in found.notes:
        print_lines(layout.wrap(one_line(f"{note.rule}: {note.text}"), 6, "note: "), layout)
    return 0


def _laid_out(report: str, rule: str, layout: Layout) -> Iterator[str]:
    """The finding, whose lines have a heading of twelve characters, or go on with the one before."""
    first, *others = map(one_line, report.splitlines())
    yield "\n".join(layout.wrap(first, 2, "")).replace(rule, layout.paint(rule, "failed"), 1)
    for each in others:
        heading, text = each[:_HEADING], each[_HEADING:]
        if heading.startswith("reproduce"):
            yield from layout.command(text, _HEADING + 2, heading)
        else:
            yield from layout.wrap(
                text, _HEADING + 2 if heading.isspace() or heading.startswith("client") else _HEADING, heading
            )


def _of(operation: str) -> str:
    return "" if operation == DEFAULT else f" --operation {operation}"


def _again(command: tuple[str, ...], values: dict[str, Any]) -> str:
    """The command line that repeats this run, without options that have their defaults."""
    words = ["awscontract", "fuzz-client"]
    for option in dict.fromkeys(find("fuzz-client").values()):
        value = values[option.dest]
        if value in (None, (), False, option.default):
            continue
        if value is True:
            words.append(f"--{option.name}")
            continue
        for each in value if isinstance(value, tuple) else (value,):
            words += [f"--{option.name}", f"{each:g}" if isinstance(each, float) else str(each)]
    return shlex.join([*words, "--", *command])
