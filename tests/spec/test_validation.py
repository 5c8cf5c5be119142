"""Constraints on request parameters, and the ids of the rules that a request which breaks one is judged by."""

from __future__ import annotations

import pytest

from awscontract.spec.model import services
from awscontract.spec.operations import load
from awscontract.spec.operations.paginators import PROTOCOLS, paginated, protocol_of
from awscontract.spec.validation import Constraint, constraints, slug, validation_id


def kinds(service: str, operation: str) -> list[tuple[str, str]]:
    return [(each.member, each.kind) for each in constraints(service, operation)]


def test_every_constraint_of_the_model_is_there() -> None:
    """In the order of the model: what is required, bounds, enumerations, patterns, and numbers."""
    assert kinds("iam", "GetOrganizationsAccessReport") == [
        ("JobId", "required"),
        ("JobId", "length"),
        ("MaxItems", "minimum"),
        ("MaxItems", "maximum"),
        ("MaxItems", "integer"),
        ("Marker", "length"),
        ("Marker", "pattern"),
        ("SortKey", "known"),
    ]
    assert kinds("sqs", "ListQueues") == [("MaxResults", "integer")]


def test_bounds_are_numbers_and_values_are_listed() -> None:
    """What a probe needs to break the constraint."""
    found = {(each.member, each.kind): each for each in constraints("iam", "GetOrganizationsAccessReport")}

    assert (found["JobId", "length"].minimum, found["JobId", "length"].maximum) == (36, 36)
    assert found["MaxItems", "maximum"].maximum == 1000
    assert found["SortKey", "known"].values[0] == "SERVICE_NAMESPACE_ASCENDING"


@pytest.mark.parametrize(
    ("operation", "member", "whole"),
    [
        ("GetServiceLastAccessedDetailsWithEntities", "ServiceNamespace", True),
        ("GenerateOrganizationsAccessReport", "EntityPath", False),
        ("GetOrganizationsAccessReport", "Marker", False),
    ],
)
def test_patterns_that_match_everywhere_are_broken_as_a_whole_only(operation: str, member: str, whole: bool) -> None:
    """A pattern that matches the empty text matches every text at some position."""
    found = [each for each in constraints("iam", operation) if (each.member, each.kind) == (member, "pattern")]

    assert [each.whole for each in found] == [whole]


@pytest.mark.parametrize(
    ("member", "word"),
    [
        ("MaxItems", "max-items"),
        ("JobId", "job-id"),
        ("nextToken", "next-token"),
        ("DBInstanceIdentifier", "db-instance-identifier"),
        ("OrganizationsPolicyId", "policy-id"),
        ("Arn", "arn"),
    ],
)
def test_parameters_have_words_for_ids(member: str, word: str) -> None:
    """Words by hyphens, unless the contract file has another word."""
    assert slug(load(), member) == word


def test_ids_of_lists_are_those_of_their_limit() -> None:
    """Everything else that is invalid about a request of a list is one rule."""
    contract = load("iam:ListUsers")
    found = {each.member + " " + each.kind: validation_id(contract, each) for each in constraints("iam", "ListUsers")}

    assert found == {
        "PathPrefix length": "validation.no-crash",
        "PathPrefix pattern": "validation.no-crash",
        "Marker length": "validation.no-crash",
        "Marker pattern": "validation.no-crash",
        "MaxItems minimum": "validation.limit-minimum",
        "MaxItems maximum": "validation.limit-maximum",
        "MaxItems integer": "validation.no-crash",
    }
    assert validation_id(load(), Constraint("X", "MaxItems", "minimum")) == "validation.max-items-minimum"


def test_constraints_of_any_operation_can_be_read() -> None:
    """Patterns that Python cannot read, bounds of other types, shapes that hold themselves: none of them is in the way."""
    for service in services()[::7]:
        if paginated(service) and protocol_of_or_none(service):
            for operation in [*paginated(service)][:3]:
                for each in constraints(service, operation):
                    assert each.kind in ("required", "length", "pattern", "minimum", "maximum", "integer", "known")


def protocol_of_or_none(service: str) -> str | None:
    from awscontract.spec.model import service as model

    return protocol_of(service) if model(service).resolved_protocol in PROTOCOLS else None
