"""The files for GitHub are what GitHub reads: the forms for issues, and the action."""

from __future__ import annotations

import subprocess
import sys

import pytest

from project.dist import ROOT

FILES = {
    "vendor.github-issue-forms": sorted(ROOT.joinpath(".github", "ISSUE_TEMPLATE").glob("*.yml")),
    "vendor.github-actions": [ROOT / "action.yml"],
}


@pytest.mark.parametrize("schema", FILES)
def test_valid(schema: str) -> None:
    """By the schemas that check-jsonschema has."""
    command = [sys.executable, "-P", "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, FILES[schema])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout == "ok -- validation done\n", done.stdout + done.stderr


def test_there_is_a_form_for_each_kind_of_report() -> None:
    """What a verdict gets wrong in either direction has its own, since each needs other evidence."""
    assert [each.stem for each in FILES["vendor.github-issue-forms"]] == ["bug", "false-report", "missed-fault"]
