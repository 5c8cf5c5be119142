"""Clients that never end are stopped sooner here than elsewhere."""

from __future__ import annotations

import pytest

from awscontract.clients.sandbox import watchdog


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds of processor time without a call are enough for the tests' clients."""
    monkeypatch.setattr(watchdog, "_BUDGET", 2.0)
