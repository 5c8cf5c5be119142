"""Flaws: where a result departs from the derived schema, keyword by keyword."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from awscontract.conformance.evidence.schema.documents import flaws
from awscontract.conformance.evidence.schema.walk import Flaw
from awscontract.conformance.protocols.base import Reading
from awscontract.conformance.trace.exchange import Exchange
from awscontract.spec.operations import load
from awscontract.spec.schema import response_schema

from conformance_kit import CONTRACT, CREATED, GENERATE, GET

VALID: dict[str, Any] = {"JobStatus": "IN_PROGRESS", "JobCreationDate": CREATED}
SERVICE = {"ServiceName": "AWS S3", "ServiceNamespace": "s3"}


def found(members: dict[str, Any], operation: str = GET, unparsed: frozenset[str] = frozenset()) -> tuple[Flaw, ...]:
    return flaws(Reading(Exchange(0, operation, {}), "result", members, unparsed=unparsed), CONTRACT)[0]


def test_a_valid_result_has_none() -> None:
    """Nothing is flawed, and what could have been is counted."""
    reading = Reading(Exchange(0, GET, {}), "result", VALID | {"AccessDetails": [SERVICE, SERVICE], "Marker": "m"})
    flawed, checked = flaws(reading, CONTRACT)
    assert flawed == ()
    assert checked == {
        "shape.required": 3,
        "shape.type": 9,
        "shape.enum": 1,
        "shape.length": 6,
        "shape.pattern": 3,
        "shape.pattern-whole": 3,
    }


def test_what_is_nested_counts() -> None:
    """Structures, lists and maps below an item are looked into, and a pattern there is matched as a whole too."""
    contract = load("iam:GetServiceLastAccessedDetailsWithEntities")
    info = {
        "Arn": "arn:aws:iam::123456789012:user/u",
        "Name": "u u",
        "Type": "USER",
        "Id": "AIDAEXAMPLEEXAMPLE",
        "Path": "/",
    }
    members = VALID | {"IsTruncated": False, "EntityDetailsList": [{"EntityInfo": info}]}
    flawed, checked = flaws(Reading(Exchange(0, contract.operation, {}), "result", members), contract)

    assert [(each.rule, each.path) for each in flawed] == [
        ("shape.pattern-whole", "/EntityDetailsList/0/EntityInfo/Name")
    ]
    assert (checked["shape.pattern"], checked["shape.pattern-whole"]) == (3, 3)
    assert (checked["shape.required"], checked["shape.enum"]) == (3, 2)

    users = load("iam:ListUsers")
    bounded = {"UserName": "u", "PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy"}}
    reading = Reading(Exchange(0, users.operation, {}), "result", {"Users": [bounded]})
    assert flaws(reading, users)[1]["shape.enum"] == 1

    tables = load("dynamodb:ListTables")
    reading = Reading(Exchange(0, tables.operation, {}), "result", {"TableNames": ["one", "two"]})
    assert flaws(reading, tables)[1]["shape.length"] == 4  # two names, with two bounds each


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"JobStatus": "DONE"}, ("shape.enum", "/JobStatus", "one of IN_PROGRESS, COMPLETED, FAILED", '"DONE"')),
        ({"JobCreationDate": "soon"}, ("shape.type", "/JobCreationDate", "a date-time", '"soon"')),
        ({"NumberOfServicesAccessible": 2**31}, ("shape.type", "/NumberOfServicesAccessible", "at most 2147483647", "2147483648")),
        ({"NumberOfServicesAccessible": -(2**31) - 1}, ("shape.type", "/NumberOfServicesAccessible", "at least -2147483648", "-2147483649")),
        ({"NumberOfServicesAccessible": "1"}, ("shape.type", "/NumberOfServicesAccessible", "a value of type integer", '"1"')),
        ({"IsTruncated": "no"}, ("shape.type", "/IsTruncated", "a value of type boolean", '"no"')),
        ({"AccessDetails": "none"}, ("shape.type", "/AccessDetails", "a value of type array", '"none"')),
        ({"AccessDetails": ["s3"]}, ("shape.type", "/AccessDetails/0", "a value of type object", '"s3"')),
        ({"ErrorDetails": "no"}, ("shape.type", "/ErrorDetails", "a value of type object", '"no"')),
        ({"ErrorDetails": {"Code": "C"}}, ("shape.required", "/ErrorDetails/Message", "Message, which is required", "nothing")),
        ({"Marker": "m" * 321}, ("shape.length", "/Marker", "at most 320 characters", '"' + "m" * 78 + "… (321 characters)")),
        ({"Marker": "\u4e00"}, ("shape.pattern", "/Marker", "a string that matches [\\u0020-\\u00FF]+", '"\u4e00"')),
        ({"AccessDetails": [SERVICE, SERVICE | {"ServiceNamespace": ""}]},
         ("shape.length", "/AccessDetails/1/ServiceNamespace", "at least 1 characters", '""')),
        ({"AccessDetails": [SERVICE | {"ServiceNamespace": "s 3"}]},
         ("shape.pattern-whole", "/AccessDetails/0/ServiceNamespace", "a string that matches [A-Za-z0-9_-]* as a whole", '"s 3"')),
        ({"AccessDetails": [{"ServiceName": "S3"}]},
         ("shape.required", "/AccessDetails/0/ServiceNamespace", "ServiceNamespace, which is required", "nothing")),
    ],
)  # fmt: skip
def test_flaws(change: dict[str, Any], flaw: tuple[str, str, str, str]) -> None:
    """Each keyword stands for one rule and says where, what was expected and what came."""
    assert found(VALID | change) == (Flaw(*flaw),)


def test_every_missing_member_is_a_flaw_of_its_own() -> None:
    """Two missing members are two findings with two paths."""
    assert [each.path for each in found({})] == ["/JobStatus", "/JobCreationDate"]


def test_several_flaws_of_one_value() -> None:
    """A text that breaks three keywords has three flaws."""
    assert {each.rule for each in found({"JobId": 5}, GENERATE)} == {"shape.type"}
    assert {each.rule for each in found(VALID | {"AccessDetails": [SERVICE | {"EntityPath": "x"}]})} == {
        "shape.length",
        "shape.pattern",
    }


def test_what_the_protocol_reported_is_passed_over() -> None:
    """A date that is none is one finding, not two."""
    assert found(VALID | {"JobCreationDate": "soon"}, unparsed=frozenset({"/JobCreationDate"})) == ()
    assert len(found(VALID | {"JobCreationDate": "soon"}, unparsed=frozenset({"/JobCompletionDate"}))) == 1


def test_names_that_need_escaping() -> None:
    """Members that the model does not know are no flaws, whatever they are called."""
    assert found(VALID | {"~/": 1, "": None}) == ()


def rules_of(name: str, members: dict[str, Any], parameters: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    contract = load(name)
    reading = Reading(Exchange(0, contract.operation, parameters or {}), "result", members)
    return [(each.rule, each.path) for each in flaws(reading, contract)[0]]


ZONES = {"IsTruncated": False, "MaxItems": "100"}


@pytest.mark.parametrize(
    ("name", "members", "expected"),
    [
        # its documentation: "For an internet gateway, the state is available when attached to a VPC"
        ("ec2:DescribeInternetGateways", {"InternetGateways": [{"Attachments": [{"State": "available"}]}]}, []),
        ("ec2:DescribeInternetGateways", {"InternetGateways": [{"Attachments": [{"State": "gone"}]}]},
         [("shape.enum", "/InternetGateways/0/Attachments/0/State")]),
        # EC2's examples write it in lower case
        ("ec2:DescribeVpcEndpoints", {"VpcEndpoints": [{"State": "available"}]}, []),
        ("ec2:DescribeVpcEndpoints", {"VpcEndpoints": [{"State": "open"}]}, [("shape.enum", "/VpcEndpoints/0/State")]),
        # "preset is the empty string"
        ("ivs:ListChannels", {"channels": [{"preset": ""}]}, []),
        ("ivs:ListChannels", {"channels": [{"preset": "no"}]}, [("shape.enum", "/channels/0/preset")]),
        ("lambda:ListFunctions", {"Functions": [{"StateReasonCode": ""}]}, [("shape.enum", "/Functions/0/StateReasonCode")]),
        # the id of a hosted zone has at most 32 characters, and stands behind a prefix
        ("route53:ListHostedZones", ZONES | {"HostedZones": [{"Id": "/hostedzone/Z01234567890123456789", "Name": "a.", "CallerReference": "x"}]}, []),
        ("route53:ListHostedZones", ZONES | {"HostedZones": [{"Id": "/hostedzone/" + "Z" * 33, "Name": "a.", "CallerReference": "x"}]},
         [("shape.length", "/HostedZones/0/Id")]),
    ],
)  # fmt: skip
def test_what_documentation_allows_is_valid(
    name: str, members: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Values that the model's constraints exclude, and that AWS's documentation or its examples show."""
    assert rules_of(name, members) == expected


