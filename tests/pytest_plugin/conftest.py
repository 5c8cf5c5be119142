"""The stage of the plugin's tests."""

import os

import pytest

import awscontract.clients.repage.repaging
import awscontract.conformance.check
import awscontract.pytest_plugin.repage
import awscontract.pytest_plugin.run  # else each inner run would import it anew
from plugin_kit import Stage

from repage_kit import Project


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


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose program can be imported."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in os.environ:
        if name.startswith("AWSCONTRACT_"):
            monkeypatch.delenv(name)
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")  # and afterwards as before, whatever a project sets
    monkeypatch.syspath_prepend(pytester.path)
    pytester.mkdir(".git")
    return Project(pytester)
