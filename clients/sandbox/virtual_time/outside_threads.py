"""Threads that were there before the client ran, and take no turns: whether any of them works for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from types import CodeType, FrameType

__all__ = ["OutsideThreads"]

#: Where a thread stands: the instruction of each of its frames.
_Place = tuple[tuple[CodeType, int], ...]

#: Looks at a thread that does not move before it counts as idle where it is, and at idle ones before nobody works.
_PATIENCE, _CALM = 40, 3


class OutsideThreads:
    """What they do: one that has moved since works, for the client perhaps, until it is back where it was or stands still."""

    def __init__(self, ignored: Collection[int] = ()) -> None:
        #: Threads that are nobody's.
        self.ignored = set(ignored)
        #: Those that have sent a request for the client.
        self.joined: set[int] = set()
        #: Looks in a row at which nobody worked.
        self.calm = 0
        self._idle = {number: _place(frame) for number, frame in sys._current_frames().items()}
        self._seen: dict[int, tuple[_Place, int]] = {}

    def busy(self, own: set[int]) -> bool:
        """Whether any of them works. One that has just been woken has not moved yet: it is looked at several times."""
        frames = sys._current_frames()
        others = [
            each for each in frames if each not in own and each not in self.ignored and each != threading.get_ident()
        ]
        if not others:
            return False
        self.calm = 0 if any(self._works(each, frames[each]) for each in others) else self.calm + 1
        return self.calm < _CALM and (self.calm == 0 or bool(self.joined))

    def _works(self, number: int, frame: FrameType) -> bool:
        place = _place(frame)
        if self._idle.get(number) == place:
            return False
        if number in self.joined and not _waits(frame):
            return True
        seen, looks = self._seen.get(number, ((), 0))
        looks = looks + 1 if seen == place else 0
        self._seen[number] = place, looks
        if looks > _PATIENCE:
            self._idle[number] = place
        return looks <= _PATIENCE


def _place(frame: FrameType | None) -> _Place:
    found = []
    while frame is not None:
        found.append((frame.f_code, frame.f_lasti))
        frame = frame.f_back
    return tuple(found)


def _waits(frame: FrameType) -> bool:
    """Whether a thread waits for another, or for work in a pool that has none."""
    module = str(frame.f_globals.get("__name__"))
    if module == "concurrent.futures.thread" and frame.f_code.co_name == "_worker":
        return bool(frame.f_locals["work_queue"].empty())
    return module == "threading" or module.startswith(f"{__package__}.waiting")
