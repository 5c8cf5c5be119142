"""Stops a client that will not stop, whatever it catches.

An exception is raised where it asks. A client that swallows even that has it raised again on the next line that it runs:
an exception that is thrown away says so, so that no handler is the last. A client that neither asks nor ends
is interrupted by a watcher, who counts the processor time of the client's own code and nothing else: neither a slow machine nor a long
garbage collection stops anybody. One that waits in the main thread for what does not come, such as a thread that has died, gets a
signal once the watcher has looked at it often enough, who has no more of a loaded machine than the client.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import signal
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Any

from .whereabouts import whereabouts

__all__ = ["IDLE", "WAITS", "Stop", "Watchdog"]

IDLE = "it sends no request and does not return"
WAITS = "it waits for something that never happens"

#: Seconds of processor time without a call; and of real time, once the client had to be stopped already.
_BUDGET, _STOPPED = 5.0, 0.8
_WATCH = 0.1

#: Pauses without a call between them.
_PAUSES = 10_000


class Stop(BaseException):
    """Enough. It is no `Exception`, so that ordinary handlers let it through."""

    #: Another may come while this one is being made.
    _swallowed: Callable[[FrameType], None] | None = None

    def __init__(self, swallowed: Callable[[FrameType], None] | None = None) -> None:
        super().__init__()
        self._swallowed = swallowed

    def __del__(self) -> None:
        """Nobody handles it any more: the frame that this happens in has swallowed it."""
        if self._swallowed is not None:
            with suppress(ValueError):  # there is no frame: the thread has ended with it
                self._swallowed(sys._getframe(1))


class Watchdog:
    """For one client at a time, in the thread that made it.

    `patience` is how many seconds it may wait without a call, as the watcher counts them; `look` is called whenever he looks,
    and `is_busy` says whether this is not the moment to interrupt it.
    """

    def __init__(
        self,
        patience: float = 15.0,
        look: Callable[[], None] = lambda: None,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._patience, self._look, self._is_busy = patience, look, is_busy
        self._waited = 0.0
        self._heard = 0
        self.reason: str | None = None
        #: The thread of the watcher.
        self.watcher = 0
        self._owner = threading.get_ident()
        self._cpu = _cpu_clock()
        self._lock = threading.Lock()
        self._running = self._interrupted = self._called = False
        self._collecting: float | None = None
        self._since = 0.0
        self._pauses = 0
        self._boundary: FrameType | None = None
        #: What the watcher raises in the client, which takes no arguments along.
        self._insisting = type("Stop", (Stop,), {"__init__": lambda stop: Stop.__init__(stop, self._insist)})

    def check(self) -> None:
        """Raise what was swallowed again."""
        if self.reason is not None:
            self.pull(self.reason)

    def pull(self, reason: str) -> None:
        """Raise `Stop`, now and for as long as it is swallowed."""
        self.reason = self.reason or reason
        raise Stop(self._insist)

    def answered(self) -> None:
        """The client got an answer."""
        self._pauses = 0
        self._alive()

    def paused(self) -> None:
        """The client paused."""
        self._pauses += 1
        self._alive()
        self.check()
        if self._pauses > _PAUSES:
            self.pull("it pauses again and again without sending a request")

    def run(self, client: Callable[[], Any]) -> Any:
        """Run the client; `Stop` where it had to be stopped."""
        saved = sys.gettrace()
        self.reason, self._pauses, self._boundary = None, 0, sys._getframe()
        self._alive()
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
        watcher = threading.Thread(target=self._watch, args=(over,), name="awscontract watcher", daemon=True)
        with ExitStack() as undo:
            undo.enter_context(_quiet_threads())
            gc.callbacks.append(self._collection)
            undo.callback(gc.callbacks.remove, self._collection)
            if threading.current_thread() is threading.main_thread():
                undo.callback(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, self._signalled()))
            watcher.start()
            self.watcher = watcher.ident or 0
            undo.callback(watcher.join)
            undo.callback(over.set)
            yield

    def _release(self, saved: Any) -> None:
        while self._running:
            with suppress(Stop), self._lock:
                self._running = False
        if self._interrupted:
            self._interrupted = False
            _receive(self._owner)
        self._boundary = None
        if sys.gettrace() is not saved:
            sys.settrace(saved)

    def _insist(self, swallower: FrameType) -> None:
        """Have it raised on the next line of the client, in whatever frame."""
        if self.reason is None or not self._running or threading.get_ident() != self._owner:
            return  # it was thrown away late, when all was over
        frame: FrameType | None = swallower
        while frame is not None and frame is not self._boundary:
            frame.f_trace = self._trace
            frame = frame.f_back
        sys.settrace(self._trace)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event in ("line", "call") and not _ours(frame):
            raise Stop(self._insist)  # which also ends the tracing
        return self._trace

    def _watch(self, over: threading.Event) -> None:
        heard = -1
        while not over.wait(_WATCH):
            self._look()
            with self._lock:
                if heard != self._heard:  # it has just done something: what it may take starts anew
                    heard, self._since, self._waited = self._heard, self._cpu(), 0.0
                self._waited += _WATCH
                if self._running and self._collecting is None and self._cpu() - self._since > _BUDGET:
                    self.reason = self.reason or IDLE
                    self._interrupted = True
                    _interrupt(self._owner, self._insisting)
                elif self._running and self._waited > self._left():
                    self.reason = self.reason or WAITS + whereabouts([self._owner])
                    if self._is_main():
                        self._waited, self._called = 0.0, True
                        signal.pthread_kill(self._owner, signal.SIGINT)

    def _collection(self, phase: str, info: object) -> None:
        """A garbage collection, long as it may be, is none of the client's doing."""
        if not self._running or threading.get_ident() != self._owner:
            return
        if phase == "start":
            self._collecting = self._cpu()
        elif self._collecting is not None:
            self._since += self._cpu() - self._collecting
            self._collecting = None

    def _alive(self) -> None:
        """It has just done something."""
        self._heard += 1

    def _left(self) -> float:
        """How long it may wait: hardly at all, once a thread of it had to be stopped."""
        return _STOPPED if self.reason is not None else self._patience

    def _signalled(self) -> Callable[[int, FrameType | None], Any]:
        """What the watcher's signal does; one of the user's own does what it did before."""
        before = signal.getsignal(signal.SIGINT)

        def handler(number: int, frame: FrameType | None) -> Any:
            called, self._called = self._called, False
            if called and self._running:
                if self._is_busy():
                    return None  # and the watcher tries again
                raise Stop(self._insist)
            return before(number, frame) if callable(before) else None

        return handler

    def _is_main(self) -> bool:
        """Whether a signal reaches the client: Python hears them in its main thread."""
        return self._owner == threading.main_thread().ident and hasattr(signal, "pthread_kill")


