"""``awscontract fuzz-client -- CMD …``: judge a client program in any language."""

import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ...errors import one_line
from ..progress import progress
from ..result_options import limit

__all__ = ["fuzz_client"]


@click.command(
    "fuzz-client",
    short_help="Fuzz a client program.",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
@click.option("--examples", type=click.IntRange(min=1), default=20, show_default=True, help="How many behaviours.")
@click.option("--timeout", type=limit, metavar="SECONDS", default=30.0, show_default=True, help="For one example.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For what is generated.")
@click.option("--invalid-responses", is_flag=True, help="Also what no service may do.")
@click.argument("command", nargs=-1, required=True, metavar="CMD [ARG]…")
def fuzz_client(*, examples: int, timeout: float, seed: int, invalid_responses: bool, command: tuple[str, ...]) -> int:
    """Judge a client program, run once for each behaviour of the service.

    {endpoint_url}, {job_id} and {entity_path} in its arguments are filled in. It prints the AccessDetails as one JSON
    array or as JSON lines; an exit status other than 0 is its exception. The exit status here is 0 where it broke no
    rule, 1 where it did, 3 where it never asked, 2 for wrong usage.
    """
    from ...clients.fuzzing.subprocess_client import fuzz_program, misspelt

    options = [f"--examples {examples}" * (examples != 20), f"--timeout {timeout:g}" * (timeout != 30.0)]
    options += [f"--seed {seed}" * (seed != 0), "--invalid-responses" * invalid_responses, "--", shlex.join(command)]
    for each in misspelt(command):
        click.echo(f"awscontract: {one_line(each)}", err=True)
    start = time.monotonic()
    with _ended_like_an_interrupt(), progress() as tell:
        found = fuzz_program(
            command,
            examples=examples,
            timeout=timeout,
            seed=seed,
            invalid_responses=invalid_responses,
            again=" ".join(["awscontract fuzz-client", *filter(None, options)]),
            progress=tell,
        )
    took = f"{found.examples} behaviours, {found.calls} calls in {time.monotonic() - start:.1f} s"
    if found.rule is not None:
        click.echo("\n".join(map(one_line, found.story.splitlines())))
        click.echo(f"{took}: {found.rule} broken")
        return 1
    click.echo(f"{took}: no rule broken")
    for note in found.notes:
        click.echo(f"note: {note.rule}: {one_line(note.text)}")
    return 0


@contextmanager
def _ended_like_an_interrupt() -> Iterator[None]:
    """Who ends this command ends the program that it runs, too."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
