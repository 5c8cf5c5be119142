"""Clients of lists that are wrong, as people write them, each with its operation and the rule that it breaks. The first five are in the gallery."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from botocore.exceptions import ClientError

__all__ = ["BUGGY", "GALLERY"]

Collect = Callable[[Any], Any]
Page = dict[str, Any]


def inactive_users(client: Any) -> list[Page]:
    """The first hundred."""
    return list(client.list_users()["Users"])


def keys_to_delete(client: Any) -> list[Page]:
    """A thousand keys at most, and what an error left of them."""
    found: list[Page] = []
    try:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="b"):
            found += page.get("Contents", [])
    except ClientError as error:
        print("could not list:", error)
    return found


def whole_table(client: Any) -> list[Page]:
    """DynamoDB may answer with no items and go on."""
    found, start = [], {}
    while True:
        page = client.scan(TableName="table", **start)
        if not page["Items"]:
            return found
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def function_memory(client: Any) -> list[Page]:
    """Not every function has a description."""
    found = [each for page in client.get_paginator("list_functions").paginate() for each in page["Functions"]]
    return [each for each in found if "deprecated" not in each["Description"] or True]


def running_instances(client: Any) -> list[Page]:
    """The token of the first page for ever."""
    page = client.describe_instances()
    found, token = list(page["Reservations"]), page.get("NextToken")
    while token:
        page = client.describe_instances(NextToken=token)
        found += page["Reservations"]
        token = page.get("NextToken", token)
    return found


# Beyond the gallery.


def max_items_is_all(client: Any) -> list[Page]:
    return list(client.list_users(MaxItems=1000)["Users"])


def paginator_with_a_limit(client: Any) -> list[Page]:
    pages = client.get_paginator("list_users").paginate(PaginationConfig={"MaxItems": 100})
    return [each for page in pages for each in page["Users"]]


def users_while_full(client: Any) -> list[Page]:
    found, page = [], client.list_users(MaxItems=3)
    while len(page["Users"]) == 3 and page["IsTruncated"]:
        found += page["Users"]
        page = client.list_users(MaxItems=3, Marker=page["Marker"])
    return found + list(page["Users"])


def users_without_a_marker(client: Any) -> list[Page]:
    found, marker = [], {}
    while True:
        page = client.list_users(**marker)
        found += page["Users"]
        marker = {"Marker": page["Marker"]}
        if not page["IsTruncated"]:
            return found


def another_path_on_page_two(client: Any) -> list[Page]:
    page = client.list_users(PathPrefix="/team/")
    found = list(page["Users"])
    while page.get("IsTruncated"):
        page = client.list_users(Marker=page["Marker"])
        found += page["Users"]
    return found


def contents_always(client: Any) -> list[Page]:
    return [each for page in client.get_paginator("list_objects_v2").paginate(Bucket="b") for each in page["Contents"]]


def key_as_token(client: Any) -> list[Page]:
    page = client.list_objects_v2(Bucket="b")
    found = page.get("Contents", [])
    while page["IsTruncated"]:
        page = client.list_objects_v2(Bucket="b", ContinuationToken=page["Contents"][-1]["Key"])
        found += page.get("Contents", [])
    return found


def quoted_token(client: Any) -> list[Page]:
    page = client.list_objects_v2(Bucket="b")
    found = page.get("Contents", [])
    while page.get("IsTruncated"):
        page = client.list_objects_v2(Bucket="b", ContinuationToken=quote_plus(page["NextContinuationToken"]))
        found += page.get("Contents", [])
    return found


def empty_bucket_on_denial(client: Any) -> list[Page]:
    try:
        return [
            each
            for page in client.get_paginator("list_objects_v2").paginate(Bucket="b")
            for each in page.get("Contents", [])
        ]
    except ClientError:
        return []


def forgets_the_bucket_of_page_two(client: Any) -> list[Page]:
    page = client.list_objects_v2(Bucket="b", Prefix="logs/")
    found = page.get("Contents", [])
    while page["IsTruncated"]:
        page = client.list_objects_v2(Bucket="b", Prefix="log", ContinuationToken=page["NextContinuationToken"])
        found += page.get("Contents", [])
    return found


def one_scan(client: Any) -> list[Page]:
    return list(client.scan(TableName="table")["Items"])


def scan_of_hundred_pages(client: Any) -> list[Page]:
    found, start = [], {}
    for _ in range(100):
        page = client.scan(TableName="table", **start)
        found += page.get("Items", [])
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    return found


def scan_without_the_key(client: Any) -> list[Page]:
    found, page = [], client.scan(TableName="table")
    while "LastEvaluatedKey" in page:
        found += page["Items"]
        page = client.scan(TableName="table")
    return found + list(page["Items"])


def key_is_required(client: Any) -> list[Page]:
    found, page = [], client.scan(TableName="table")
    while page["LastEvaluatedKey"]:
        found += page["Items"]
        page = client.scan(TableName="table", ExclusiveStartKey=page["LastEvaluatedKey"])
    return found


def two_pages_of_functions(client: Any) -> list[Page]:
    page = client.list_functions()
    found = page.get("Functions", [])
    if page.get("NextMarker"):
        found += client.list_functions(Marker=page["NextMarker"]).get("Functions", [])
    return found


def last_page_of_functions(client: Any) -> list[Page]:
    for page in client.get_paginator("list_functions").paginate():
        found = page["Functions"]
    return list(found)


def functions_twice(client: Any) -> list[Page]:
    found = list(client.list_functions()["Functions"])
    return found + [each for page in client.get_paginator("list_functions").paginate() for each in page["Functions"]]


def functions_as_json(client: Any) -> Any:
    found = [each for page in client.get_paginator("list_functions").paginate() for each in page["Functions"]]
    if not found:
        raise LookupError("no functions in this region")
    return found


def newest_reservation_first(client: Any) -> list[Page]:
    found: list[Page] = []
    for page in client.get_paginator("describe_instances").paginate():
        found = page["Reservations"] + found
    return found


def retries_instances_for_ever(client: Any) -> list[Page]:
    found, token = [], {}
    while True:
        try:
            page = client.describe_instances(**token)
        except ClientError:
            time.sleep(1)
            continue
        found += page["Reservations"]
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}


def none_as_token(client: Any) -> list[Page]:
    found, token = [], None
    while True:
        page = client.list_accounts(NextToken=token)
        found += page["Accounts"]
        token = page.get("NextToken")
        if token is None:
            return found


def stops_at_no_parameters(client: Any) -> list[Page]:
    found, more = [], {}
    while True:
        page = client.describe_parameters(**more)
        if not page.get("Parameters"):
            return found
        found += page["Parameters"]
        if not page.get("NextToken"):
            return found
        more = {"NextToken": page["NextToken"]}


def token_in_lower_case(client: Any) -> list[Page]:
    page = client.list_hosted_zones(MaxItems="1")
    found = list(page["HostedZones"])
    while page["IsTruncated"]:
        page = client.list_hosted_zones(MaxItems="1", Marker=page["NextMarker"].lower() + "-")
        found += page["HostedZones"]
    return found


def fifty_pages_of_logs(client: Any) -> list[Page]:
    pages = itertools.islice(client.get_paginator("describe_log_groups").paginate(), 50)
    return [each for page in pages for each in page.get("logGroups", [])]


def queues_always(client: Any) -> list[str]:
    return [each for page in client.get_paginator("list_queues").paginate() for each in page["QueueUrls"]]


def clusters_as_they_hash(client: Any) -> list[str]:
    found = [each for page in client.get_paginator("list_clusters").paginate() for each in page.get("clusterArns", [])]
    return sorted(found, key=lambda each: json.dumps(each)[::-1])


def databases_with_a_name(client: Any) -> list[Page]:
    found = [each for page in client.get_paginator("describe_db_instances").paginate() for each in page["DBInstances"]]
    return [each for each in found if each["Endpoint"]["Address"] or True]


def databases_on_a_deadline(client: Any) -> list[Page]:
    """What it has by then is all."""
    found, marker, until = [], {}, time.monotonic() + 2
    while time.monotonic() < until:
        page = client.describe_db_instances(**marker)
        found += page.get("DBInstances", [])
        if not page.get("Marker"):
            break
        marker = {"Marker": page["Marker"]}
    return found


#: Client, operation, and the rule that must catch it.
GALLERY: tuple[tuple[Collect, str, str], ...] = (
    (inactive_users, "iam:ListUsers", "client.complete"),
    (keys_to_delete, "s3:ListObjectsV2", "client.surfaces-errors"),
    (whole_table, "dynamodb:Scan", "client.complete"),
    (function_memory, "lambda:ListFunctions", "client.tolerates-absent"),
    (running_instances, "ec2:DescribeInstances", "client.stops"),
)

BUGGY: tuple[tuple[Collect, str, str], ...] = (
    *GALLERY,
    (max_items_is_all, "iam:ListUsers", "client.complete"),
    (paginator_with_a_limit, "iam:ListUsers", "client.complete"),
    (users_while_full, "iam:ListUsers", "client.complete"),
    (users_without_a_marker, "iam:ListUsers", "client.tolerates-absent"),
    (another_path_on_page_two, "iam:ListUsers", "client.parameters-kept"),
    (contents_always, "s3:ListObjectsV2", "client.tolerates-absent"),
    (key_as_token, "s3:ListObjectsV2", "client.token-verbatim"),
    (quoted_token, "s3:ListObjectsV2", "client.token-verbatim"),
    (empty_bucket_on_denial, "s3:ListObjectsV2", "client.surfaces-errors"),
    (forgets_the_bucket_of_page_two, "s3:ListObjectsV2", "client.parameters-kept"),
    (one_scan, "dynamodb:Scan", "client.complete"),
    (scan_of_hundred_pages, "dynamodb:Scan", "client.complete"),
    (scan_without_the_key, "dynamodb:Scan", "client.stops"),
    (key_is_required, "dynamodb:Scan", "client.tolerates-absent"),
    (two_pages_of_functions, "lambda:ListFunctions", "client.complete"),
    (last_page_of_functions, "lambda:ListFunctions", "client.complete"),
    (functions_twice, "lambda:ListFunctions", "client.no-repeats"),
    (functions_as_json, "lambda:ListFunctions", "client.raises-nothing-else"),
    (newest_reservation_first, "ec2:DescribeInstances", "client.order-kept"),
    (retries_instances_for_ever, "ec2:DescribeInstances", "client.stops"),
    (none_as_token, "organizations:ListAccounts", "client.raises-nothing-else"),
    (stops_at_no_parameters, "ssm:DescribeParameters", "client.complete"),
    (token_in_lower_case, "route53:ListHostedZones", "client.token-verbatim"),
    (fifty_pages_of_logs, "logs:DescribeLogGroups", "client.complete"),
    (queues_always, "sqs:ListQueues", "client.tolerates-absent"),
    (clusters_as_they_hash, "ecs:ListClusters", "client.order-kept"),
    (databases_with_a_name, "rds:DescribeDBInstances", "client.tolerates-absent"),
    (databases_on_a_deadline, "rds:DescribeDBInstances", "client.complete"),
)
