"""The service model: facts come from the installed botocore, quickly and without a session."""

import copy
import subprocess
import sys

import botocore
import pytest

from awscontract import spec
from awscontract.spec.model import description, facts, member_path, shape_at
from awscontract.spec.operations import load

OPERATIONS = ("GetOrganizationsAccessReport", "GenerateOrganizationsAccessReport")


def test_operation_is_botocores_own():
    """An operation comes with its shapes, its errors and its wrapper."""
    operation = spec.operation("iam", "GetOrganizationsAccessReport")

    assert operation.name == "GetOrganizationsAccessReport"
    assert operation.output_shape.serialization["resultWrapper"] == "GetOrganizationsAccessReportResult"
    assert [each.error_code for each in operation.error_shapes] == ["NoSuchEntity"]
    assert operation.service_model.protocol == "query"


def test_fingerprint_is_of_this_botocore():
    """The fingerprint names the release and fits the result's `model` field."""
    fingerprint = spec.fingerprint(load())

    assert fingerprint.botocore == botocore.__version__
    assert set(fingerprint._asdict()) == set(
        spec.schema("result")["$defs"]["result"]["properties"]["model"]["required"]
    )


def test_facts_are_what_the_contract_rests_on_and_no_more():
    """Shapes that the two operations do not reach do not move the fingerprint."""
    shapes = facts(description("iam"), OPERATIONS)["shapes"]

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
    """A bound that changes is another model; prose and unissued are not."""
    doctored = copy.deepcopy(dict(description("iam")))
    doctored["shapes"][shape][key] = value

    assert (facts(doctored, OPERATIONS) != facts(description("iam"), OPERATIONS)) is moves


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
    ("place", "path"),
    [
        ("output.Marker", "GetOrganizationsAccessReportResponse.Marker"),
        ("input.JobId", "GetOrganizationsAccessReportRequest.JobId"),
        ("item.Region", "AccessDetail.Region"),
        ("item", "AccessDetail"),
        ("start.input.EntityPath", "GenerateOrganizationsAccessReportRequest.EntityPath"),
        ("start.output", "GenerateOrganizationsAccessReportResponse"),
        ("operation", "GetOrganizationsAccessReport"),
        ("start", "GenerateOrganizationsAccessReport"),
        ("output.ErrorDetails.Code", "ErrorDetails.Code"),
        ("output.Colour", None),
        ("item.Colour", None),
    ],
)
def test_places_are_paths_in_the_model(place: str, path: str | None) -> None:
    """A member's path names the structure that has it; what the model does not have has none."""
    contract = load()

    assert member_path(contract, place) == (path and f"iam/2010-05-08#{path}")
    if place not in ("operation", "start"):
        assert (shape_at(contract, place) is None) is (path is None)


def test_paths_go_into_items_of_nested_lists() -> None:
    """A key inside a structure of the item, and items inside a structure of the output."""
    entities, distributions = (
        load("iam:GetServiceLastAccessedDetailsWithEntities"),
        load("cloudfront:ListDistributions"),
    )

    assert member_path(entities, "item.EntityInfo.Arn") == "iam/2010-05-08#EntityInfo.Arn"
    assert str(member_path(distributions, "item.ARN")).endswith("#DistributionSummary.ARN")


@pytest.mark.parametrize(("service", "operation"), [("iam", "GetNothing"), ("nothing", "ListUsers")])
def test_unknown_operations_are_key_errors(service: str, operation: str) -> None:
    """Below the front ends a wrong name is a mistake of ours."""
    with pytest.raises(KeyError):
        spec.operation(service, operation)


def test_a_fingerprint_is_of_one_operation() -> None:
    """Two operations of a service rest on different parts of its model."""
    assert spec.fingerprint(load()) != spec.fingerprint(load("iam:ListUsers"))
    assert len(spec.fingerprint(load("dynamodb:Scan")).sha256) == 64


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import awscontract.pytest_plugin", {"botocore", "jsonschema", "hypothesis"}),
        ("from awscontract import spec; spec.rules()", {"botocore", "jsonschema", "hypothesis", "difflib"}),
        ("from awscontract.spec.operations import judged; judged()", {"jsonschema", "boto3", "botocore.session"}),
        (
            "from awscontract import spec; from awscontract.spec.operations import load; spec.rule_set(load()); spec.schema('error')",
            {"jsonschema", "boto3", "botocore.session", "botocore.client"},
        ),
    ],
)
def test_nothing_is_imported_before_it_is_needed(statement: str, absent: set[str]) -> None:
    """The catalogue costs no botocore, a contract no session or client, and nothing here jsonschema."""
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)

    assert absent.isdisjoint(done.stdout.split())


def test_the_files_of_few_services_are_kept():
    """All services together take hundreds of MB: the loader forgets those that were not asked for lately, and reads them again."""
    from awscontract.spec import model

    first = model.service("sqs")
    for name in (
        "iam",
        "sns",
        "logs",
        "kms",
        "ecr",
        "sts",
        "ssm",
        "acm",
        "events",
        "athena",
        "backup",
        "batch",
        "efs",
        "swf",
        "ram",
        "ses",
    ):
        assert model.service(name).service_name == name

    assert len(model.loader()._cache) <= model._FILES
    assert model.service("sqs") is not first
    assert model.loader().load_service_model("sqs", "service-2") is model.loader().load_service_model(
        "sqs", "service-2"
    )
