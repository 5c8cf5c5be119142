"""The schemas written by hand: service errors, and the result format that other people's programs read."""

import copy
import re

import pytest
from jsonschema import Draft202012Validator

from awscontract import spec
from awscontract.spec.operations import access_reports, load

ERROR = {"Error": {"Code": "NoSuchEntity", "Type": "Sender", "Message": "gone"}}
RULE = {
    "id": "pagination.complete",
    "level": "must",
    "basis": "documented",
    "source": "https://docs.aws.amazon.com/",
    "statement": "The pages of a listing hold every service of the report.",
    "outcome": "failed",
    "checked": 262,
    "reason": None,
    "because": None,
    "violations": [
        {
            "message": "a service is missing",
            "expected": "262 services",
            "actual": None,
            "path": "/AccessDetails/3",
            "exchanges": [12, 13],
            "reproduce": None,
        }
    ],
}
RESULT = {
    "schema_version": 1,
    "awscontract": "0.1.0",
    "operation": "iam:GetOrganizationsAccessReport",
    "model": {"botocore": "1.44.5", "sha256": "0" * 64},
    "target": {"kind": "endpoint", "endpoint_url": "http://127.0.0.1:4566", "server": None},
    "verdict": "violates",
    "calls": 57,
    "seconds": 0.8,
    "seed": 0,
    "exercised": 1,
    "cut_short": None,
    "setup": {"items": 7, "deleted": 6, "left": ["awscontract-1-a-07"]},
    "dropped": ["listing by time"],
    "summary": {
        "passed": 0,
        "failed": 1,
        "warned": 0,
        "noted": 0,
        "not-exercised": 89,
        "indeterminate": 0,
        "known": 0,
    },
    "rules": [RULE],
}


SEVERAL = {"schema_version": 1, "awscontract": "0.1.0", "target": {"kind": "moto"}, "results": [RESULT]}


def valid(name, instance):
    return Draft202012Validator(spec.schema(name)).is_valid(instance)


def doctored(instance, pointer, value):
    """A copy with one place changed; None takes it away."""
    out = copy.deepcopy(instance)
    *path, last = (int(step) if step.isdigit() else step for step in pointer.split("/"))
    place = out
    for step in path:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return out


@pytest.mark.parametrize(
    "error",
    [
        ERROR,
        {"Error": {"Code": "Throttling"}},
        {"Error": {"Code": "Throttling", "Type": None, "Message": None}},
        {"Error": {"Code": "InternalFailure", "Type": "Receiver"}, "ResponseMetadata": {"RequestId": "42"}},
    ],
)
def test_errors_are_accepted(error):
    """As SDKs give them: the code is owed, type and message are not."""
    assert valid("error", error)


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"Error": {}},
        {"Error": {"Code": ""}},
        {"Error": {"Code": 404}},
        {"Error": {"Code": "NoSuchEntity", "Type": "Moon"}},
        {"Error": "NoSuchEntity"},
        ERROR["Error"],
    ],
)
def test_errors_are_rejected(error):
    """Without a code, it is not an error."""
    assert not valid("error", error)


