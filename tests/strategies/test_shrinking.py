"""A counterexample is what a person would have written: the smallest response with the thing in it."""

from datetime import UTC, datetime

import pytest
from hypothesis import Phase, find, settings

from awscontract.emulator import Behaviour, Service
from awscontract.strategies import (
    behaviours,
    entity_paths,
    invalid_responses,
    job_ids,
    reports,
    requests,
    responses,
    service_namespaces,
    tokens,
)
from awscontract.strategies.drawing import composed
from awscontract.strategies.values.members import timestamps

THEN = datetime(2000, 1, 1, tzinfo=UTC)
ROOT = "o-aaaaaaaaaa/r-aaaa"
A = {"ServiceName": "a", "ServiceNamespace": "a", "TotalAuthenticatedEntities": 0}
B = {**A, "ServiceName": "b", "ServiceNamespace": "b"}
USED = {
    "ServiceName": "a",
    "ServiceNamespace": "a",
    "Region": "us-east-1",
    "EntityPath": ROOT,
    "LastAuthenticatedTime": THEN,
    "TotalAuthenticatedEntities": 1,
}
PENDING = {"JobStatus": "IN_PROGRESS", "JobCreationDate": THEN, "IsTruncated": False}


def done(*services, used=0, **more):
    """A finished report of these services."""
    return {
        "JobStatus": "COMPLETED",
        "JobCreationDate": THEN,
        "JobCompletionDate": THEN,
        "NumberOfServicesAccessible": len(services),
        "NumberOfServicesNotAccessed": len(services) - used,
        "AccessDetails": list(services),
        "IsTruncated": False,
        **more,
    }


def simplest(strategy, condition):
    """The smallest value of which it is so."""
    # without the explain phase, which tries out what does not matter and leaves `find` with its last attempt
    alone = settings(max_examples=2_000, database=None, phases=[Phase.generate, Phase.shrink])
    return find(strategy, condition, settings=alone)


def listed(response):
    """The services of a response."""
    return response.get("AccessDetails", [])


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (lambda a: True, PENDING),
        (lambda a: a["JobStatus"] == "COMPLETED", done()),
        (
            lambda a: "ErrorDetails" in a,
            {
                **PENDING,
                "JobStatus": "FAILED",
                "JobCompletionDate": THEN,
                "ErrorDetails": {"Message": "no", "Code": "INVALID_ORGANIZATIONS_ENTITY_PATH"},
            },
        ),
        (lambda a: len(listed(a)) == 1, done(A)),
        (lambda a: len(listed(a)) >= 2, done(A, B)),
        (lambda a: a.get("IsTruncated") and len(listed(a)) == 2, done(A, B, IsTruncated=True, Marker="a")),
        (lambda a: a.get("IsTruncated") and not listed(a), done(IsTruncated=True, Marker="a")),
        (lambda a: any("EntityPath" in each for each in listed(a)), done(USED, used=1)),
        (lambda a: len({"EntityPath" in each for each in listed(a)}) == 2, None),
        (lambda a: "IsTruncated" not in a, {"JobStatus": "IN_PROGRESS", "JobCreationDate": THEN}),
        (
            lambda a: any("TotalAuthenticatedEntities" not in each for each in listed(a)),
            done({"ServiceName": "a", "ServiceNamespace": "a"}),
        ),
        (lambda a: a.get("NumberOfServicesAccessible", 0) > len(listed(a)), None),
        (lambda a: any(each["ServiceName"] == "" for each in listed(a)), done({**A, "ServiceName": ""})),
    ],
    ids=[
        "anything", "completed", "failed", "one service", "two services", "truncated with two", "truncated and empty",
        "used", "both kinds", "no IsTruncated", "no total", "more elsewhere", "no name",
    ],
)  # fmt: skip
def test_responses(condition, expected):
    """Services are called a and b, times are the year 2000's first, paths are the shortest."""
    found = simplest(responses(), condition)

    if expected is None:
        keys = [each["ServiceNamespace"] for each in listed(found)]
        assert sorted(keys) == ["a", "b"][: len(keys)]
        assert found["NumberOfServicesAccessible"] in (1, 2)
        assert found["JobCreationDate"] == THEN
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("strategy", "condition", "expected"),
    [
        (entity_paths(), lambda v: True, ROOT),
        (entity_paths("account"), lambda v: True, f"{ROOT}/000000000000"),
        (entity_paths(), lambda v: "/ou-" in v, f"{ROOT}/ou-aaaa-aaaaaaaa"),
        (service_namespaces(), lambda v: True, "a"),
        (tokens(), lambda v: len(v) > 1, "aa"),
        (job_ids(), lambda v: True, "00000000-0000-0000-0000-000000000000"),
        (composed(timestamps(), "timestamps"), lambda v: True, "2000-01-01T00:00:00Z"),
        (composed(timestamps(), "timestamps"), lambda v: "." in v, "2000-01-01T00:00:00.000Z"),
        (requests(), lambda v: True, {"JobId": "00000000-0000-0000-0000-000000000000"}),
        (requests("iam:GenerateOrganizationsAccessReport"), lambda v: True, {"EntityPath": ROOT}),
        (invalid_responses(rule="shape.enum"), lambda v: True, ("shape.enum", {**PENDING, "JobStatus": "DONE"})),
        (
            invalid_responses(rule="pagination.truncated-has-token"),
            lambda v: True,
            ("pagination.truncated-has-token", done(IsTruncated=True)),
        ),
    ],
)
def test_values(strategy, condition, expected):
    """The shortest, and the first letters."""
    assert simplest(strategy, condition) == expected


def test_a_report_that_is_cut():
    """One that takes two pages has its service on the last, under a Marker called a."""
    report = simplest(reports(), lambda each: len(each.pages) > 1 and each.items)

    assert report.pages == [done(A, AccessDetails=[], IsTruncated=True, Marker="a"), done(A)]


def test_a_behaviour():
    """Every setting that does not matter stands where it stands by itself."""
    found = simplest(behaviours(), lambda each: each.outcome == "completed" and each.report and each.page_cap == 1)

    assert found == Behaviour(
        polls=0, report=(Service("a", "a"),), page_cap=1, failure="INVALID_ORGANIZATIONS_ENTITY_PATH"
    )
