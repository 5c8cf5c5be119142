"""Reading EC2: members right under the root, lists of `item` elements, errors in a list."""

from __future__ import annotations

import pytest

from protocol_kit import broken, read

INSTANCES = "ec2:DescribeInstances"
NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15"
XML = "text/xml;charset=UTF-8"


def response(
    inner: str, *, root: str = "DescribeInstancesResponse", request_id: str = "<requestId>r</requestId>"
) -> str:
    return f'<{root} xmlns="{NAMESPACE}">{request_id}{inner}</{root}>'


RESERVED = "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><launchTime>2026-01-01T00:00:00.000Z</launchTime></item></instancesSet></item></reservationSet>"
ONE = [{"Instances": [{"InstanceId": "i-1", "LaunchTime": "2026-01-01T00:00:00.000Z"}]}]


def test_a_valid_result() -> None:
    """Names are the model's; an empty token is a token; the request's id is nobody's unknown member."""
    reading = read(INSTANCES, response(RESERVED + "<nextToken></nextToken>"), content_type=XML)
    assert reading.members == {"Reservations": ONE, "NextToken": ""}
    assert (reading.unknown, broken(reading)) == ((), {})


def test_the_slash_at_the_end_of_the_namespace_is_optional() -> None:
    """EC2 itself writes one, and its model does not."""
    reading = read(INSTANCES, response(RESERVED).replace(NAMESPACE, f"{NAMESPACE}/"), content_type=XML)
    assert (reading.members["Reservations"], broken(reading)) == (ONE, {})


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (response(RESERVED, root="Response"), "root-element"),
        (response(RESERVED).replace(NAMESPACE, "urn:x"), "namespace"),
        (response(f"<DescribeInstancesResult>{RESERVED}</DescribeInstancesResult>"), "result-wrapper"),
        (response(RESERVED, request_id=""), "request-id"),
        (response(RESERVED.replace("item>", "member>")), "list-members"),
        (response(RESERVED.replace("<reservationSet><item>", "<reservationSet>").replace("</item></reservationSet>", "</reservationSet>")), "list-members"),
    ],
)  # fmt: skip
def test_wrong_forms(body: str, slug: str) -> None:
    """Each is found under its own rule, and the instance is read."""
    reading = read(INSTANCES, body, content_type=XML)
    assert set(broken(reading)) == {slug}
    assert reading.members["Reservations"] == ONE


ERROR = "<Error><Code>InvalidInstanceID.NotFound</Code><Message>m</Message></Error>"


@pytest.mark.parametrize(
    ("body", "slugs"),
    [
        (f"<Response><Errors>{ERROR}</Errors><RequestID>r</RequestID></Response>", set()),
        (f"<Response><Errors>{ERROR}</Errors></Response>", {"error-details"}),
        (f"<ErrorResponse>{ERROR}<RequestId>r</RequestId></ErrorResponse>", {"error-envelope"}),
        (f"<Response>{ERROR}<RequestID>r</RequestID></Response>", {"error-envelope"}),
        ("<Response><Errors/><RequestID>r</RequestID></Response>", {"error-envelope", "error-details"}),
    ],
)
def test_errors(body: str, slugs: set[str]) -> None:
    """The code is read in any envelope; the right one is noted."""
    reading = read(INSTANCES, body, 400, content_type=XML)
    assert reading.error is not None
    assert reading.error.code == ("InvalidInstanceID.NotFound" if ERROR in body else "")
    assert set(broken(reading)) == slugs
