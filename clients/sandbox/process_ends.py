"""Does something whenever this process ends, in whatever way Python can notice, and whenever it is forked."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

__all__ = ["at_ends"]

#: What ends a process without its exit handlers: multiprocessing's children call the first, wrappers the others.
_ENDS = ("_exit", "execv", "execve")


def at_ends(last: Callable[[], None], forked: Callable[[], None]) -> None:
    """Call `last` before the process ends, for the rest of its life, and `forked` first in each of its forks."""
    atexit.register(last)
    for name in _ENDS:
        setattr(os, name, _before(getattr(os, name), last))
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forked)
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, frame: _end(number, last))


def _before(end: Callable[..., Any], last: Callable[[], None]) -> Callable[..., Any]:
    def ended(*arguments: Any) -> Any:
        last()
        return end(*arguments)

    return ended


def _end(number: int, last: Callable[[], None]) -> None:
    """End as a process does that has no handler for the signal."""
    last()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
