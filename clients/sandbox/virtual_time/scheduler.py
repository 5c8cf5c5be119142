"""The threads of a client take turns: one runs until it waits, then the next one that can go on. Only where none can does time move.

So a run with threads is the same each time, however fast the machine is, and whoever waits for work in flight waits as long as it takes.
Threads that were there before, and those that wait for something outside of the process, are given real time.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from ..watchdog import Stop
from .outside_threads import OutsideThreads

__all__ = ["NEVER", "Scheduler", "Turn"]

#: Real seconds of a pause while nobody can go on, at first and at most, and how many of them mean that nothing comes.
_SHORTEST, _LONGEST, _NOTHING_COMES = 0.0002, 0.01, 60

#: Looks of the watcher without progress of the thread whose turn it is, and its seconds of processor time, before others go on beside it.
_STANDS_STILL, _RUNS_LONG = 5, 1.0

#: Where threads wait for their next piece of work: they outlive a run, and do no harm.
_WAIT_FOR_WORK = ("queue", "concurrent.futures.thread", "asyncio.base_events", "trio._core._thread_cache")

#: Later than anything.
NEVER = float("inf")

_sleep, _allocate = time.sleep, _thread.allocate_lock


def _always() -> bool:
    return True


def _never() -> bool:
    return False


class Turn:
    """One thread, and what it waits for: `ready` yields something true, or it is as late as `until`."""

    def __init__(self, ready: Callable[[], Any] | None = None) -> None:
        self.ready, self.until, self.value = ready, NEVER, None
        self.gate = _allocate()
        self.gate.acquire()
        self.ident = 0
        #: Whether it stands at its gate, or will come to it. Another one runs, be it beside the one whose turn it is, which had
        #: waited for something outside or had not waited at all for long.
        self.parked = True
        self.ended = False
        #: An earlier run has left it behind.
        self.left = False


class Scheduler:
    """Whose turn it is. `now` and `advance` are about virtual time, `check` raises where all has to end, `stuck` where nothing will come."""

    def __init__(
        self,
        now: Callable[[], float],
        advance: Callable[[float], None],
        check: Callable[[], None],
        stuck: Callable[[], None],
    ) -> None:
        self._now, self._advance, self._check, self._stuck = now, advance, check, stuck
        self.is_open = False
        self._guard = _allocate()
        self._here = threading.local()
        self._turns: list[Turn] = []
        self._current = Turn()
        self.outside = OutsideThreads()
        self._handed_over = 0
        self._looked: tuple[int, float] = (0, 0.0)
        self._still = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Within it this thread, and those that it starts, take turns."""
        self._current = self._here.turn = Turn()
        self._current.ident, self._current.parked = threading.get_ident(), False
        self._turns = [self._current]
        self.outside = OutsideThreads(self.outside.ignored)
        self.is_open = True
        try:
            yield
        finally:
            with self._guard:
                self.is_open = False
                for each in self._turns:
                    _let(each)
            del self._here.turn

    def __contains__(self, turn: object) -> bool:
        return any(each is turn for each in self._turns)

    def is_mine(self) -> bool:
        """Whether this thread takes turns."""
        return self.is_open and hasattr(self._here, "turn")

    def running(self) -> int:
        """The thread whose turn it is."""
        return self._current.ident

    def joined(self) -> None:
        """This thread, which was there before, works for the client."""
        if not hasattr(self._here, "turn"):
            self.outside.joined.add(threading.get_ident())

    def give_way(self) -> None:
        """Let whoever can go on do so first."""
        if len(self._turns) > 1:
            self.wait(_always)

    def sleep(self, seconds: float) -> None:
        """Wait for nothing but time."""
        self.wait(_never, self._now() + seconds)

    def wait(self, ready: Callable[[], Any], until: float = NEVER) -> Any:
        """Let others go on until `ready` yields something true, which is the result; None where it is late, or where all is over."""
        me: Turn = self._here.turn
        me.ready, me.until, me.value = ready, until, None
        try:
            self._park(me)
        except BaseException:
            self._seize(me)
            raise
        if me.value is None:  # a lock that it has got now is given back before it ends
            if me.left:
                raise Stop
            self._check()
        return me.value

    def later(self, seconds: float) -> float:
        """So many seconds from now."""
        return self._now() + seconds

    def started(self, ready: Callable[[], Any] = _always) -> Turn:
        """A thread that this one is about to start, or to give work; it can go on as soon as it is its turn."""
        turn = Turn(ready)
        with self._guard:
            self._turns.append(turn)
        return turn

    def forget(self, turn: Turn) -> None:
        """It could not be started, or has ended."""
        with self._guard:
            turn.ended = True
            self._turns = [each for each in self._turns if each is not turn]

    def live(self, turn: Turn, work: Callable[[], Any]) -> None:
        """The life of a thread that was started so."""
        self._here.turn, turn.ident = turn, threading.get_ident()
        try:
            self._park(turn)
            if not turn.left:
                work()
        finally:
            del self._here.turn
            self.forget(turn)
            with self._guard:
                if self.is_open and self._current is turn:
                    self._hand_to(self._next(turn) or self._turns[0])

    def over(self) -> None:
        """A run of the client has ended: whatever threads it has left are stopped, but for those that wait for their next piece of work."""
        with self._guard:
            frames = sys._current_frames()
            for each in self._turns:
                each.left = each is not self._current and not _waits_for_work(frames.get(each.ident))

    def look(self) -> None:
        """From time to time, by somebody else: a thread that does not hand over does not keep the others from going on."""
        with self._guard:
            current = self._current
            if len(self._turns) < 2 or not current.ident:
                return
            with suppress(OSError, OverflowError):
                cpu = time.clock_gettime(time.pthread_getcpuclockid(current.ident))
                since, before = self._looked
                if self._handed_over != since or current.ready is not None:
                    self._looked, self._still = (self._handed_over, cpu), 0
                    return
                self._still = self._still + 1 if cpu - before < 0.001 * (self._still + 1) else 0
                if self._still < _STANDS_STILL and cpu - before < _RUNS_LONG:
                    return
                other = self._first_ready(current)
                if other is not None:
                    self._hand_to(other)

    def _park(self, me: Turn) -> None:
        """Come back when it is this thread's turn."""
        idle = 0
        while self.is_open:
            with self._guard:
                me.parked = False
                if me.ready is None:  # it was chosen before it came here
                    me.gate.acquire(False)
                    return
                if self._current is me:
                    chosen = self._next(me)
                    if chosen is me:
                        return
                    if chosen is not None:
                        self._hand_to(chosen)
                me.parked = self._current is not me
            if not me.parked:
                idle = self._idle(me, idle)
            else:
                idle = 0
                me.gate.acquire()
                if me.ready is None:
                    return

    def _idle(self, me: Turn, times: int) -> int:
        """Nobody can go on: something outside has to happen first."""
        self._check()
        if (
            times > _NOTHING_COMES
            and not self._is_busy_outside(me)
            and all(each.until == NEVER for each in self._turns)
        ):
            self._stuck()
        _sleep(min(_SHORTEST * 2 ** min(times, 10), _LONGEST))
        return times + 1

    def _next(self, me: Turn) -> Turn | None:
        """Who can go on, or could once time has moved; None where it depends on something outside."""
        found = self._first_ready(me)
        if found is not None or self._is_busy_outside(me):
            return found
        first = min(self._turns, key=lambda each: each.until, default=None)
        if first is None or first.until == NEVER:
            return None
        self._advance(max(0.0, first.until - self._now()))
        self.outside.calm = 0
        return _chosen(first, None)

    def _first_ready(self, me: Turn) -> Turn | None:
        place = self._turns.index(me) + 1 if me in self._turns else 0
        now = self._now()
        for each in (*self._turns[place:], *self._turns[:place]):
            if each.ready is None or not (each.parked or each is me):
                continue
            value = None if each.left else each.ready()
            if value or each.left or each.until <= now:
                return _chosen(each, value or None)
        return None

    def _is_busy_outside(self, me: Turn) -> bool:
        return any(not each.parked and each is not me for each in self._turns) or self.outside.busy(
            {each.ident for each in self._turns}
        )

    def _hand_to(self, turn: Turn) -> None:
        self._handed_over += 1
        self._current = turn
        _let(turn)

    def _seize(self, me: Turn) -> None:
        """An exception has come from outside, and with it this thread goes on; whoever ran meanwhile runs beside it."""
        with self._guard:
            me.ready, me.parked = None, False
            if self.is_open:
                self._current = me


def _chosen(turn: Turn, value: Any) -> Turn:
    turn.ready, turn.until, turn.value, turn.parked = None, NEVER, value, False
    return turn


def _let(turn: Turn) -> None:
    if turn.gate.locked():
        turn.gate.release()


def _waits_for_work(frame: FrameType | None) -> bool:
    """Whether the first frame that is neither ours nor of the locks takes the next piece of work from somewhere."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module != "threading" and not module.startswith(str(__package__)):
            return module in _WAIT_FOR_WORK
        frame = frame.f_back
    return False
