"""Clients that never end are stopped sooner here than elsewhere, and little is kept, since each run looks through all objects."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from awscontract.clients.fuzzing import runner
from awscontract.clients.sandbox import watchdog
from profiles import NIGHTLY

#: So many objects that looking through them at each run takes longer than finding anew who holds what among the frozen ones.
_MANY = 100_000


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of processor time without a call is enough for the tests' clients."""
    monkeypatch.setattr(watchdog, "_BUDGET", 1.0)


@pytest.fixture(autouse=True, scope="module")
def set_aside() -> None:
    """What the modules before have loaded is frozen where it is much, and so not looked through any more."""
    gc.collect()
    if len(gc.get_objects()) > _MANY:
        gc.freeze()


@pytest.fixture(autouse=True)
def thrown_away() -> Iterator[None]:
    """Clients are full of cycles. The collector, who comes seldom in these tests, comes after those that have made many objects."""
    yield
    if gc.get_count()[1]:
        gc.collect()


@pytest.fixture
def finite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every job finishes. A right client polls one that does not some four hundred times, and few in every run are enough for that."""
    if not NIGHTLY:
        monkeypatch.setattr(runner, "forever", lambda contract: None)


@pytest.fixture
def waiting() -> Iterator[int]:
    """A thread that stands at one place for as long as the test takes."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    assert thread.ident is not None
    yield thread.ident
    over.set()
    thread.join()
