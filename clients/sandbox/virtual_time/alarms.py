"""Alarms go off in virtual time: `signal.alarm` and `signal.setitimer`, with which a program limits how long it takes.

Real time would ring them on a slow machine, and never where pauses take none.
"""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from typing import Any

from .scheduler import Scheduler
from .turns import NEVER

__all__ = ["patch"]


def patch(scheduler: Scheduler, undo: ExitStack) -> None:
    """Put these in place, for as long as the stack is open."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return
    real = {name: getattr(signal, name) for name in ("alarm", "setitimer", "getitimer")}
    alarm = scheduler.alarm

    def getitimer(which: int, /) -> tuple[float, float]:
        if which != signal.ITIMER_REAL or not scheduler.is_mine():
            found: tuple[float, float] = real["getitimer"](which)
            return found
        left = 0.0 if alarm.due == NEVER else max(0.0, alarm.due - scheduler.later(0))
        return left, alarm.interval

    def setitimer(which: int, seconds: float, interval: float = 0.0, /) -> tuple[float, float]:
        if which != signal.ITIMER_REAL or not scheduler.is_mine():
            found: tuple[float, float] = real["setitimer"](which, seconds, interval)
            return found
        before = getitimer(which)
        alarm.due, alarm.interval = scheduler.later(seconds) if seconds > 0 else NEVER, interval
        return before

    def set_alarm(seconds: int, /) -> int:
        return round(setitimer(signal.ITIMER_REAL, seconds)[0]) if scheduler.is_mine() else real["alarm"](seconds)

    fakes: dict[str, Any] = {"alarm": set_alarm, "setitimer": setitimer, "getitimer": getitimer}
    for name, fake in fakes.items():
        undo.callback(setattr, signal, name, real[name])
        setattr(signal, name, fake)
