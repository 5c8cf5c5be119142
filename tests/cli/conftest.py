"""A judge in the place of `check`, and a clean environment."""

import os

import pytest

from cli_kit import Judge


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """No variable that the command would look at, and a terminal of a known width."""
    for name in os.environ:
        if name.startswith(("AWSCONTRACT_", "AWS_ENDPOINT_URL")) or name in ("FORCE_COLOR", "NO_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def judge(monkeypatch):
    """A judge that notes what it is asked."""
    judge = Judge()
    monkeypatch.setattr("awscontract.conformance.check.check", judge)
    return judge
