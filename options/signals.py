"""Signals that end a run: while it lasts, they raise `Interrupted`, so that what was learnt can be judged, printed and saved."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..errors import Interrupted

__all__ = ["Interruption", "ignoring", "interruptible"]

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interruption:
    """Whether a signal came, and which. `stop` is set then, for the threads that no signal reaches."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.stop = threading.Event()

    @property
    def name(self) -> str | None:
        """The signal's name, such as SIGTERM."""
        return None if self.signal is None else signal.Signals(self.signal).name

    @property
    def status(self) -> int | None:
        """The exit status of a process that this signal ended."""
        return None if self.signal is None else 128 + self.signal


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into `Interrupted` in the main thread. A second one ends the process as it would without us.

    A signal that the process ignores stays ignored: that is how ``nohup`` works.
    """
    found = Interruption()
    before: dict[int, Any] = {}

    def interrupt(number: int, frame: object) -> None:
        found.signal = number
        found.stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)
        raise Interrupted(number)

    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None):
                before[number] = handler
                signal.signal(number, interrupt)
    try:
        yield found
    finally:
        for number, handler in before.items():
            with suppress(ValueError):
                signal.signal(number, handler)


def ignoring(action: Callable[[], None]) -> None:
    """Do something that no signal may interrupt halfway, such as writing the last file."""
    if threading.current_thread() is not threading.main_thread():
        action()
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SIGNALS}
    try:
        action()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
