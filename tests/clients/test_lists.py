"""`fuzz_client` for operations without a job: lists over every protocol, with odd tokens and paths, and clients that are wrong about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import boto3
import pytest
from botocore import xform_name
from hypothesis import strategies as st

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing import item_pool
from awscontract.clients.fuzzing.judging.call import search
from awscontract.clients.fuzzing.scenarios.dangers import dangers
from awscontract.errors import UsageError
from awscontract.spec.catalogue import client_rule_set
from awscontract.spec.operations import load
from profiles import NIGHTLY

Item = Any
Collect = Callable[[Any], Any]

#: Each with what its requests need: every protocol, and several tokens, tokens out of items, maps as tokens, nested paths.
OPERATIONS: dict[str, dict[str, Any]] = {
    "iam:ListUsers": {},
    "iam:ListUserPolicies": {"UserName": "u"},
    "ec2:DescribeVpcs": {},
    "lambda:ListFunctions": {},
    "dynamodb:ListTables": {},
    "dynamodb:Scan": {"TableName": "t"},
    "s3:ListObjectsV2": {"Bucket": "bucket"},
    "s3:ListObjects": {"Bucket": "bucket"},
    "s3:ListObjectVersions": {"Bucket": "bucket"},
    "route53:ListResourceRecordSets": {"HostedZoneId": "Z1"},
    "cloudfront:ListDistributions": {},
    "organizations:ListAccounts": {},
    "kinesis:DescribeStream": {"StreamName": "s"},
    "sqs:ListQueues": {},
    "s3control:ListCallerAccessGrants": {"AccountId": "123456789012"},
}


#: All dangers in every run for one list and for the oddest tokens, for all of them nightly.
ALL_DANGERS = {"ec2:DescribeVpcs", "s3:ListObjectVersions"}


def by_paginator(operation: str) -> Collect:
    """botocore's own paginator: right wherever it has one."""
    contract = load(operation)

    def collect(client: Any) -> list[Item]:
        pages = client.get_paginator(xform_name(contract.operation)).paginate(**OPERATIONS[operation])
        assert contract.listing is not None
        return [each for page in pages for each in search(contract.listing.main, page) or []]

    return collect


@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_botocores_paginators_are_right(operation: str) -> None:
    """None of the dangers harms them, whatever the protocol and the tokens."""
    examples = 100 if NIGHTLY else 4 + len(dangers(load(operation))) if operation in ALL_DANGERS else 6
    found = fuzz_client(
        by_paginator(operation), operation=operation, parameters=OPERATIONS[operation], seed=0, examples=examples
    )

    assert found.examples == examples


def buses(client: Any) -> list[Item]:
    page = client.list_event_buses()
    found = page.get("EventBuses", [])
    while token := page.get("NextToken"):
        page = client.list_event_buses(NextToken=token)
        found = found + page.get("EventBuses", [])
    return found  # type: ignore[no-any-return]


def test_an_operation_without_a_paginator() -> None:
    """Its shapes say how it pages: a loop of the client's own is right, its first page is not."""
    assert fuzz_client(buses, operation="events:ListEventBuses", seed=0, examples=8).examples == 8
    with pytest.raises(ClientContractViolation) as raised:
        fuzz_client(
            lambda client: client.list_event_buses().get("EventBuses", []), operation="events:ListEventBuses", seed=0
        )
    assert raised.value.rule == "client.complete"


def test_an_operation_that_does_not_say_how_it_pages() -> None:
    """The message names what `fuzz_client` takes, and that works; where nothing does, it names another operation."""

    def tables(client: Any) -> list[Item]:
        page = client.list_global_tables()
        found = page.get("GlobalTables", [])
        while name := page.get("LastEvaluatedGlobalTableName"):
            page = client.list_global_tables(ExclusiveStartGlobalTableName=name)
            found = found + page.get("GlobalTables", [])
        return found  # type: ignore[no-any-return]

    with pytest.raises(UsageError, match=r"operation=awscontract\.spec\.operations\.load\(NAME, paging=") as raised:
        fuzz_client(tables, operation="dynamodb:ListGlobalTables")
    assert "--paging" not in str(raised.value)
    paging = {
        "input": "ExclusiveStartGlobalTableName",
        "output": "LastEvaluatedGlobalTableName",
        "items": "GlobalTables",
    }
    fuzz_client(tables, operation=load("dynamodb:ListGlobalTables", paging=paging), seed=0, examples=12)
    with pytest.raises(UsageError, match=r"ends where a token comes again.*logs:FilterLogEvents"):
        fuzz_client(lambda client: [], operation="logs:GetLogEvents")


