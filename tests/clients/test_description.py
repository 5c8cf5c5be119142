"""What a finding says of the service that breaks the client."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from awscontract.clients.fuzzing.scenarios import description
from awscontract.clients.fuzzing.scenarios.description import described
from awscontract.clients.fuzzing.scenarios.scenario import BASE, Refusal, Scenario
from awscontract.emulator import Behaviour
from awscontract.spec.operations import load

#: What is said in every line, and what is the same in every scenario.
ELSEWHERE = {"services", "items", "foreign", "report", "given", "polls", "outcome", "failure"}
ALWAYS = {"known_entities", "one_running_job"}


def test_every_field_has_its_words() -> None:
    """A new field of a behaviour that a client can notice needs a phrase."""
    assert {each.name for each in fields(Behaviour)} == {*description._PHRASES, *ELSEWHERE, *ALWAYS}


@pytest.mark.parametrize(
    ("operation", "settings", "line"),
    [
        ("iam:ListUsers", {"items": 1}, "1 item"),
        ("iam:ListUsers", {"items": 2, "page_cap": 1}, "2 items; at most 1 on a page"),
        ("iam:ListUsers", {"page_plan": (0, 1, 2)}, "3 items; the first pages hold 0, 1 and 2 items"),
        ("iam:ListUsers", {"page_plan": (2,)}, "3 items; the first page holds 2 items"),
        ("s3:ListObjectsV2", {"given": {"Contents": (1, 2), "CommonPrefixes": ()}}, "2 Contents and 0 CommonPrefixes"),
        (None, {"services": 0, "polls": 1}, "0 services; the job is IN_PROGRESS once, then COMPLETED"),
        (
            None,
            {"outcome": "failed", "failure": "A", "polls": 2},
            "3 services; the job is IN_PROGRESS 2 times, then FAILED with A",
        ),
        (None, {"polls": 1001}, "3 services; the job is IN_PROGRESS for ever"),
        (
            None,
            {"omit_more_when_false": True},
            "3 services; the job is COMPLETED at once; IsTruncated is absent where it would be false",
        ),
    ],
)
def test_a_line(operation: str | None, settings: dict[str, object], line: str) -> None:
    """In the words of the operation, with what differs from a service that does nothing special."""
    contract = load(operation) if operation else load()
    assert described(contract, Scenario(replace(BASE, **settings))) == line  # type: ignore[arg-type]


def test_an_error() -> None:
    """From where on, and how often."""
    refused = Scenario(replace(BASE, items=2, page_cap=1), Refusal("AccessDenied", 403, times=12))
    assert described(load("iam:ListUsers"), refused).endswith("; AccessDenied from page 2 on, 12 times")
