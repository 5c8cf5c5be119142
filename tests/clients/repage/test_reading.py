"""A correct reader notices nothing: read in other pages, a listing is what it is when it is read plainly."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from hypothesis import given, strategies as st

from awscontract import repage
from awscontract.emulator import Behaviour, Emulator, attach
from profiles import examples

from readers_kit import Client, Listed, Parameters, by_path, full_result, loop, paginator, readers_of, search

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
    # without a paginator
    "cloudfront:ListCachePolicies": {},
    "compute-optimizer:GetEBSVolumeRecommendations": {},
    "docdb:DescribeEngineDefaultClusterParameters": {"DBParameterGroupFamily": "f"},
    "events:ListEventBuses": {},
    "firehose:ListDeliveryStreams": {},
    "lightsail:GetAlarms": {},
    "route53:ListReusableDelegationSets": {},
    "wafv2:ListWebACLs": {"Scope": "REGIONAL"},
}


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
    reader = data.draw(st.sampled_from(readers_of(listed)))
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
