"""Which requests break one thing, and identifiers that nobody was given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from awscontract.conformance.evidence.invalid_requests import breach, unissued_entity, unissued_job_id, unissued_marker

from conformance_kit import ACCOUNT, GENERATE, GET, JOB, ROOT

UUID = "123e4567-e89b-42d3-a456-426614174000"


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
        (GET, {"JobId": JOB, "MaxItems": 0}, ("MaxItems", "range")),
        (GET, {"JobId": JOB, "MaxItems": "-1"}, ("MaxItems", "range")),
        (GET, {"JobId": JOB, "MaxItems": 1001}, ("MaxItems", "range")),
        (GET, {"JobId": JOB, "MaxItems": "ten"}, ("MaxItems", "type")),
        (GET, {"JobId": JOB, "MaxItems": ""}, ("MaxItems", "type")),
        (GET, {"JobId": JOB, "MaxItems": "1\n"}, ("MaxItems", "type")),
        (GET, {"JobId": JOB, "MaxItems": "\u0661"}, ("MaxItems", "type")),
        (GET, {"JobId": JOB, "MaxItems": "9" * 5000}, ("MaxItems", "type")),
        (GET, {"JobId": JOB, "SortKey": "name"}, ("SortKey", "enum")),
        (GET, {"JobId": JOB, "SortKey": ""}, ("SortKey", "enum")),
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
def test_breach(operation: str, parameters: dict[str, str | int], broken: tuple[str, str] | None) -> None:
    """The first broken keyword of the one member that breaks any, off the derived schema."""
    assert breach(operation, parameters) == broken


@pytest.mark.parametrize(
    "job", [JOB, JOB.upper(), UUID, "examplea-1234-b567-cde8-90fg123abcd4", "x" * 36, "0123456789" * 3 + "abcdef"]
)
def test_a_strangers_job(job: str) -> None:
    """Another JobId of the same form, the same one each time."""
    unissued = unissued_job_id(job)
    assert unissued != job
    assert unissued == unissued_job_id(job)
    assert len(unissued) == len(job)
    assert [each.isalnum() for each in unissued] == [each.isalnum() for each in job]
    assert breach(GET, {"JobId": unissued}) is None
    for form in ("[0-9a-f-]*", "[0-9A-F-]*", "[0-9a-z-]*"):
        assert not re.fullmatch(form, job) or re.fullmatch(form, unissued)


def test_a_strangers_uuid_keeps_version_and_variant() -> None:
    """A service may check those before it looks the job up."""
    assert unissued_job_id(UUID)[14] == "4"
    assert unissued_job_id(UUID)[19] == "a"


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), min_size=1, max_size=320),
    st.lists(st.text("ab01", max_size=3)),
)
def test_a_marker_that_was_never_issued(marker: str, issued: list[str]) -> None:
    """It is valid by the model, is none of those that were issued, and is the same each time."""
    unissued = unissued_marker(marker, issued)
    assert unissued not in {marker, *issued}
    assert unissued == unissued_marker(marker, issued)
    assert breach(GET, {"JobId": JOB, "Marker": unissued}) is None


def test_a_strangers_marker_has_the_letters_of_an_issued_one() -> None:
    """Base64 stays base64, digits stay digits, padding may move."""
    assert re.fullmatch("[A-Za-z0-9+/=]+", unissued_marker("eyJhIjogMX0+/w=="))
    assert re.fullmatch("[0-9]+", unissued_marker("100"))


@pytest.mark.parametrize("path", [ROOT, ACCOUNT, "o-" + "a" * 32 + "/r-" + "b" * 32])
def test_a_strangers_entity(path: str) -> None:
    """It is well-formed, under the same root, and another."""
    unissued = unissued_entity(path)
    assert unissued != path
    assert unissued.startswith("/".join(path.split("/")[:2]) + "/")
    assert re.fullmatch("o-[0-9a-z]{10,32}/r-[0-9a-z]{4,32}/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}/[0-9]{12}", unissued)
    assert breach(GENERATE, {"EntityPath": unissued}) is None