def test_a_token_is_repeated_only_where_one_was_sent() -> None:
    """Route 53 requires the Marker of the request in its response, and the first request has none."""
    members = ZONES | {"HostedZones": []}
    assert rules_of("route53:ListHostedZones", members) == []
    assert rules_of("route53:ListHostedZones", members, {"Marker": "Z"}) == [("shape.required", "/Marker")]


#: The rules of jsonschema's errors, by keyword.
KEYWORDS = {
    "required": "shape.required",
    **dict.fromkeys(("type", "format", "minimum", "maximum"), "shape.type"),
    "enum": "shape.enum",
    **dict.fromkeys(("minLength", "maxLength"), "shape.length"),
    "pattern": "shape.pattern",
}
ODD: tuple[Any, ...] = (
    *(None, True, 0, 5.0, 2.5, -1, 2**31, 2**70, "", "x y", "x" * 400, "\u4e00", [], {}, [1], {"x": "y"}),
    *("2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01", "IN_PROGRESS"),
)


def drawn(rules: Mapping[str, Any], definitions: Mapping[str, Any], choices: random.Random, depth: int = 0) -> Any:
    """A value that follows a derived schema for the most part."""
    if choices.random() < 0.15:
        return choices.choice(ODD)
    rules = rules.get("else", rules)
    if "$ref" in rules:
        rules = definitions[rules["$ref"].rpartition("/")[2]]
    kinds = rules.get("type")
    kind = kinds if isinstance(kinds, str) else (kinds or ["null"])[0]
    if kind == "object" and depth < 5:
        members = {
            name: drawn(each, definitions, choices, depth + 1)
            for name, each in rules.get("properties", {}).items()
            if choices.random() < 0.7
        }
        more = rules.get("additionalProperties")
        return members | ({f"~/{n}": drawn(more, definitions, choices, depth + 1) for n in range(2)} if more else {})
    if kind == "array" and depth < 5:
        return [drawn(rules["items"], definitions, choices, depth + 1) for _ in range(choices.randrange(3))]
    return choices.choice((*rules.get("enum", ()), *ODD, "plain"))