@contextmanager
def _quiet_threads() -> Iterator[None]:
    """A thread or a task of the client that had to be stopped says nothing about it."""
    before, unraisable = threading.excepthook, sys.unraisablehook

    def hook(arguments: threading.ExceptHookArgs) -> Any:
        return None if _is_stop(arguments.exc_value) else before(arguments)

    def unraisable_hook(raised: sys.UnraisableHookArgs) -> Any:
        """Of a thread that was started without `threading`."""
        return None if _is_stop(raised.exc_value) else unraisable(raised)

    def is_wanted(record: logging.LogRecord) -> bool:
        return not (record.exc_info and _is_stop(record.exc_info[1]))

    loggers = [logging.getLogger(name) for name in ("asyncio", "concurrent.futures")]
    threading.excepthook, sys.unraisablehook = hook, unraisable_hook
    for each in loggers:
        each.addFilter(is_wanted)
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = before, unraisable
        for each in loggers:
            each.removeFilter(is_wanted)


def _is_stop(error: BaseException | None) -> bool:
    """Whether it is one, or a group that has one."""
    return isinstance(error, Stop) or (isinstance(error, BaseExceptionGroup) and any(map(_is_stop, error.exceptions)))


def _cpu_clock() -> Callable[[], float]:
    """The processor time of this thread, for others to read; of the process where the system keeps no such clock."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    clock = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock)


#: Code that is not the client's, and whose cleaning up must not be disturbed.
_LIBRARY = sysconfig.get_path("stdlib")
_SPARED = (__name__.partition(".")[0], "botocore", "_pytest", "hypothesis")


def _ours(frame: FrameType) -> bool:
    """Whether it belongs to the machinery around the client."""
    file, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
    in_library = file.startswith((_LIBRARY, "<frozen")) and "site-packages" not in file
    return in_library or module.partition(".")[0] in _SPARED


def _interrupt(thread: int, kind: type[Stop] = Stop) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


def _receive(thread: int) -> None:
    """Take delivery of an interruption that may still be on its way.

    There is room for one. Taking it back instead would leave the interpreter looking for it for ever, which makes all
    that comes after slower, and hangs CPython 3.11 under a tracer.
    """
    try:
        _interrupt(thread)
        while True:
            pass
    except Stop:
        return
