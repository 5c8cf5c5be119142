"""What a response says about the request as a whole: throttled, not implemented, no access; the code counts, whatever the HTTP status."""

from __future__ import annotations

import gzip

import pytest

from awscontract.conformance.protocols.refusals import has_no_access, is_not_implemented, is_throttled
from protocol_kit import read

USERS, SECRETS, FUNCTIONS, OBJECTS, VPCS = (
    "iam:ListUsers", "secretsmanager:ListSecrets", "lambda:ListFunctions", "s3:ListObjectsV2", "ec2:DescribeVpcs",
)  # fmt: skip


def error(name: str, code: str) -> str:
    """An error with this code as the operation's service writes it."""
    if name in (SECRETS, FUNCTIONS):
        return '{"__type": "%s", "message": "m"}' % code  # noqa: UP031 -- braces
    inner = f"<Code>{code}</Code><Message>m</Message>"
    if name == OBJECTS:
        return f"<Error>{inner}</Error>"
    if name == VPCS:
        return f"<Response><Errors><Error>{inner}</Error></Errors></Response>"
    return f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>"


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        (USERS, "Throttling", 400),
        (SECRETS, "ThrottlingException", 400),
        (FUNCTIONS, "TooManyRequestsException", 429),
        (OBJECTS, "SlowDown", 503),
        (VPCS, "RequestLimitExceeded", 503),
    ],
)
def test_throttled(name: str, code: str, status: int) -> None:
    """Under 503 as under 400; another code under these statuses is not."""
    assert is_throttled(read(name, error(name, code), status))
    assert not is_throttled(read(name, error(name, "InternalError"), status))
    assert is_throttled(read(name, "", 429))
    assert not is_throttled(read(name, "", 503))


@pytest.mark.parametrize("name", [USERS, SECRETS, FUNCTIONS])
def test_a_compressed_body_cannot_be_read(name: str) -> None:
    """No request accepts one; what is in it, and so whether the operation is there, nobody knows."""
    for status in (200, 404):
        reading = read(name, gzip.compress(b"{}"), status)
        assert "compressed (gzip)" in reading.reason
        assert not is_not_implemented(reading)


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        (USERS, "InvalidAction", 400),
        (SECRETS, "UnknownOperationException", 400),
        (FUNCTIONS, "UnknownOperationException", 404),
        (OBJECTS, "NotImplemented", 501),
        (VPCS, "InvalidAction", 400),
        (SECRETS, "InternalFailure", 501),
        (OBJECTS, "MethodNotAllowed", 405),
    ],
)
def test_not_implemented(name: str, code: str, status: int) -> None:
    """By its code, or by HTTP 405 or 501; an error of the operation itself and a crash are not."""
    assert is_not_implemented(read(name, error(name, code), status))
    assert not is_not_implemented(read(name, error(name, "ValidationException"), 400))
    assert not is_not_implemented(read(name, error(name, "InternalFailure"), 500))
    assert not is_not_implemented(read(name, "<!doctype html><h1>Internal Server Error</h1>", 500))
    assert is_not_implemented(read(name, "<!doctype html><h1>Not Found</h1>", 404))


def test_by_the_code_of_aws_query() -> None:
    """A service that used to speak AWS Query may say it with the code that it had then."""
    for header, throttled in (("Throttling;Sender", True), ("Throttling", False), (";", False)):
        reading = read(SECRETS, error(SECRETS, "X"), 400, x_amzn_query_error=header)
        assert is_throttled(reading) is throttled


@pytest.mark.parametrize(
    "code", ["AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "ExpiredToken"]
)
def test_no_access(code: str) -> None:
    """By its code, or by HTTP 401 or 403."""
    assert has_no_access(read(USERS, error(USERS, code), 400))
    assert has_no_access(read(USERS, error(USERS, "X"), 403))
    assert not has_no_access(read(USERS, error(USERS, "InvalidAction"), 403))
    assert not has_no_access(read(USERS, error(USERS, "X"), 400))


def test_a_service_that_is_not_there() -> None:
    """ministack says so with HTTP 400, in JSON without a code, to whatever protocol."""
    for name in (USERS, SECRETS, FUNCTIONS, OBJECTS, VPCS):
        assert is_not_implemented(read(name, '{"error": "Unsupported service: guardduty"}', 400))
        assert not is_not_implemented(read(name, '{"error": "no"}', 400))
