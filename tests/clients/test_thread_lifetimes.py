"""How threads of a client begin and end, which takes moments of real time: they are longer on a slow machine, and nothing else is different."""

from __future__ import annotations

import select
import threading
from typing import Any

import pytest

from awscontract import fuzz_client
from awscontract.clients.sandbox import watchdog
from awscontract.clients.sandbox.virtual_time import standstill
from client_gallery import threads_right
from client_gallery.right import Page
from client_gallery.threads_right import HOUR, pages


def moment() -> None:
    """Some real time, which is none of the virtual clock's."""
    select.select([], [], [], 0.1)


class SlowToBegin(threading.Thread):
    """Takes a moment before it begins."""

    def _bootstrap(self) -> None:
        moment()
        super()._bootstrap()  # type: ignore[misc]


class SlowToEnd(threading.Thread):
    """Takes a moment more when it has done its work."""

    def _bootstrap_inner(self) -> None:
        super()._bootstrap_inner()  # type: ignore[misc]
        moment()


@pytest.mark.usefixtures("finite")
@pytest.mark.parametrize("kind", [threading.Thread, SlowToBegin, SlowToEnd])
def test_slow_threads(kind: type[threading.Thread], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes on while a thread is started, nor while one is joined that has done its work."""
    monkeypatch.setattr(watchdog, "_WATCH", 0.005)
    monkeypatch.setattr(standstill, "_SLEEPS", 1)
    order = list[str]()

    def collect(client: Any, job_id: str) -> list[Page]:
        over = threading.Event()
        thread = kind(target=over.set)
        others = [threading.Thread(target=order.append, args=(name,)) for name in ("first", "second")]
        others[0].start()
        thread.start()
        order.append("started")
        over.wait()
        others[1].start()
        thread.join()
        order.append("joined")
        others[1].join()
        return pages(client, job_id)

    fuzz_client(collect, seed=0, examples=1, polite=False)
    assert order == ["started", "first", "joined", "second"]


@pytest.mark.usefixtures("finite")
def test_a_thread_that_starts_slowly() -> None:
    """A new thread that has to wait for the one that starts it, of all moments in that one, takes no turn before it has been started."""
    waited = list[object]()

    def collect(client: Any, job_id: str) -> list[Page]:
        reader = threads_right.Reader(client, job_id)
        condition: Any = reader._started._cond  # type: ignore[attr-defined]

        def is_owned() -> bool:
            """Whoever starts it has the lock, and lets it go when the new one waits for it."""
            del condition._is_owned
            while not waited:
                waited.extend(condition._lock._outside)
                select.select([], [], [], 0.001)
            return True

        condition._is_owned = is_owned
        reader.start()
        return reader.result(timeout=HOUR)

    fuzz_client(collect, seed=0, examples=1, polite=False)
    assert waited
