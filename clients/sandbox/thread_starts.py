"""Notes which thread starts which: what a thread does belongs to whoever started it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["noted"]


@contextmanager
def noted(note: Callable[[threading.Thread], None]) -> Iterator[None]:
    """Within it, `note` is called with every thread that is about to start, by the one that starts it."""
    start = threading.Thread.start

    def started(thread: threading.Thread) -> None:
        note(thread)
        start(thread)

    kind: Any = threading.Thread
    kind.start = started
    try:
        yield
    finally:
        if kind.start is started:  # whoever has patched it since goes on to ours
            kind.start = start
