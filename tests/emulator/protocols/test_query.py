"""What goes over the wire, byte by byte and through other people's parsers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.parsers import QueryParser
from defusedxml.ElementTree import fromstring

from awscontract.emulator import Behaviour, Stages
from awscontract.emulator.protocols.query import document, escape, parse, write
from awscontract.emulator.records import Call
from awscontract.emulator.stages import pipeline as default
from awscontract.spec import operation, service

Ask = Callable[..., Any]
AWKWARD = [
    "a\rb", "\r\n", " x ", "  ", "\t", "<![CDATA[x]]>", "&amp;", "&#13;", "]]>", '"\'', "é\u00ff", "\u0085", "\u00a0",
    "\x7f\x80\x9f", "\u2028", "\U0001f600", "a\nb",
]  # fmt: skip


def parsed_by_botocore(body: bytes, shape: Any) -> Any:
    return QueryParser().parse({"status_code": 200, "headers": {}, "body": body}, shape)


def test_exact_bytes(ask: Ask) -> None:
    """An unfinished job's answer is, to the byte, what AWS writes: indented, no declaration, the default namespace."""
    service = ask()
    answer = service.get(service.job())

    assert (
        answer.body.decode()
        == f"""\
<GetOrganizationsAccessReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <GetOrganizationsAccessReportResult>
    <JobStatus>IN_PROGRESS</JobStatus>
    <JobCreationDate>2023-11-14T22:13:20.062Z</JobCreationDate>
    <IsTruncated>false</IsTruncated>
  </GetOrganizationsAccessReportResult>
  <ResponseMetadata>
    <RequestId>{answer.headers["x-amzn-requestid"]}</RequestId>
  </ResponseMetadata>
</GetOrganizationsAccessReportResponse>"""
    )
    assert answer.headers["content-type"] == "text/xml"


def test_error_bytes(ask: Ask) -> None:
    """In an error the RequestId stands beside Error, and Error is in the same namespace."""
    answer = ask(indented=False).get("x" * 36)

    assert answer.body.decode() == (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        "<Code>NoSuchEntity</Code><Message>There is no report job of this id.</Message></Error>"
        f"<RequestId>{answer.headers['x-amzn-requestid']}</RequestId></ErrorResponse>"
    )


def test_indent_changes_nothing(ask: Ask) -> None:
    """With and without white space between elements the answer is the same."""
    roots = []
    for indented in (True, False):
        service = ask(polls=0, indented=indented)
        body = service.get(service.job()).body
        assert (b"\n" in body) == indented
        parsed = parsed_by_botocore(body, operation().output_shape)
        roots.append(parsed)

    assert roots[0] == roots[1]
    assert len(roots[0]["AccessDetails"]) == 100


@pytest.mark.parametrize("text", AWKWARD)
def test_text_survives(ask: Ask, text: str) -> None:
    """Any text in a string member comes out of botocore's parser as it went in, as does text in an attribute."""
    stages = replace(
        Stages(), item=lambda read, service: default.item(read, service) | {"ServiceName": text, "Region": text}
    )
    service = ask(polls=0, services=1, stages=stages)
    body = service.get(service.job()).body
    parsed = parsed_by_botocore(body, operation().output_shape)

    assert (parsed["AccessDetails"][0]["ServiceName"], parsed["AccessDetails"][0]["Region"]) == (text, text)
    assert fromstring(f'<a b="{escape(text)}"/>').get("b") == text


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\ufffe", "\ud800"])
def test_impossible_text(text: str) -> None:
    """What XML cannot hold is replaced: the document stays well-formed."""
    assert fromstring(f"<a>{escape(text)}</a>").text == "\ufffd"


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("GetAccountSummary", {"SummaryMap": {"Users": 3, "Roles": 0}}),
        ("GetContextKeysForCustomPolicy", {"ContextKeyNames": ["aws:username", " "]}),
        ("GetGroup", {"Users": [], "IsTruncated": True, "Group": {"GroupName": "g", "Path": "/"}}),
    ],
)
def test_other_outputs(action: str, answer: dict[str, Any]) -> None:
    """What other operations answer with can be written too: maps, lists of text, structures in structures."""
    call = Call(Behaviour(), 0, datetime.now(UTC), {"Action": action})
    body = write(call, document(call, answer))
    shape = service().operation_model(action).output_shape
    parsed = parsed_by_botocore(body, shape)
    parsed.pop("ResponseMetadata")

    assert parsed == answer


def test_unknown_members_come_last(ask: Ask) -> None:
    """A member that the model does not know is written as it is, after the known ones."""
    stages = replace(Stages(), members=lambda r, i, m: {"Shiny": "new"} | default.members(r, i, m))
    service = ask(stages=stages)

    assert b"</IsTruncated>\n    <Shiny>new</Shiny>\n  </Get" in service.get(service.job()).body


def test_forms() -> None:
    """Parameters come from the query string and the body; the body wins; empty values are values."""
    assert parse(b"A=1&B=2", b"B=%C3%A9+x&C=") == {"A": "1", "B": "é x", "C": ""}
