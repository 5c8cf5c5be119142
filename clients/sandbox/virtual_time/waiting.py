"""Locks, threads and pools whose waiting takes turns: everything in `threading`, `queue` and `concurrent.futures` is made of these."""

from __future__ import annotations

import _thread
import queue
import threading
from collections.abc import Callable
from concurrent.futures import thread as pools
from contextlib import ExitStack
from functools import partial
from typing import Any

from ..watchdog import Stop
from .scheduler import NEVER, Scheduler, Turn

__all__ = ["lock_of", "patch"]

_allocate = _thread.allocate_lock


class _Lock:
    """A lock; a thread that waits for it lets others go on."""

    scheduler: Scheduler
    #: Threads are started in real time.
    starting = threading.local()

    def __init__(self) -> None:
        self._lock = _allocate()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock` has it."""
        if self._lock.acquire(False):
            return True
        if not blocking or timeout == 0:
            return False
        scheduler = self.scheduler
        if not scheduler.is_mine() or getattr(self.starting, "now", False):
            return self._lock.acquire(blocking, timeout)
        until = NEVER if timeout < 0 else scheduler.later(timeout)
        got = bool(scheduler.wait(partial(self._lock.acquire, False), until))
        return got or (not scheduler.is_open and self._lock.acquire(blocking, timeout))

    def release(self) -> None:
        """As `threading.Lock` has it."""
        self._lock.release()

    def locked(self) -> bool:
        """As `threading.Lock` has it."""
        return self._lock.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *raised: object) -> None:
        self._lock.release()

    def _at_fork_reinit(self) -> None:
        self._lock = _allocate()


def lock_of(scheduler: Scheduler) -> type[_Lock]:
    """The class of locks that take turns by a scheduler."""
    return type("lock", (_Lock,), {"scheduler": scheduler, "__module__": __name__})


def patch(scheduler: Scheduler, lock: Any, undo: ExitStack) -> None:
    """Put these in place, for as long as the stack is open."""
    simple: Any = queue._PySimpleQueue  # type: ignore[attr-defined]  # the one that is made of locks
    owned = type("RLock", (threading._PyRLock,), {"__module__": "_thread"})  # type: ignore[attr-defined]  # where trio insists on it
    for holder, name, other in (
        (threading, "_allocate_lock", lock),
        (threading, "Lock", lock),
        (threading, "_CRLock", owned),
        (queue, "SimpleQueue", simple),
        (threading.Thread, "start", _starting(scheduler, threading.Thread.start)),
        (threading.Thread, "join", _joining(scheduler, threading.Thread.join)),
        (pools, "_worker", _working(scheduler, vars(pools)["_worker"])),
        (pools.ThreadPoolExecutor, "submit", _submitting(scheduler, pools.ThreadPoolExecutor.submit)),
    ):
        undo.callback(setattr, holder, name, getattr(holder, name))
        setattr(holder, name, other)


def _starting(scheduler: Scheduler, real: Callable[[Any], None]) -> Callable[[Any], None]:
    def start(thread: Any) -> None:
        if not scheduler.is_mine():
            real(thread)
            return
        turn, run = scheduler.started(), thread.run

        def live() -> None:
            del thread.run
            scheduler.live(turn, run)

        thread.run, thread._awscontract_turn = live, turn
        _Lock.starting.now = True
        try:
            real(thread)
        except BaseException:
            scheduler.forget(turn)
            raise
        finally:
            _Lock.starting.now = False

    return start


def _joining(scheduler: Scheduler, real: Callable[..., None]) -> Callable[..., None]:
    def join(thread: Any, timeout: float | None = None) -> None:
        turn: Turn | None = vars(thread).get("_awscontract_turn")
        if scheduler.is_mine() and thread is not threading.current_thread() and thread.is_alive():
            until = NEVER if timeout is None else scheduler.later(max(timeout, 0.0))
            ended = (lambda: turn.ended) if turn is not None else (lambda: not thread.is_alive())
            if not scheduler.wait(ended, until) and scheduler.is_open:
                return
            timeout = None if turn is not None and turn.ended else timeout
        real(thread, timeout)

    return join


def _working(scheduler: Scheduler, real: Callable[..., None]) -> Callable[..., None]:
    """The work of a pool's thread; a pool that is older than the run has a queue of the other kind."""

    def work(*arguments: Any) -> None:
        real(*(_Queue(scheduler, each) if isinstance(each, _SIMPLE) else each for each in arguments))

    return work


def _submitting(scheduler: Scheduler, real: Callable[..., Any]) -> Callable[..., Any]:
    """Work for a pool that is older than the run: whichever thread takes it takes turns until it is done."""

    def submit(pool: Any, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Any:
        old = [each for each in pool._threads if vars(each).get("_awscontract_turn") not in scheduler]
        if not old or not scheduler.is_mine():
            return real(pool, work, *arguments, **options)
        flights, found = scheduler.outside.in_flight, list[Any]()
        turn = scheduler.started(lambda: turn not in flights)

        def over(*details: Any) -> None:
            flights.pop(turn, None)
            if not found:
                scheduler.forget(turn)  # it was cancelled, or taken by a thread that takes turns anyway

        def worked() -> Any:
            flights.pop(turn, None)
            if scheduler.is_mine() or not scheduler.is_open:
                over()
                return work(*arguments, **options)
            found.append(turn)
            result: list[Any] = []

            def live() -> None:
                try:
                    result.append(work(*arguments, **options))
                finally:
                    flights[turn] = old  # until its result has been handed over

            scheduler.live(turn, live)
            if not result:
                raise Stop
            return result[0]

        flights[turn] = old
        try:
            future = real(pool, worked)
        except BaseException:
            over()
            raise
        future.add_done_callback(over)
        return future

    return submit


_SIMPLE: Any = queue.SimpleQueue


class _Queue:
    """A queue made in C, whose waiting takes turns."""

    def __init__(self, scheduler: Scheduler, made: Any) -> None:
        self._scheduler, self._made = scheduler, made
        self.empty, self.get_nowait, self.put = made.empty, made.get_nowait, made.put

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The next item."""
        if block and timeout is None and self._scheduler.is_mine():
            self._scheduler.wait(lambda: not self._made.empty())
        return self._made.get(block, timeout)