@pytest.mark.parametrize("name", ["iam:GetOrganizationsAccessReport", "iam:ListRoles", "lambda:ListFunctions"])
def test_keywords_mean_what_jsonschema_says(name: str) -> None:
    """Of values that follow the schema for the most part, the flaws are the errors that jsonschema has."""
    service, _, operation = name.partition(":")
    whole = response_schema(service, operation)
    validator = Draft202012Validator(whole, format_checker=FormatChecker(["date-time"]))
    contract, choices, seen = load(name), random.Random(0), set()
    for _ in range(150):
        members = drawn(whole["allOf"][0], whole["$defs"], choices)
        if not isinstance(members, dict):
            continue
        errors = {
            (KEYWORDS[str(each.validator)], "/".join(map(str, each.absolute_path)).replace("~/", "~0~1"))
            for each in validator.iter_errors(members)
            if each.validator in KEYWORDS
        }
        typeless = {path for rule, path in errors if rule == "shape.type"}
        errors = {(rule, path) for rule, path in errors if rule != "shape.enum" or path not in typeless}
        reading = Reading(Exchange(0, operation, {}), "result", members)
        ours = {
            (each.rule, (each.path.rpartition("/")[0] if each.rule == "shape.required" else each.path).lstrip("/"))
            for each in flaws(reading, contract)[0]
            if each.rule != "shape.pattern-whole"
        }
        assert ours <= errors
        # what a job's status waives, and what documentation allows
        assert not {each for each in errors - ours if each[0] not in ("shape.required", "shape.enum")}
        seen |= ours
    assert {rule for rule, _ in seen} >= {"shape.required", "shape.type", "shape.enum"}
