"""Signals that end a run: while it lasts, they raise `Interrupted`, so that what was learnt can be judged, printed and saved."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from ..errors import Interrupted

__all__ = ["Interruption", "interruptible"]

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
#: Where Python's import code says that it is, and how long it may take, in seconds.
_IMPORTS, _SOON = "<frozen importlib", 0.005


class Interruption:
    """Whether a signal came, and which. `stop` is set then, for the threads that no signal reaches."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.stop = threading.Event()
        self._deferred = 0

    @property
    def name(self) -> str | None:
        """The signal's name, such as SIGTERM."""
        return None if self.signal is None else signal.Signals(self.signal).name

    @property
    def status(self) -> int | None:
        """The exit status of a process that this signal ended."""
        return None if self.signal is None else 128 + self.signal

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """For code that looks at `stop` itself: the first signal only sets it, and raises nothing."""
        self._deferred += 1
        try:
            yield
        finally:
            self._deferred -= 1

    def came(self, number: int) -> None:
        """Note the signal, and raise unless the code under way looks at `stop` itself."""
        self.signal = number
        self.stop.set()
        if not self._deferred:
            raise Interrupted(number)


def _must_go_on(frame: FrameType | None) -> bool:
    """Whether an exception would do harm here.

    Inside of Python's own import code it may leave a lock held, for which other threads would wait for ever; where a process is being
    started, there would be one that nobody knows, and that nobody ends.
    """
    if frame is not None and frame.f_code.co_filename.startswith(_IMPORTS):
        return True
    start = getattr(sys.modules.get("subprocess"), "Popen", None)
    while frame is not None and start is not None:
        if frame.f_code is start.__init__.__code__:
            return True
        frame = frame.f_back
    return False


def _send_again(number: int) -> None:
    """Try again in a moment."""
    again = threading.Timer(_SOON, os.kill, (os.getpid(), number))
    again.daemon = True
    again.start()


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into `Interrupted` in the main thread. A second one ends the process as it would without us.

    A signal that the process ignores stays ignored: that is how ``nohup`` works.
    """
    found = Interruption()
    before: dict[int, Any] = {}

    def interrupt(number: int, frame: FrameType | None) -> None:
        if _must_go_on(frame):
            _send_again(number)
            return
        for each, handler in before.items():
            signal.signal(each, handler)
        found.came(number)

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
