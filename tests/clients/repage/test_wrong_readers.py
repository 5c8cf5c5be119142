"""A wrong reader is found: it makes something else of a listing in other pages, or it is among the places that left pages unread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from awscontract import repage
from awscontract.clients.repage.cutting.pages import get
from awscontract.clients.repage.unread import LOST, WOULD_LOSE
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.spec.operations import load

from readers_kit import Listed

Client = Any
Reader = Callable[[Client], Any]

_WRONG: dict[str, tuple[str, Reader, int]] = {}


def wrong(operation: str, items: int = 5) -> Callable[[Reader], Reader]:
    """A reader of this operation that is right about one page of a backend, and about a listing of so many items."""

    def added(reader: Reader) -> Reader:
        _WRONG[reader.__name__] = (operation, reader, items)
        return reader

    return added


# --- they stop too early


@wrong("iam:ListUsers")
def first_page_only(iam: Client) -> Any:
    return [each["UserName"] for each in iam.list_users()["Users"]]


@wrong("iam:ListUsers", items=1)
def first_page_only_of_one_item(iam: Client) -> Any:
    return [each["UserName"] for each in iam.list_users()["Users"]]


@wrong("iam:ListUsers", items=2)
def first_page_only_of_two_items(iam: Client) -> Any:
    return [each["UserName"] for each in iam.list_users()["Users"]]


@wrong("iam:ListUsers")
def the_last_one_of_the_first_page(iam: Client) -> Any:
    return iam.list_users()["Users"][-1]["UserName"]


@wrong("lambda:ListFunctions")
def the_last_one(functions: Client) -> Any:
    return functions.list_functions()["Functions"][-1]["FunctionName"]


@wrong("iam:ListUsers")
def whether_one_exists(iam: Client) -> Any:
    return any(each["UserName"].endswith("4") for each in iam.list_users()["Users"])


@wrong("iam:ListUsers")
def two_pages_at_most(iam: Client) -> Any:
    page = iam.list_users()
    found = page["Users"]
    if page["IsTruncated"]:
        found = found + iam.list_users(Marker=page["Marker"])["Users"]
    return found


@wrong("ssm:DescribeParameters")
def stops_at_an_empty_page(ssm: Client) -> Any:
    found: list[Any] = []
    page = ssm.describe_parameters()
    while page["Parameters"]:
        found += page["Parameters"]
        if "NextToken" not in page:
            break
        page = ssm.describe_parameters(NextToken=page["NextToken"])
    return found


@wrong("ssm:DescribeParameters")
def stops_at_a_short_page(ssm: Client) -> Any:
    page = ssm.describe_parameters(MaxResults=3)
    found = page["Parameters"]
    while len(page["Parameters"]) == 3:
        page = ssm.describe_parameters(MaxResults=3, NextToken=page["NextToken"])
        found = found + page["Parameters"]
    return found


@wrong("rds:DescribeDBInstances")
def the_first_page_of_a_paginator(rds: Client) -> Any:
    return next(iter(rds.get_paginator("describe_db_instances").paginate()))["DBInstances"]


@wrong("events:ListEventBuses")
def first_page_of_an_operation_without_a_paginator(events: Client) -> Any:
    return [each["Name"] for each in events.list_event_buses()["EventBuses"]]


@wrong("cloudfront:ListCachePolicies", items=1)
def first_page_of_a_nested_list(cloudfront: Client) -> Any:
    return [each["Type"] for each in cloudfront.list_cache_policies()["CachePolicyList"]["Items"]]


@wrong("dynamodb:Scan")
def one_scan(dynamodb: Client) -> Any:
    return dynamodb.scan(TableName="table")["Items"]


# --- they read or send the wrong member


@wrong("wafv2:ListWebACLs")
def reads_the_token_of_other_services(wafv2: Client) -> Any:
    page = wafv2.list_web_acls(Scope="REGIONAL")
    found = page["WebACLs"]
    while token := page.get("NextToken"):
        page = wafv2.list_web_acls(Scope="REGIONAL", NextMarker=token)
        found = found + page["WebACLs"]
    return found


@wrong("ecs:ListClusters")
def reads_another_token(ecs: Client) -> Any:
    page = ecs.list_clusters()
    found = page["clusterArns"]
    while token := page.get("NextToken"):
        page = ecs.list_clusters(nextToken=token)
        found += page["clusterArns"]
    return found


@wrong("lambda:ListFunctions")
def sends_another_token(functions: Client) -> Any:
    page = functions.list_functions()
    found = page["Functions"]
    while "NextMarker" in page:
        page = functions.list_functions(NextMarker=page["NextMarker"])
        found = found + page["Functions"]
    return found


@wrong("lambda:ListFunctions")
def never_sends_the_token(functions: Client) -> Any:
    page = functions.list_functions()
    found = page["Functions"]
    for _ in range(50):
        if "NextMarker" not in page:
            return found
        page = functions.list_functions()
        found = found + page["Functions"]
    return found


@wrong("s3:ListObjectsV2", items=1)
def reads_contents_of_every_page(s3: Client) -> Any:
    page = s3.list_objects_v2(Bucket="bucket")
    found = page["Contents"]
    while page["IsTruncated"]:
        page = s3.list_objects_v2(Bucket="bucket", ContinuationToken=page["NextContinuationToken"])
        found = found + page["Contents"]
    return found


@wrong("s3:ListObjectsV2")
def counts_the_keys_of_a_page(s3: Client) -> Any:
    return len(s3.list_objects_v2(Bucket="bucket")["Contents"])


@wrong("iam:ListUsers")
def changes_the_token(iam: Client) -> Any:
    page = iam.list_users()
    found = page["Users"]
    while page["IsTruncated"]:
        page = iam.list_users(Marker=page["Marker"].upper())
        found = found + page["Users"]
    return found


@wrong("iam:ListUsers")
def drops_the_other_parameters(iam: Client) -> Any:
    page = iam.list_users(PathPrefix="/")
    found = page["Users"]
    while page["IsTruncated"]:
        page = iam.list_users(Marker=page["Marker"])
        found = found + page["Users"]
    return found


@wrong("lambda:ListFunctions")
def sends_the_token_of_another_operation(functions: Client) -> Any:
    page = functions.list_functions()
    found = page["Functions"]
    if "NextMarker" in page:
        found = found + functions.list_event_source_mappings(Marker=page["NextMarker"])["EventSourceMappings"]
    return found


# --- they put the pages together in a wrong way


@wrong("organizations:ListAccounts")
def a_record_for_each_page(organizations: Client) -> Any:
    return [{"accounts": page["Accounts"]} for page in organizations.get_paginator("list_accounts").paginate()]


@wrong("iam:ListUsers")
def the_last_page_wins(iam: Client) -> Any:
    found: dict[str, Any] = {}
    for page in iam.get_paginator("list_users").paginate():
        found.update(users=page["Users"])
    return found


@wrong("iam:ListUsers")
def sorts_within_pages(iam: Client) -> Any:
    pages = iam.get_paginator("list_users").paginate()
    return [
        each["UserName"]
        for page in pages
        for each in sorted(page["Users"], key=lambda user: user["UserName"], reverse=True)
    ]


@wrong("iam:ListUsers")
def the_newest_of_each_page(iam: Client) -> Any:
    pages = iam.get_paginator("list_users").paginate()
    return [max(page["Users"], key=lambda user: user["CreateDate"])["UserName"] for page in pages]


@wrong("route53:ListResourceRecordSets")
def one_of_three_tokens(route53: Client) -> Any:
    page = route53.list_resource_record_sets(HostedZoneId="Z1")
    found = page["ResourceRecordSets"]
    while page["IsTruncated"]:
        page = route53.list_resource_record_sets(HostedZoneId="Z1", StartRecordType=page["NextRecordType"])
        found = found + page["ResourceRecordSets"]
    return found


@cache
def client_of(service: str) -> Client:
    return boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # type: ignore[call-overload]


def outcome(reader: Reader, client: Client) -> Any:
    """What it returns, or what it raises."""
    try:
        return reader(client)
    except (ClientError, ParamValidationError, KeyError, ValueError) as error:
        return type(error)


@cache
def made(operation: str) -> tuple[Any, ...]:
    """Items that the emulator makes."""
    whole, client = Emulator(operation, Behaviour(items=9)), client_of(operation.partition(":")[0])
    listing = whole.contract.listing
    assert listing is not None
    with attach(client, whole):
        listed = Listed(client, whole.contract.operation, dict(whole.parameters[operation]))
        main = tuple(listing.main.split("."))
        return tuple(each for page in listed.pages() for each in get(page, main))


def given(operation: str, items: int) -> Emulator:
    """A backend that has all in one page."""
    listing = load(operation).listing
    assert listing is not None
    return Emulator(operation, Behaviour(given={listing.main: made(operation)[:items]}))


#: What only some sizes of pages show.
_NEEDS_LUCK = {"two_pages_at_most", "stops_at_an_empty_page", "stops_at_a_short_page", "sorts_within_pages"}


@pytest.mark.parametrize("name", _WRONG)
def test_a_wrong_reader_is_found(name: str) -> None:
    """Under every seed; where it is wrong about some pages only, under one of a few."""
    operation, reader, items = _WRONG[name]
    client = client_of(operation.partition(":")[0])
    found = []
    with attach(client, given(operation, items)):
        plainly = outcome(reader, client)
        for seed in range(8):
            with repage(seed=seed) as log:
                repaged = outcome(reader, client)
            found.append(repaged != plainly or bool(log.unread))

    assert not isinstance(plainly, type)
    assert any(found) if name in _NEEDS_LUCK else all(found), found


def levels(reader: Reader, operation: str, items: int) -> Iterator[str]:
    client = client_of(operation.partition(":")[0])
    with attach(client, given(operation, items)), repage() as log:
        reader(client)
    return (each.level for each in log.unread)


@pytest.mark.parametrize(("items", "level"), [(1, WOULD_LOSE), (2, LOST), (5, LOST)])
def test_a_place_that_reads_the_first_page_only_is_reported(items: int, level: str) -> None:
    """On the level of what was lost."""
    assert list(levels(first_page_only, "iam:ListUsers", items)) == [level]


def test_a_scan_that_was_asked_for_less() -> None:
    """A page that is full has a token whether there are more items or not, so that nobody can say that any are lost."""
    assert list(levels(one_scan, "dynamodb:Scan", 5)) == [WOULD_LOSE]


def test_an_empty_listing_shows_nothing() -> None:
    """Where no documentation announces empty pages, there is no page to cut."""
    assert list(levels(first_page_only, "iam:ListUsers", 0)) == []
