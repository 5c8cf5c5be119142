"""Clients of lists that are right, in the styles that people use, over every protocol. None of them may ever be blamed."""

from __future__ import annotations

import asyncio
import functools
import itertools
import operator
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Any

import boto3
import jmespath
from botocore.config import Config
from botocore.exceptions import ClientError

__all__ = ["RIGHT"]

Collect = Callable[[Any], Any]


def by_paginator(client: Any) -> list[Any]:
    return [each for page in client.get_paginator("list_users").paginate() for each in page["Users"]]


def build_full_result(client: Any) -> list[Any]:
    return list(
        client.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}).build_full_result()["Users"]
    )


def flattened(client: Any) -> list[Any]:
    pages = client.get_paginator("describe_instances").paginate()
    return [i for page in pages for r in page.get("Reservations", []) for i in r.get("Instances", [])]


def searched(client: Any) -> list[Any]:
    return [each for each in client.get_paginator("list_objects_v2").paginate(Bucket="b").search("Contents") if each]


def behind_the_last_key(client: Any) -> list[Any]:
    found: list[Any] = []
    start: dict[str, str] = {}
    while True:
        page = client.list_objects_v2(Bucket="b", **start)
        found += page.get("Contents", [])
        if not page.get("IsTruncated"):
            return found
        start = {"StartAfter": found[-1]["Key"]}


def by_jmespath(client: Any) -> list[str]:
    pages = client.get_paginator("list_functions").paginate()
    return list(
        itertools.chain.from_iterable(jmespath.search("Functions[].FunctionName", each) or [] for each in pages)
    )


def scanned(client: Any) -> Iterator[Any]:
    start: dict[str, Any] = {}
    while True:
        page = client.scan(TableName="table", **start)
        yield from page.get("Items", [])
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def by_the_resource(client: Any) -> set[str]:
    iam: Any = boto3.resource("iam", region_name="us-east-1")
    return {user.name for user in iam.users.all()}


def bucket_collection(client: Any) -> list[str]:
    bucket: Any = boto3.resource("s3", region_name="us-east-1").Bucket("b")
    return [each.key for each in bucket.objects.all()]


@dataclass(frozen=True)
class Function:
    """What an inventory keeps of a function."""

    name: str
    runtime: str | None

    @classmethod
    def of(cls, found: dict[str, Any]) -> Function:
        return cls(found["FunctionName"], found.get("Runtime"))


def as_records(client: Any) -> list[Function]:
    pages = client.get_paginator("list_functions").paginate()
    return [Function.of(each) for page in pages for each in page.get("Functions", [])]


def recursive(client: Any, token: str | None = None) -> list[Any]:
    page = client.list_accounts(**({"NextToken": token} if token else {}))
    return page.get("Accounts", []) + (recursive(client, page["NextToken"]) if page.get("NextToken") else [])


async def asynchronous(client: Any) -> AsyncIterator[Any]:
    more: dict[str, Any] = {}
    while True:
        page = await asyncio.wait_for(asyncio.to_thread(client.list_hosted_zones, **more), timeout=30)
        for each in page["HostedZones"]:
            yield each
        if not page["IsTruncated"]:
            return
        more = {"Marker": page["NextMarker"]}


def retried(client: Any) -> list[Any]:
    """A decorator of its own, with pauses that grow."""

    def patient(call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def attempt(**parameters: Any) -> Any:
            for number in range(8):
                try:
                    return call(**parameters)
                except ClientError as error:
                    if "Throttl" not in str(error) and "LimitExceeded" not in str(error):
                        raise
                    time.sleep(2**number)
            return call(**parameters)

        return attempt

    ask, found, token = patient(client.describe_log_groups), [], ""
    while True:
        page = ask(**({"nextToken": token} if token else {}))
        found += page.get("logGroups", [])
        token = page.get("nextToken", "")
        if not token:
            return found


def counted(client: Any) -> Counter[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="b")
    return Counter(each["Key"][:1] for page in pages for each in page.get("Contents", ()))


def grouped(client: Any) -> dict[str, list[str]]:
    found = defaultdict(list)
    for page in client.get_paginator("describe_db_instances").paginate():
        for each in page.get("DBInstances", []):
            found[each.get("Engine", "?")].append(each["DBInstanceIdentifier"])
    return dict(found)


def reduced(client: Any) -> int:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="b")
    return functools.reduce(
        operator.add, (each.get("Size", 0) for page in pages for each in page.get("Contents", [])), 0
    )


