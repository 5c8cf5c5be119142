"""Beginnings and ends of listings that right programs rely on, since AWS keeps to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore import xform_name

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.judging.call import search
from awscontract.spec.operations import load

#: Operations whose tokens may be empty by the model, over every protocol, with what their requests need.
EMPTY: dict[str, dict[str, Any]] = {
    "cloudwatch:DescribeAlarms": {},
    "ec2:DescribeVpcs": {},
    "glue:GetPartitions": {"DatabaseName": "d", "TableName": "t"},
    "rds:DescribeDBInstances": {},
    "resourcegroupstaggingapi:GetResources": {},
    "s3:ListParts": {"Bucket": "b", "Key": "k", "UploadId": "u"},
}


def from_an_empty_token(operation: str, parameters: dict[str, Any], empty: Any = "") -> Callable[[Any], list[Any]]:
    """A loop that has a token from the beginning on."""
    contract = load(operation)
    assert contract.listing is not None
    listing = contract.listing

    def collect(client: Any) -> list[Any]:
        found, token = [], empty
        while True:
            page = getattr(client, xform_name(contract.operation))(**parameters, **{listing.token.input: token})
            found += page.get(listing.main, [])
            token = search(listing.token.output, page) if listing.more is None or page.get(listing.more) else None
            if not token:
                return found

    return collect


@pytest.mark.parametrize("operation", EMPTY)
def test_an_empty_token_first(operation: str) -> None:
    """It counts as none, as it does on AWS, and so does the number 0."""
    parameters = EMPTY[operation]
    collect = from_an_empty_token(operation, parameters, 0 if operation == "s3:ListParts" else "")

    fuzz_client(collect, operation=operation, parameters=parameters, seed=0, examples=10)


def test_an_empty_token_where_aws_refuses_it() -> None:
    """S3 calls an empty continuation token incorrect."""
    parameters = {"Bucket": "b"}
    with pytest.raises(ClientContractViolation, match="sends an empty ContinuationToken, which s3 refuses"):
        fuzz_client(
            from_an_empty_token("s3:ListObjectsV2", parameters),
            operation="s3:ListObjectsV2",
            parameters=parameters,
            seed=0,
        )


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        ("autoscaling:DescribeAutoScalingGroups", "client.token-verbatim"),
        ("logs:DescribeLogGroups", "client.raises-nothing-else"),
    ],
)
def test_an_empty_token_that_is_refused(operation: str, rule: str) -> None:
    """By a service that was seen to refuse it, or by the model."""
    with pytest.raises(ClientContractViolation, match="oken out of the first request") as raised:
        fuzz_client(from_an_empty_token(operation, {}), operation=operation, seed=0, examples=12)
    assert raised.value.rule == rule


def test_behind_the_last_name() -> None:
    """Kinesis documents a name as another way to page, besides its token."""

    def collect(client: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = client.list_streams(**({"ExclusiveStartStreamName": found[-1]} if found else {}))
            found += page["StreamNames"]
            if not page["HasMoreStreams"]:
                return found

    fuzz_client(collect, operation="kinesis:ListStreams", seed=0, examples=20)


def test_whether_there_is_a_token() -> None:
    """Where a member says whether more follows, a loop may look for the token instead, which is there only then."""

    def collect(client: Any) -> list[Any]:
        page = client.list_users()
        found = list(page["Users"])
        while "Marker" in page:
            page = client.list_users(Marker=page["Marker"])
            found += page["Users"]
        return found

    fuzz_client(collect, operation="iam:ListUsers", seed=0, examples=30)
