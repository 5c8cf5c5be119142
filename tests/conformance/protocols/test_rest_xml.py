"""Reading REST with XML: S3's flattened lists, header members, payloads, errors with and without an envelope."""

from __future__ import annotations

import pytest

from protocol_kit import broken, read

OBJECTS, PARTS, ZONES = "s3:ListObjectsV2", "s3:ListParts", "route53:ListHostedZones"
XML = "application/xml"


def listed(inner: str, root: str = "ListBucketResult") -> str:
    return f'<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</{root}>'


def test_a_valid_result() -> None:
    """Flattened lists are lists, one item or several; an unknown element is noted."""
    reading = read(
        OBJECTS,
        listed("<IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents><Contents><Key>b</Key>"
               "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents><New/>"),
        content_type=XML,
        x_amz_request_charged="requester",
    )  # fmt: skip
    assert reading.members == {
        "IsTruncated": False,
        "Contents": [{"Key": "a", "Size": 1}, {"Key": "b", "LastModified": "2026-01-01T00:00:00.000Z"}],
        "RequestCharged": "requester",
    }
    assert (reading.unknown, broken(reading)) == (("/New",), {})
    assert read(OBJECTS, listed("<Contents><Key>a</Key></Contents>")).members["Contents"] == [{"Key": "a"}]


def test_members_in_headers() -> None:
    """A time in a header has the format of headers."""
    right = read(PARTS, listed(""), content_type=XML, x_amz_abort_date="Tue, 29 Apr 2014 18:30:38 GMT")
    assert (right.members["AbortDate"], broken(right)) == ("2014-04-29T18:30:38Z", {})
    wrong = read(PARTS, listed(""), content_type=XML, x_amz_abort_date="2014-04-29T18:30:38Z")
    assert broken(wrong)["timestamp-format"].path == "/AbortDate"
    assert wrong.unparsed == {"/AbortDate"}


@pytest.mark.parametrize(
    ("name", "body", "slug", "path"),
    [
        (OBJECTS, listed("<Contents><member><Key>a</Key></member></Contents>"), "list-members", "/Contents"),
        (ZONES, "<R><HostedZones><member><Id>a</Id></member></HostedZones></R>", "list-members", "/HostedZones"),
        (ZONES, "<R><HostedZones><Id>a</Id></HostedZones></R>", "list-members", "/HostedZones"),
        (ZONES, "<R><IsTruncated>True</IsTruncated></R>", "boolean-format", "/IsTruncated"),
        (ZONES, "<R><IsTruncated>true</IsTruncated><IsTruncated>true</IsTruncated></R>", "member-once", "/IsTruncated"),
        (OBJECTS, listed("<KeyCount>1.0</KeyCount>"), "integer-format", "/KeyCount"),
        (OBJECTS, listed("<Contents><LastModified>2026-01-01T00:00:00+01:00</LastModified></Contents>"), "timestamp-utc", "/Contents/0/LastModified"),
        (OBJECTS, '<s3:R xmlns:s3="u"><s3:Prefix>a</s3:Prefix></s3:R>', "unprefixed", None),
    ],
)  # fmt: skip
def test_wrong_forms(name: str, body: str, slug: str, path: str | None) -> None:
    """Each is found under its own rule, and its items are read."""
    reading = read(name, body, content_type=XML)
    assert {rule: each.path for rule, each in broken(reading).items()} == {slug: path}
    for key in ("Contents", "HostedZones"):
        assert len(reading.members.get(key, [0])) == 1


def test_payloads() -> None:
    """Where one member is the body, the body is that member."""
    reading = read(
        "cloudfront:ListDistributions", "<DistributionList><Marker>m</Marker><Quantity>0</Quantity></DistributionList>"
    )
    assert reading.members == {"DistributionList": {"Marker": "m", "Quantity": 0}}


S3_ERROR = "<Error><Code>NoSuchBucket</Code><Message>m</Message><RequestId>r</RequestId></Error>"
WRAPPED = "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchBucket</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>"


@pytest.mark.parametrize(
    ("name", "body", "right"),
    [(OBJECTS, S3_ERROR, True), (OBJECTS, WRAPPED, False), (ZONES, WRAPPED, True), (ZONES, S3_ERROR, False)],
)
def test_errors(name: str, body: str, right: bool) -> None:
    """S3's errors are bare, those of other services have an envelope; the code is read in both forms."""
    reading = read(name, body, 404, content_type=XML)
    assert reading.error is not None
    assert (reading.error.code, reading.error.message, reading.error.request_id) == ("NoSuchBucket", "m", "r")
    assert set(broken(reading)) == (set() if right else {"error-envelope"})
    assert set(broken(read(name, body, 200, content_type=XML))) >= {"status"}


def test_errors_that_are_none() -> None:
    """Another document under the status of an error has no code, and an empty body is not XML."""
    other = read(ZONES, "<Oops/>", 500, content_type=XML)
    assert other.error is not None and other.error.code == ""
    assert set(broken(other)) == {"error-envelope", "error-details"}
    assert set(broken(read(OBJECTS, "", 404))) == {"content-type", "well-formed"}
    page = read(OBJECTS, "<html><body>x</body></html>", 503)
    assert (page.html, set(broken(page))) == (True, {"content-type", "error-envelope"})


def test_responses_without_a_body() -> None:
    """The error of a HEAD request has no body; a result may have none where no member is in it."""
    missing = read("s3:HeadObject", "", 404)
    assert missing.error is not None
    assert (missing.error.code, missing.reason) == ("404", "HTTP 404 without a body")
    there = read("s3:HeadObject", "", 200, content_type=XML, content_length="3", x_amz_meta_a="b")
    assert (there.kind, there.members["ContentLength"], there.members["Metadata"]) == ("result", 3, {"a": "b"})
    assert read(OBJECTS, "", 200).kind == "unreadable"


def test_attributes() -> None:
    """Members that are attributes."""
    body = ('<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="Group"><URI>u</URI></Grantee></Grant></AccessControlList></AccessControlPolicy>')  # fmt: skip
    assert read("s3:GetBucketAcl", body).members["Grants"] == [{"Grantee": {"URI": "u", "Type": "Group"}}]
