"""Locks and threads whose waiting takes turns: everything in `threading`, `queue` and `concurrent.futures` is made of these."""

from __future__ import annotations

import _thread
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from itertools import islice
from typing import Any

from .scheduler import NEVER, Scheduler
from .turns import Turn

__all__ = ["MADE_IN_C", "Lock", "patch", "simple_queue"]

_allocate = _thread.allocate_lock
#: The type of the interpreter's own locks. From Python 3.13 on, `threading.Lock` is this type, and the name leads to ours during a run.
MADE_IN_C = _thread.LockType


class Lock:
    """A lock; a thread that waits for it lets others go on. One that takes no turns waits in real time, and is expected to take turns once it is woken."""

    #: That of the latest run: a lock may well be older.
    scheduler: Scheduler

    def __init__(self) -> None:
        self._lock = _allocate()
        self._outside: list[int] = []

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock` has it."""
        scheduler = self.scheduler
        scheduler.looked()  # and others go on before this one has the lock
        if self._lock.acquire(False):
            return True
        if not blocking or timeout == 0:
            return False
        me = scheduler.mine()
        if me is None or me.in_real_time:
            return self._wait_outside(timeout)
        until = NEVER if timeout < 0 else scheduler.later(timeout)
        got = bool(scheduler.wait(partial(self._lock.acquire, False), until))
        if got or scheduler.is_open or timeout >= 0:  # when all is over it is late: idle threads of trio end so
            return got
        return self._wait_outside(timeout)

    def release(self) -> None:
        """As `threading.Lock` has it."""
        if len(self._outside) == 1:
            self.scheduler.expect(self._outside[0])
        self._lock.release()

    def locked(self) -> bool:
        """As `threading.Lock` has it."""
        return self._lock.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *raised: object) -> None:
        self.release()

    def _wait_outside(self, timeout: float) -> bool:
        me = threading.get_ident()
        self._outside.append(me)
        self.scheduler.settle()
        try:
            got = self._lock.acquire(True, timeout)
        finally:
            self._outside.remove(me)
        self.scheduler.arrive()
        return got

    def _at_fork_reinit(self) -> None:
        self._lock = _allocate()


#: The queue that is made of locks.
simple_queue: Any = queue._PySimpleQueue  # type: ignore[attr-defined]


def patch(scheduler: Scheduler, undo: ExitStack) -> None:
    """Put these in place, for as long as the stack is open."""
    owned = type("RLock", (threading._PyRLock,), {"__module__": "_thread"})  # type: ignore[attr-defined]  # where trio insists on it
    thread = threading.Thread
    for holder, name, other in (
        (threading, "_allocate_lock", Lock),
        (threading, "Lock", Lock),
        (threading, "_CRLock", owned),
        (queue, "SimpleQueue", simple_queue),
        (threading.Condition, "notify", _notifying(scheduler, threading.Condition.notify)),
        (threading.Event, "is_set", _looking(scheduler, threading.Event.is_set)),
        (thread, "start", _starting(scheduler, thread.start)),
        (thread, "join", _joining(scheduler, thread.join, thread.is_alive)),
        (thread, "is_alive", _looking(scheduler, _living(scheduler, thread.is_alive, thread.join))),
        (thread, "_delete", _ending(scheduler, vars(thread)["_delete"])),
    ):
        undo.callback(setattr, holder, name, getattr(holder, name))
        setattr(holder, name, other)


def _starting(scheduler: Scheduler, real: Callable[[Any], None]) -> Callable[[Any], None]:
    def start(thread: Any) -> None:
        me = scheduler.mine()
        if me is None:
            real(thread)
            return
        turn, run = scheduler.started(), thread.run

        def live() -> None:
            del thread.run
            scheduler.live(turn, run)

        thread.run, thread._awscontract_turn, turn.is_daemon = live, turn, thread.daemon
        try:
            with me.real_time():
                real(thread)
        except BaseException:
            scheduler.forget(turn)
            raise

    return start


def _joining(scheduler: Scheduler, real: Callable[..., None], is_alive: Callable[[Any], bool]) -> Callable[..., None]:
    def join(thread: Any, timeout: float | None = None) -> None:
        turn = _turn(thread)

        def has_ended() -> bool:
            """By its turn, if it has any: the thread itself takes a moment of real time more."""
            return (turn is not None and turn.ended) or not is_alive(thread)

        if scheduler.is_mine() and thread is not threading.current_thread() and not has_ended():
            until = NEVER if timeout is None else scheduler.later(max(timeout, 0.0))
            if not scheduler.wait(has_ended, until) and scheduler.is_open:
                return
            timeout = None if has_ended() else timeout
        if not _ends(scheduler, thread, real):
            real(thread, timeout)

    return join


def _living(scheduler: Scheduler, real: Callable[[Any], bool], join: Callable[..., None]) -> Callable[[Any], bool]:
    def is_alive(thread: Any) -> bool:
        if thread is not threading.current_thread():
            _ends(scheduler, thread, join)
        return real(thread)

    return is_alive


def _ends(scheduler: Scheduler, thread: Any, join: Callable[..., None]) -> bool:
    """Whether the thread has done its work: then it needs a moment of real time to end, and has ended after this."""
    turn, me = _turn(thread), scheduler.mine()
    if turn is None or not turn.ended:
        return False
    with nullcontext() if me is None else me.real_time():
        join(thread)
    return True


def _ending(scheduler: Scheduler, real: Callable[[Any], None]) -> Callable[[Any], None]:
    def delete(thread: Any) -> None:
        real(thread)
        scheduler.leave()

    return delete


def _looking(scheduler: Scheduler, real: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A client may look at it until it says something else."""

    def look(what: Any) -> bool:
        scheduler.looked()
        return real(what)

    return look


def _notifying(scheduler: Scheduler, real: Callable[..., None]) -> Callable[..., None]:
    """Threads that were there before wait for locks made in C: whoever is woken takes turns from then on."""

    def notify(condition: Any, n: int = 1) -> None:
        if scheduler.is_mine():
            for each in islice(condition._waiters, n):
                if isinstance(each, MADE_IN_C) and (ident := _who_waits_for(each)):
                    restore = condition._acquire_restore
                    if not isinstance(restore, _Restoring):
                        condition._acquire_restore = _Restoring(restore)
                    scheduler.expect(ident)
        real(condition, n)

    return notify


class _Restoring:
    """What a thread does first that a condition has woken."""

    def __init__(self, real: Callable[[Any], None]) -> None:
        self._real = real

    def __call__(self, state: Any) -> None:
        Lock.scheduler.arrive()
        self._real(state)


def _who_waits_for(waiter: object) -> int:
    code = threading.Condition.wait.__code__
    for ident, frame in sys._current_frames().items():
        if frame.f_code is code and frame.f_locals.get("waiter") is waiter:
            return ident
    return 0


def _turn(thread: Any) -> Turn | None:
    turn: Turn | None = vars(thread).get("_awscontract_turn")
    return turn
