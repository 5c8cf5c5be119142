"""Whether the thread whose turn it is waits for something that is not ours: the others go on meanwhile.

A thread that merely gets no processor time on a busy machine does not wait. The system knows the difference, where it says so
in `/proc`; elsewhere a thread that stands still for longer is taken to wait. Nor does one that sleeps only because the interpreter is just looking at it:
it uses processor time between two looks.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from types import CodeType

from .thread_states import ThreadStates

__all__ = ["Standstill"]

#: Looks in a row at a thread that sleeps, or does not move where nobody knows whether it sleeps.
_SLEEPS, _STANDS_STILL = 5, 100

#: Looks in a row at a thread that runs in one and the same function, and the seconds of processor time that this takes it.
_SPINS, _RUNS_LONG = 4, 0.5


class Standstill:
    """What was seen at the last looks."""

    def __init__(self) -> None:
        self._states = ThreadStates()
        self.forget()

    def close(self) -> None:
        """Close the files of the system, when nobody looks any more."""
        self._states.close()

    def forget(self) -> None:
        """The next look is the first one."""
        self._code: CodeType | None = None
        self._turn, self._place = -1, -1
        self._cpu, self._used, self._still, self._same = 0.0, 0.0, 0, 0

    def is_seen(self, ident: int, turn: int) -> bool:
        """Whether a thread waits, or looks at one thing again and again, in this turn of its."""
        frame = sys._current_frames().get(ident)
        if frame is None:
            return False
        if turn != self._turn:
            self.forget()
            self._turn, self._cpu = turn, _processor_time(ident)
        asleep, cpu = self._states.sleeps(ident), _processor_time(ident)
        is_still = asleep is not False and frame.f_lasti == self._place and cpu == self._used
        self._same = self._same + 1 if frame.f_code is self._code else 0
        self._still = self._still + 1 if self._same and is_still else 0
        self._code, self._place, self._used = frame.f_code, frame.f_lasti, cpu
        if not self._same:
            self._cpu = cpu
        waits = self._still >= (_STANDS_STILL if asleep is None else _SLEEPS)
        return waits or (self._same >= _SPINS and cpu - self._cpu >= _RUNS_LONG)


def _processor_time(ident: int) -> float:
    """Seconds; 0.0 where the system keeps no such clock. The thread, which takes turns, cannot end meanwhile."""
    with suppress(OSError, OverflowError, AttributeError):
        return time.clock_gettime(time.pthread_getcpuclockid(ident))
    return 0.0