def instances(page: Any) -> list[Item]:
    return [
        (each["InstanceId"], {tag["Key"]: tag["Value"] for tag in each.get("Tags", [])}.get("Name"))
        for reservation in page
        for each in reservation.get("Instances", [])
    ]


def attached(page: Any) -> list[Item]:
    return [(each["PolicyName"], each["PolicyArn"]) for each in page]


@pytest.mark.parametrize(
    ("operation", "read", "parameters"),
    [("ec2:DescribeInstances", instances, {}), ("iam:ListAttachedRolePolicies", attached, {"RoleName": "r"})],
)
def test_ids_and_tags_are_there(operation: str, read: Callable[[Any], list[Item]], parameters: dict[str, str]) -> None:
    """The model does not require them, but an instance without an id, or a tag without its key, does not exist."""
    contract = load(operation)

    def collect(client: Any) -> list[Item]:
        pages = client.get_paginator(xform_name(contract.operation)).paginate(**parameters)
        assert contract.listing is not None
        return [each for page in pages for each in read(page.get(contract.listing.main, []))]

    fuzz_client(collect, operation=operation, parameters=parameters, expect=read, seed=0, examples=40)


def test_a_limit_that_is_required() -> None:
    """What the listing really holds is read with the client's own limit."""

    def pools(client: Any) -> list[Item]:
        pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
        return [each for page in pages for each in page.get("UserPools", [])]

    fuzz_client(pools, operation="cognito-idp:ListUserPools", seed=0, examples=12)


def users(client: Any, **parameters: Any) -> Iterator[dict[str, Any]]:
    while True:
        page = client.list_users(**parameters)
        yield page
        if not page.get("IsTruncated"):
            return
        parameters["Marker"] = page["Marker"]


def right(client: Any) -> list[Item]:
    return [each for page in users(client) for each in page.get("Users", [])]


def names(client: Any) -> Iterable[str]:
    return {each["UserName"] for each in right(client)}


def none_on_errors(client: Any) -> list[Item] | None:
    try:
        return right(client)
    except client.exceptions.ClientError:
        return None


async def awaited(client: Any) -> list[Item]:
    return right(client)


def makes_its_client(client: Any) -> list[Item]:
    return right(boto3.client("iam"))


def first_page(client: Any) -> list[Item]:
    return list(client.list_users()["Users"])


def fifty_pages(client: Any) -> list[Item]:
    return [each for page, _ in zip(users(client), range(50), strict=False) for each in page["Users"]]


def until_a_short_page(client: Any) -> list[Item]:
    found: list[Item] = []
    for page in users(client, MaxItems=2):
        found += page["Users"]
        if len(page["Users"]) < 2:
            break
    return found


def without_the_marker(client: Any) -> list[Item]:
    found, page = [], client.list_users()
    while page["IsTruncated"]:
        found += page["Users"]
        page = client.list_users()
    return found


def needs_is_truncated(client: Any) -> list[Item]:
    found, page = [], client.list_users()
    while page["IsTruncated"]:
        found += page["Users"]
        page = client.list_users(Marker=page["Marker"])
    return found + list(page["Users"])


def loses_the_rest(client: Any) -> list[Item]:
    found: list[Item] = []
    try:
        for page in users(client):
            found += page["Users"]
    except client.exceptions.ClientError:
        pass
    return found


def strips(client: Any) -> list[Item]:
    found, page = [], client.list_users()
    while True:
        found += page["Users"]
        if not page.get("IsTruncated"):
            return found
        page = client.list_users(Marker=page["Marker"].replace("&", "&amp;").strip())


def forgets_the_prefix(client: Any) -> list[Item]:
    page = client.list_users(PathPrefix="/a/")
    found = list(page["Users"])
    while page.get("IsTruncated"):
        page = client.list_users(Marker=page["Marker"])
        found += page["Users"]
    return found


def twice(client: Any) -> list[Item]:
    return right(client) + first_page(client)


def backwards(client: Any) -> list[Item]:
    return [each for page in list(users(client))[::-1] for each in page["Users"]]


def needs_a_path(client: Any) -> list[Item]:
    return [each for each in right(client) if each["PermissionsBoundary"]["PermissionsBoundaryArn"] or True]


def dislikes_one(client: Any) -> list[Item]:
    found = right(client)
    if len(found) == 1:
        raise RuntimeError("alone")
    return found


