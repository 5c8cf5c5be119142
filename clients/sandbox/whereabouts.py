"""Where threads and tasks of a client wait, for a message about what does not come."""

from __future__ import annotations

import asyncio
import sys
import sysconfig
import threading
from collections.abc import Collection, Iterator
from types import FrameType
from typing import Any

__all__ = ["is_the_users", "whereabouts"]

_LIBRARY = sysconfig.get_path("stdlib")
_OURS = __name__.partition(".")[0]

#: Threads and tasks that are shown.
_SHOWN = 4


def whereabouts(threads: Collection[int]) -> str:
    """``, MainThread at client.py:12 (collect), Thread-1 at client.py:30 (read)``; empty where nobody waits in code of the client."""
    frames = sys._current_frames()
    found = [place for each in threads if each in frames for place in _places(_name(each), frames[each])]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "".join(f", {each}" for each in [*found[:_SHOWN], *more])


def _name(ident: int) -> str:
    thread = threading._active.get(ident)  # type: ignore[attr-defined]
    return str(thread.name) if thread is not None else f"thread {ident}"


def _places(name: str, frame: FrameType) -> Iterator[str]:
    loop = None
    each: FrameType | None = frame
    place = None
    while each is not None:
        if each.f_code.co_name == "_run_once" and each.f_globals.get("__name__") == "asyncio.base_events":
            loop = each.f_locals.get("self")
        if place is None and _is_of_users(each):
            place = _shown(name, each)
        each = each.f_back
    tasks = sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name()) if loop is not None else []
    waiting = [shown for task in tasks if (shown := _task(task)) is not None]
    yield from waiting or ([place] if place is not None else [])


def _task(task: Any) -> str | None:
    """Where its coroutine, or the one that it awaits, waits."""
    found, coroutine = None, task.get_coro()
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        if frame is not None and _is_of_users(frame):
            found = _shown(task.get_name(), frame)
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    return found


def is_the_users(file: str, module: str) -> bool:
    """Whether code of this file and this module is the user's own, and neither a library's nor ours."""
    return not file.startswith((_LIBRARY, "<")) and "site-packages" not in file and module.partition(".")[0] != _OURS


def _is_of_users(frame: FrameType) -> bool:
    return is_the_users(frame.f_code.co_filename, str(frame.f_globals.get("__name__")))


def _shown(name: str, frame: FrameType) -> str:
    file = frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{name} at {file}:{frame.f_lineno} ({frame.f_code.co_name})"
