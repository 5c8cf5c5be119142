"""A correct reader notices nothing: read in other pages, a listing is what it is when it is read plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import boto3
import pytest
from botocore import xform_name
from hypothesis import given, strategies as st

from awscontract import repage
from awscontract.clients.repage.cutting.contracts import paging_of
from awscontract.clients.repage.cutting.pages import get
from awscontract.clients.repage.cutting.requests import next_tokens, with_limit
from awscontract.emulator import Behaviour, Emulator, attach
from profiles import examples

Client = Any
Parameters = dict[str, Any]

#: With what their requests need. They are of every protocol, with nested, several and map tokens, tokens out of items, several lists, lists
#: beside the main one, documented empty pages, and limits that are needed.
OPERATIONS: dict[str, Parameters] = {
    "iam:ListUsers": {"PathPrefix": "/"},
    "iam:GetAccountAuthorizationDetails": {},
    "rds:DescribeDBInstances": {},
    "ec2:DescribeVpcs": {"MaxResults": 5},
    "lambda:ListFunctions": {},
    "logs:FilterLogEvents": {"logGroupName": "g"},
    "ssm:DescribeParameters": {},
    "organizations:ListAccounts": {},
    "resource-groups:ListGroups": {},
    "dynamodb:ListTables": {},
    "dynamodb:Scan": {"TableName": "table"},
    "kinesis:DescribeStream": {"StreamName": "s"},
    "kinesis:ListShards": {"StreamName": "s"},
    "s3:ListObjectsV2": {"Bucket": "bucket", "Delimiter": "/"},
    "s3:ListObjects": {"Bucket": "bucket"},
    "s3:ListObjectVersions": {"Bucket": "bucket"},
    "s3:ListParts": {"Bucket": "bucket", "Key": "k", "UploadId": "u"},
    "route53:ListHostedZones": {},
    "route53:ListResourceRecordSets": {"HostedZoneId": "Z1"},
    "cloudfront:ListDistributions": {},
}


class Listed(NamedTuple):
    """What a reader knows about the operation that it reads: all of it is public."""

    client: Client
    operation: str
    parameters: Parameters

    @property
    def paging(self) -> Any:
        return paging_of(self.client.meta.service_model, self.operation)

    @property
    def paginator(self) -> Any:
        return self.client.get_paginator(xform_name(self.operation))

    def send(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        response: dict[str, Any] = getattr(self.client, xform_name(self.operation))(**parameters)
        return response

    def items(self, page: Mapping[str, Any]) -> list[Any]:
        """The items of a page in the order of their lists, each with its list."""
        return [(path, each) for path in self.paging.items for each in get(page, path) or []]

    def pages(self, limits: tuple[int | None, ...] = (None,)) -> Iterator[dict[str, Any]]:
        """The loop that the documentation describes, with another limit for each page."""
        parameters = dict(self.parameters)
        for number in range(1_000):
            limit = limits[number % len(limits)]
            if limit and self.paging.limit:
                parameters = with_limit(self.paging, parameters, max(limit, self.paging.limit_minimum))
            page = self.send(parameters)
            yield page
            found = next_tokens(self.paging, page)
            if found is None:
                return
            for (name, _), token in zip(self.paging.tokens, found, strict=True):
                parameters.pop(name, None)
                if token is not None:
                    parameters[name] = token
        raise AssertionError("the listing does not end")


def by_path(items: list[Any]) -> dict[Any, list[Any]]:
    """The lists, each in its order."""
    found: dict[Any, list[Any]] = {}
    for path, each in items:
        found.setdefault(path, []).append(each)
    return found


# --- correct readers: what they make of a listing is the same in whatever pages it comes


def paginator(listed: Listed, number: int) -> Any:
    return by_path([each for page in listed.paginator.paginate(**listed.parameters) for each in listed.items(page)])


def paginator_with_page_size(listed: Listed, number: int) -> Any:
    size = max(number, listed.paging.limit_minimum)
    size = str(size) if listed.paging.limit_is_text else size
    parameters = {name: each for name, each in listed.parameters.items() if name != listed.paging.limit}
    pages = listed.paginator.paginate(**parameters, PaginationConfig={"PageSize": size})
    return by_path([each for page in pages for each in listed.items(page)])


def full_result(listed: Listed, number: int) -> Any:
    """All that botocore adds up, counts and lists beside the main one included, and what it takes from the first page."""
    result = listed.paginator.paginate(**listed.parameters).build_full_result()
    return {name: each for name, each in result.items() if name not in ("ResponseMetadata", "ScannedCount")}


def search(listed: Listed, number: int) -> Any:
    main = ".".join(listed.paging.items[0])
    found = listed.paginator.paginate(**listed.parameters).search(f"{main}[]")
    return [each for each in found if each is not None]  # of a page without the list


def in_portions(listed: Listed, number: int) -> Any:
    """Some items at a time, each time by a paginator that goes on where the last one stopped."""
    main, found, token = listed.paging.items[0], [], None
    for _ in range(1_000):
        config = {"MaxItems": number, "StartingToken": token}
        result = listed.paginator.paginate(**listed.parameters, PaginationConfig=config).build_full_result()
        found += get(result, main) or []
        token = result.get("NextToken")
        if token is None:
            return found
    raise AssertionError("the listing does not end")


def loop(listed: Listed, number: int) -> Any:
    return by_path([each for page in listed.pages() for each in listed.items(page)])


def loop_with_changing_limits(listed: Listed, number: int) -> Any:
    return by_path([each for page in listed.pages((number, number + 2, 1)) for each in listed.items(page)])


def until_enough(listed: Listed, number: int) -> Any:
    """It stops as soon as it has a few of the main list."""
    main = listed.paging.items[0]
    return list(islice((each for page in listed.pages() for each in get(page, main) or []), number))


def two_at_once(listed: Listed, number: int) -> Any:
    """Two listings take turns; the second one is left in the middle."""
    first, second = listed.pages(), islice(listed.pages(), number)
    items: list[Any] = []
    for page in first:
        items += listed.items(page)
        next(second, None)
    return by_path(items)


def other_members(listed: Listed, number: int) -> Any:
    """What is on the pages besides: members that are neither results nor about the paging."""
    paging = listed.paging
    results = {path[0] for path in (*paging.items, *paging.beside, *paging.counts, *paging.says_more)}
    about = {"ResponseMetadata", *(name for name, _ in paging.tokens), paging.limit}
    found: list[Any] = []
    for page in listed.pages():
        others = {name: each for name, each in page.items() if name not in results | about}
        found += [] if others in found else [others]
    return found


READERS: tuple[Callable[[Listed, int], Any], ...] = (
    paginator,
    paginator_with_page_size,
    full_result,
    search,
    in_portions,
    loop,
    loop_with_changing_limits,
    until_enough,
    two_at_once,
    other_members,
)


@cache
def client_of(service: str) -> Client:
    """One for all tests, behind which another emulator is put each time."""
    return boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # type: ignore[call-overload]


@cache
def items_of(operation: str) -> Mapping[str, tuple[Any, ...]]:
    """Items that the emulator makes, by their lists."""
    service, _, name = operation.partition(":")
    listed = Listed(client_of(service), name, OPERATIONS[operation])
    with attach(listed.client, Emulator(operation, Behaviour(items=9))):
        found = by_path([each for page in listed.pages() for each in listed.items(page)])
    return {".".join(path): tuple(each) for path, each in found.items()}


@st.composite
def backends(draw: st.DrawFn, operation: str) -> Emulator:
    """A valid service with a few items, often none or one, that pages in its own way or not at all."""
    counts = st.sampled_from((0, 1, 1, 2, 2, 3, 4, 5, 9))
    given = {path: each[: draw(counts)] for path, each in items_of(operation).items()}
    pages = draw(st.sampled_from(((), (), (1,), (2, 3), (4,))))
    return Emulator(operation, Behaviour(given=given, page_plan=pages, empty_last_page=draw(st.booleans())))


@pytest.mark.parametrize("operation", OPERATIONS)
@examples(12)
@given(data=st.data())
def test_a_correct_reader_reads_the_same(operation: str, data: st.DataObject) -> None:
    """Whatever the listing, the reader, the pages of the backend and ours."""
    service, _, name = operation.partition(":")
    listed = Listed(client_of(service), name, OPERATIONS[operation])
    emulator = data.draw(backends(operation))
    reader = data.draw(st.sampled_from(READERS))
    number, seed, page = (
        data.draw(st.integers(1, 6)),
        data.draw(st.integers(0, 99)),
        data.draw(st.sampled_from((None, 1, 2))),
    )
    with attach(listed.client, emulator):
        plainly = reader(listed, number)
        with repage(seed=seed, page=page) as log:
            repaged = reader(listed, number)

        assert repaged == plainly
        if reader in (loop, paginator, search, full_result):
            assert log.unread == []
