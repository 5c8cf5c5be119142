"""The examples that AWS's documentation of the access reports shows, as botocore ships them, are valid responses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from cli_kit import run

FOLDER = Path(botocore.__file__).parent / "data" / "iam" / "2010-05-08"
REPORTS = {
    "GetOrganizationsAccessReport": ("GetOrganizationsAccessReport", "GenerateOrganizationsAccessReport"),
    "GetServiceLastAccessedDetails": ("GetServiceLastAccessedDetails", "GenerateServiceLastAccessedDetails"),
    "GetServiceLastAccessedDetailsWithEntities": ("GetServiceLastAccessedDetailsWithEntities",),
}


def examples(name: str) -> list[dict[str, Any]]:
    """What the documentation shows of an operation."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "examples-1.json").read_text())["examples"][name]
    return found


@pytest.mark.parametrize(
    ("operation", "shown"), [(operation, shown) for operation, names in REPORTS.items() for shown in names]
)
def test_valid(operation: str, shown: str, tmp_path: Path) -> None:
    """Each satisfies every rule that it gives evidence for. They are older than the Regions of attempts, which AWS returns today."""
    files = []
    for index, each in enumerate(examples(shown)):
        files.append(tmp_path / f"{index}.json")
        files[-1].write_text(json.dumps(each["output"]))
    done = run("validate", "--operation", f"iam:{operation}", *map(str, files), "--format", "json")

    assert files
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result["verdict"] == "conforms"
    assert {each["id"] for each in result["rules"] if each["outcome"] == "warned"} <= {"report.attempt-has-region"}
    assert result["exercised"] >= (5 if shown == operation else 1)


def test_of_another_report(tmp_path: Path) -> None:
    """The response of another access report is not judged by the wrong contract."""
    file = tmp_path / "details.json"
    file.write_text(json.dumps(examples("GetServiceLastAccessedDetails")[0]["output"]))
    done = run("validate", str(file))

    assert done.exit_code == 2
    assert done.stderr.endswith("; use --operation iam:GetServiceLastAccessedDetails\n")
