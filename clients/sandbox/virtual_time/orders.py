"""Orders that otherwise depend on the machine: of futures and tasks in a set, and how many processors there are.

A set has its members in the order of their hashes, which by default are addresses. Futures and tasks of a run are numbered instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import _base
from contextlib import ExitStack
from itertools import count
from typing import Any

from .scheduler import Scheduler

__all__ = ["fakes", "functions", "patch"]

#: How many processors the machine has, for a client that asks.
_PROCESSORS = 4


def functions() -> dict[str, Any]:
    """The functions that have to be replaced wherever they are held."""
    import asyncio

    counts = {name: getattr(os, name) for name in ("cpu_count", "process_cpu_count") if hasattr(os, name)}
    return {**counts, "as_completed": asyncio.as_completed}


def fakes(scheduler: Scheduler, real: Mapping[str, Any]) -> dict[str, Any]:
    """What is put in their place. The real ones are in lists, where nobody replaces them."""
    made = {name: _processors(scheduler, [real[name]]) for name in real if name.endswith("cpu_count")}
    return {**made, "as_completed": _in_order([real["as_completed"]])}


def patch(undo: ExitStack) -> None:
    """Number futures and tasks, for as long as the stack is open."""
    from asyncio import futures, tasks

    numbers = count()
    for holder, name in ((_base, "Future"), (futures, "Future"), (tasks, "Task")):
        kind = getattr(holder, name)
        undo.callback(setattr, holder, name, kind)
        setattr(holder, name, _numbered(kind, numbers))


def _numbered(kind: Any, numbers: Iterator[int]) -> Any:
    """The same class, whose objects are numbered."""

    class Numbered(kind):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._awscontract_number = next(numbers)
            super().__init__(*arguments, **options)

        def __hash__(self) -> int:
            return self._awscontract_number

    Numbered.__name__, Numbered.__qualname__, Numbered.__module__ = kind.__name__, kind.__qualname__, kind.__module__
    return Numbered


def _processors(scheduler: Scheduler, real: list[Callable[[], int | None]]) -> Callable[[], int | None]:
    def processors() -> int | None:
        return _PROCESSORS if scheduler.is_mine() else real[0]()

    return processors


def _in_order(real: list[Callable[..., Any]]) -> Callable[..., Any]:
    """`asyncio.as_completed`, which begins its coroutines in the order of a set."""

    def as_completed(fs: Iterable[Any], *arguments: Any, **options: Any) -> Any:
        from asyncio import _get_running_loop, ensure_future

        if _get_running_loop() is not None and isinstance(fs, Iterable):
            fs = [ensure_future(each) for each in dict.fromkeys(fs)]
        return real[0](fs, *arguments, **options)

    return as_completed
