"""Progress of a long run: one line on a terminal that is removed at the end; nothing where standard error is not a terminal."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..options.terminal import columns

__all__ = ["Progress", "progress"]


class Progress:
    """Shows what is done now, in the place of what was shown before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, doing: str) -> None:
        """Show this."""
        width = columns() - 1
        with self._lock:
            click.echo(f"\r{doing:.{width}}\x1b[K", nl=False, err=True, color=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The line is removed while something else is printed."""
        with self._lock:
            click.echo("\r\x1b[K", nl=False, err=True, color=True)
            yield


@contextmanager
def progress() -> Iterator[Progress | None]:
    """What shows progress; None where standard error is not a terminal."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    show = Progress()
    try:
        yield show
    finally:
        with show.paused():
            pass
