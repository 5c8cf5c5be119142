"""Which threads wait for something that is not ours, as far as it can be seen from outside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, repeat

import pytest

from awscontract.clients.sandbox.virtual_time import standstill
from awscontract.clients.sandbox.virtual_time.thread_states import ThreadStates

LOOKS = 20


@pytest.mark.parametrize(
    ("sleeps", "used", "is_seen"),
    [
        pytest.param(True, repeat(1.0), True, id="it waits"),
        pytest.param(True, count(1.0, 0.0001), False, id="it sleeps while it is looked at"),
        pytest.param(False, repeat(1.0), False, id="it gets no processor time"),
        pytest.param(False, count(1.0, 0.1), True, id="it looks at one thing again and again"),
    ],
)
def test_standstill(
    waiting: int, sleeps: bool, used: Iterator[float], is_seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that merely runs seldom, on a busy machine, does not wait."""
    monkeypatch.setattr(ThreadStates, "sleeps", lambda states, ident: sleeps)
    monkeypatch.setattr(standstill, "_processor_time", lambda ident: next(used))
    found = standstill.Standstill()

    assert any(found.is_seen(waiting, 1) for _ in range(LOOKS)) == is_seen
