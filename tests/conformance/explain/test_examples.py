"""Examples of rules: each side is what it says it is, and what is shown of it is the rule's point."""

from __future__ import annotations

import pytest

from awscontract.conformance.explain.examples import example
from awscontract.conformance.explain.excerpts import Excerpt, excerpts
from awscontract.conformance.explain.explain import explain
from awscontract.conformance.judge.evaluate import evaluate
from awscontract.conformance.trace.exchange import Trace
from awscontract.emulator.faults import faults_for
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

ACCESS_REPORT = "iam:GetOrganizationsAccessReport"
#: An operation of each kind and of each protocol.
OPERATIONS = (
    ACCESS_REPORT, "iam:GetServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetailsWithEntities", "iam:ListUsers", "ec2:DescribeVpcs",
    "dynamodb:ListTables", "lambda:ListFunctions", "s3:ListObjectsV2", "sqs:ListQueues",
)  # fmt: skip
#: In every run a rule of each family, and one rule of each protocol.
SAMPLE = [
    (ACCESS_REPORT, "protocol.timestamp-utc"), (ACCESS_REPORT, "shape.required"), (ACCESS_REPORT, "job.failed-has-error-details"),
    (ACCESS_REPORT, "report.accessible-count"), (ACCESS_REPORT, "pagination.page-size-may-change"), (ACCESS_REPORT, "sort.descending-reverses"),
    (ACCESS_REPORT, "validation.max-items-integer"), ("ec2:DescribeVpcs", "protocol.error-details"), ("s3:ListObjectsV2", "pagination.token-continues"),
    ("dynamodb:ListTables", "pagination.limit-respected"), ("lambda:ListFunctions", "shape.length"), ("sqs:ListQueues", "pagination.complete"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "rule_id"), SAMPLE)
def test_examples_are_judged(operation: str, rule_id: str) -> None:
    """An example judged by itself breaks its rule, and its corrected side satisfies it; what is shown of them differs."""
    check(operation, rule_id)


@pytest.mark.nightly
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_example_is_judged(operation: str) -> None:
    """The same for every rule that a fault of the emulator breaks; the others say that there is no example."""
    contract = load(operation)
    broken = {each.rule for each in faults_for(contract).values() if not each.deep}
    for rule in rule_set(contract):
        if rule.id in broken:
            check(operation, rule.id)
        else:
            assert f"There is no example for {operation}: " in explain(rule.id, contract)


def check(operation: str, rule_id: str) -> None:
    contract = load(operation)
    found = example(rule_id, contract)
    assert found is not None, rule_id
    assert (
        outcome(found.broken, rule_id)
        == {"must": "failed", "should": "warned", "may": "noted"}[level(operation, rule_id)]
    )
    broken, corrected = excerpts(found, rule_id, contract)
    if found.corrected is None:
        assert level(operation, rule_id) == "may"
    else:
        assert outcome(found.corrected, rule_id) == "passed"
        assert said(broken) != said(corrected)
    for each in (*broken, *corrected):
        assert len(each.lines) <= 26
        long = [line for line in (each.status, *each.lines) if len(line) > 140 or not line.isprintable()]
        assert (long, len(each.request) < 250) == ([], True), rule_id


def level(operation: str, rule_id: str) -> str:
    return next(each.level for each in rule_set(load(operation)) if each.id == rule_id)


def outcome(trace: Trace, rule_id: str) -> str:
    [found] = [each for each in evaluate(trace, load(trace.operation)).rules if each.id == rule_id]
    return found.outcome


def said(shown: tuple[Excerpt, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.status, each.lines) for each in shown]


def test_an_order_by_time_is_shown_with_its_times() -> None:
    """Each service that has a time stands with it, on both sides; those between that have none are counted."""
    found = example("sort.time-ascending")
    assert found is not None
    [broken], [corrected] = excerpts(found, "sort.time-ascending", load(ACCESS_REPORT))
    times = [[line.split()[1] for line in side.lines if line.endswith("Z")] for side in (broken, corrected)]

    assert times[0] != sorted(times[0])
    assert times[1] == sorted(times[1]) == sorted(times[0])
    assert "(43 services without LastAuthenticatedTime)" in corrected.lines[0]


def test_a_list_is_shown_by_what_its_pages_hold() -> None:
    """Whatever the protocol, a page is its items, and its tokens have short names."""
    found = example("pagination.complete", load("lambda:ListFunctions"))
    assert found is not None
    broken, corrected = excerpts(found, "pagination.complete", load("lambda:ListFunctions"))

    assert [each.request for each in broken[1:3]] == ["ListFunctions MaxItems=3", "ListFunctions Marker=T1 MaxItems=3"]
    assert corrected[1].lines == (
        "  function-name-0000", "  function-name-1655", "  function-name-3743", "NextMarker T1",
    )  # fmt: skip


def test_what_an_example_finds_is_shown() -> None:
    """The title of the broken side is the rule's own finding."""
    shown = explain("job.creation-date-stable")

    assert "  broken: JobCreationDate changed; expected 2025-" in shown
    assert "\n  corrected\n    > GetOrganizationsAccessReport JobId=" in shown
