"""Stops a client that will not stop, whatever it catches.

First an exception is raised where it asks. A client that swallows even that, and asks again, gets it raised on every
line that it runs from there on, in each of its frames in turn, so that no handler is the last. A client that neither asks nor ends
is interrupted by a watchman, who counts the processor time of the client's thread and nothing else: a slow machine stops nobody.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

__all__ = ["Brake", "Stop"]

#: Seconds of processor time without a call, before the first answer of all and after it.
_AT_FIRST, _LATER = 5.0, 0.8
_WATCH = 0.1

#: Pauses without a call between them.
_PAUSES = 10_000


class Stop(BaseException):
    """Enough. It is no `Exception`, so that ordinary handlers let it through."""


class Brake:
    """For one client at a time, in the thread that made it."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._owner = threading.get_ident()
        self._cpu = _cpu_clock()
        self._lock = threading.Lock()
        self._running = False
        self._answered = False
        self._since = 0.0
        self._pauses = 0
        self._boundary: FrameType | None = None

    def pull(self, reason: str) -> None:
        """Raise `Stop`, now and for as long as it is swallowed."""
        if self.reason is not None and threading.get_ident() == self._owner:
            self._insist(sys._getframe(1))
        self.reason = self.reason or reason
        raise Stop

    def answered(self) -> None:
        """The client got an answer."""
        self._answered = True
        self._pauses = 0
        self._since = self._cpu()

    def paused(self) -> None:
        """The client paused."""
        self._pauses += 1
        self._since = self._cpu()
        if self.reason is not None or self._pauses > _PAUSES:
            self.pull("it pauses for ever without asking anything")

    def run(self, client: Callable[[], Any]) -> Any:
        """Run the client; `Stop` where it had to be stopped."""
        saved = sys.gettrace(), sys.getprofile()
        self.reason, self._pauses, self._boundary = None, 0, sys._getframe()
        self._since = self._cpu()
        self._running = True
        try:
            found = client()
            if self.reason is not None:
                raise Stop
            return found
        finally:
            self._release(saved)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within it, somebody looks whether the client still does anything."""
        over = threading.Event()
        watchman = threading.Thread(target=self._watch, args=(over,), name="awscontract watchman", daemon=True)
        watchman.start()
        try:
            yield
        finally:
            over.set()
            watchman.join()

    def _release(self, saved: tuple[Any, Any]) -> None:
        while self._running:
            with suppress(Stop), self._lock:  # one may still be on its way
                self._running = False
                _interrupt(self._owner, None)
        self._boundary = None
        if (sys.gettrace(), sys.getprofile()) != saved:
            sys.setprofile(saved[1])
            sys.settrace(saved[0])

    def _insist(self, frame: FrameType | None) -> None:
        while frame is not None and frame is not self._boundary:
            frame.f_trace = self._trace
            frame = frame.f_back
        sys.setprofile(self._profile)
        sys.settrace(self._trace)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event in ("line", "call") and frame.f_code.co_filename != __file__:
            raise Stop  # which also ends the tracing
        return self._trace

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """A frame has ended: its caller is next."""
        if event != "return" or frame.f_code.co_filename == __file__:
            return
        if frame.f_back is None or frame.f_back is self._boundary:
            sys.setprofile(None)
            sys.settrace(None)
        else:
            frame.f_back.f_trace = self._trace
            sys.settrace(self._trace)

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_WATCH):
            with self._lock:
                budget = _LATER if self._answered else _AT_FIRST
                if self._running and self._cpu() - self._since > budget and not self._importing():
                    self.reason = self.reason or "it asks nothing and does not return"
                    _interrupt(self._owner, Stop)

    def _importing(self) -> bool:
        """An import may take what it takes, within reason."""
        frame = sys._current_frames().get(self._owner)
        while frame is not None and frame is not self._boundary:
            if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
                return self._cpu() - self._since < _AT_FIRST
            frame = frame.f_back
        return False


def _cpu_clock() -> Callable[[], float]:
    """The processor time of this thread, for others to read; of the process where the system keeps no such clock."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    clock = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock)


def _interrupt(thread: int, error: type[BaseException] | None) -> None:
    kind = ctypes.py_object(error) if error is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), kind)
