"""Threads that were there before the client ran, and take no turns: whether any of them works for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from types import CodeType, FrameType

from .thread_states import ThreadStates

__all__ = ["OutsideThreads"]

#: Where a thread stands: the instruction of each of its frames.
_Place = tuple[tuple[CodeType, int], ...]

#: Looks at a thread that does not move before it counts as idle where it is, and at idle ones before nobody works.
_PATIENCE, _CALM = 40, 3

#: Seconds of virtual time within which the system is not asked again about threads that do not move.
_MOMENT = 1.0


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
        #: The processor time that each had used at the last look, and how far time has moved since the system was asked about them.
        self._states, self._unseen = ThreadStates(), 0.0
        self._woken: dict[int, int] = {}
        self._used = {number: self._states.used(number) for number in self._idle}

    def close(self) -> None:
        """Close the files of the system, when nobody looks any more."""
        self._states.close()

    def busy(self, own: set[int], ahead: float) -> bool:
        """Whether any of them works. One that has just been woken has not moved yet, be it for long on a busy machine. `ahead` is by how much time will move otherwise."""
        frames = sys._current_frames()
        others = [
            each for each in frames if each not in own and each not in self.ignored and each != threading.get_ident()
        ]
        if not others:
            return False
        closely = self._unseen + ahead >= _MOMENT
        works = [self._works(each, frames[each], closely) for each in others]
        self._unseen = 0.0 if closely else self._unseen + ahead
        self.calm = 0 if any(works) else self.calm + 1
        return self.calm < _CALM and (self.calm == 0 or bool(self.joined))

    def _works(self, number: int, frame: FrameType, closely: bool) -> bool:
        place, used = _place(frame), self._states.used(number)
        has_run = used != self._used.get(number)
        self._used[number] = used
        if closely and not has_run and self._states.sleeps(number) is False:
            return True  # it can run, and gets no processor time
        if self._idle.get(number) == place:
            self._woken[number] = self._woken.get(number, 0) + 1 if has_run else 0
            return 0 < self._woken[number] < _CALM  # for long it is one that wakes from time to time
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
