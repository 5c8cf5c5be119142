"""What an answer that stands in the way of judging means."""

from __future__ import annotations

import pytest

from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.base import Reading
from awscontract.conformance.survey.outcomes import final, of_refusal
from awscontract.spec.operations import load

from conformance_kit import GENERATE, ROOT, Reply, Scene, error

PAGE = b"<!doctype html><html><body>Oh no<br></body></html>"


def read(reply: Reply) -> Reading:
    [exchange] = Scene().start(answer=reply).exchanges
    return protocol_for(load("iam:GetOrganizationsAccessReport")).read(exchange)


def verdict(reply: Reply) -> str | None:
    return of_refusal(read(reply), GENERATE).verdict


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        # it says so itself
        *[(error(code), "not-implemented") for code in ("InvalidAction", "NotImplemented", "UnknownOperationException")],
        (error("InternalFailure", status=501), "not-implemented"),
        (Reply(501, b""), "not-implemented"),
        # a web framework's page for an unknown address, a wrong method or a crash is no answer of the protocol
        *[(Reply(status, PAGE), "not-implemented") for status in (404, 405)],
        (Reply(400, b"Action GenerateOrganizationsAccessReport is not yet implemented"), "not-implemented"),
        (Reply(503, b'{"message": "unsupported operation"}'), "not-implemented"),
        # a server error is a server error, in whatever form
        *[(Reply(status, PAGE), "indeterminate") for status in (500, 502, 503, 504)],
        (Reply(500, b""), "indeterminate"),
        (Reply(429, b"slow down"), "indeterminate"),
        # nobody is let in
        *[(error(code, status=status), "refused") for code in ("AccessDenied", "SignatureDoesNotMatch", "ExpiredToken") for status in (400, 403)],
        (error("Whatever", status=401), "refused"),
        (Reply(401, PAGE), "refused"),
        (Reply(403, b""), "refused"),
        # it works otherwise, and not for us
        (error("ValidationError"), "refused"),
        (error("NoSuchEntity"), "refused"),
        (error("ServiceFailure"), "indeterminate"),
        (error("Throttling"), "indeterminate"),
        (error("ServiceUnavailable"), "indeterminate"),
        (Reply(200, PAGE), "indeterminate"),
        (Reply(200, b""), "indeterminate"),
        (Reply(200, b"not implemented, the page says"), "indeterminate"),
        (Reply(502, PAGE), "indeterminate"),
        (Reply(302, b""), "indeterminate"),
    ],
    ids=str,
)  # fmt: skip
def test_verdicts(reply: Reply, expected: str) -> None:
    assert verdict(reply) == expected


def test_the_reason_is_one_line_that_names_the_operation() -> None:
    for reply in (
        error("AccessDenied"),
        error("InvalidAction"),
        Reply(200, b"a\nb"),
        Reply(500, PAGE),
        error("X", "two\nlines"),
    ):
        reason = of_refusal(read(reply), GENERATE).reason
        assert reason is not None and GENERATE in reason


def test_a_made_up_subject_is_said_to_be() -> None:
    """Whoever is refused for a subject that nobody named is shown what to do."""
    hint = f"{ROOT} is made up; name one that the target has with --entity-path"
    made, named = (of_refusal(read(error("AccessDenied")), GENERATE, each).reason for each in (hint, ""))
    assert made is not None and named is not None
    assert "--entity-path" in made and ROOT in made
    assert "--entity-path" not in named


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidClientTokenId", "ExpiredToken"])
def test_credentials_that_are_not_taken(code: str) -> None:
    """The advice is about credentials, not about the subject, whatever that is."""
    reason = of_refusal(read(error(code, status=403)), GENERATE, "name another entity").reason
    assert reason is not None
    assert "credentials" in reason and "entity" not in reason


def test_an_operation_that_has_answered_exists() -> None:
    """An unknown path later on does not make it one that is not implemented."""
    assert of_refusal(read(Reply(404, PAGE)), GENERATE, exists=True).verdict != "not-implemented"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AccessDenied", True),
        ("InvalidAction", True),
        ("NoSuchEntity", False),
        ("Throttling", False),
        ("ServiceFailure", False),
    ],
)
def test_final(code: str, expected: bool) -> None:
    """Only what asking again would not change ends the waiting at once."""
    assert final(read(error(code))) is expected
