"""Clients that never end are stopped sooner here than elsewhere."""

from __future__ import annotations

import pytest

from awscontract.clients.sandbox import watchdog


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of processor time without a call is enough for the tests' clients, and so is a moment once a thread had to be stopped."""
    monkeypatch.setattr(watchdog, "_BUDGET", 1.0)
    monkeypatch.setattr(watchdog, "_STOPPED", 0.2)