BUGGY: tuple[tuple[Collect, str], ...] = (
    (first_page, "client.complete"),
    (fifty_pages, "client.complete"),
    (until_a_short_page, "client.complete"),
    (without_the_marker, "client.stops"),
    (needs_is_truncated, "client.tolerates-absent"),
    (loses_the_rest, "client.surfaces-errors"),
    (strips, "client.token-verbatim"),
    (forgets_the_prefix, "client.parameters-kept"),
    (twice, "client.no-repeats"),
    (backwards, "client.order-kept"),
    (needs_a_path, "client.tolerates-absent"),
    (dislikes_one, "client.raises-nothing-else"),
)


@pytest.mark.parametrize(
    ("client", "options"),
    [(right, {}), (names, {"key": "UserName"}), (none_on_errors, {}), (awaited, {}), (makes_its_client, {})],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_right(client: Collect, options: dict[str, Any]) -> None:
    """A right client is never blamed."""
    fuzz_client(client, operation="iam:ListUsers", seed=1, examples=100 if NIGHTLY else 8, **options)


@pytest.mark.smoke
@pytest.mark.parametrize(("client", "rule"), BUGGY, ids=lambda each: getattr(each, "__name__", ""))
def test_buggy(client: Collect, rule: str) -> None:
    """A bug is caught by the rule that is about it; nothing speaks of jobs."""
    with pytest.raises(ClientContractViolation) as caught:
        fuzz_client(client, operation="iam:ListUsers", seed=0)

    assert caught.value.rule == rule
    assert len(str(caught.value).splitlines()) <= 10
    assert "operation='iam:ListUsers'" in str(caught.value)
    assert "Job" not in str(caught.value)
    assert "a report" not in str(caught.value)


def test_every_rule() -> None:
    """Every client rule of a list has a client that it catches; unread pages are what re-paging looks for."""
    expected = {each.id for each in client_rule_set(load("iam:ListUsers"))} - {"client.unread-pages"}
    assert {rule for _, rule in BUGGY} == expected


@pytest.fixture
def few_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many are drawn from a strategy as listings of a few pages take."""
    monkeypatch.setattr(item_pool, "_ENOUGH", 40)


@pytest.mark.usefixtures("few_items")
def test_own_items() -> None:
    """Items of the user's own strategy are listed, with what identifies them distinct."""
    seen: list[Item] = []
    item = st.fixed_dictionaries({"Key": st.from_regex(r"[a-z]{3,8}", fullmatch=True), "Size": st.integers(0, 9)})

    def collect(client: Any) -> list[Item]:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="bucket")
        found = [each for page in pages for each in page.get("Contents", [])]
        seen.extend(found)
        return found

    fuzz_client(collect, operation="s3:ListObjectsV2", parameters={"Bucket": "bucket"}, items=item, seed=0, examples=12)

    assert seen
    assert all(each.keys() == {"Key", "Size"} and each["Size"] < 10 for each in seen)


@pytest.mark.usefixtures("few_items")
def test_several_lists() -> None:
    """With a dict of strategies the listing is a dict of lists."""
    items = {
        "Contents": st.builds(lambda number: {"Key": f"k{number}"}, st.integers(0, 999)),
        "CommonPrefixes": st.builds(lambda number: {"Prefix": f"p{number}/"}, st.integers(0, 999)),
    }

    def collect(client: Any) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {"Contents": [], "CommonPrefixes": []}
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="bucket", Delimiter="/"):
            for name, listed in found.items():
                listed.extend(page.get(name, []))
        return found

    parameters = {"Bucket": "bucket", "Delimiter": "/"}
    fuzz_client(collect, operation="s3:ListObjectsV2", parameters=parameters, items=items, seed=0, examples=12)


@pytest.mark.usefixtures("few_items")
def test_lists_side_by_side() -> None:
    """With a Delimiter there are two of them without any strategy, and a client that loses one's later pages is found."""

    def collect(client: Any) -> dict[str, list[Item]]:
        keys: list[Item] = []
        folders: list[Item] = []
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="bucket", Delimiter="/"):
            keys += page.get("Contents", [])
            folders += page.get("CommonPrefixes", [])
        return {"Contents": keys, "CommonPrefixes": folders}

    def losing(client: Any) -> dict[str, list[Item]]:
        found = collect(client)
        return found | {"CommonPrefixes": found["CommonPrefixes"][:1]}

    options: dict[str, Any] = {
        "operation": "s3:ListObjectsV2", "parameters": {"Bucket": "bucket", "Delimiter": "/"}, "seed": 0, "examples": 12,
    }  # fmt: skip
    fuzz_client(collect, **options)
    fuzz_client(lambda client: [each["Key"] for each in collect(client)["Contents"]], key="Key", **options)
    with pytest.raises(ClientContractViolation, match=r"of CommonPrefixes it returned 1 of \d"):
        fuzz_client(losing, **options)


