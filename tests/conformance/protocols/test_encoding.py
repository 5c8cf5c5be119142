"""Requests, valid and invalid: a value of a wrong type is written as it is, nothing is checked, and nothing raises."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from hypothesis import HealthCheck, given as drawn, settings, strategies as st

from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.query import Query
from awscontract.errors import UsageError
from profiles import examples
from protocol_kit import contract_of, encoded
from protocol_values import SAMPLE

REPORT = "iam:GetOrganizationsAccessReport"


def test_query() -> None:
    """Parameters go out as they are, as text, with the action and the version in front; a null is left out."""
    request = Query().encode(
        "GetOrganizationsAccessReport", {"JobId": "", "MaxItems": 0, "Odd": "\x00 é", "Marker": None}
    )
    assert request.body == b"Action=GetOrganizationsAccessReport&Version=2010-05-08&JobId=&MaxItems=0&Odd=%00+%C3%A9"
    assert (request.method, request.path, request.query) == ("POST", "/", "")


@pytest.mark.parametrize(
    ("name", "parameters", "fields"),
    [
        ("iam:ListUsers", {"MaxItems": "1x"}, "MaxItems=1x"),
        ("iam:ListUsers", {"MaxItems": [1, "a"]}, "MaxItems=%5B1%2C%22a%22%5D"),
        ("rds:DescribeDBInstances", {"Filters": "text"}, "Filters=text"),
        ("rds:DescribeDBInstances", {"Filters": [{"Name": "n", "Values": ["v", 2, True]}]},
         "Filters.Filter.1.Name=n&Filters.Filter.1.Values.Value.1=v&Filters.Filter.1.Values.Value.2=2&Filters.Filter.1.Values.Value.3=true"),
        ("rds:DescribeDBInstances", {"Filters": []}, "Filters="),
        ("ec2:DescribeInstances", {"Filters": [{"Name": "n", "Values": ["v"]}], "MaxResults": "five"},
         "Filter.1.Name=n&Filter.1.Value.1=v&MaxResults=five"),
        ("rds:DescribeEvents", {"StartTime": "yesterday", "EndTime": "2026-01-01T00:00:00+01:00"},
         "StartTime=yesterday&EndTime=2025-12-31T23%3A00%3A00Z"),
    ],
)  # fmt: skip
def test_forms(name: str, parameters: dict[str, Any], fields: str) -> None:
    """Lists and structures are flattened, in EC2 under names of its own; what is neither is text."""
    body = encoded(name, **parameters)[3]
    assert body.partition("&Version=")[2].partition("&")[2] == fields


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ({"MaxResults": "many"}, {"MaxResults": "many"}),
        ({"MaxResults": None, "NextToken": 7}, {"MaxResults": None, "NextToken": 7}),
        ({"Filters": "text", "Odd": {"a": [1.5]}}, {"Filters": "text", "Odd": {"a": [1.5]}}),
        (
            {"Filters": [{"Key": "no-such-key", "Values": "v"}, 3]},
            {"Filters": [{"Key": "no-such-key", "Values": "v"}, 3]},
        ),
    ],
)
def test_json(parameters: dict[str, Any], body: Any) -> None:
    """JSON has text for a number, a null and anything else."""
    path, query, headers, written = encoded("secretsmanager:ListSecrets", **parameters)
    assert (path, query, json.loads(written)) == ("/", "", body)
    assert headers == {"x-amz-target": "secretsmanager.ListSecrets", "content-type": "application/x-amz-json-1.1"}


@pytest.mark.parametrize(
    ("name", "parameters", "path", "query"),
    [
        (
            "lambda:ListAliases",
            {"FunctionName": "f", "MaxItems": "1x", "Marker": "a b&c"},
            "/2015-03-31/functions/f/aliases",
            "MaxItems=1x&Marker=a%20b%26c",
        ),
        (
            "lambda:ListVersionsByFunction",
            {"FunctionName": "a/b é"},
            "/2015-03-31/functions/a%2Fb%20%C3%A9/versions",
            "",
        ),
        ("lambda:ListVersionsByFunction", {}, "/2015-03-31/functions//versions", ""),
        ("s3:ListObjectsV2", {"Bucket": "b", "MaxKeys": 3}, "/b", "list-type=2&max-keys=3"),
        ("s3:ListParts", {"Bucket": "b", "Key": "a/b c", "UploadId": None}, "/b/a/b%20c", ""),
    ],
)
def test_rest(name: str, parameters: dict[str, Any], path: str, query: str) -> None:
    """Labels, a missing one too; greedy labels; a query string that the operation always has."""
    assert encoded(name, **parameters)[:2] == (path, query)


def test_headers_hold_one_line() -> None:
    """A line break in a header would end it."""
    assert encoded("s3:ListObjectsV2", Bucket="b", ExpectedBucketOwner="1\r\nx: y")[2] == {
        "x-amz-expected-bucket-owner": "1  x: y"
    }


def test_host_prefixes() -> None:
    """A host that an operation has for itself, with its labels; one that is missing or no host name cannot break it."""
    contract = contract_of("s3control:ListCallerAccessGrants")
    encode = protocol_for(contract).encode
    assert encode(contract.operation, {"AccountId": "123"}).host_prefix == "123."
    assert encode(contract.operation, {"AccountId": "1/2"}).host_prefix == "1-2."
    assert encode(contract.operation, {}).host_prefix == "."


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=3)
    | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@settings(examples(60), suppress_health_check=list(HealthCheck))
@drawn(st.data())
def test_anything_is_encoded(data: st.DataObject) -> None:
    """Whatever a parameter is, there is a request that carries it."""
    contract = contract_of(data.draw(st.sampled_from(SAMPLE)))
    protocol = protocol_for(contract)
    shape = protocol.model(contract.operation).input_shape
    names = st.sampled_from(sorted(shape.members)) if shape is not None and shape.members else st.text(max_size=3)
    parameters = data.draw(st.dictionaries(names | st.text(max_size=3), ANYTHING, max_size=3))
    request = protocol.encode(contract.operation, parameters)
    assert isinstance(request.body, bytes)
    assert all(part.isprintable() for part in (request.path, request.query, *request.headers.values()))
    target, options = protocol.curl_arguments(request)
    assert target.startswith("/")
    shlex.join(value for option in options for value in option)


def test_values_that_hold_themselves() -> None:
    """A list in itself ends somewhere."""
    endless: list[Any] = []
    endless.append(endless)
    for name in (
        "secretsmanager:ListSecrets",
        "ec2:DescribeInstances",
        "rds:DescribeDBInstances",
        "lambda:ListFunctions",
    ):
        encoded(name, Filters=endless, Marker=endless)


def test_curl() -> None:
    """A form is given field by field, JSON with its headers; a method that curl would not choose is named."""

    def arguments(name: str, **parameters: Any) -> Any:
        protocol, operation = protocol_for(contract_of(name)), name.partition(":")[2]
        return protocol.curl_arguments(protocol.encode(operation, parameters))

    assert arguments("iam:ListUsers", Marker="a b") == (
        "/",
        tuple(("--data-urlencode", each) for each in ("Action=ListUsers", "Version=2010-05-08", "Marker=a b")),
    )
    assert arguments("lambda:ListAliases", FunctionName="f", MaxItems=1) == (
        "/2015-03-31/functions/f/aliases?MaxItems=1",
        (),
    )
    path, options = arguments("secretsmanager:ListSecrets")
    assert (path, options[-1]) == ("/", ("--data-binary", "{}"))
    assert ("-H", "X-Amz-Target: secretsmanager.ListSecrets") in options


@pytest.mark.parametrize(
    ("name", "path", "script"),
    [
        ("iam:ListUsers", "Marker", r"s:.*<Marker>\(.*\)</Marker>.*:\1:p"),
        ("ec2:DescribeInstances", "NextToken", r"s:.*<nextToken>\(.*\)</nextToken>.*:\1:p"),
        ("cloudfront:ListDistributions", "DistributionList.NextMarker", r"s:.*<NextMarker>\(.*\)</NextMarker>.*:\1:p"),
        ("lambda:ListFunctions", "NextMarker", r's/.*"NextMarker" *: *"\([^"]*\)".*/\1/p'),
        ("apigateway:GetResources", "position", r's/.*"position" *: *"\([^"]*\)".*/\1/p'),
        ("s3:ListObjects", "NextMarker || Contents[-1].Key", None),
        ("s3:ListObjects", "Contents", None),
    ],
)
def test_sed(name: str, path: str, script: str | None) -> None:
    """What finds a token in a response, where a line of sed can."""
    assert protocol_for(contract_of(name)).sed(name.partition(":")[2], path) == script


def test_protocols_that_nobody_speaks() -> None:
    """They are refused by name."""
    with pytest.raises(UsageError, match="smithy-rpc-v2-cbor"):
        protocol_for(contract_of("iam:ListUsers", "smithy-rpc-v2-cbor"))
