"""Notes whenever another process is started: it takes real time, which is none of the virtual clock's."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from .late_import import when_imported

__all__ = ["noted"]


@contextmanager
def noted(note: Callable[[], None]) -> Iterator[None]:
    """Within it, `note` is called by whoever is about to start a process with `subprocess`, asyncio or `multiprocessing`."""
    with ExitStack() as undo:
        _patch(subprocess.Popen, "__init__", note, undo)
        undo.enter_context(when_imported("multiprocessing.process", lambda: _patch_multiprocessing(note, undo)))
        yield


def _patch_multiprocessing(note: Callable[[], None], undo: ExitStack) -> None:
    from multiprocessing.process import BaseProcess

    _patch(BaseProcess, "start", note, undo)


def _patch(kind: Any, name: str, note: Callable[[], None], undo: ExitStack) -> None:
    real = vars(kind)[name]

    def noting(*arguments: Any, **options: Any) -> Any:
        note()
        return real(*arguments, **options)

    undo.callback(setattr, kind, name, real)
    setattr(kind, name, noting)
