"""AWS JSON and REST as the emulator speaks them: which operation a request is for, its parameters, and what goes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from awscontract.emulator import Behaviour
from awscontract.emulator.protocols import protocol_for
from awscontract.emulator.protocols.routes import Route, routes
from awscontract.emulator.records import Call, ServiceError
from awscontract.errors import UsageError
from awscontract.spec.http import HttpRequest, HttpResponse
from protocol_kit import contract_of

SECRETS, FUNCTIONS, OBJECTS = "secretsmanager:ListSecrets", "lambda:ListFunctions", "s3:ListObjectsV2"


def written(name: str, output: Any, **behaviour: Any) -> HttpResponse:
    """A response of the operation."""
    contract = contract_of(name)
    protocol, call = protocol_for(contract), Call(contract, contract.operation, Behaviour(**behaviour))
    return protocol.http(call, output, protocol.write(call, protocol.document(call, output)))


def parsed(name: str, **request: Any) -> tuple[str, Mapping[str, Any]]:
    """What the emulator of that operation understands of a request."""
    return protocol_for(contract_of(name)).parse(HttpRequest(**request))


@pytest.mark.parametrize(
    ("target", "body", "expected"),
    [
        (
            "secretsmanager.ListSecrets",
            b'{"MaxResults": 3, "Odd": 1, "NextToken": null}',
            ("ListSecrets", {"MaxResults": 3}),
        ),
        ("secretsmanager.ListSecrets", b'{"MaxResults": "3"}', ("ListSecrets", {"MaxResults": "3"})),
        ("secretsmanager.ListSecrets", b"", ("ListSecrets", {})),
        ("secretsmanager.ListSecrets", b"[1]", ("ListSecrets", {})),
        ("secretsmanager.ListSecrets", b"{", ("", {})),
        ("secretsmanager.ListSecrets", b"[" * 200_000, ("", {})),
        ("secretsmanager.Nothing", b"{}", ("Nothing", {})),
        ("", b"{}", ("", {})),
    ],
)
def test_json_requests(target: str, body: bytes, expected: tuple[str, dict[str, Any]]) -> None:
    """The operation is in a header; a value of another type stays what it is."""
    assert parsed(SECRETS, headers={"x-amz-target": target}, body=body) == expected


@pytest.mark.parametrize(
    ("name", "method", "path", "query", "expected"),
    [
        (FUNCTIONS, "GET", "/2015-03-31/functions/", "MaxItems=3&Marker=a%20b", ("ListFunctions", {"MaxItems": 3, "Marker": "a b"})),
        (FUNCTIONS, "GET", "/2015-03-31/functions", "MaxItems=1x", ("ListFunctions", {"MaxItems": "1x"})),
        (FUNCTIONS, "GET", "/2015-03-31/functions/a%2Fb/versions", "", ("ListVersionsByFunction", {"FunctionName": "a/b"})),
        (FUNCTIONS, "GET", "/2015-03-31/functions//versions", "", ("ListVersionsByFunction", {})),
        (FUNCTIONS, "GET", "/nothing", "", ("", {})),
        (FUNCTIONS, "PATCH", "/2015-03-31/functions", "", ("", {})),
        (OBJECTS, "GET", "/b", "list-type=2&max-keys=3", ("ListObjectsV2", {"Bucket": "b", "MaxKeys": 3})),
        (OBJECTS, "GET", "/b", "list-type=1", ("ListObjects", {"Bucket": "b"})),
        (OBJECTS, "GET", "/b/", "versions", ("ListObjectVersions", {"Bucket": "b"})),
        (OBJECTS, "GET", "/b/a/b%20c", "uploadId=u", ("ListParts", {"Bucket": "b", "Key": "a/b c", "UploadId": "u"})),
        ("s3:ListParts", "GET", "/b/k", "", ("ListParts", {"Bucket": "b", "Key": "k"})),
        ("apigateway:GetResources", "GET", "/restapis/i/resources", "embed=a&embed=b", ("GetResources", {"restApiId": "i", "embed": ["a", "b"]})),
    ],
)  # fmt: skip
def test_rest_requests(name: str, method: str, path: str, query: str, expected: tuple[str, dict[str, Any]]) -> None:
    """Method and path say which operation it is, of S3 the query string too."""
    assert parsed(name, method=method, path=path, query=query) == expected


def test_buckets_in_hosts() -> None:
    """S3's clients put the bucket into the host where they can."""
    asked = {"method": "GET", "path": "/", "query": "list-type=2"}
    assert parsed(OBJECTS, **asked, headers={"host": "b.s3.amazonaws.com"}) == ("ListObjectsV2", {"Bucket": "b"})
    listing = parsed("s3:ListBuckets", method="GET", headers={"host": "s3.amazonaws.com"})
    assert listing == ("ListBuckets", {})


