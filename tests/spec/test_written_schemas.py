"""The schemas written by hand: service errors, and the result format that other people's programs read."""

import copy

import pytest
from jsonschema import Draft202012Validator

from awscontract import spec

ERROR = {"code": "NoSuchEntity", "type": "Sender", "message": "gone", "request_id": "42", "status": 404}
RULE = {
    "id": "pagination.complete",
    "level": "must",
    "basis": "documented",
    "source": "https://docs.aws.amazon.com/",
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
    "divergence": 1,
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
        {"code": "Throttling", "status": 400},
        {**ERROR, "type": None, "request_id": None},
        {**ERROR, "type": "Receiver", "status": 500},
    ],
)
def test_errors_are_accepted(error):
    """Type, message and request id are good manners; code and status are owed."""
    assert valid("error", error)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "NoSuchEntity"},
        {**ERROR, "code": ""},
        {**ERROR, "status": 200},
        {**ERROR, "status": 500},
        {**ERROR, "type": "Receiver"},
        {**ERROR, "type": "Moon"},
        {**ERROR, "colour": "red"},
    ],
)
def test_errors_are_refused(error):
    """A status that contradicts the type, or no error at all, is none."""
    assert not valid("error", error)


@pytest.mark.parametrize(
    "result",
    [
        RESULT,
        doctored(RESULT, "dropped", None),
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
        *((name, None) for name in spec.schema("result")["required"]),
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
        ("divergence", -1),
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
def test_results_are_refused(pointer, value):
    """One thing changed or taken away, and it is no result."""
    assert not valid("result", doctored(RESULT, pointer, value))


def test_enumerations_are_the_catalogues():
    """Levels and bases are those that rules can have."""
    rule = spec.schema("result")["$defs"]["rule"]["properties"]

    assert {each.level for each in spec.rules()} == set(rule["level"]["enum"])
    assert {each.basis for each in spec.rules()} == set(rule["basis"]["enum"])
    assert all(valid("result", doctored(RESULT, "rules/0/id", each.id)) for each in spec.rules())


def test_the_summary_counts_every_outcome():
    """There is a figure for each outcome, and none besides."""
    schema = spec.schema("result")

    assert schema["properties"]["summary"]["required"] == schema["$defs"]["rule"]["properties"]["outcome"]["enum"]
