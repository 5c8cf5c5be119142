"""The model room: facts come out of the installed botocore, quickly and without a session."""

import copy
import subprocess
import sys

import botocore
import pytest

from awscontract import spec
from awscontract.spec.model import description, facts

OPERATIONS = ("GetOrganizationsAccessReport", "GenerateOrganizationsAccessReport")


def test_operation_is_botocores_own():
    """An operation comes with its shapes, its errors and its wrapper."""
    operation = spec.operation()

    assert operation.name == "GetOrganizationsAccessReport"
    assert operation.output_shape.serialization["resultWrapper"] == "GetOrganizationsAccessReportResult"
    assert [each.error_code for each in operation.error_shapes] == ["NoSuchEntity"]
    assert operation.service_model.protocol == "query"


def test_fingerprint_is_of_this_botocore():
    """The fingerprint names the release and fits the result's `model` field."""
    fingerprint = spec.fingerprint()

    assert fingerprint.botocore == botocore.__version__
    assert set(fingerprint._asdict()) == set(spec.schema("result")["properties"]["model"]["required"])


def test_facts_are_what_the_contract_rests_on_and_no_more():
    """Shapes that the two operations do not reach do not move the fingerprint."""
    shapes = facts(description(), OPERATIONS)["shapes"]

    assert {"AccessDetail", "markerType", "NoSuchEntityException", "organizationsPolicyIdType"} <= set(shapes)
    assert "CreateUserRequest" not in shapes


@pytest.mark.parametrize(
    ("shape", "key", "value", "moves"),
    [
        ("markerType", "max", 321, True),
        ("AccessDetail", "required", ["ServiceName"], True),
        ("AccessDetail", "documentation", "other words", False),
        ("userNameType", "max", 1, False),
    ],
)
def test_facts_move_with_constraints_alone(shape, key, value, moves):
    """A bound that changes is another model; prose and strangers are not."""
    doctored = copy.deepcopy(dict(description()))
    doctored["shapes"][shape][key] = value

    assert (facts(doctored, OPERATIONS) != facts(description(), OPERATIONS)) is moves


def test_a_member_called_documentation_is_no_prose():
    """Only strings under that key are dropped."""
    members = {"documentation": {"shape": "text"}}
    model = {
        "operations": {"Op": {"name": "Op", "input": {"shape": "In"}}},
        "shapes": {"In": {"type": "structure", "members": members}, "text": {"type": "string", "documentation": "…"}},
    }

    assert facts(model, ("Op",))["shapes"] == {
        "In": {"type": "structure", "members": members},
        "text": {"type": "string"},
    }


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("spec.rules(); spec.contract()", {"botocore", "jsonschema", "hypothesis"}),
        ("spec.operation(); spec.schema('error'); spec.derive(spec.schema_names()[0])", {"jsonschema", "boto3"}),
        ("spec.operation()", {"botocore.session", "botocore.client"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(statement, absent):
    """The catalogue costs no botocore, the model no client, and nothing here jsonschema."""
    program = f"import sys; from awscontract import spec; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)

    assert absent.isdisjoint(done.stdout.split())
