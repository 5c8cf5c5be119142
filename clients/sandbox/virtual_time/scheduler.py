"""The threads of a client take turns: one runs until it waits, then the next one that can go on. Only where none can does time move.

So a run with threads is the same each time, however fast the machine is, and whoever waits for work in flight waits as long as it takes.
A thread that was there before takes turns from when one of these wakes it. Others, and those that wait for something outside of the
process, are given real time.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..watchdog import Stop
from ..whereabouts import whereabouts
from .outside_threads import OutsideThreads
from .standstill import Standstill
from .turns import NEVER, Alarm, Turn, always, never, takes_work, waits_for_work

__all__ = ["NEVER", "Scheduler"]

#: Real seconds of a pause while nobody can go on, at first and at most, and how many of them mean that nothing comes.
_SHORTEST, _LONGEST, _NOTHING_COMES = 0.0002, 0.01, 60

#: So many such pauses at most until threads that are left have ended.
_SETTLES = 50

#: After so many looks at locks, events and threads a thread waits by looking; so many seconds at first until it looks again.
_MANY_LOOKS, _LOOKS_AGAIN = 256, 0.01

_sleep = time.sleep


class Scheduler:
    """Whose turn it is. `now`, `later` and `advance` are about virtual time, `check` raises where all has to end, `stuck` where nothing will come, with where they wait."""

    def __init__(
        self,
        now: Callable[[], float],
        later: Callable[[float], float],
        advance: Callable[[float], None],
        check: Callable[[], None],
        stuck: Callable[[str], None],
    ) -> None:
        self._now, self.later, self._advance, self._check, self._stuck = now, later, advance, check, stuck
        self.is_open = False
        self._guard = _thread.allocate_lock()
        self._here = threading.local()
        self._turns: list[Turn] = []
        self._current = Turn()
        #: Threads that were there before, which one of these has woken.
        self._expected: dict[int, Turn] = {}
        self.alarm, self._owner = Alarm(), Turn()
        self.outside = OutsideThreads()
        self._standstill = Standstill()
        self._handed_over = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Within it this thread, and those that it starts, take turns."""
        self._current = self._here.turn = self._owner = Turn()
        self.alarm.due = NEVER
        self._current.ident, self._current.parked = threading.get_ident(), False
        self._turns = [self._current]
        self._expected = {}
        self.outside.close()
        self.outside = OutsideThreads(self.outside.ignored)
        self.is_open = True
        try:
            yield
        finally:
            with self._guard:
                self.is_open = False
                for each in self._turns:
                    each.let()
            self._here.turn.settled = True
            self._settled()
            self.outside.close()
            self._standstill.close()
            del self._here.turn

    def _settled(self) -> None:
        """Wait until every thread that is left has ended or waits in real time: the next run may find it there."""
        for pause in [_LONGEST / 10] * 10 + [_LONGEST] * _SETTLES:
            frames = sys._current_frames()
            if all(each.settled or each.ident not in frames for each in self._turns):
                return
            _sleep(pause)

    def settle(self) -> None:
        """This thread waits in real time from now on."""
        turn: Turn | None = getattr(self._here, "turn", None)
        if turn is not None and not self.is_open:
            turn.settled = True

    def is_mine(self) -> bool:
        """Whether this thread takes turns."""
        return self.is_open and hasattr(self._here, "turn")

    def mine(self) -> Turn | None:
        """This thread's turn, if it takes turns."""
        return getattr(self._here, "turn", None) if self.is_open else None

    @property
    def turns(self) -> list[Turn]:
        """Those of all threads, in the order in which they were started."""
        return self._turns

    def is_busy(self) -> bool:
        """Whether the first of the threads is about to hand over, and had better not be interrupted now."""
        return self._owner.chooses

    def joined(self) -> None:
        """This thread, which was there before, works for the client."""
        if not hasattr(self._here, "turn"):
            self.outside.joined.add(threading.get_ident())

    def looked(self) -> None:
        """This thread has looked at what another one may change. After many looks the others go on, and time does."""
        me = self.mine()
        if me is None or me.in_real_time:
            return
        me.looks += 1
        if me.looks % _MANY_LOOKS == 0 and len(self._turns) > 1:
            me.spins += 1
            before, until = self._handed_over, self.later(_LOOKS_AGAIN * 2.0 ** min(me.spins, 40))
            self._wait(me, lambda: self._handed_over != before, until)

    def give_way(self) -> None:
        """Let whoever can go on do so first."""
        if len(self._turns) > 1:
            self.wait(always)

    def sleep(self, seconds: float) -> None:
        """Wait for nothing but time."""
        self.wait(never, self.later(seconds))

    def wait(self, ready: Callable[[], Any], until: float = NEVER) -> Any:
        """Let others go on until `ready` yields something true, which is the result; None where it is late, or where all is over."""
        me: Turn = self._here.turn
        me.looks = me.spins = 0
        return self._wait(me, ready, until)

    def _wait(self, me: Turn, ready: Callable[[], Any], until: float) -> Any:
        while True:
            me.ready, me.until, me.value = ready, until, None
            if me is self._owner:
                me.until = min(until, self.alarm.due)
            try:
                self._park(me)
            except BaseException:
                self._seize(me)
                raise
            if me is not self._owner or self.alarm.due > self._now():
                break
            self.alarm.ring(self._now())
            if me.value is not None or me.left or not self.is_open or until <= self._now():
                break
            self._check()
        if me.value is None:  # a lock that it has got now is given back before it ends
            if me.left:
                me.stopped()
            if self.is_open:
                self._check()
        return me.value

    def passed(self) -> None:
        """Time has passed while this thread ran."""
        if self.alarm.due <= self._now() and getattr(self._here, "turn", None) is self._owner:
            self.alarm.ring(self._now())

    def started(self) -> Turn:
        """A thread that this one is about to start; it can go on as soon as it is its turn."""
        turn = Turn(always)
        with self._guard:
            self._turns.append(turn)
        return turn

    def expect(self, ident: int) -> None:
        """A thread that this one is about to wake takes turns from now on, if it took none before."""
        me = self.mine()
        if me is None or me.in_real_time or any(each.ident == ident for each in self._turns):
            return  # one that is being started has its turn, but not its number yet
        turn = self.started()
        turn.ident = ident
        self._expected[ident] = turn

    def arrive(self) -> None:
        """This thread has been woken."""
        turn = self._expected.pop(threading.get_ident(), None) if self._expected else None
        if turn is not None and self.is_open:
            turn.is_daemon = threading.current_thread().daemon
            self._here.turn = turn
            self._park(turn)

    def forget(self, turn: Turn) -> None:
        """It could not be started, or has ended."""
        with self._guard:
            turn.ended = True
            self._turns = [each for each in self._turns if each is not turn]

    def live(self, turn: Turn, work: Callable[[], Any]) -> None:
        """The life of a thread that was started so."""
        self._here.turn, turn.ident = turn, threading.get_ident()
        self._park(turn)
        if not turn.left:
            work()

    def leave(self) -> None:
        """The life of this thread has ended."""
        turn: Turn | None = vars(self._here).pop("turn", None)
        if turn is None:
            return
        self.forget(turn)
        with self._guard:
            if self.is_open and self._current is turn:
                self._hand_to(self._next(turn) or self._turns[0])

    def over(self) -> None:
        """A run of the client has ended: whatever threads it has left are stopped, but for those that wait for others to wake them."""
        me: Turn = self._here.turn
        self.alarm.due = NEVER
        with suppress(Stop):
            if self._current is not me:
                self.wait(always)
        me.looks = me.spins = 0
        with self._guard:
            for each in self._turns:
                each.left = each is not me and not waits_for_work(each)

    def look(self) -> None:
        """From time to time, by somebody else: a thread that waits without handing over does not keep the others from going on."""
        with self._guard:
            current = self._current
            if len(self._turns) < 2 or not current.ident or current.ready is not None or current.in_real_time:
                self._standstill.forget()
            elif self._standstill.is_seen(current.ident, self._handed_over):
                current.beside = True
                other = self._next(current)
                if other is not None:
                    self._hand_to(other)
                else:
                    current.beside = False

    def _park(self, me: Turn) -> None:
        """Come back when it is this thread's turn."""
        idle = 0
        while self.is_open:
            with self._guard:
                me.chooses = True
                try:
                    if self._has_turn(me):
                        return
                finally:
                    me.chooses = False
            if not me.parked:
                idle = self._idle(me, idle)
            else:
                idle = 0
                me.gate.acquire()
                if me.ready is None:
                    return

    def _has_turn(self, me: Turn) -> bool:
        """Whether it goes on now. Else it stands at its gate, unless nobody can go on."""
        me.parked = me.beside = False
        if me.ready is None:  # it was chosen before it came here
            me.gate.acquire(False)
            return True
        if self._current is me:
            chosen = self._next(me)
            if chosen is me:
                return True
            if chosen is not None:
                self._hand_to(chosen)
        me.parked = self._current is not me
        return False

    def _idle(self, me: Turn, times: int) -> int:
        """Nobody can go on: something outside has to happen first."""
        self._check()
        if (
            times > _NOTHING_COMES
            and not self._is_busy_outside(me)
            and all(each.until == NEVER or each.is_stubborn for each in self._turns)
        ):
            waiting = [each.ident for each in self._turns if each is self._owner or not takes_work(each)]
            self._stuck(whereabouts(waiting))
        _sleep(min(_SHORTEST * 2 ** min(times, 10), _LONGEST))
        return times + 1

    def _next(self, me: Turn) -> Turn | None:
        """Who can go on, or could once time has moved; None where it depends on something outside."""
        found = self._first_ready(me)
        if found is not None:
            return found
        willing = (each for each in self._turns if not each.is_stubborn)
        first = min(willing, key=lambda each: each.until, default=None)
        until = NEVER if first is None else first.until
        if self._is_busy_outside(me, until - self._now()) or first is None or until == NEVER:
            return None
        self._advance(max(0.0, until - self._now()))
        self.outside.calm = 0
        return first.chosen(None)

    def _first_ready(self, me: Turn) -> Turn | None:
        place = self._turns.index(me) + 1 if me in self._turns else 0
        now = self._now()
        for each in (*self._turns[place:], *self._turns[:place]):
            if each.ready is None or each.is_stubborn or not (each.parked or each is me):
                continue
            value = None if each.left else each.ready()
            if value or each.left or each.until <= now:
                return each.chosen(value or None)
        return None

    def _is_busy_outside(self, me: Turn, ahead: float = NEVER) -> bool:
        return any(not (each.parked or each.beside or each is me) for each in self._turns) or self.outside.busy(
            {each.ident for each in self._turns}, ahead
        )

    def _hand_to(self, turn: Turn) -> None:
        self._handed_over += 1
        self._current = turn
        turn.let()

    def _seize(self, me: Turn) -> None:
        """An exception has come from outside, and with it this thread goes on; whoever ran meanwhile runs beside it."""
        with self._guard:
            me.ready, me.parked = None, False
            if self.is_open:
                self._current = me
