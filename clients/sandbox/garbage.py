"""Garbage is collected after a run of the client, and not at some moment within it, which would depend on all that the process did before.

Finalizers are no more than code that runs somewhere: that of a thread pool wakes its threads.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collected_afterwards"]

#: The youngest two generations hold whatever a run has made: the third is as large as the process, and is left to the interpreter.
_YOUNG = 1


@contextmanager
def collected_afterwards() -> Iterator[None]:
    """Collect what is made within it at its end, unless the program collects nothing by itself."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect(_YOUNG)
        gc.enable()