@pytest.mark.parametrize(
    ("operation", "parameters", "call", "path"),
    [
        ("dynamodb:Scan", {"TableName": "table"}, "scan", "Count"),
        ("s3:ListObjectsV2", {"Bucket": "bucket"}, "list_objects_v2", "KeyCount"),
        ("cloudfront:ListDistributions", {}, "list_distributions", "DistributionList.Quantity"),
    ],
)
def test_a_client_that_adds_up_counts(operation: str, parameters: Item, call: str, path: str) -> None:
    """A page says how many items it holds, also where there is none."""

    def count(client: Any) -> Any:
        return sum(search(path, page) for page in client.get_paginator(call).paginate(**parameters))

    fuzz_client(count, operation=operation, parameters=parameters, expect=len, seed=0, examples=12)


def test_an_empty_token_that_the_model_does_not_allow() -> None:
    """A token of CloudFormation has a character or more, so that a client may look only whether there is one; one of EC2 may be empty."""

    def of(call: str, listed: str) -> Callable[[Any], list[Item]]:
        def collect(client: Any) -> list[Item]:
            found, more = [], {}
            while True:
                page = getattr(client, call)(**more)
                found += page.get(listed, [])
                if "NextToken" not in page:
                    return found
                more = {"NextToken": page["NextToken"]}

        return collect

    fuzz_client(of("describe_stacks", "Stacks"), operation="cloudformation:DescribeStacks", seed=0, examples=30)
    with pytest.raises(ClientContractViolation) as raised:
        fuzz_client(of("describe_vpcs", "Vpcs"), operation="ec2:DescribeVpcs", seed=0, examples=30)
    assert raised.value.rule == "client.stops"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters": {"PathPrefx": "/"}}, "has no 'PathPrefx'; did you mean 'PathPrefix'?"),
        ({"items": {"Groups": st.just({})}}, "has no list 'Groups'; it has Users"),
        ({"key": "Username"}, "has no member 'Username'; did you mean 'UserName'?"),
        ({"operation": "iam:ListUser"}, "iam:ListUsers"),
    ],
)
def test_wrong_usage(options: dict[str, Any], message: str) -> None:
    """Wrong names are pointed out, with the nearest one."""
    with pytest.raises(ValueError, match=re.escape(message)):
        fuzz_client(right, **{"operation": "iam:ListUsers", **options})


def test_items_that_do_not_differ() -> None:
    """A strategy whose items are all the same is the caller's mistake."""
    with pytest.raises(UsageError, match="draws only 1 distinct item"):
        fuzz_client(right, operation="iam:ListUsers", items=st.just({"UserName": "a"}))


def test_another_operation_of_the_service() -> None:
    """It is named, and what to do about it."""

    def collect(client: Any) -> list[Item]:
        client.list_account_aliases()
        return right(client)

    with pytest.raises(UsageError, match=r'calls iam:ListAccountAliases, .*backend="moto"'):
        fuzz_client(collect, operation="iam:ListUsers", seed=0)


def test_invalid_responses() -> None:
    """Tokens that are missing, empty or lead round: raising is right, silence is not."""

    def careful(client: Any) -> list[Item]:
        found: list[Item] = []
        seen: set[str] = set()
        page = client.list_users()
        while True:
            found += page.get("Users", [])
            if not page.get("IsTruncated"):
                return found
            token = page.get("Marker")
            if not token or token in seen:
                raise RuntimeError("a token that leads nowhere")
            seen.add(token)
            page = client.list_users(Marker=token)

    fuzz_client(careful, operation="iam:ListUsers", seed=0, examples=12, invalid_responses=True)
    with pytest.raises(ClientContractViolation, match="breaks the contract"):
        fuzz_client(silent, operation="iam:ListUsers", seed=0, invalid_responses=True)


def silent(client: Any) -> list[Item]:
    found: list[Item] = []
    page = client.list_users()
    while True:
        found += page.get("Users", [])
        if not page.get("IsTruncated") or not page.get("Marker"):
            return found
        page = client.list_users(Marker=page["Marker"])
