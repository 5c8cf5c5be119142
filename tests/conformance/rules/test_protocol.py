"""The protocol's rules, each kept, broken and not exercised by bytes written by hand."""

from __future__ import annotations

import pytest

from awscontract.spec import rule

from conformance_kit import (
    COMPLETED,
    CREATED,
    GENERATE,
    GET,
    JOB,
    NAMESPACE,
    USED,
    Case,
    Reply,
    Scene,
    answer,
    document,
    element,
    error,
    given,
    service,
    uncovered,
)  # fmt: skip

BODY = answer().body.decode()
ITEM = f"<member>{service().xml}</member>"
PAGE = Reply(500, b"<html><body>Internal Server Error</body></html>", {"content-type": "text/html"})


def seen(reply: Reply) -> Scene:
    """One answer to a request that reads a report."""
    return Scene().get(answer=reply)


def kept(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return Case(f"protocol.{slug}", "passed", claim, scene, frozenset(also))


def broken(slug: str, claim: str, reply: Reply, *also: str, path: str | None = None) -> Case:
    outcome = {"must": "failed", "should": "warned", "may": "noted"}[rule(f"protocol.{slug}").level]
    return Case(f"protocol.{slug}", outcome, claim, seen(reply), frozenset(also), path=path)


def idle(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return Case(f"protocol.{slug}", "not-exercised", claim, scene, frozenset(also))


def unsure(slug: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return Case(f"protocol.{slug}", "indeterminate", claim, scene, frozenset(also), because=because)


def written(name: str, text: str) -> Reply:
    """A valid answer with one member's text changed."""
    old = {
        "IsTruncated": "false",
        "JobCreationDate": CREATED,
        "JobCompletionDate": COMPLETED,
        "NumberOfServicesAccessible": "1",
    }[name]
    return answer().rewritten((f"<{name}>{old}<", f"<{name}>{text}<"))


def body(text: str | bytes, status: int = 200) -> Reply:
    return Reply(status, text if isinstance(text, bytes) else text.encode())


LOST = Scene().lost("timeout").lost("broken").lost("unreachable")
REFUSED = seen(error())
SAVED = Scene().saved(answer())
PREFIXED = (
    answer(attributes="")
    .rewritten(("</", "<$"), ("<", "<aws:"), ("<aws:$", "</aws:"))
    .rewritten(
        (
            "<aws:GetOrganizationsAccessReportResponse>",
            f'<aws:GetOrganizationsAccessReportResponse xmlns:aws="{NAMESPACE}">',
        )
    )
)
DEEP = "<a>" * 70 + "</a>" * 70
EVERY_RULE = (
    "well-formed", "content-type", "status", "root-element", "namespace", "unprefixed", "result-wrapper", "result-first", "request-id",
    "member-once", "list-members", "timestamp-format", "timestamp-utc", "timestamp-precision", "boolean-format", "integer-format",
    "error-envelope", "error-details",
)  # fmt: skip

CASES = [
    *(kept(slug, "a valid report", seen(answer())) for slug in EVERY_RULE[:-2]),
    *(kept(slug, "a valid refusal", REFUSED) for slug in ("well-formed", "content-type", "status", "namespace", *EVERY_RULE[-2:])),
    *(idle(slug, "no answer came", LOST) for slug in EVERY_RULE),
    # well-formed
    kept("well-formed", "a declaration, comments and white space are nobody's business", seen(
        body('<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->' + BODY.replace("><", ">\n  <")))),
    kept("well-formed", "another encoding that is declared", seen(
        body('<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + BODY.encode("utf-16")[2:]))),
    kept("well-formed", "a saved answer", SAVED),
    broken("well-formed", "the end is missing", body(BODY[:-1])),
    broken("well-formed", "an empty body", body("")),
    broken("well-formed", "JSON", body('{"JobStatus": "COMPLETED"}')),
    broken("well-formed", "a document type", body("<!DOCTYPE x>" + BODY)),
    broken("well-formed", "an entity bomb", body('<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + BODY.replace("iam", "&a;", 1))),
    broken("well-formed", "bytes that are no text", body(b"\xff\xfe\x00\xd8<a>")),
    broken("well-formed", "a control character", body(BODY.replace("iam", "\x08"))),
    unsure("well-formed", "only a limit of ours stops the reading", seen(body(DEEP))),
    # content-type
    kept("content-type", "the other type, any case, any charset", seen(answer().under(200, content_type="Application/XML ; charset=latin-1"))),
    broken("content-type", "HTML's", answer().under(200, content_type="text/html")),
    broken("content-type", "JSON's, of an error", error().under(400, content_type="application/x-amz-json-1.1")),
    broken("content-type", "none at all", Reply(200, answer().body, {})),
    idle("content-type", "the headers are not known", SAVED),
    # status
    kept("status", "a receiver's fault", seen(error("ServiceFailure")), "protocol.no-server-error"),
    kept("status", "an error without Type under 4xx", seen(error(type=None)), "protocol.error-details"),
    kept("status", "not to be found", seen(error("NoSuchEntity"))),
    kept("status", "an error without Type under 5xx", seen(error(status=500, type=None)), "protocol.error-details", "protocol.no-server-error"),
    broken("status", "an error under 399", error(status=399, type="Sender")),
    broken("status", "a result under 199", answer().under(199)),
    broken("status", "a result under 201", answer().under(201)),
    broken("status", "a result under 404", answer().under(404)),
    broken("status", "an error under 200", error(status=200, type="Sender")),
    broken("status", "a sender's fault under 5xx", error(status=500, type="Sender"), "protocol.no-server-error"),
    broken("status", "a receiver's fault under 4xx", error(status=400, type="Receiver")),
    broken("status", "an error without Type under 200", error(status=200, type=None), "protocol.error-details"),
    idle("status", "it is not known", SAVED),
    # root-element
    kept("root-element", "of the other operation", Scene().start()),
    broken("root-element", "another operation's", answer(root=f"{GENERATE}Response")),
    broken("root-element", "a web page under 200", Reply(200, PAGE.body)),
    broken("root-element", "a web page under 399", Reply(399, PAGE.body)),
    idle("root-element", "a web page under 400", seen(Reply(400, PAGE.body)), "protocol.error-envelope"),
    idle("root-element", "a refusal has another root", REFUSED),
    # namespace
    broken("namespace", "none", answer(attributes="")),
    broken("namespace", "an old one", answer(attributes=' xmlns="https://iam.amazonaws.com/doc/2009-01-01/"')),
    broken("namespace", "a new one", answer(attributes=' xmlns="https://iam.amazonaws.com/doc/2031-05-08/"')),
    broken("namespace", "a refusal without", error().rewritten((f' xmlns="{NAMESPACE}"', ""))),
    idle("well-formed", "throttling in plain text is throttling", seen(Reply(429, b"slow down"))),
    idle("error-envelope", "throttling by a web page is throttling", seen(Reply(429, PAGE.body))),
    idle("namespace", "no root of the protocol", seen(PAGE), "protocol.no-server-error"),
    # unprefixed
    broken("unprefixed", "every element has the prefix", PREFIXED),
    broken("unprefixed", "one element has a prefix", answer(
        attributes=f' xmlns="{NAMESPACE}" xmlns:i="{NAMESPACE}"').rewritten(("<JobStatus>", "<i:JobStatus>"), ("</JobStatus>", "</i:JobStatus>"))),
    idle("unprefixed", "no root of the protocol", seen(PAGE), "protocol.no-server-error"),
    # result-wrapper, result-first
    broken("result-wrapper", "the members stand under the root", answer(wrapper=None)),
    broken("result-wrapper", "another name", answer(wrapper="Result")),
    unsure("result-wrapper", "a web page has none either", seen(Reply(200, PAGE.body)), "protocol.root-element", because="protocol.root-element"),
    idle("result-wrapper", "a refusal has none", REFUSED),
    broken("result-first", "the metadata come first", answer(before="<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>")),
    broken("result-first", "something unknown comes first", answer(before="<Note/>")),
    idle("result-first", "there is no wrapper", seen(answer(wrapper=None)), "protocol.result-wrapper"),
    # request-id
    broken("request-id", "none", answer(request_id=None)),
    broken("request-id", "an empty one", answer(request_id=" ")),
    broken("request-id", "it stands outside the metadata", answer().rewritten(("<ResponseMetadata>", ""), ("</ResponseMetadata>", ""))),
    unsure("request-id", "a web page has none either", seen(Reply(200, PAGE.body)), "protocol.root-element", because="protocol.root-element"),
    idle("request-id", "a refusal has it elsewhere", REFUSED),
    # member-once
    kept("member-once", "unknown elements apart", seen(answer([service(extra="<New/>")])), "shape.unknown-member"),
    broken("member-once", "the status twice", answer(extra="<JobStatus>COMPLETED</JobStatus>"), path="/JobStatus"),
    broken("member-once", "a service's Region twice", answer([service(time=USED, extra="<Region>eu-west-1</Region>")]),
        path="/AccessDetails/0/Region"),
    broken("member-once", "a list in two parts", answer([service("a"), service("b")]).rewritten(
        ("</member><member>", "</member></AccessDetails><AccessDetails><member>")), path="/AccessDetails"),
    # list-members
    broken("list-members", "flattened", answer([service("a"), service("b")]).rewritten(
        ("<AccessDetails>", ""), ("</AccessDetails>", ""), ("<member>", "<AccessDetails>"), ("</member>", "</AccessDetails>")),
        path="/AccessDetails"),
    broken("list-members", "flattened, of one", answer().rewritten(("<member>", ""), ("</member>", "")), path="/AccessDetails"),
    broken("list-members", "without the element around them", answer().rewritten(("<AccessDetails>", ""), ("</AccessDetails>", ""))),
    broken("list-members", "another name", answer().rewritten(("<member>", "<item>"), ("</member>", "</item>")), path="/AccessDetails"),
    broken("list-members", "yet another name", answer().rewritten(("<member>", "<service>"), ("</member>", "</service>")), path="/AccessDetails"),
    idle("list-members", "an empty list", seen(answer([]))),
    idle("list-members", "no list", seen(answer(None, accessible=0, not_accessed=0))),
    # timestamps
    kept("timestamp-format", "of both precisions", seen(answer([service(time=USED)], created="2026-03-01T10:00:00Z"))),
    kept("timestamp-format", "with an offset and lower-case letters", seen(written("JobCreationDate", "2026-03-01t11:00:00+01:00")),
        "protocol.timestamp-utc"),
    *(broken("timestamp-format", f"{text!r}", written("JobCreationDate", text), path="/JobCreationDate")
      for text in ("2026-03-01 10:00:00Z", "2026-03-01T10:00:00", "1772359200", "1772359200.5", "Sun, 01 Mar 2026 10:00:00 GMT", "2026-03-01",
                   f" {CREATED}", "20260301T100000Z")),
    broken("timestamp-format", "of a service", answer([service(time="2026-02-27 08:30:00+00:00")]), path="/AccessDetails/0/LastAuthenticatedTime"),
    idle("timestamp-format", "a result that has none", Scene().start()),
    broken("timestamp-utc", "an offset of nothing", written("JobCreationDate", "2026-03-01T10:00:00+00:00"), path="/JobCreationDate"),
    broken("timestamp-utc", "a lower-case z", written("JobCreationDate", "2026-03-01T10:00:00z"), path="/JobCreationDate"),
    idle("timestamp-utc", "no date-time at all", seen(answer(created="1772359200", completed="1772359204")), "protocol.timestamp-format"),
    kept("timestamp-precision", "one digit", seen(written("JobCreationDate", "2026-03-01T10:00:00.1Z"))),
    broken("timestamp-precision", "four digits", written("JobCreationDate", "2026-03-01T10:00:00.1250Z"), path="/JobCreationDate"),
    broken("timestamp-precision", "microseconds", written("JobCreationDate", "2026-03-01T10:00:00.125000Z"), path="/JobCreationDate"),
    idle("timestamp-precision", "no date-time at all", seen(answer(created="1772359200", completed="1772359204")), "protocol.timestamp-format"),
    # booleans and integers
    kept("boolean-format", "true", seen(answer(marker="m", accessible=2, not_accessed=2))),
    *(broken("boolean-format", f"{text!r}", written("IsTruncated", text), path="/IsTruncated")
      for text in ("False", "FALSE", "0", "no", " false", "false\n", "", "maybe")),
    idle("boolean-format", "IsTruncated is left out", seen(answer(truncated=None))),
    kept("integer-format", "a negative one", seen(answer([service(total=-1)])), "report.no-attempt-counts-none"),
    *(broken("integer-format", f"{text!r}", written("NumberOfServicesAccessible", text), path="/NumberOfServicesAccessible")
      for text in ("1.0", "+1", " 1", "1e0")),
    idle("integer-format", "a job under way has no counts", seen(answer(status="IN_PROGRESS"))),
    # errors
    broken("error-envelope", "EC2's form", body(
        f'<Response xmlns="{NAMESPACE}"><Errors><Error><Type>Sender</Type><Code>X</Code><Message>m</Message></Error></Errors><RequestId>1</RequestId></Response>', 400)),
    broken("error-envelope", "S3's form", body(
        f'<Error xmlns="{NAMESPACE}"><Type>Sender</Type><Code>X</Code><Message>m</Message><RequestId>1</RequestId></Error>', 400)),
    broken("error-envelope", "two errors", error().rewritten(("</Error>", "</Error><Error><Code>Y</Code></Error>"))),
    broken("error-envelope", "no Code", error(None)),
    broken("error-envelope", "an empty Code", error(" ")),
    broken("error-envelope", "no Error", error().rewritten(("<Error>", "<Fault>"), ("</Error>", "</Fault>"))),
    # no-server-error: a web page for a crash is that and no other finding
    kept("no-server-error", "a result", seen(answer())),
    kept("no-server-error", "a refusal", REFUSED),
    kept("no-server-error", "throttled with HTTP 503", seen(error("ServiceUnavailable")).get()),
    kept("no-server-error", "not implemented", seen(error("NotImplemented", status=501)).get()),
    kept("no-server-error", "a crash on an invalid request", Scene().start().get().raw(error("ServiceFailure"), GET, JobId=JOB, MaxItems=0),
        "validation.max-items-minimum", "validation.no-crash"),
    Case("protocol.no-server-error", "failed", "twice for the same request", Scene().get(answer=PAGE).get(answer=PAGE)),
    Case("protocol.no-server-error", "failed", "twice, with a result between", Scene().get(answer=PAGE).get(answer=PAGE).get()),
    Case("protocol.no-server-error", "failed", "twice, as an error of the protocol", Scene().get(answer=error("ServiceFailure"))
        .get(answer=error("InternalFailure", status=500))),
    Case("protocol.no-server-error", "warned", "not repeated when the request was sent again", Scene().get(answer=PAGE).get()),
    Case("protocol.no-server-error", "warned", "never sent again", Scene().get(max_items=7, answer=PAGE).get()),
    Case("protocol.no-server-error", "warned", "on the request for a report", Scene().start(answer=PAGE).start().get()),
    idle("no-server-error", "no response came", LOST),
    idle("no-server-error", "saved responses", SAVED),
    idle("content-type", "a web page for a crash", seen(PAGE), "protocol.no-server-error"),
    idle("well-formed", "no markup for a crash", seen(body("Traceback (most recent call last)", 500)), "protocol.no-server-error"),
    idle("error-envelope", "a web page for a crash", seen(PAGE), "protocol.no-server-error"),
    broken("error-envelope", "a web page under 400", Reply(400, PAGE.body)),
    idle("error-envelope", "a web page under 399", seen(Reply(399, PAGE.body)), "protocol.root-element"),
    idle("error-envelope", "no error", seen(answer())),
    broken("error-details", "no Type", error(type=None)),
    broken("error-details", "another Type", error(type="Client")),
    broken("error-details", "no Message", error(message=None)),
    broken("error-details", "no RequestId", error(request_id=None)),
    unsure("error-details", "what stands in for an envelope", seen(body(f'<Error xmlns="{NAMESPACE}"><Code>X</Code></Error>', 400)),
        "protocol.error-envelope", because="protocol.error-envelope"),
    idle("error-details", "no error", seen(answer())),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_protocol(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above."""
    assert not uncovered("protocol", CASES)


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_violation_names_its_exchange() -> None:
    """Of several answers, the violation points at the one that is broken."""
    scene = Scene().start().get().get(answer=answer(attributes="")).get()
    [violation] = scene.outcome("protocol.namespace").violations
    assert violation.exchanges == (2,)
    assert scene.outcome("protocol.namespace").checked == 4


def test_both_operations_are_held_to_the_protocol() -> None:
    """The answer to the request for a report is read by the same rules."""
    scene = Scene().start(answer=given(attributes="", request_id=None))
    assert scene.broken() == {"protocol.namespace", "protocol.request-id"}


def test_a_response_is_quoted_on_one_readable_line() -> None:
    """Control characters, line feeds and length of a hostile body do not get into a message."""
    [violation] = seen(body(b"\x1b[31m\n\x00" + b"x" * 1000)).outcome("protocol.well-formed").violations
    assert violation.actual is not None
    assert violation.actual.isprintable()
    assert len(violation.actual) <= 120


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"", "an empty body"),
        (b"x" * 118, "x" * 118),
        (b"x" * 119, "x" * 117 + "…"),
        (b" " * 399 + b"x", "x"),
        (b" " * 400 + b"x", "an empty body"),
    ],
)
def test_the_beginning_of_a_body_is_shown(text: bytes, shown: str) -> None:
    """As much as makes one line, of the first 400 bytes."""
    [violation] = seen(body(text)).outcome("protocol.well-formed").violations
    assert violation.actual == shown


@pytest.mark.parametrize(
    ("slug", "reply", "actual"),
    [
        ("content-type", Reply(200, answer().body, {}), "no Content-Type"),
        ("content-type", answer().under(200, content_type="text/html"), "text/html"),
        ("namespace", answer(attributes=""), "no namespace"),
        ("namespace", answer(attributes=' xmlns="urn:x"'), "urn:x"),
        ("result-first", answer(before="<Note/>"), "child number 2"),
        ("result-first", answer(before="<Note/><Note/>"), "child number 3"),
        (
            "integer-format",
            written("NumberOfServicesAccessible", "+" + "1" * 999),
            f"'+{'1' * 238}… (1,002 characters)",
        ),
        ("error-details", error(message=None, request_id=None), "no Message, no RequestId"),
        ("error-details", error(type="Client"), "Type is 'Client'"),
    ],
)
def test_what_came_is_shown(slug: str, reply: Reply, actual: str) -> None:
    """In words, where it is nothing; no longer than a line, where it is long."""
    [violation] = seen(reply).outcome(f"protocol.{slug}").violations
    assert violation.actual == actual


def test_the_reason_why_reading_stopped_is_shown() -> None:
    """A limit of ours is the reason."""
    assert "deep" in (seen(body(DEEP)).outcome("protocol.well-formed").reason or "")


def test_a_member_that_is_there_twice_is_one_of_those_that_were_looked_at() -> None:
    """A broken structure is not counted as a kept one besides."""
    three = [service("a"), service("b"), service("c")]
    sound = seen(answer(three)).outcome("protocol.member-once")
    twice = seen(answer(three, extra="<JobStatus>COMPLETED</JobStatus>")).outcome("protocol.member-once")
    assert len(twice.violations) == 1
    assert twice.checked == sound.checked == 4


def test_the_kit_writes_what_it_says() -> None:
    """The kit's own valid result is a document of the protocol, byte for byte."""
    assert document(element("JobId", "<&>"), GENERATE).body.decode() == (
        f'<{GENERATE}Response xmlns="{NAMESPACE}"><{GENERATE}Result><JobId>&lt;&amp;&gt;</JobId></{GENERATE}Result>'
        f"<ResponseMetadata><RequestId>b1f2c3d4-0000-11f0-9d52-5f2e1a7c9b03</RequestId></ResponseMetadata></{GENERATE}Response>"
    )
    assert ITEM in BODY
