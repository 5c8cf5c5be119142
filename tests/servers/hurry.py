"""A clock for judging servers that do not wait for anything themselves: it goes on as time does, and at once where somebody sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypedDict

__all__ = ["Hurried", "hurried"]


class Hurried(TypedDict):
    """Options of `check`."""

    sleep: Callable[[float], None]
    clock: Callable[[], float]
    wall: Callable[[], float]


def hurried() -> Hurried:
    """The options of one run."""
    skipped = 0.0

    def sleep(seconds: float) -> None:
        nonlocal skipped
        skipped += seconds

    return {"sleep": sleep, "clock": lambda: time.monotonic() + skipped, "wall": lambda: time.time() + skipped}