@pytest.mark.parametrize(
    "result",
    [
        RESULT,
        SEVERAL,
        {**SEVERAL, "results": [RESULT, {**RESULT, "operation": "s3:ListObjectsV2"}]},
        doctored(RESULT, "dropped", None),
        {**RESULT, "setup": None, "cut_short": "SIGTERM"},
        {**RESULT, "known_problems": [{"rule": "job.id-returned", "problem": "stale", "message": "it passes"}]},
        doctored(RESULT, "target", {"kind": "moto+access-reports"}),
        doctored(RESULT, "rules", []),
        {**RESULT, "verdict": "unreachable", "reason": "nobody listens"},
        doctored(RESULT, "rules/0", {**RULE, "outcome": "passed", "violations": []}),
        doctored(RESULT, "rules/0", {**RULE, "outcome": "not-exercised", "checked": 0, "violations": []}),
        doctored(RESULT, "rules/0", {**RULE, "outcome": "indeterminate", "because": "sort.time-ascending"}),
        doctored(RESULT, "rules/0/violations/0", {"message": "short", "exchanges": []}),
    ],
)
def test_results_are_accepted(result):
    """The documented example, and what may be left out of it."""
    assert valid("result", result)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        *((name, None) for name in spec.schema("result")["$defs"]["result"]["required"]),
        ("colour", "red"),
        ("schema_version", 2),
        ("operation", "GetOrganizationsAccessReport"),
        ("model/sha256", "abc"),
        ("target/kind", "toaster"),
        ("verdict", "passed"),
        ("verdict", "conforms"),
        ("calls", -1),
        ("seconds", "0.8"),
        ("exercised", 1.5),
        ("cut_short", 1),
        ("setup", []),
        ("setup/left", None),
        ("setup/items", -1),
        ("setup/colour", "red"),
        ("dropped", "everything"),
        ("known_problems", ["job.id-returned"]),
        ("known_problems", [{"rule": "job.id-returned", "problem": "old", "message": "it passes"}]),
        ("summary/known", None),
        ("summary/failed", -1),
        ("summary/skipped", 1),
        ("rules/0/id", "Complete"),
        ("rules/0/level", "shall"),
        ("rules/0/basis", "hearsay"),
        ("rules/0/source", "a friend"),
        ("rules/0/outcome", "skipped"),
        ("rules/0/outcome", "passed"),
        ("rules/0/outcome", "not-exercised"),
        ("rules/0/checked", -1),
        ("rules/0/because", "it rained"),
        ("rules/0/violations", []),
        ("rules/0/violations", None),
        ("rules/0/violations/0/message", ""),
        ("rules/0/violations/0/exchanges", ["12"]),
        ("rules/0/violations/0/exchanges", None),
        ("rules/0/violations/0/colour", "red"),
    ],
)
def test_results_are_rejected(pointer, value):
    """One thing changed or taken away, and it is not a result any more; nor is a list with it."""
    result = doctored(RESULT, pointer, value)

    assert not valid("result", result)
    assert not valid("result", {**SEVERAL, "results": [RESULT, result]})


@pytest.mark.parametrize("change", [{"results": []}, {"target": None}, {"verdict": "conforms"}, {"results": RESULT}])
def test_lists_of_results_are_rejected(change):
    """Several results have a target in common, and each is a result."""
    several = {name: value for name, value in {**SEVERAL, **change}.items() if value is not None}

    assert not valid("result", several)


def test_enumerations_are_the_catalogues():
    """Levels and bases are those that rules can have, and every id is one."""
    rule = spec.schema("result")["$defs"]["rule"]["properties"]
    pattern = re.compile(spec.schema("result")["$defs"]["rule_id"]["pattern"])

    assert {each.level for each in spec.rules()} == set(rule["level"]["enum"])
    assert {each.basis for each in spec.rules()} == set(rule["basis"]["enum"])
    assert all(pattern.search(each.id) for name in access_reports() for each in spec.rule_set(load(name)))


def test_the_summary_counts_every_outcome():
    """There is a figure for each outcome, and no other figure."""
    definitions = spec.schema("result")["$defs"]
    summary = definitions["result"]["properties"]["summary"]

    assert summary["required"] == definitions["rule"]["properties"]["outcome"]["enum"]


def test_strict_validators_find_a_type_for_every_keyword():
    """What ajv's strict mode demands: no bounds, members or lists without the type that they are about."""
    for name in spec.schema_names():
        assert [*untyped(spec.schema(name), ())] == [], name


_TYPED = {
    "object": {"properties", "required", "additionalProperties", "patternProperties"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "integer": {"minimum", "maximum"},
}


def untyped(schema, inherited, path="#"):
    """The places of keywords whose schema, and those around it about the same value, name no type for them."""
    if not isinstance(schema, dict):
        return
    types = {*inherited, *([schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ()))}
    types |= {"integer"} if "number" in types else set()
    yield from (
        f"{path}/{keyword}"
        for type, keywords in _TYPED.items()
        if type not in types
        for keyword in keywords & schema.keys()
    )
    for keyword in ("if", "then", "else", "not"):
        yield from untyped(schema.get(keyword), types, f"{path}/{keyword}")
    for keyword in ("allOf", "anyOf", "oneOf"):
        for place, each in enumerate(schema.get(keyword, ())):
            yield from untyped(each, types, f"{path}/{keyword}/{place}")
    for keyword in ("properties", "$defs", "patternProperties"):
        for name, each in schema.get(keyword, {}).items():
            yield from untyped(each, (), f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        yield from untyped(schema.get(keyword), (), f"{path}/{keyword}")


def test_an_untyped_keyword_is_found():
    """The check above does not pass for any schema whatever."""
    assert [
        *untyped({"if": {"required": ["a"]}, "then": {"type": "object", "properties": {"a": {"minLength": 1}}}}, ())
    ] == [
        "#/if/required",
        "#/then/properties/a/minLength",
    ]
