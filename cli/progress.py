"""How far a long run is, in one line on a terminal; nothing is left of it, and nothing is written where nobody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["progress"]

_WIDTH = 76


@contextmanager
def progress() -> Iterator[Callable[[str], None] | None]:
    """A function that tells what is done now, None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield lambda doing: click.echo(f"\r{doing:.{_WIDTH}}\x1b[K", nl=False, err=True, color=True)
    finally:
        click.echo("\r\x1b[K", nl=False, err=True, color=True)
