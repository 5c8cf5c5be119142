"""The stage of the plugin's tests."""

import os

import pytest

import awscontract.conformance.check
import awscontract.pytest_plugin.run  # else each inner run would import it anew
from plugin_kit import Stage


@pytest.fixture
def stage(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage on which everything passes."""
    monkeypatch.setattr(awscontract.conformance.check, "check", None)  # puts the judge back in its place afterwards
    monkeypatch.setenv("COLUMNS", "200")
    for name in os.environ:
        if name.startswith("AWSCONTRACT_"):
            monkeypatch.delenv(name)
    pytester.mkdir(".git")  # so that no configuration above it counts
    return Stage(pytester).found()
