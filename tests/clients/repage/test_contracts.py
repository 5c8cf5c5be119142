"""In which manner each paginated operation of botocore is served in other pages, and that our tokens are within its model."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
from botocore.model import OperationModel, ServiceModel

from awscontract.clients.repage.cutting.contracts import Paging, paging_of
from awscontract.spec.model import service, services
from awscontract.spec.operations.paginators import paged
from awscontract.spec.patterns import fits

#: Every service nightly, and in every run those with odd tokens: patterns of UUIDs, digits and pairs, long and short ones, nested paths.
SAMPLE = (
    "cloudfront",
    "dynamodb",
    "ecs",
    "iam",
    "kinesis",
    "lambda",
    "organizations",
    "route53",
    "s3",
    "sqs",
    "wisdom",
)


def pagings(name: str) -> dict[str, Paging | None]:
    model = service(name)
    return {operation: paging_of(model, operation) for operation in paged(name)}


def tokens(paging: Paging) -> list[str]:
    assert paging.form is not None
    return [paging.form.write(int.from_bytes(sha256(str(number).encode()).digest())) for number in range(5)]


def check(name: str) -> None:
    """Tokens of ours fit, differ, are known, and stand in a member that the response has."""
    model: ServiceModel = service(name)
    for operation, paging in pagings(name).items():
        if paging is None or paging.form is None:
            continue
        shapes: OperationModel = model.operation_model(operation)
        taken: Any = shapes.input_shape
        bounds = dict(taken.members[paging.tokens[0][0]].metadata)
        bounds["max"] = bounds.get("max") or 10**6
        made = tokens(paging)
        assert all(fits(bounds, each) for each in made), (paging.operation, bounds, made)
        assert len(set(made)) == len(made)
        assert all(paging.form.is_ours(each) and paging.form.is_ours(each + "x") for each in made)
        shape: Any = shapes.output_shape
        for member in paging.token or ():
            shape = shape.members[member]
        assert shape.type_name == "string"


@pytest.mark.parametrize("name", SAMPLE)
def test_tokens_are_within_the_model(name: str) -> None:
    """Also where it wants a UUID, digits, or 80 characters."""
    check(name)


@pytest.mark.nightly
def test_all_operations() -> None:
    """All but a few dozen are cut; a program notices a change of botocore that changes this."""
    manners: Counter[str] = Counter()
    for name in services():
        check(name)
        manners.update("none" if each is None else each.manner for each in pagings(name).values())

    assert manners["cut"] > 0.98 * manners.total()
    assert manners["smaller-limit"] == 3
    assert manners["none"] < 60


@pytest.mark.parametrize(
    ("operation", "manner"),
    [
        ("iam:ListUsers", "cut"),
        ("s3:ListObjects", "cut"),
        ("s3:ListObjectVersions", "cut"),
        ("route53:ListResourceRecordSets", "cut"),
        ("dynamodb:Scan", "smaller-limit"),
        ("firehose:ListDeliveryStreams", "smaller-limit"),
        ("wafv2:ListWebACLs", "cut"),
        ("textract:GetDocumentAnalysis", "cut"),
        ("geo-places:SearchText", None),
        ("iam:ListUserTags", None),
        ("ec2:DescribeTags", "cut"),
        ("dynamodb:ListTagsOfResource", None),
        ("iam:ListAccessKeys", None),
        ("iam:ListAccountAliases", None),
        ("guardduty:ListDetectors", None),
        ("iam:ListPolicyVersions", None),
        ("omics:ListBatch", "cut"),
        ("iam:GetUser", None),
    ],
)
def test_the_manner(operation: str, manner: str | None) -> None:
    """Maps are not made up; names are taken from items; the tags of one resource, a user's keys and an account's only item are left alone."""
    name, _, operation = operation.partition(":")
    paging = paging_of(service(name), operation)

    assert (paging.manner if paging else None) == manner


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("ec2:DescribeInstances", {"InstanceIds"}),
        ("rds:DescribeDBInstances", {"DBInstanceIdentifier"}),
        ("cloudformation:DescribeStacks", {"StackName"}),
        ("efs:DescribeFileSystems", {"CreationToken", "FileSystemId"}),
        ("elbv2:DescribeLoadBalancers", {"LoadBalancerArns", "Names"}),
        ("batch:DescribeJobQueues", {"jobQueues"}),
        ("logs:DescribeAccountPolicies", {"policyName", "accountIdentifiers"}),
        ("frauddetector:GetLabels", {"name"}),
        ("resourcegroupstaggingapi:GetResources", {"ResourceARNList"}),
        ("iam:ListGroupsForUser", set()),
        ("s3:ListObjectsV2", set()),
    ],
)
def test_parameters_that_name_the_items(operation: str, names: set[str]) -> None:
    """Lists of names, and what is called like an item's own name."""
    name, _, operation = operation.partition(":")
    paging = paging_of(service(name), operation)

    assert paging is not None
    assert paging.naming == names


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("ebs:ListSnapshotBlocks", {"StartingBlockIndex"}),
        ("lightsail:GetSubdomains", {"subdomainName"}),
        ("iam:ListUsers", set()),
    ],
)
def test_parameters_that_a_token_replaces(operation: str, names: set[str]) -> None:
    """A request with a token may leave them out, by their documentation."""
    name, _, operation = operation.partition(":")
    if operation not in service(name).operation_names:
        pytest.skip("this botocore does not have it")
    paging = paging_of(service(name), operation)

    assert paging is not None
    assert paging.may_be_dropped == names


@pytest.mark.parametrize(
    ("operation", "largest"),
    [
        ("iam:ListUsers", 1000),
        ("s3:ListObjectsV2", 1000),
        ("rds:DescribeDBInstances", 100),
        ("greengrass:ListGroups", None),
    ],
)
def test_the_largest_limit(operation: str, largest: int | None) -> None:
    """By the model, else by the documentation, where either says so."""
    name, _, operation = operation.partition(":")
    paging = paging_of(service(name), operation)

    assert paging is not None
    assert paging.limit_maximum == largest


@pytest.mark.parametrize("operation", ["ssm:DescribeParameters", "organizations:ListAccounts", "logs:FilterLogEvents"])
def test_documented_empty_pages(operation: str) -> None:
    """Some operations announce them; most do not."""
    name, _, operation = operation.partition(":")
    paging, other = paging_of(service(name), operation), paging_of(service("iam"), "ListGroupPolicies")

    assert paging is not None and paging.empty_pages
    assert other is not None and not other.empty_pages


def test_operations_that_page_only_with_a_limit() -> None:
    """Most of EC2, and what says so; where a default is documented there are pages without a limit too."""
    ec2 = pagings("ec2")
    needs = {name for name, each in ec2.items() if each and each.needs_limit}

    assert {"DescribeInstances", "DescribeVpcs"} <= needs
    assert {"DescribeMovingAddresses", "DescribeScheduledInstances"} <= set(ec2) - needs
    assert [name for name, each in pagings("s3").items() if each and each.needs_limit] == ["ListBuckets"]
    assert not any(each.needs_limit for each in pagings("iam").values() if each)
