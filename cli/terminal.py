"""What the command prints for people: results on standard output, and on standard error what goes wrong and what to do next."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import click

from ..errors import one_line
from ..options.terminal import Layout, layout_of

__all__ = ["Layout", "discard_output", "outliving_the_reader", "output", "print_lines", "say", "say_next"]


def output() -> Layout:
    """The layout of standard output."""
    return layout_of(sys.stdout)


def print_lines(lines: Iterable[str], layout: Layout) -> None:
    """Print lines on standard output."""
    for each in lines:
        click.echo(each, color=layout.colour)


def say(text: str) -> None:
    """One thing that the user should know, on standard error."""
    click.echo("\n".join(layout_of(sys.stderr).wrap(one_line(text), 2, "awscontract: ")), err=True)


def say_next(advice: str) -> None:
    """The last line, for somebody at a terminal: what to do next."""
    layout = layout_of(sys.stderr)
    if layout.width is not None:
        click.echo("\n".join(layout.wrap(advice, 2, "next: ")), err=True)


def discard_output() -> None:
    """Nobody takes what is still to be written to standard output: neither does the interpreter on its way out."""
    with suppress(OSError, ValueError):  # such as standard output that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def outliving_the_reader() -> Iterator[None]:
    """What is printed to somebody who has gone away, as `head` does, is lost; the run goes on, because its result may be saved."""
    try:
        yield
    except BrokenPipeError:
        discard_output()
