"""Which requests break one thing, and identifiers that nobody was given."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from awscontract.conformance.evidence.invalid_requests import (
    broken_constraints,
    probes,
    unissued_job_id,
    unissued_subject,
    unissued_token,
)
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

from conformance_kit import ACCOUNT, CONTRACT, GENERATE, GET, JOB, ROOT

UUID = "123e4567-e89b-42d3-a456-426614174000"


def violation(operation: str, parameters: dict[str, Any]) -> tuple[str, str] | None:
    """The one thing that a request of the first operation breaks; None where it breaks nothing."""
    found = broken_constraints("iam", operation, parameters)
    assert len(found) < 2
    return found[0] if found else None


@pytest.mark.parametrize(
    ("operation", "parameters", "broken"),
    [
        (GET, {"JobId": JOB}, None),
        (GET, {"JobId": "x" * 36}, None),
        (GET, {"JobId": JOB, "MaxItems": 1, "Marker": "m", "SortKey": "SERVICE_NAMESPACE_ASCENDING"}, None),
        (GET, {"JobId": JOB, "MaxItems": 1000}, None),
        (GET, {"JobId": JOB, "MaxItems": "1000"}, None),
        (GET, {"JobId": JOB, "Marker": "m" * 320}, None),
        (GET, {"JobId": JOB, "Marker": "\x01m"}, None),
        (GET, {"JobId": JOB, "Unknown": ""}, None),
        (GET, {}, ("JobId", "required")),
        (GET, {"JobId": ""}, ("JobId", "length")),
        (GET, {"JobId": JOB[1:]}, ("JobId", "length")),
        (GET, {"JobId": JOB + "0"}, ("JobId", "length")),
        (GET, {"JobId": JOB, "MaxItems": 0}, ("MaxItems", "minimum")),
        (GET, {"JobId": JOB, "MaxItems": "-1"}, ("MaxItems", "minimum")),
        (GET, {"JobId": JOB, "MaxItems": 1001}, ("MaxItems", "maximum")),
        (GET, {"JobId": JOB, "MaxItems": "ten"}, ("MaxItems", "integer")),
        (GET, {"JobId": JOB, "MaxItems": ""}, ("MaxItems", "integer")),
        (GET, {"JobId": JOB, "MaxItems": "1\n"}, ("MaxItems", "integer")),
        (GET, {"JobId": JOB, "MaxItems": "\u0661"}, ("MaxItems", "integer")),
        (GET, {"JobId": JOB, "MaxItems": "9" * 5000}, ("MaxItems", "integer")),
        (GET, {"JobId": JOB, "SortKey": "name"}, ("SortKey", "known")),
        (GET, {"JobId": JOB, "SortKey": ""}, ("SortKey", "known")),
        (GET, {"JobId": JOB, "Marker": ""}, ("Marker", "length")),
        (GET, {"JobId": JOB, "Marker": "m" * 321}, ("Marker", "length")),
        (GET, {"JobId": JOB, "Marker": "\x01" * 321}, ("Marker", "length")),
        (GET, {"JobId": JOB, "Marker": "\x01"}, ("Marker", "pattern")),
        (GENERATE, {"EntityPath": ROOT}, None),
        (GENERATE, {"EntityPath": ROOT + "!"}, None),
        (GENERATE, {"EntityPath": ACCOUNT, "OrganizationsPolicyId": "p-FullAWSAccess"}, None),
        (GENERATE, {}, ("EntityPath", "required")),
        (GENERATE, {"EntityPath": ROOT[:18]}, ("EntityPath", "length")),
        (GENERATE, {"EntityPath": ROOT + "a" * 427}, ("EntityPath", "length")),
        (GENERATE, {"EntityPath": "123456789012345678901"}, ("EntityPath", "pattern")),
        (GENERATE, {"EntityPath": ROOT, "OrganizationsPolicyId": ""}, ("OrganizationsPolicyId", "pattern")),
        (GENERATE, {"EntityPath": ROOT, "OrganizationsPolicyId": "p-1"}, ("OrganizationsPolicyId", "pattern")),
    ],
)
def test_violation(operation: str, parameters: dict[str, Any], broken: tuple[str, str] | None) -> None:
    """The first broken keyword of the one member that breaks any, off the derived schema."""
    assert violation(operation, parameters) == broken


@pytest.mark.parametrize(
    "job", [JOB, JOB.upper(), UUID, "examplea-1234-b567-cde8-90fg123abcd4", "x" * 36, "0123456789" * 3 + "abcdef"]
)
def test_an_unissued_job_id(job: str) -> None:
    """Another JobId of the same form, the same one each time."""
    unissued = unissued_job_id(job)
    assert unissued != job
    assert unissued == unissued_job_id(job)
    assert len(unissued) == len(job)
    assert [each.isalnum() for each in unissued] == [each.isalnum() for each in job]
    assert violation(GET, {"JobId": unissued}) is None
    for form in ("[0-9a-f-]*", "[0-9A-F-]*", "[0-9a-z-]*"):
        assert not re.fullmatch(form, job) or re.fullmatch(form, unissued)


def test_an_unissued_uuid_keeps_version_and_variant() -> None:
    """A service may check those before it looks the job up."""
    assert unissued_job_id(UUID)[14] == "4"
    assert unissued_job_id(UUID)[19] == "a"


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), min_size=1, max_size=320),
    st.lists(st.text("ab01", max_size=3)),
)
def test_a_marker_that_was_never_issued(marker: str, issued: list[str]) -> None:
    """It is valid by the model, is none of those that were issued, and is the same each time."""
    unissued = unissued_token(marker, issued)
    assert unissued not in {marker, *issued}
    assert unissued == unissued_token(marker, issued)
    assert violation(GET, {"JobId": JOB, "Marker": unissued}) is None


def test_an_unissued_marker_has_the_letters_of_an_issued_one() -> None:
    """Base64 stays base64, digits stay digits, padding may move."""
    assert re.fullmatch("[A-Za-z0-9+/=]+", unissued_token("eyJhIjogMX0+/w=="))
    assert re.fullmatch("[0-9]+", unissued_token("100"))


@pytest.mark.parametrize("path", [ROOT, ACCOUNT, "o-" + "a" * 32 + "/r-" + "b" * 32])
def test_an_unissued_entity(path: str) -> None:
    """It is well-formed, under the same root, and another."""
    unissued = unissued_subject(path)
    assert unissued != path
    assert unissued.startswith("/".join(path.split("/")[:2]) + "/")
    assert re.fullmatch("o-[0-9a-z]{10,32}/r-[0-9a-z]{4,32}/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}/[0-9]{12}", unissued)
    assert violation(GENERATE, {"EntityPath": unissued}) is None


REQUESTS = {
    "iam:GetOrganizationsAccessReport": [(GET, {"JobId": JOB}), (GENERATE, {"EntityPath": ROOT})],
    "iam:GetServiceLastAccessedDetails": [
        ("GetServiceLastAccessedDetails", {"JobId": JOB}),
        ("GenerateServiceLastAccessedDetails", {"Arn": "arn:aws:iam::123456789012:user/a"}),
    ],
    "iam:GetServiceLastAccessedDetailsWithEntities": [
        ("GetServiceLastAccessedDetailsWithEntities", {"JobId": JOB, "ServiceNamespace": "s3"}),
        ("GenerateServiceLastAccessedDetails", {"Arn": "arn:aws:iam::123456789012:user/a"}),
    ],
}


@pytest.mark.parametrize("name", REQUESTS)
def test_probes_break_one_constraint_each(name: str) -> None:
    """Each breaks what it says and nothing else, and there is at least one for every validation rule that names a constraint."""
    contract = load(name)
    made = [
        (operation, probe) for operation, request in REQUESTS[name] for probe in probes(contract, operation, request)
    ]
    for operation, probe in made:
        assert violation(operation, dict(probe.parameters)) == (probe.member, probe.constraint)
    rules = {each.id for each in rule_set(contract) if each.family == "validation"} - {
        "validation.no-crash",
        "validation.error-code",
    }
    assert len({(probe.member, probe.constraint) for _, probe in made}) == len(rules)


def test_a_list_is_probed_in_its_page_size_alone() -> None:
    """Few requests: below and above the bounds, and a text."""
    made = probes(load("iam:ListUsers"), "ListUsers", {"PathPrefix": "/"})
    assert [(each.constraint, each.parameters["MaxItems"]) for each in made] == [
        ("integer", "1x"),
        ("minimum", 0),
        ("minimum", -1),
        ("maximum", 1001),
    ]
    assert all(each.parameters["PathPrefix"] == "/" for each in made)


def test_nothing_is_made_from_a_value_that_is_wrong_itself() -> None:
    """A JobId of the target's own that breaks its length proves nothing by being refused."""
    assert not [each for each in probes(CONTRACT, GET, {"JobId": "short"}) if each.member == "JobId"]
