"""What a call belongs to: the test or fixture that is running, also in the threads that it has started."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

__all__ = ["Contexts"]

#: Threads of a pool serve whoever submits work, whoever started them.
_POOLS = "concurrent.futures.thread"


class Contexts:
    """The id of what is running; empty between the tests."""

    def __init__(self) -> None:
        self._current = ""
        self._threads: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()

    def __call__(self) -> str:
        """The id for the thread that asks."""
        return self._threads.get(threading.current_thread(), self._current)

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """Run what belongs to this id."""
        before, self._current = self._current, name
        try:
            yield
        finally:
            self._current = before

    def thread_started(self, thread: threading.Thread) -> None:
        """Note whose thread it is."""
        if getattr(getattr(thread, "_target", None), "__module__", None) != _POOLS:
            self._threads[thread] = self()
