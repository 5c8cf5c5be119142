"""Clients that never end are stopped sooner here than elsewhere."""

from __future__ import annotations

import pytest

from awscontract.clients.fuzzing import runner
from awscontract.clients.sandbox import watchdog
from profiles import NIGHTLY


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of processor time without a call is enough for the tests' clients, and so is a moment once a thread had to be stopped."""
    monkeypatch.setattr(watchdog, "_BUDGET", 1.0)
    monkeypatch.setattr(watchdog, "_STOPPED", 0.2)


@pytest.fixture
def finite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every job finishes. A right client polls one that does not some four hundred times, and few in every run are enough for that."""
    if not NIGHTLY:
        monkeypatch.setattr(runner, "forever", lambda contract: None)