def until_the_sentinel(client: Any) -> list[str]:
    """`iter` with a sentinel."""
    state: dict[str, Any] = {"more": {}}

    def following() -> Any:
        if state["more"] is None:
            return None
        page = client.list_clusters(**state["more"])
        state["more"] = {"nextToken": page["nextToken"]} if page.get("nextToken") else None
        return page

    return [each for page in iter(following, None) for each in page.get("clusterArns", [])]


def by_a_thread(client: Any) -> list[str]:
    """One thread reads, the other one keeps."""
    pages: Queue[Any] = Queue(maxsize=1)

    def read() -> None:
        try:
            for page in client.get_paginator("list_queues").paginate():
                pages.put(page)
            pages.put(None)
        except ClientError as error:
            pages.put(error)

    Thread(target=read).start()
    found: list[str] = []
    while (page := pages.get(timeout=600)) is not None:
        if isinstance(page, ClientError):
            raise page
        found += page.get("QueueUrls", [])
    return found


def in_a_pool(client: Any) -> list[Any]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.submit(by_paginator, client).result(timeout=600))


def adaptive(client: Any) -> list[Any]:
    patient: Any = boto3.client("iam", config=Config(retries={"mode": "adaptive", "max_attempts": 4}))
    return by_paginator(patient)


def none_on_errors(client: Any) -> list[Any] | None:
    try:
        return by_paginator(client)
    except ClientError:
        return None


def _by_engine(listing: list[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in listing:
        found.setdefault(each.get("Engine", "?"), []).append(each["DBInstanceIdentifier"])
    return found


#: Client, operation, and the other arguments of `fuzz_client` for it.
RIGHT: tuple[tuple[Collect, str, dict[str, Any]], ...] = (
    (by_paginator, "iam:ListUsers", {}),
    (build_full_result, "iam:ListUsers", {}),
    (
        flattened,
        "ec2:DescribeInstances",
        {"expect": lambda listing: [each for one in listing for each in one.get("Instances", [])]},
    ),
    (searched, "s3:ListObjectsV2", {}),
    (behind_the_last_key, "s3:ListObjectsV2", {}),
    (by_jmespath, "lambda:ListFunctions", {"key": "FunctionName"}),
    (scanned, "dynamodb:Scan", {}),
    (by_the_resource, "iam:ListUsers", {"key": "UserName"}),
    (bucket_collection, "s3:ListObjects", {"key": "Key"}),
    (as_records, "lambda:ListFunctions", {"key": Function.of}),
    (recursive, "organizations:ListAccounts", {}),
    (asynchronous, "route53:ListHostedZones", {}),
    (retried, "logs:DescribeLogGroups", {}),
    (counted, "s3:ListObjectsV2", {"expect": lambda listing: Counter(each["Key"][:1] for each in listing)}),
    (grouped, "rds:DescribeDBInstances", {"expect": _by_engine}),
    (reduced, "s3:ListObjectsV2", {"expect": lambda listing: sum(each.get("Size", 0) for each in listing)}),
    (until_the_sentinel, "ecs:ListClusters", {}),
    (by_a_thread, "sqs:ListQueues", {}),
    (in_a_pool, "iam:ListUsers", {}),
    (adaptive, "iam:ListUsers", {}),
    (none_on_errors, "iam:ListUsers", {}),
)
