"""``awscontract fuzz-client -- CMD …``: judge a client program in any language."""

import shlex
import time
from typing import Any

import click

from ...conformance import batch
from ...errors import one_line
from ...options.table import find
from ...spec.operations import DEFAULT
from ..conclusion import say_next
from ..options import options
from ..progress import progress

__all__ = ["fuzz_client"]


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
    from ...clients.fuzzing.subprocess_client import fuzz_program, misspelt

    [contract] = batch.contracts([operation], values)
    settings = {name: values[name] for name in ("examples", "timeout", "seed", "invalid_responses", "key", "jobs")}
    for each in misspelt(command):
        click.echo(f"awscontract: {one_line(each)}", err=True)
    start = time.monotonic()
    with progress() as show:
        found = fuzz_program(
            command,
            contract=contract,
            **settings,
            again=_again(command, values | {"operation": operation}),
            progress=show,
        )
    took = f"{_counted(found.examples, 'behaviour')}, {_counted(found.calls, 'request')} in {time.monotonic() - start:.1f} s"
    if found.rule is not None:
        click.echo("\n".join(map(one_line, found.story.splitlines())))
        click.echo(f"{took}: {found.rule} broken")
        say_next(
            f"`awscontract explain {found.rule}{_of(operation)}` shows the rule with a failing and a corrected client"
        )
        return 1
    click.echo(f"{took}: no rule broken")
    for note in found.notes:
        click.echo(f"note: {note.rule}: {one_line(note.text)}")
    return 0


def _of(operation: str) -> str:
    return "" if operation == DEFAULT else f" --operation {operation}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


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
