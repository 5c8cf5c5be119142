"""The examples that AWS's documentation shows of what pages, as botocore ships them, are valid responses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from cli_kit import run

FOLDER = Path(botocore.__file__).parent / "data" / "iam" / "2010-05-08"
LOADER = Loader()
#: One service for each protocol in every run.
SAMPLE = ("dynamodb", "ec2", "iam", "lambda", "s3")
#: An example that leaves out what its own operation documents: a list that is truncated always has a token.
WITHOUT_ITS_TOKEN = ("kms", "ListGrants")
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


def paginated_examples(service: str) -> list[tuple[str, dict[str, Any]]]:
    """The operations of a service that have a paginator, with the outputs that its documentation shows of them."""
    try:
        shown = LOADER.load_service_model(service, "examples-1")["examples"]
        paginated = LOADER.load_service_model(service, "paginators-1")["pagination"]
    except UnknownServiceError:
        return []
    return [(name, each["output"]) for name in shown if name in paginated for each in shown[name] if "output" in each]


@pytest.mark.parametrize("service", SAMPLE)
def test_lists(service: str, tmp_path: Path) -> None:
    """No `must` of a derived contract is broken by what AWS itself shows."""
    assert judged(service, tmp_path / "output.json")


@pytest.mark.nightly
def test_every_list(tmp_path: Path) -> None:
    """The same for every service."""
    services = LOADER.list_available_services("examples-1")

    assert sum(judged(service, tmp_path / "output.json") for service in services) > 200


def judged(service: str, file: Path) -> int:
    """Validate a service's examples, and say how many there are."""
    examples = paginated_examples(service)
    for name, output in examples:
        file.write_text(json.dumps(output))
        done = run("validate", "--operation", f"{service}:{name}", str(file), "--format", "json")
        assert done.exit_code == (1 if (service, name) == WITHOUT_ITS_TOKEN else 0), (name, done.output)
    return len(examples)
