"""Time that moves without passing: pauses return at once, and every clock has moved on by them.

It holds in the thread that made the clock, in those that it starts, and in others that have joined it; all others keep real time,
since what they wait for is real. Real time is no part of it, so that it says the same on every machine.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from time import struct_time
from typing import Any

from ..patching import replaced
from . import event_loops, waiting
from .held_locks import adopt
from .scheduler import Scheduler

__all__ = ["Clock"]

#: Looking at a clock takes a moment, so that a client that waits by looking comes to an end.
_LOOK, _MANY_LOOKS = 0.001, 256

#: Modules that keep the real clock and real locks: they measure what really happens, or guard what is not the client's.
_REAL = (
    "subprocess", "multiprocessing", "socketserver", "ssl", "faulthandler", "timeit", "importlib", "_thread", "logging",
    "_pytest", "pytest", "hypothesis", "xdist", "execnet", "unittest", "coverage", "freezegun", "time_machine",
    __name__.partition(".")[0],
)  # fmt: skip


class Clock:
    """The moment when it was made, and the time that was skipped since."""

    def __init__(
        self,
        paused: Callable[[], None] = lambda: None,
        check: Callable[[], None] = lambda: None,
        stuck: Callable[[], None] = lambda: None,
    ) -> None:
        #: Seconds that pauses, calls and looks have taken.
        self.skipped = 0.0
        self._looks = 0
        self._paused = paused
        self.scheduler = Scheduler(lambda: self.skipped, self.spend, check, stuck)
        self._here = threading.local()
        self._real: dict[str, Any] = {name: getattr(time, name) for name in _NAMES} | {"lock": threading.Lock}
        self._began = {name: self._real[name]() for name in _LOOKS}

    def spend(self, seconds: float) -> None:
        """Let time pass, in whatever thread."""
        self.skipped += seconds

    def date(self) -> float:
        """Seconds since the epoch, for those that are not the client: looking takes no time."""
        return float(self._began["time"]) + self.skipped

    def join(self) -> None:
        """Have this thread live by this clock, too."""
        self._here.joined = True
        self.scheduler.joined()

    @contextmanager
    def moved(self, client: object = None) -> Iterator[None]:
        """Within it, this thread, those that it starts, and those that have joined live by this clock. `client` is what will run."""
        lock = waiting.lock_of(self.scheduler)
        fakes = {name: getattr(self, name) for name in _NAMES}
        with ExitStack() as undo:
            undo.enter_context(self.scheduler.opened())
            undo.enter_context(replaced(self._real, {**fakes, "lock": lock}, _is_real))
            for name, fake in fakes.items():
                setattr(time, name, fake)
                undo.callback(setattr, time, name, self._real[name])
            undo.enter_context(self._dates())
            waiting.patch(self.scheduler, lock, undo)
            adopt(client, lock, undo)
            event_loops.patch(self.scheduler, self._paused, undo)
            yield

    # The functions of `time`. They are bound methods, which like the originals do not bind again in a class.

    def sleep(self, seconds: Any, /) -> None:
        """Skip."""
        if not self._mine():
            self._real["sleep"](seconds)
            return
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if self.scheduler.is_mine():
            self.scheduler.sleep(float(seconds))
        else:
            self.spend(float(seconds))
        self._looks = 0
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

    def _mine(self) -> bool:
        return self.scheduler.is_mine() or (self.scheduler.is_open and hasattr(self._here, "joined"))

    def _look(self, name: str) -> float:
        if not self._mine():
            found: float = self._real[name]()
            return found
        self._moment()
        return float(self._began[name]) + self.skipped

    def _look_ns(self, name: str) -> int:
        if not self._mine():
            found: int = self._real[name]()
            return found
        self._moment()
        return int(self._began[name]) + int(self.skipped * 1e9)

    def _moment(self) -> None:
        self.spend(_LOOK)
        self._looks += 1
        if self._looks % _MANY_LOOKS == 0 and self.scheduler.is_mine():
            self.scheduler.give_way()  # it may look until another thread has done something

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


_LOOKS = ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns")
_NAMES = ("sleep", *_LOOKS, "gmtime", "localtime")


def _is_real(module: object) -> bool:
    return isinstance(module, str) and module.startswith(_REAL) and (
        module in _REAL or module.partition(".")[0] in _REAL
    )  # fmt: skip
