"""Values of any shape of the service model, drawn by Hypothesis, and what parsers make of them.

A *value* is what botocore's parser returns: datetimes, bytes, numbers, texts, lists and mappings by member name.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from awscontract.spec.model import loader, service

__all__ = ["PROTOCOLS", "SAMPLE", "given_back", "input_values", "output_values", "paginated"]

PROTOCOLS = ("query", "ec2", "json", "rest-json", "rest-xml")

#: Operations that have something special: flattened lists, maps, names that differ, header members, payloads, documents, unions,
#: recursion, time formats, status members, several tokens, host labels.
SAMPLE = (
    "iam:GetOrganizationsAccessReport",
    "iam:ListUsers",
    "rds:DescribeDBInstances",
    "sdb:Select",
    "sdb:ListDomains",
    "cloudformation:ListStacks",
    "elasticache:DescribeCacheParameters",
    "ec2:DescribeInstances",
    "ec2:DescribeSpotFleetRequests",
    "ec2:DescribeInstanceTypes",
    "dynamodb:Scan",
    "dynamodb:ListTables",
    "sqs:ListQueues",
    "secretsmanager:ListSecrets",
    "glue:GetTables",
    "b2bi:ListCapabilities",
    "logs:FilterLogEvents",
    "ce:GetCostAndUsageComparisons",
    "lambda:ListFunctions",
    "quicksight:ListAnalyses",
    "bedrock-agent-runtime:Retrieve",
    "accessanalyzer:ListAnalyzers",
    "apigateway:GetResources",
    "amp:ListScrapers",
    "braket:SearchSpendingLimits",
    "s3:ListObjectsV2",
    "s3:ListObjectVersions",
    "s3:ListParts",
    "s3control:ListCallerAccessGrants",
    "route53:ListResourceRecordSets",
    "cloudfront:ListDistributions",
)


def paginated(*services: str) -> Iterator[str]:
    """All operations with a paginator that speak one of the protocols."""
    there = loader().list_available_services("paginators-1")
    for name in there if not services else [each for each in services if each in there]:
        if service(name).resolved_protocol in PROTOCOLS:
            for operation in sorted(loader().load_service_model(name, "paginators-1")["pagination"]):
                yield f"{name}:{operation}"


_DEEPEST = 5
_EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
_MILLISECONDS = st.integers(0, 4_000_000_000_000).map(lambda number: _EPOCH + timedelta(milliseconds=number))
_SECONDS = st.integers(0, 4_000_000_000).map(lambda number: _EPOCH + timedelta(seconds=number))
_AWKWARD = st.sampled_from(
    [
        "",
        " ",
        " x ",
        "a\nb",
        "a\r\nb",
        "\t",
        "<&>\"'",
        "]]>",
        "&amp;",
        "é\u00ff",
        "\u2028",
        "\U0001f600",
        "null",
        "0",
        "true",
        "\\",
        "/",
        "%2F",
        "+",
    ]
)
_TEXT = _AWKWARD | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=8)
_HOST = st.text("abc019-", min_size=1, max_size=8)
_PLAIN = st.text("abcXYZ019._-", min_size=1, max_size=8)
_LABEL = st.sampled_from(["a b", "é", "a/b", "%", "a+b", "~"]) | _PLAIN
_DOCUMENT = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | _TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXT, inner, max_size=2),
    max_leaves=4,
).filter(lambda value: value is not None)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)

_SCALARS: Mapping[str, st.SearchStrategy[Any]] = {
    "string": _TEXT,
    "character": _PLAIN,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": _FLOATS,
    "double": _FLOATS,
    "boolean": st.booleans(),
    "blob": st.binary(max_size=5),
}


def output_values(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Outputs of an operation."""
    return _values(shape, 1, _MILLISECONDS)


def input_values(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Valid parameters of an operation; labels of the path are always there. Older botocores send whole seconds only."""
    return _values(shape, 1, _SECONDS)


@st.composite
def _values(draw: st.DrawFn, shape: Any, depth: int, times: st.SearchStrategy[datetime]) -> Any:
    kind, metadata = shape.type_name, shape.serialization
    if metadata.get("hostLabel"):
        return draw(_HOST)
    if metadata.get("location") in ("header", "uri", "statusCode"):
        return draw(_elsewhere(shape))
    if kind == "structure":
        if shape.is_document_type:
            return draw(_DOCUMENT)
        return draw(_structures(shape, depth, times))
    if kind == "list":
        count = draw(st.integers(0, 2)) if depth < _DEEPEST else 0
        return [draw(_values(shape.member, depth + 1, times)) for _ in range(count)]
    if kind == "map":
        keys = draw(st.lists(_PLAIN, max_size=2, unique=True)) if depth < _DEEPEST else []
        return {key: draw(_values(shape.value, depth + 1, times)) for key in keys}
    if kind == "timestamp":
        whole = str(metadata.get("timestampFormat", "")).lower() == "rfc822"
        return draw(_SECONDS if whole else times)
    return draw(_SCALARS[kind])


@st.composite
def _structures(draw: st.DrawFn, shape: Any, depth: int, times: st.SearchStrategy[datetime]) -> dict[str, Any]:
    names = list(shape.members)
    if shape.is_tagged_union:
        chosen = [draw(st.sampled_from(names))]
    elif len(names) > 8 or depth >= 3:
        always = [name for name in names if _always(shape, name)]
        chosen = always + draw(st.lists(st.sampled_from(names), max_size=6, unique=True)) if names else []
    else:
        chosen = [name for name in names if _always(shape, name) or draw(st.booleans())]
    if depth > _DEEPEST:
        chosen = [name for name in chosen if shape.members[name].type_name not in ("structure", "list", "map")]
        if shape.is_tagged_union and not chosen:
            chosen = names[:1]
    return {name: draw(_values(shape.members[name], depth + 1, times)) for name in names if name in chosen}


def _always(shape: Any, name: str) -> bool:
    member = shape.members[name].serialization
    return (
        member.get("location") in ("uri", "statusCode")
        or shape.serialization.get("payload") == name
        or bool(member.get("hostLabel"))
    )


def _elsewhere(shape: Any) -> st.SearchStrategy[Any]:
    if shape.serialization.get("location") == "statusCode":
        return st.integers(200, 299)
    if shape.serialization.get("location") == "uri" and shape.type_name == "string":
        return _LABEL
    return {"string": _PLAIN, "timestamp": _SECONDS, "list": st.lists(_PLAIN, min_size=1, max_size=2)}.get(
        shape.type_name, _SCALARS.get(shape.type_name, _PLAIN)
    )


def given_back(value: Any, shape: Any, xml: bool) -> Any:
    """What a parser gives back of a value: XML has no empty list where lists are flattened."""
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        found = {}
        for name, each in value.items():
            member = shape.members[name]
            if xml and member.serialization.get("flattened") and not each:
                continue
            found[name] = given_back(each, member, xml)
        return found
    if kind == "list":
        return [given_back(each, shape.member, xml) for each in value]
    if kind == "map":
        return {key: given_back(each, shape.value, xml) for key, each in value.items()}
    return value


def as_read(value: Any, shape: Any) -> Any:
    """The judge's view of a value as the value: times as datetimes, blobs as bytes."""
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        return {name: as_read(each, shape.members[name]) for name, each in value.items()}
    if kind == "list":
        return [as_read(each, shape.member) for each in value]
    if kind == "map":
        return {key: as_read(each, shape.value) for key, each in value.items()}
    if kind == "timestamp":
        return datetime.fromisoformat(value)
    return base64.b64decode(value, validate=True) if kind == "blob" and isinstance(value, str) else value
