"""Runs of one test module that wait side by side: processes start while others wait for their servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, Self, TypeVar

import pytest

__all__ = ["Together"]

T = TypeVar("T")


class Together(Generic[T]):
    """What `run(name)` gives, by name; the next ones that the selected tests of the module ask for have been started.

    Only the next ones: the tests of a module may be shared by several workers.
    """

    def __init__(self, run: Callable[[str], T], pool: ThreadPoolExecutor, names: Sequence[str], ahead: int) -> None:
        self._run, self._pool, self._names, self._ahead = run, pool, names, ahead
        self._futures: dict[str, Future[T]] = {}

    @classmethod
    @contextmanager
    def of(cls, request: pytest.FixtureRequest, run: Callable[[str], T], at_once: int = 4) -> Iterator[Self]:
        with ThreadPoolExecutor(at_once) as pool:
            names: dict[str, None] = {}
            for item in request.session.items:
                callspec = getattr(item, "callspec", None)
                if callspec and item.path == request.path and request.fixturename in getattr(item, "fixturenames", ()):
                    names[callspec.params["name"]] = None
            yield cls(run, pool, list(names), at_once)
            pool.shutdown(cancel_futures=True)

    def _start(self, name: str) -> Future[T]:
        if name not in self._futures:
            self._futures[name] = self._pool.submit(self._run, name)
        return self._futures[name]

    def __getitem__(self, name: str) -> T:
        place = self._names.index(name) if name in self._names else len(self._names)
        for each in (name, *self._names[place + 1 : place + self._ahead]):
            self._start(each)
        return self._start(name).result()
