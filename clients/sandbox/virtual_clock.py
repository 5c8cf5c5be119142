"""Time that moves without passing: pauses return at once, and every clock has moved on by them.

It holds in the thread that made the clock and in those that have joined it; all others keep real time, since what they wait for is real.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import selectors
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from time import struct_time
from types import FrameType
from typing import Any

from .patching import replaced

__all__ = ["Clock"]

#: Looking at a clock takes a moment, so that a client that waits by looking comes to an end.
_LOOK = 0.001

#: Modules whose waits are real whatever the clock says, or that measure what really happens.
_REAL = (
    "threading", "queue", "subprocess", "concurrent", "multiprocessing", "socketserver", "ssl", "faulthandler", "timeit",
    "_pytest", "pytest", "hypothesis", "xdist", "execnet", "unittest", "coverage", "freezegun", "time_machine", __name__,
    f"{__package__}.watchdog",
)  # fmt: skip

#: What a busy thread of the client may take to have something for its event loop, before the loop's timers go on.
_THREADS_TURN = 0.02
#: What it may take to wake up, and how many turns a loop waits for its threads.
_WAKES, _TURNS = 0.002, 50


class Clock:
    """Real time, and the time that was skipped."""

    def __init__(
        self,
        paused: Callable[[], None] = lambda: None,
        check: Callable[[], None] = lambda: None,
        stuck: Callable[[], None] = lambda: None,
    ) -> None:
        #: Seconds that pauses and calls have taken.
        self.skipped = 0.0
        self._paused, self._check, self._stuck = paused, check, stuck
        self._before: set[int] = set()
        self._here = threading.local()
        self.join()
        self._real: dict[str, Any] = {name: getattr(time, name) for name in _NAMES}

    def spend(self, seconds: float) -> None:
        """Let time pass, in whatever thread."""
        self.skipped += seconds

    def join(self) -> None:
        """Have this thread live by this clock, too."""
        self._here.joined = True

    @contextmanager
    def moved(self) -> Iterator[None]:
        """Within it, the threads that have joined live by this clock."""
        self._before = set(sys._current_frames())  # some have not been made by `threading`
        fakes = {name: getattr(self, name) for name in _NAMES}
        with ExitStack() as undo:
            for name, real in self._real.items():
                setattr(time, name, fakes[name])
                undo.callback(setattr, time, name, real)
            undo.enter_context(replaced(self._real, fakes, _is_real))
            undo.enter_context(self._dates())
            undo.enter_context(self._loops())
            yield

    # The functions of `time`. They are bound methods, which like the originals do not bind again in a class.

    def sleep(self, seconds: Any, /) -> None:
        """Skip."""
        if not self._mine():
            self._real["sleep"](seconds)
            return
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.spend(float(seconds))
        self._paused()

    def time(self) -> float:
        """Seconds since the epoch."""
        return self._look("time")

    def monotonic(self) -> float:
        """Seconds since whenever."""
        return self._look("monotonic")

    def perf_counter(self) -> float:
        """The same, more finely."""
        return self._look("perf_counter")

    def time_ns(self) -> int:
        """In nanoseconds."""
        return self._look_ns("time_ns")

    def monotonic_ns(self) -> int:
        """In nanoseconds."""
        return self._look_ns("monotonic_ns")

    def perf_counter_ns(self) -> int:
        """In nanoseconds."""
        return self._look_ns("perf_counter_ns")

    def gmtime(self, seconds: float | None = None, /) -> struct_time:
        """A moment, now by default."""
        found: struct_time = self._real["gmtime"](self.time() if seconds is None else seconds)
        return found

    def localtime(self, seconds: float | None = None, /) -> struct_time:
        """A moment, now by default."""
        found: struct_time = self._real["localtime"](self.time() if seconds is None else seconds)
        return found

    def _company(self) -> list[FrameType]:
        """What the threads do that were not there before."""
        known = {threading.get_ident(), *self._before}
        return [frame for number, frame in sys._current_frames().items() if number not in known]

    def _busy(self) -> bool:
        """Whether one of them does anything but wait."""
        return not all(map(_waits, self._company()))

    def _mine(self) -> bool:
        return hasattr(self._here, "joined")

    def _look(self, name: str) -> float:
        real: float = self._real[name]()
        if not self._mine():
            return real
        self.spend(_LOOK)
        return real + self.skipped

    def _look_ns(self, name: str) -> int:
        real: int = self._real[name]()
        if not self._mine():
            return real
        self.spend(_LOOK)
        return real + int(self.skipped * 1e9)

    @contextmanager
    def _dates(self) -> Iterator[None]:
        """`datetime` asks the system itself, so its two ways of asking are replaced in the class.

        Everybody holds the class, under whatever name; what is put into it must go through its dictionary, since a
        class made in C takes no attributes.
        """
        members = gc.get_referents(datetime.datetime.__dict__)[0]
        saved = {name: members[name] for name in ("now", "utcnow")}

        def now(cls: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
            if not self._mine():
                found: datetime.datetime = saved["now"].__get__(None, cls)(tz)
                return found
            return cls.fromtimestamp(self.time(), tz)

        def utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
            return now(cls, datetime.UTC).replace(tzinfo=None)

        def put(found: Mapping[str, object]) -> None:
            members.update(found)
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))

        put({"now": classmethod(now), "utcnow": classmethod(utcnow)})
        try:
            yield
        finally:
            put(saved)

    @contextmanager
    def _loops(self) -> Iterator[None]:
        """An asyncio loop waits in its selector; where nothing is ready it is the timer's turn at once."""
        kinds = {each for each in vars(selectors).values() if isinstance(each, type) and "select" in vars(each)}
        kind: Any
        with ExitStack() as undo:
            for kind in kinds:
                undo.callback(setattr, kind, "select", vars(kind)["select"])
                kind.select = self._selecting(vars(kind)["select"])
            yield

    def _selecting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        from asyncio import _get_running_loop

        def select(selector: Any, timeout: float | None = None) -> Any:
            loop = _get_running_loop() if self._mine() else None
            if getattr(loop, "_selector", None) is not selector:
                return real(selector, timeout)
            self._check()  # the loop's handlers have swallowed it
            if timeout is not None and timeout <= 0:
                return real(selector, timeout)
            ready = real(selector, _WAKES if self._company() else 0)
            for _ in range(_TURNS):
                if ready or not (timeout is None or self._busy()):
                    break
                ready = real(selector, _THREADS_TURN)
                self._check()
            if not ready and timeout is None:
                if not self._busy():
                    self._stuck()
            elif not ready and timeout is not None:
                self.spend(timeout)
                self._paused()
            return ready

        return select


def _waits(frame: FrameType) -> bool:
    """Whether a thread waits for another, or for work in a pool that has none."""
    module = frame.f_globals.get("__name__")
    if module == "concurrent.futures.thread" and frame.f_code.co_name == "_worker":
        return bool(frame.f_locals["work_queue"].empty())
    return module == "threading"


_NAMES = (
    "sleep", "time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns", "gmtime", "localtime",
)  # fmt: skip


def _is_real(module: object) -> bool:
    return isinstance(module, str) and module.startswith(_REAL) and (
        module in _REAL or module.partition(".")[0] in _REAL
    )  # fmt: skip
