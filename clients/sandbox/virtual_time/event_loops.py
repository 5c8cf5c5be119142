"""Event loops wait in a selector: asyncio's, and trio's. Where nothing is ready others go on, and then it is the timer's turn."""

from __future__ import annotations

import selectors
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from .scheduler import Scheduler

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
            found = scheduler.wait(look, float("inf") if timeout is None else scheduler.later(timeout))
            if not found:
                paused()
        return found or []

    def selecting(real: Callable[..., Any]) -> Callable[..., Any]:
        from asyncio import _get_running_loop

        def select(selector: Any, timeout: float | None = None) -> Any:
            loop = _get_running_loop() if scheduler.is_mine() else None
            if getattr(loop, "_selector", None) is not selector:
                return real(selector, timeout)
            return wait(lambda: real(selector, 0), timeout)

        return select

    def polling(real: Callable[..., Any]) -> Callable[..., Any]:
        def get_events(manager: Any, timeout: float) -> Any:
            return wait(lambda: real(manager, 0), timeout) if scheduler.is_mine() else real(manager, timeout)

        return get_events

    kinds = [each for each in vars(selectors).values() if isinstance(each, type) and "select" in vars(each)]
    for kind in dict.fromkeys(kinds):
        _put(kind, "select", selecting(vars(kind)["select"]), undo)
    manager = getattr(sys.modules.get("trio._core._run"), "TheIOManager", None)
    if isinstance(manager, type) and "get_events" in vars(manager):
        _put(manager, "get_events", polling(vars(manager)["get_events"]), undo)
    cache = getattr(sys.modules.get("trio._core._thread_cache"), "THREAD_CACHE", None)
    idle = getattr(cache, "_idle_workers", None)
    if isinstance(idle, dict):  # threads of an earlier time, which take no turns
        undo.callback(idle.update, dict(idle))
        idle.clear()


def _put(holder: Any, name: str, other: Any, undo: ExitStack) -> None:
    undo.callback(setattr, holder, name, vars(holder)[name])
    setattr(holder, name, other)
