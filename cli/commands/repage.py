"""``awscontract repage -- CMD …``: run a program or a test suite with its listings in other, equally valid pages."""

import sys
from typing import Any

import click

from ...errors import counted, one_line
from ...options.terminal import Layout, layout_of
from ..options import options

__all__ = ["repage"]


@click.command(
    "repage",
    short_help="Run a Python program with its listings in other pages.",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
@options("repage")
@click.argument("command", nargs=-1, required=True, metavar="CMD [ARG...]")
def repage(
    *, command: tuple[str, ...], operations: tuple[str, ...] | None, page: int | None, seed: int, **strict: bool
) -> int:
    """Run a command in whose Python processes every listing is served in different, equally valid pages.

    A correct program notices nothing. At the end the places in its code are shown that left pages unread. The exit
    status is the command's own; where that is 0, --strict and --strict-all make it 1 if such places were found.
    """
    from ...clients.repage.processes.program import run
    from ...clients.repage.selection import selected
    from ...clients.repage.summary import summary
    from ...clients.repage.unread import LOST

    chosen = selected(operations)
    ended = run(command, operations=chosen and sorted(chosen), page=page, seed=seed, **strict)
    layout = layout_of(sys.stderr)
    inside = Layout(layout.width and layout.width - 2, layout.colour)
    lines = [line for each in _unseen(ended) for line in inside.wrap(one_line(each), first="")]
    for each in ("awscontract repage:", *(f"  {each}" for each in (*lines, *summary(ended.digest, inside)))):
        click.echo(each, err=True, color=layout.colour)
    places = ended.digest.unread()
    lost = [each for each in places if each.level == LOST]
    failed = (strict["strict_all"] and places) or (strict["strict"] and lost)
    return ended.status or (1 if failed else 0)


def _unseen(ended: Any) -> list[str]:
    """Processes of which the summary says nothing."""
    lines = [f"not re-paged: {each['python']} (Python {each['version']}): {each['reason']}" for each in ended.refused]
    if ended.silent:
        lines.append(f"{counted(ended.silent, 'process', 'processes')} left no log: killed, or still running")
    return lines
