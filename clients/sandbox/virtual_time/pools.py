"""Thread pools that are older than the run: within it they have other threads and another queue, which take turns.

And those of `multiprocessing`, whose keeper waits for a pipe.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import thread as pools
from contextlib import ExitStack
from typing import Any

from ..late_import import when_imported
from .scheduler import Scheduler
from .waiting import Lock, simple_queue

__all__ = ["patch"]

_MADE_IN_C: Any = queue.SimpleQueue

#: What the two have in common is what a pool was made with.
_INNARDS: dict[str, Callable[[], Any]] = {
    "_work_queue": simple_queue,
    "_idle_semaphore": lambda: threading.Semaphore(0),
    "_threads": set,
    "_shutdown_lock": Lock,
}


def patch(scheduler: Scheduler, undo: ExitStack) -> None:
    """Put these in place, for as long as the stack is open."""
    retired: list[Any] = []
    kind: Any = pools.ThreadPoolExecutor

    def submitting(real: Callable[..., Any]) -> Callable[..., Any]:
        def submit(pool: Any, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Any:
            if scheduler.is_mine() and isinstance(getattr(pool, "_work_queue", None), _MADE_IN_C):
                _renew(pool, retired, undo)
            return real(pool, work, *arguments, **options)

        return submit

    def working(real: Callable[..., None]) -> Callable[..., None]:
        def work(reference: Callable[[], Any], *arguments: Any) -> None:
            real(lambda: None if any(each in retired for each in arguments) else reference(), *arguments)

        return work

    for holder, name, other in (
        (kind, "submit", submitting(kind.submit)),
        (pools, "_worker", working(vars(pools)["_worker"])),
    ):
        undo.callback(setattr, holder, name, getattr(holder, name))
        setattr(holder, name, other)
    undo.enter_context(when_imported("multiprocessing.pool", lambda: _patch_keeper(scheduler, undo)))


def _patch_keeper(scheduler: Scheduler, undo: ExitStack) -> None:
    from multiprocessing.pool import Pool

    kind: Any = Pool
    real = kind._wait_for_updates

    def _wait_for_updates(sentinels: Any, notifier: Any, *arguments: Any, **options: Any) -> None:
        if scheduler.is_mine() and len(sentinels) == 1:  # of threads: processes have one each
            scheduler.wait(lambda: not notifier.empty())
        real(sentinels, notifier, *arguments, **options)

    undo.callback(setattr, kind, "_wait_for_updates", vars(kind)["_wait_for_updates"])
    kind._wait_for_updates = staticmethod(_wait_for_updates)


def _renew(pool: Any, retired: list[Any], undo: ExitStack) -> None:
    before = {name: vars(pool)[name] for name in _INNARDS}
    vars(pool).update({name: make() for name, make in _INNARDS.items()})
    work = pool._work_queue

    def restore() -> None:
        """A thread of the run that takes the next piece of work finds that its pool is gone."""
        retired.append(work)
        work.put(None)
        vars(pool).update(before)

    undo.callback(restore)
