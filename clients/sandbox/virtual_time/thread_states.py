"""What the system says about threads, where it has `/proc`: whether it has put one to sleep, and how much processor time one has used."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

__all__ = ["ThreadStates"]


class ThreadStates:
    """Files of the system, which are kept open: to open one takes ten times as long as to read it.

    They are safe for threads that have just ended, which `time.pthread_getcpuclockid` is not.
    """

    def __init__(self) -> None:
        self._files: dict[tuple[int, str], int] = {}

    def sleeps(self, ident: int) -> bool | None:
        """Whether a thread waits, and does not merely get no processor time on a busy machine; None where nobody knows."""
        fields = self._read(ident, "stat").rpartition(b")")[2].split()
        return fields[0] == b"S" if fields else None

    def used(self, ident: int) -> int:
        """Nanoseconds of processor time; 0 where nobody knows."""
        fields = self._read(ident, "schedstat").split()
        return int(fields[0]) if fields else 0

    def close(self) -> None:
        """Close the files."""
        for key in list(self._files):
            self._close(key)

    def _read(self, ident: int, name: str) -> bytes:
        key = ident, name
        with suppress(OSError, AttributeError):
            if key not in self._files:
                thread = threading._active.get(ident)  # type: ignore[attr-defined]
                self._files[key] = os.open(f"/proc/self/task/{thread.native_id}/{name}", os.O_RDONLY)
            return os.pread(self._files[key], 64, 0)
        self._close(key)  # it has ended; another one may get its number
        return b""

    def _close(self, key: tuple[int, str]) -> None:
        file = self._files.pop(key, None)
        if file is not None:
            os.close(file)
