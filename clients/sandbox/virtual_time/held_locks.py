"""Locks and queues that a client made when its module was read: those in its own modules and objects, whose waiting is to take turns too."""

from __future__ import annotations

import _thread
import queue
import sys
import threading
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import FunctionType, MethodType, ModuleType
from typing import Any

from ..whereabouts import is_the_users
from .turns import NEVER
from .waiting import MADE_IN_C, Lock

__all__ = ["adopt"]

_SIMPLE_QUEUE: Any = queue.SimpleQueue
_KINDS = (MADE_IN_C, _thread.RLock, _SIMPLE_QUEUE)


def adopt(client: object, undo: ExitStack) -> None:
    """Put locks that take turns in the place of the client's own, for as long as the stack is open."""
    seen: dict[int, Any] = {}
    for holder in _holders(client):
        for name, held in list(holder.items()):
            if isinstance(held, _KINDS) and (other := seen.get(id(held)) or _other(held)) is not None:
                seen[id(held)] = other
                undo.callback(holder.__setitem__, name, held)
                holder[name] = other


def _other(held: Any) -> Any:
    """One that waits for the same lock or queue; of locks that a thread may take twice a new one, unless it is taken now."""
    if isinstance(held, MADE_IN_C):
        made = Lock()
        made._lock = held
        return made
    if isinstance(held, _SIMPLE_QUEUE):
        return _Queue(held)
    if not held.acquire(False):
        return None
    held.release()
    return threading.RLock()


class _Queue:
    """A queue made in C, whose waiting takes turns."""

    def __init__(self, made: Any) -> None:
        self._made = made
        self.qsize, self.put, self.put_nowait = made.qsize, made.put, made.put_nowait

    def empty(self) -> bool:
        """As `queue.SimpleQueue` has it."""
        Lock.scheduler.looked()
        return bool(self._made.empty())

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """As `queue.SimpleQueue` has it."""
        scheduler = Lock.scheduler
        if not scheduler.is_mine():
            return self._made.get(block, timeout)
        if block and self._made.empty():
            scheduler.wait(lambda: not self._made.empty(), NEVER if timeout is None else scheduler.later(timeout))
        else:
            scheduler.looked()
        return self._made.get_nowait()

    def get_nowait(self) -> Any:
        """As `queue.SimpleQueue` has it."""
        return self.get(block=False)


def _holders(client: object) -> Iterator[MutableMapping[str, Any]]:
    """The names of the client's modules, and the attributes of the objects that they and the client itself hold."""
    objects: list[Any] = [client]
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and _is_the_users(module):
            yield vars(module)
            objects += vars(module).values()
    if isinstance(client, MethodType):
        objects.append(client.__self__)
    if isinstance(client, FunctionType):
        objects += [cell.cell_contents for cell in client.__closure__ or () if _is_filled(cell)]
    for each in objects:
        if isinstance(each, (Lock, _Queue, ThreadPoolExecutor)):  # those of pools are replaced as a whole
            continue
        members = getattr(each, "__dict__", None) if not isinstance(each, (type, ModuleType)) else None
        if isinstance(members, dict):
            yield members


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _is_the_users(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and is_the_users(file, module.__name__)
