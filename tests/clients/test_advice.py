"""`fuzz_client` on clients that surprise it: what it says, how small it gets, and what it does not blame."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from awscontract import ClientContractViolation, fuzz_client
from awscontract.errors import UsageError

Item = Any
Collect = Callable[[Any], Any]


def users(client: Any, most: int = 1_000) -> list[Item]:
    pages = client.get_paginator("list_users").paginate()
    return [each for page, _ in zip(pages, range(most), strict=False) for each in page["Users"]]


def shards(client: Any) -> list[Item]:
    page = client.list_shards(StreamName="s")
    found = page.get("Shards", [])
    while token := page.get("NextToken"):
        page = client.list_shards(NextToken=token)
        found = found + page.get("Shards", [])
    return found  # type: ignore[no-any-return]


def test_a_token_without_the_other_parameters() -> None:
    """Kinesis documents that a token comes alone."""
    parameters = {"StreamName": "s"}
    assert fuzz_client(shards, operation="kinesis:ListShards", parameters=parameters, seed=0, examples=12).calls > 12


def records(client: Any, *names: str) -> list[Item]:
    page = client.list_resource_record_sets(HostedZoneId="Z1")
    found = list(page["ResourceRecordSets"])
    while page["IsTruncated"]:
        start = {f"Start{name}": page[f"Next{name}"] for name in names if f"Next{name}" in page}
        page = client.list_resource_record_sets(HostedZoneId="Z1", **start)
        found += page["ResourceRecordSets"]
    return found


def newest_functions(client: Any) -> list[Item]:
    for page in client.get_paginator("list_functions").paginate():
        found = page["Functions"]
    return list(found)


CACHE: list[Item] = []


def cached(client: Any) -> list[Item]:
    if not CACHE:
        CACHE.extend(users(client))
    return CACHE


def adds_to_its_default(client: Any, found: list[Item] = []) -> list[Item]:  # noqa: B006 -- the bug
    found += users(client)
    return found


@pytest.mark.parametrize(
    ("client", "operation", "text"),
    [
        (
            lambda client: records(client, "RecordName"),
            "route53:ListResourceRecordSets",
            "call 2 sends StartRecordName without StartRecordIdentifier and StartRecordType, which came with it",
        ),
        (
            newest_functions,
            "lambda:ListFunctions",
            "though the client read the listing to its end\nexpected    keep every item",
        ),
        (adds_to_its_default, "iam:ListUsers", "begin each call with a list of its own"),
    ],
)
def test_messages_that_say_what_to_do(client: Collect, operation: str, text: str) -> None:
    parameters = {"HostedZoneId": "Z1"} if operation.startswith("route53") else {}
    with pytest.raises(ClientContractViolation) as raised:
        fuzz_client(client, operation=operation, parameters=parameters, seed=0)
    assert text in raised.value.text


def test_a_client_that_remembers_another_service() -> None:
    CACHE.clear()
    with pytest.raises(UsageError, match="sent no request of iam:ListUsers in run 2, as it did before"):
        fuzz_client(cached, operation="iam:ListUsers", seed=0)


@pytest.mark.parametrize("limit", [50, 100])
def test_the_smallest_number_of_pages(limit: int) -> None:
    """Also where none of the usual numbers will do."""
    with pytest.raises(ClientContractViolation, match=rf"{limit + 1} items; at most 1 on a page"):
        fuzz_client(lambda client: users(client, limit), operation="iam:ListUsers", seed=0)


def test_the_smallest_number_of_polls() -> None:
    """A client that is tired of waiting after 77 polls."""

    def collect(client: Any, job_id: str) -> list[Item]:
        for _ in range(78):
            page = client.get_organizations_access_report(JobId=job_id)
            if page["JobStatus"] != "IN_PROGRESS":
                break
            time.sleep(1)
        else:
            return []
        if page["JobStatus"] == "FAILED":
            raise RuntimeError(job_id)
        found = page.get("AccessDetails", [])
        while page.get("IsTruncated"):
            page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
            found = found + page.get("AccessDetails", [])
        return list(found)

    with pytest.raises(ClientContractViolation, match="IN_PROGRESS 78 times"):
        fuzz_client(collect, seed=0)


def test_own_items_of_any_key() -> None:
    """Tables have other keys than the one of a recipe."""
    item = st.fixed_dictionaries({"pk": st.fixed_dictionaries({"S": st.text(min_size=1)})})

    def scan(client: Any) -> list[Item]:
        return [each for page in client.get_paginator("scan").paginate(TableName="t") for each in page.get("Items", [])]

    options: dict[str, Any] = {"operation": "dynamodb:Scan", "parameters": {"TableName": "t"}, "items": item}
    assert fuzz_client(scan, seed=0, examples=12, **options).calls > 12


def test_as_many_items_as_it_says() -> None:
    """Also where the smallest page of the operation is longer."""
    seen: list[int] = []

    def vpcs(client: Any) -> list[Item]:
        found = [each for page in client.get_paginator("describe_vpcs").paginate() for each in page["Vpcs"]]
        seen.append(len(found))
        return found

    fuzz_client(vpcs, operation="ec2:DescribeVpcs", seed=0, examples=3, observed_only=True)
    assert seen[:2] == [3, 0]


def test_an_empty_key_to_start_behind() -> None:
    """Every key is behind the empty one, so that a loop may begin with it."""

    def keys(client: Any) -> list[Item]:
        found, marker = [], ""
        while True:
            page = client.list_objects(Bucket="b", Marker=marker)
            found += page.get("Contents", [])
            if not page.get("IsTruncated"):
                return found
            marker = page.get("NextMarker") or found[-1]["Key"]

    found = fuzz_client(keys, operation="s3:ListObjects", parameters={"Bucket": "b"}, seed=0, examples=12)
    assert found.calls > 12


def test_numbers_of_a_table() -> None:
    """They are numbers, so that boto3's resources read them."""
    from boto3.dynamodb.types import TypeDeserializer

    def plain(items: list[Item]) -> list[Item]:
        return [{name: TypeDeserializer().deserialize(value) for name, value in each.items()} for each in items]

    def scan(client: Any) -> list[Item]:
        pages = client.get_paginator("scan").paginate(TableName="t")
        return plain([each for page in pages for each in page.get("Items", [])])

    parameters = {"TableName": "t"}
    assert fuzz_client(scan, operation="dynamodb:Scan", parameters=parameters, expect=plain, seed=0, examples=60).calls