def test_rest_bodies() -> None:
    """Members without a place are in the body; one that cannot be read is no call."""
    name, path = "accessanalyzer:ListFindings", "/finding"
    found = parsed(name, method="POST", path=path, body=b'{"analyzerArn": "a", "maxResults": 2}')
    assert found == ("ListFindings", {"analyzerArn": "a", "maxResults": 2})
    for body in (b"{", b"[]", b"<a/>"):
        assert parsed(name, method="POST", path=path, body=body) == ("", {})
    tagged = b'<Tagging xmlns="u"><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>'
    asked = {"method": "PUT", "path": "/b", "query": "tagging"}
    expected = {"Bucket": "b", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}
    assert parsed(OBJECTS, **asked, body=tagged) == ("PutBucketTagging", expected)
    assert parsed(OBJECTS, **asked, body=b"<!DOCTYPE a><a/>") == ("", {})


@pytest.mark.parametrize("name", ["lambda", "s3", "route53", "cloudfront", "apigateway", "quicksight"])
def test_every_route_leads_to_its_operation(name: str) -> None:
    """The path that an operation has is not that of another operation."""
    protocol = protocol_for(contract_of(f"{name}:Nothing"))
    for route in _all(name):
        path = "/" + "/".join("x" if part.startswith("{") else part for part in route.parts)
        query = "&".join(
            [*(f"{key}={text}" for key, text in route.query.items()), *(f"{key}=1" for key in route.required)]
        )
        assert protocol.parse(HttpRequest(route.method, path, query))[0] in _alike(name, route), route


def _all(name: str) -> list[Route]:
    return [route for each in routes(name).values() for route in each]


def _alike(name: str, route: Any) -> set[str]:
    """Operations that nothing but their headers or bodies tell apart."""
    return {
        each.operation
        for each in _all(name)
        if (each.method, len(each.parts), each.query, each.required)
        == (route.method, len(route.parts), route.query, route.required)
        and all(a == b or a.startswith("{") for a, b in zip(each.parts, route.parts, strict=True))
    }


def test_json_responses() -> None:
    """Times are numbers unless their format is another; AWS writes no white space."""
    moment = datetime(2026, 1, 1, 0, 0, 0, 250_000, UTC)
    output = {"SecretList": [{"Name": "é", "CreatedDate": moment, "LastChangedDate": "2026-01-01T00:00:00Z"}], "Odd": 1}
    response = written(SECRETS, output)
    assert response.body.decode() == (
        '{"SecretList":[{"Name":"é","LastChangedDate":1767225600,"CreatedDate":1767225600.25}],"Odd":1}'
    )
    assert (response.status, response.headers["content-type"]) == (200, "application/x-amz-json-1.1")
    assert written("dynamodb:ListTables", {}).headers["content-type"] == "application/x-amz-json-1.0"
    other = written("b2bi:ListCapabilities", {"capabilities": [{"createdAt": moment}]})
    assert json.loads(other.body) == {"capabilities": [{"createdAt": "2026-01-01T00:00:00.250Z"}]}
    assert written("dynamodb:Scan", {"Items": [{"a": {"B": b"\x00"}}]}).body == b'{"Items":[{"a":{"B":"AA=="}}]}'


def test_rest_responses() -> None:
    """Members that are headers or the status, and the root element that S3 has."""
    response = written(
        "s3:ListParts", {"AbortDate": datetime(2026, 1, 1, tzinfo=UTC), "Parts": [{"PartNumber": 1}]}, indented=False
    )
    assert response.headers["x-amz-abort-date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert response.body.decode() == (
        '<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber></Part></ListPartsResult>'
    )
    assert written("quicksight:ListAnalyses", {"Status": 202}).status == 202
    assert written(FUNCTIONS, {"Functions": []}).body == b'{"Functions":[]}'


@pytest.mark.parametrize(
    ("name", "body", "headers"),
    [
        (SECRETS, '{"__type":"A","message":"m"}', {}),
        (FUNCTIONS, '{"message":"m"}', {"x-amzn-errortype": "A"}),
        (OBJECTS, "<Error><Code>A</Code><Message>m</Message><RequestId>{id}</RequestId></Error>", {}),
        ("route53:ListHostedZones", "<ErrorResponse><Error><Type>Sender</Type><Code>A</Code><Message>m</Message></Error>"
         "<RequestId>{id}</RequestId></ErrorResponse>", {}),
    ],
)  # fmt: skip
def test_errors(name: str, body: str, headers: dict[str, str]) -> None:
    """Each protocol has a place for the code."""
    response = written(name, ServiceError("A", 404, "m"), indented=False)
    number = next(value for key, value in response.headers.items() if key.startswith("x-amz") and "id" in key)
    assert (response.status, response.body.decode()) == (404, body.replace("{id}", number))
    assert headers.items() <= response.headers.items()


def test_protocols_that_nobody_speaks() -> None:
    """They are refused by name."""
    with pytest.raises(UsageError, match="smithy-rpc-v2-cbor"):
        protocol_for(contract_of("iam:ListUsers", "smithy-rpc-v2-cbor"))
