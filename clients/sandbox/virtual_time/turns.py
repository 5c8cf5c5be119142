"""The turn of a thread: what it waits for, and whether it may be left waiting when a run of the client has ended."""

from __future__ import annotations

import _thread
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, Self

from ..watchdog import Stop

__all__ = ["NEVER", "Alarm", "Turn", "always", "never", "takes_work", "waits_for_work"]

#: Later than anything.
NEVER = float("inf")

#: Where threads wait for their next piece of work: they outlive a run, and do no harm.
_WAIT_FOR_WORK = ("queue", "concurrent.futures.thread", "asyncio.base_events", "trio._core._thread_cache")


#: How often a thread is stopped that an earlier run has left behind.
_STOPS = 3


def always() -> bool:
    """Ready at once."""
    return True


def never() -> bool:
    """Not before time has passed."""
    return False


class Alarm:
    """When the main thread gets a signal, and how often after that."""

    def __init__(self) -> None:
        self.due, self.interval = NEVER, 0.0

    def ring(self, now: float) -> None:
        """Let its handler run, if it is time; whatever that raises is raised here."""
        if self.due <= now:
            self.due = now + self.interval if self.interval > 0 else NEVER
            signal.raise_signal(signal.SIGALRM)


class Turn:
    """One thread, and what it waits for: `ready` yields something true, or it is as late as `until`."""

    def __init__(self, ready: Callable[[], Any] | None = None) -> None:
        self.ready, self.until, self.value = ready, NEVER, None
        self.gate = _thread.allocate_lock()
        self.gate.acquire()
        self.ident = 0
        #: Whether it stands at its gate, or will come to it. Another one runs, be it beside the one whose turn it is, which had
        #: waited for something outside or had not waited at all for long.
        self.parked = True
        #: It runs so, and nobody waits for it.
        self.beside = False
        self.ended = False
        #: It is just looking for whoever comes next.
        self.chooses = False
        #: It waits for a moment of real time, until a thread that it starts has begun, or one that has done its work has ended.
        self.in_real_time = False
        #: How often it has looked at what others change since it waited, and how often it let them go on for that.
        self.looks = self.spins = 0
        #: It is dispensable: an earlier run has left it behind.
        self.left = False
        #: How often it was stopped, and went on all the same.
        self.stops = 0
        self.is_daemon = False
        #: All is over, and it waits in real time.
        self.settled = False

    def chosen(self, value: Any) -> Self:
        """It is this one's turn, which has got what it waited for, or is late."""
        self.ready, self.until, self.value, self.parked = None, NEVER, value, False
        return self

    def stopped(self) -> NoReturn:
        """Stop it, as an earlier run has left it behind."""
        self.stops += 1
        raise Stop

    @contextmanager
    def real_time(self) -> Iterator[None]:
        """Within it, it waits in real time for what comes by itself, however slow the machine is: nobody goes on meanwhile."""
        before, self.in_real_time = self.in_real_time, True
        try:
            yield
        finally:
            self.in_real_time = before

    @property
    def is_stubborn(self) -> bool:
        """Whether it swallows whatever stops it: it is not its turn any more."""
        return self.stops > _STOPS

    def let(self) -> None:
        """Open its gate."""
        if self.gate.locked():
            self.gate.release()


def waits_for_work(turn: Turn) -> bool:
    """Whether a thread waits for others to give it something to do."""
    return (turn.is_daemon and turn.ready not in (None, always) and turn.until == NEVER) or takes_work(turn)


def takes_work(turn: Turn) -> bool:
    """Whether it waits where threads take their next piece of work."""
    frame: FrameType | None = sys._current_frames().get(turn.ident)
    while frame is not None:  # the first that is neither ours nor of the locks
        module = str(frame.f_globals.get("__name__"))
        if module != "threading" and not module.startswith(str(__package__)):
            return module in _WAIT_FOR_WORK
        frame = frame.f_back
    return False
