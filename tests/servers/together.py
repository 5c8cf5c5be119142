"""Runs of one test module that wait side by side: processes start while others wait for their servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, Self, TypeVar

import pytest

__all__ = ["Together"]

T = TypeVar("T")


class Together(Generic[T]):
    """What `run(name)` gives, by name; those that the selected tests of the module ask for have been started."""

    def __init__(self, run: Callable[[str], T], pool: ThreadPoolExecutor) -> None:
        self._run, self._pool = run, pool
        self._futures: dict[str, Future[T]] = {}

    @classmethod
    @contextmanager
    def of(cls, request: pytest.FixtureRequest, run: Callable[[str], T], at_once: int = 4) -> Iterator[Self]:
        with ThreadPoolExecutor(at_once) as pool:
            together = cls(run, pool)
            for item in request.session.items:
                callspec = getattr(item, "callspec", None)
                if callspec and item.path == request.path and request.fixturename in getattr(item, "fixturenames", ()):
                    together._start(callspec.params["name"])
            yield together
            pool.shutdown(cancel_futures=True)

    def _start(self, name: str) -> Future[T]:
        if name not in self._futures:
            self._futures[name] = self._pool.submit(self._run, name)
        return self._futures[name]

    def __getitem__(self, name: str) -> T:
        return self._start(name).result()
