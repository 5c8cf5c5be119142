"""Event loops wait in a selector: asyncio's, and trio's. Where nothing is ready others go on, and then it is the timer's turn.

Trio draws lots for the order of its tasks; here they are the same ones each time.
"""

from __future__ import annotations

import random
import selectors
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from ..late_import import when_imported
from ..watchdog import Stop
from .scheduler import NEVER, Scheduler

__all__ = ["patch"]


def patch(scheduler: Scheduler, paused: Callable[[], None], undo: ExitStack) -> None:
    """Have loops in the scheduler's threads wait so, for as long as the stack is open; `paused` is called after each wait for time."""

    def wait(look: Callable[[], Any], timeout: float | None) -> Any:
        """What is ready, now or later; nothing where it is late."""
        if timeout is not None and timeout <= 0:
            scheduler.give_way()
            return look()
        found = look()
        if not found:
            found = scheduler.wait(look, NEVER if timeout is None else scheduler.later(timeout))
            scheduler.settle()
            if not found and scheduler.is_open:
                paused()
        return found or []

    _patch_asyncio(scheduler, wait, undo)
    undo.enter_context(when_imported("trio", lambda: _patch_trio(scheduler, wait, undo)))


def _patch_asyncio(scheduler: Scheduler, wait: Callable[..., Any], undo: ExitStack) -> None:
    from asyncio import _get_running_loop, base_events, selector_events

    def selecting(real: Callable[..., Any]) -> Callable[..., Any]:
        def select(selector: Any, timeout: float | None = None) -> Any:
            loop = _get_running_loop() if scheduler.is_mine() else None
            if getattr(loop, "_selector", None) is not selector:
                return real(selector, timeout)
            return wait(lambda: real(selector, 0), timeout)

        return select

    def calling(real: Callable[..., Any]) -> Callable[..., Any]:
        """A loop that a thread has run since before the run takes turns from when it is given something to do."""

        def call_soon_threadsafe(loop: Any, *arguments: Any, **options: Any) -> Any:
            if loop._thread_id is not None:
                scheduler.expect(loop._thread_id)
            return real(loop, *arguments, **options)

        return call_soon_threadsafe

    def processing(real: Callable[..., Any]) -> Callable[..., Any]:
        def _process_events(loop: Any, events: Any) -> None:
            scheduler.arrive()
            real(loop, events)

        return _process_events

    kinds = [each for each in vars(selectors).values() if isinstance(each, type) and "select" in vars(each)]
    for kind in dict.fromkeys(kinds):
        _put(kind, "select", selecting(vars(kind)["select"]), undo)
    base, selecting_loop = base_events.BaseEventLoop, selector_events.BaseSelectorEventLoop
    _put(base, "call_soon_threadsafe", calling(vars(base)["call_soon_threadsafe"]), undo)
    _put(selecting_loop, "_process_events", processing(vars(selecting_loop)["_process_events"]), undo)


def _patch_trio(scheduler: Scheduler, wait: Callable[..., Any], undo: ExitStack) -> None:
    def polling(real: Callable[..., Any]) -> Callable[..., Any]:
        def get_events(manager: Any, timeout: float) -> Any:
            if not scheduler.is_mine():
                return real(manager, timeout)
            try:
                return wait(lambda: real(manager, 0), timeout)
            except Stop:
                if not _cancelled(run):
                    raise
                return []

        return get_events

    run: Any = sys.modules.get("trio._core._run")
    manager = getattr(run, "TheIOManager", None)
    if isinstance(manager, type) and "get_events" in vars(manager):
        _put(manager, "get_events", polling(vars(manager)["get_events"]), undo)
    if isinstance(getattr(run, "_r", None), random.Random):
        _put(run, "_r", random.Random(0), undo)
    if hasattr(run, "_ALLOW_DETERMINISTIC_SCHEDULING"):
        _put(run, "_ALLOW_DETERMINISTIC_SCHEDULING", True, undo)
    cache = getattr(sys.modules.get("trio._core._thread_cache"), "THREAD_CACHE", None)
    idle = getattr(cache, "_idle_workers", None)
    if isinstance(idle, dict):  # threads of an earlier time, which take no turns
        undo.callback(idle.update, dict(idle))
        idle.clear()


def _cancelled(run: Any) -> bool:
    """Cancel all tasks of trio's run, which does not survive an exception where it waits; False where there is no run, or it was cancelled before."""
    task = getattr(getattr(run.GLOBAL_RUN_CONTEXT, "runner", None), "main_task", None)
    scope = getattr(getattr(task, "parent_nursery", None), "cancel_scope", None)
    if scope is None or scope.cancel_called:
        return False
    scope.cancel()
    return True


def _put(holder: Any, name: str, other: Any, undo: ExitStack) -> None:
    undo.callback(setattr, holder, name, vars(holder)[name])
    setattr(holder, name, other)
