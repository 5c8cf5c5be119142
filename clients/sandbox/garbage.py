"""Garbage is collected after a run of the client, and not at some moment within it, which would depend on all that the process did before.

Finalizers are no more than code that runs somewhere: that of a thread pool wakes its threads.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from .patching import heap_is_frozen

__all__ = ["collected_afterwards", "heap_set_aside", "no_collections"]

#: The youngest two generations hold whatever a run has made: the third is as large as the process, and is left to the interpreter.
_YOUNG = 1


@contextmanager
def no_collections() -> Iterator[None]:
    """Within it, no garbage is collected."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def collected_afterwards() -> Iterator[None]:
    """Collect what is made within it at its end, unless the program collects nothing by itself."""
    collects = gc.isenabled()
    with no_collections():
        yield
        if collects:
            gc.collect(_YOUNG)


@contextmanager
def heap_set_aside() -> Iterator[None]:
    """Within it, collections look only at what was made within it, and not at all that the process holds, which takes them long.

    A program that has set its own heap aside is left alone. Whether it has, the last search for functions knows.
    """
    if heap_is_frozen():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
