"""Threads that were there before: whether any of them works for the client, as far as it can be seen from outside."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest

from awscontract import fuzz_client
from awscontract.clients.sandbox.virtual_time.outside_threads import OutsideThreads
from awscontract.clients.sandbox.virtual_time.thread_states import ThreadStates
from client_gallery.right import Page
from client_gallery.threads_right import HOUR, within_an_hour

#: Far enough that the system is asked.
FAR = 10.0


def looks(waiting: int, monkeypatch: pytest.MonkeyPatch, sleeps: bool, used: Callable[[int], int]) -> list[bool]:
    """What is seen of it, look by look, where the system says so about it."""
    found = OutsideThreads()
    others = {ident for ident in found._idle if ident != waiting}
    with monkeypatch.context() as patch:
        patch.setattr(ThreadStates, "sleeps", lambda states, ident: sleeps)
        numbers = iter(range(1, 100))
        patch.setattr(ThreadStates, "used", lambda states, ident: used(next(numbers)))
        return [found.busy(others, FAR) for _ in range(6)]


def test_idle(waiting: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sleeps where it slept before has nothing to do, but for the first look, of which nobody knows the one before."""
    assert looks(waiting, monkeypatch, True, lambda number: 7)[1:] == [False] * 5


def test_woken(waiting: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can run and gets no processor time works, however long that takes."""
    assert looks(waiting, monkeypatch, False, lambda number: 7)[1:] == [True] * 5


def test_wakes_from_time_to_time(waiting: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has run works, unless it does so again and again and is always back."""
    found = looks(waiting, monkeypatch, True, lambda number: number)

    assert found == [True, True, False, False, False, False]


def test_files_are_closed() -> None:
    """No file is left open, be it of a thread that has ended."""
    states, before = ThreadStates(), len(os.listdir("/dev/fd"))
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    for ident in (threading.get_ident(), thread.ident or 0):
        states.sleeps(ident)
        states.used(ident)
    states.close()

    assert len(os.listdir("/dev/fd")) == before


#: Held where nobody looks for queues.
_QUEUES = [SimpleQueue[Any]()]


def _work() -> None:
    while True:
        call, arguments, over = _QUEUES[0].get()
        try:
            over.set_result(call(*arguments))
        except Exception as error:
            over.set_exception(error)


@pytest.mark.usefixtures("finite")
def test_a_worker_that_waits_in_c() -> None:
    """A worker that is as old as its module, and waits where nobody sees it being woken, has the time that it needs."""
    threading.Thread(target=_work, daemon=True).start()

    def collect(client: Any, job_id: str) -> list[Page]:
        over: Future[list[Page]] = Future()
        _QUEUES[0].put((within_an_hour, (client, job_id), over))
        return over.result(timeout=2 * HOUR)

    fuzz_client(collect, seed=0, examples=3, polite=False)
