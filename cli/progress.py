"""Progress of a long run: one line on a terminal that is removed at the end; nothing where standard error is not a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["progress"]

_WIDTH = 76


@contextmanager
def progress() -> Iterator[Callable[[str], None] | None]:
    """A function that shows what is done now; None where standard error is not a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    try:
        yield lambda doing: click.echo(f"\r{doing:.{_WIDTH}}\x1b[K", nl=False, err=True, color=True)
    finally:
        click.echo("\r\x1b[K", nl=False, err=True, color=True)
