"""The types that users see: they agree with the model, and users' code type-checks."""

import subprocess
import sys
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from awscontract.spec.model import service
from awscontract.strategies import AccessDetail, ErrorDetails, GenerateRequest, ReportRequest, ReportResponse
from awscontract.strategies.shapes import SortKey, Status

SERVICE = service("iam")
READ = SERVICE.operation_model("GetOrganizationsAccessReport")
START = SERVICE.operation_model("GenerateOrganizationsAccessReport")
TYPES = {"string": str, "integer": int, "boolean": bool, "timestamp": datetime, "list": list[AccessDetail]}


@pytest.mark.parametrize(
    ("typed", "shape"),
    [
        (ReportRequest, READ.input_shape),
        (GenerateRequest, START.input_shape),
        (ReportResponse, READ.output_shape),
        (AccessDetail, READ.output_shape.members["AccessDetails"].member),
        (ErrorDetails, READ.output_shape.members["ErrorDetails"]),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_dictionaries_have_the_models_members(typed, shape):
    """Each of its type, and required where the model requires it."""
    expected = {name: TYPES.get(each.type_name) for name, each in shape.members.items()}
    expected |= {"JobStatus": Status} if "JobStatus" in expected else {}
    expected |= {"SortKey": SortKey} if "SortKey" in expected else {}
    expected |= {"ErrorDetails": ErrorDetails} if "ErrorDetails" in expected else {}

    assert get_type_hints(typed) == expected
    assert typed.__required_keys__ == set(shape.required_members)


def test_enumerations_are_the_models():
    """Every value that it lists, and no other."""
    assert set(get_args(Status)) == set(READ.output_shape.members["JobStatus"].enum)
    assert set(get_args(SortKey)) == set(READ.input_shape.members["SortKey"].enum)


@pytest.mark.nightly  # in every run: `tox -e types`
@pytest.mark.skipif(not (find_spec("mypy") and find_spec("mypy_boto3_iam")), reason="needs mypy and mypy-boto3-iam")
def test_users_code_type_checks(tmp_path):
    """Under mypy --strict, beside the stubs that users have."""
    code = Path(__file__).parents[1] / "typing" / "users_code.py"
    command = [sys.executable, "-P", "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(code)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)

    assert (ran.stdout.strip(), ran.returncode) == ("Success: no issues found in 1 source file", 0)
