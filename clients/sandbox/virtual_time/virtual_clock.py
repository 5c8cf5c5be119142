"""Time that moves without passing: pauses return at once, and every clock has moved on by them.

It holds in the thread that made the clock, in those that it starts, and in others that have joined it; all others keep real time,
since what they wait for is real. Real time is no part of it, so that it says the same on every machine.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from math import ceil
from time import struct_time
from typing import Any

from ..patching import replaced
from . import alarms, event_loops, orders, pools, waiting
from .held_locks import adopt
from .scheduler import NEVER, Scheduler

__all__ = ["Clock"]

#: Time goes by parts of a second that floating-point numbers add up exactly, so that it does not depend on when a run began. What is
#: a difference of two such times, and a little more than it should be for that, counts as what it should be.
_PART, _LITTLE = 2.0**-14, 2.0**-6

#: Looking at a clock takes a moment, so that a client that waits by looking comes to an end.
_LOOK, _MANY_LOOKS = 0.001, 256

#: What asks for the date while it parses another one, as botocore does where it has not seen it before.
_ONLY_PARSES = "dateutil"

#: How long others go on at most while a request is under way.
_REQUEST = 1.0

#: Modules that keep the real clock and real locks: they measure what really happens, or guard what is not the client's.
_REAL = (
    "subprocess", "multiprocessing", "socketserver", "ssl", "faulthandler", "timeit", "importlib", "_thread", "logging",
    "_pytest", "pytest", "hypothesis", "xdist", "execnet", "unittest", "coverage", "freezegun", "time_machine",
    __name__.partition(".")[0],
)  # fmt: skip


#: Modules that wait for processes by looking from time to time, with pauses.
_WAIT_FOR_PROCESSES = ("subprocess", "multiprocessing.popen_fork", "multiprocessing.connection")


class Clock:
    """The moment when it was made, and the time that was skipped since."""

    def __init__(
        self,
        paused: Callable[[], None] = lambda: None,
        check: Callable[[], None] = lambda: None,
        stuck: Callable[[str], None] = lambda where: None,
    ) -> None:
        #: Seconds that pauses, calls and looks have taken.
        self.skipped = 0.0
        self._looks = 0
        self._paused = paused
        self.scheduler = Scheduler(lambda: self.skipped, self.later, self.spend, check, stuck)
        self._here = threading.local()
        self._real: dict[str, Any] = {name: getattr(time, name) for name in _NAMES} | {
            "lock": threading.Lock,
            **orders.functions(),
        }
        seconds = {name: self._real[name]() // 1 for name in _LOOKS if not name.endswith("_ns")}
        self._began = {**seconds, **{f"{name}_ns": int(each) * 10**9 for name, each in seconds.items()}}

    def spend(self, seconds: float) -> None:
        """Let time pass, in whatever thread."""
        self.skipped += ceil(seconds / _PART - _LITTLE) * _PART

    def later(self, seconds: float) -> float:
        """So many seconds from now."""
        return self.skipped + ceil(seconds / _PART - _LITTLE) * _PART if seconds < NEVER else NEVER

    def take(self, seconds: float) -> None:
        """Let time pass for a request, while others go on; they need not live through all of a slow one."""
        meanwhile = min(seconds, _REQUEST)
        if self.scheduler.is_mine() and len(self.scheduler.turns) > 1:
            self.scheduler.sleep(meanwhile)
            seconds -= meanwhile
        self.spend(seconds)
        self.scheduler.passed()

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
        fakes = {name: getattr(self, name) for name in _NAMES}
        others = orders.fakes(self.scheduler, self._real)
        waiting.Lock.scheduler = self.scheduler
        with ExitStack() as undo:
            undo.enter_context(self.scheduler.opened())
            undo.enter_context(replaced(self._real, {**fakes, "lock": waiting.Lock, **others}, _is_real))
            for name, fake in fakes.items():
                setattr(time, name, fake)
                undo.callback(setattr, time, name, self._real[name])
            undo.callback(
                _give_back, frozenset(sys.modules), {id(fake): self._real[name] for name, fake in fakes.items()}
            )
            undo.enter_context(self._dates())
            waiting.patch(self.scheduler, undo)
            pools.patch(self.scheduler, undo)
            adopt(client, undo)
            event_loops.patch(self.scheduler, self._paused, undo)
            orders.patch(undo)
            alarms.patch(self.scheduler, undo)
            yield

    # The functions of `time`. They are bound methods, which like the originals do not bind again in a class.

    def sleep(self, seconds: Any, /) -> None:
        """Skip, unless it is to wait for a process."""
        if not self._mine() or sys._getframe(1).f_globals.get("__name__") in _WAIT_FOR_PROCESSES:
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
        self.scheduler.passed()
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
            module = str(sys._getframe(1).f_globals.get("__name__"))
            return cls.fromtimestamp(self.date() if module.startswith(_ONLY_PARSES) else self.time(), tz)

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


def _give_back(modules: frozenset[str], real: Mapping[int, Any]) -> None:
    """Put the real functions in place of this clock's in modules that were imported during the run, as trio may be: the next run has another clock."""
    for name in sys.modules.keys() - modules:
        members = getattr(sys.modules[name], "__dict__", {})
        members.update({each: real[id(value)] for each, value in list(members.items()) if id(value) in real})


_LOOKS = ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns")
_NAMES = ("sleep", *_LOOKS, "gmtime", "localtime")


def _is_real(module: object) -> bool:
    return isinstance(module, str) and module.startswith(_REAL) and (
        module in _REAL or module.partition(".")[0] in _REAL
    )  # fmt: skip
