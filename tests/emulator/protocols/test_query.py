"""What goes over the wire, byte by byte and through other people's parsers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.parsers import QueryParser
from defusedxml.ElementTree import fromstring

from awscontract.emulator import Stages
from awscontract.emulator.protocols import protocol_for
from awscontract.emulator.protocols.xml_writer import escape
from awscontract.emulator.records import Call
from awscontract.emulator.stages import responses as default
from awscontract.spec.http import HttpRequest
from awscontract.spec.model import operation
from protocol_kit import contract_of

Ask = Callable[..., Any]
AWKWARD = [
    "a\rb", "\r\n", " x ", "  ", "\t", "<![CDATA[x]]>", "&amp;", "&#13;", "]]>", '"\'', "é\u00ff", "\u0085", "\u00a0",
    "\x7f\x80\x9f", "\u2028", "\U0001f600", "a\nb",
]  # fmt: skip


def parsed_by_botocore(body: bytes, shape: Any) -> Any:
    return QueryParser().parse({"status_code": 200, "headers": {}, "body": body}, shape)


def test_exact_bytes(ask: Ask) -> None:
    """An unfinished job's response is, to the byte, what AWS writes: indented, no declaration, the default namespace."""
    service = ask()
    response = service.get(service.job())

    assert (
        response.body.decode()
        == f"""\
<GetOrganizationsAccessReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <GetOrganizationsAccessReportResult>
    <JobStatus>IN_PROGRESS</JobStatus>
    <JobCreationDate>2023-11-14T22:13:20.062Z</JobCreationDate>
    <IsTruncated>false</IsTruncated>
  </GetOrganizationsAccessReportResult>
  <ResponseMetadata>
    <RequestId>{response.headers["x-amzn-requestid"]}</RequestId>
  </ResponseMetadata>
</GetOrganizationsAccessReportResponse>"""
    )
    assert response.headers["content-type"] == "text/xml"


def test_error_bytes(ask: Ask) -> None:
    """In an error the RequestId stands beside Error, and Error is in the same namespace."""
    response = ask(indented=False).get("x" * 36)

    assert response.body.decode() == (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        "<Code>NoSuchEntity</Code><Message>There is no report job of this id.</Message></Error>"
        f"<RequestId>{response.headers['x-amzn-requestid']}</RequestId></ErrorResponse>"
    )


def test_indent_changes_nothing(ask: Ask) -> None:
    """With and without white space between elements the response is the same."""
    roots = []
    for indented in (True, False):
        service = ask(polls=0, indented=indented)
        body = service.get(service.job()).body
        assert (b"\n" in body) == indented
        parsed = parsed_by_botocore(body, operation("iam", "GetOrganizationsAccessReport").output_shape)
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
    parsed = parsed_by_botocore(body, operation("iam", "GetOrganizationsAccessReport").output_shape)

    assert (parsed["AccessDetails"][0]["ServiceName"], parsed["AccessDetails"][0]["Region"]) == (text, text)
    assert fromstring(f'<a b="{escape(text)}"/>').get("b") == text


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\ufffe", "\ud800"])
def test_impossible_text(text: str) -> None:
    """What XML cannot hold is replaced: the document stays well-formed."""
    assert fromstring(f"<a>{escape(text)}</a>").text == "\ufffd"


@pytest.mark.parametrize(
    ("action", "response"),
    [
        ("GetAccountSummary", {"SummaryMap": {"Users": 3, "Roles": 0}}),
        ("GetContextKeysForCustomPolicy", {"ContextKeyNames": ["aws:username", " "]}),
        ("GetGroup", {"Users": [], "IsTruncated": True, "Group": {"GroupName": "g", "Path": "/"}}),
    ],
)
def test_other_outputs(action: str, response: dict[str, Any]) -> None:
    """What other operations return can be written too: maps, lists of text, structures in structures."""
    contract = contract_of(f"iam:{action}")
    protocol, call = protocol_for(contract), Call(contract, action)
    body = protocol.write(call, protocol.document(call, response))
    parsed = parsed_by_botocore(body, operation("iam", action).output_shape)
    parsed.pop("ResponseMetadata")

    assert parsed == response


def test_unknown_members_come_last(ask: Ask) -> None:
    """A member that the model does not know is written as it is, after the known ones."""
    stages = replace(Stages(), members=lambda r, i, m: {"Shiny": "new"} | default.members(r, i, m))
    service = ask(stages=stages)

    assert b"</IsTruncated>\n    <Shiny>new</Shiny>\n  </Get" in service.get(service.job()).body


def parsed(name: str, body: str, query: str = "") -> tuple[str, Mapping[str, Any]]:
    """What the emulator understands of a form."""
    return protocol_for(contract_of(name)).parse(HttpRequest(query=query, body=body.encode()))


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("MaxItems=3&Marker=", {"MaxItems": 3, "Marker": ""}),
        ("MaxItems=1x", {"MaxItems": "1x"}),
        ("MaxItems=%2B3", {"MaxItems": 3}),
        ("MaxItems=3.0", {"MaxItems": "3.0"}),
        ("MaxItems=" + "9" * 50, {"MaxItems": "9" * 50}),
        ("Marker=%C3%A9+x", {"Marker": "é x"}),
        ("MaxItem=3", {}),
    ],
)
def test_forms(body: str, parameters: dict[str, Any]) -> None:
    """Parameters have the types of the model; what is not of its type stays text, what nobody knows is left out."""
    assert parsed("iam:ListUsers", f"Action=ListUsers&Version=2010-05-08&{body}") == ("ListUsers", parameters)


def test_forms_in_two_places() -> None:
    """Parameters come from the query string and the body; the body wins."""
    found = parsed("iam:ListUsers", "MaxItems=2", query="Action=ListUsers&MaxItems=1&Marker=a")
    assert found == ("ListUsers", {"MaxItems": 2, "Marker": "a"})


@pytest.mark.parametrize(
    ("name", "body", "parameters"),
    [
        ("rds:DescribeDBInstances", "Filters.Filter.1.Name=n&Filters.Filter.1.Values.Value.2=b&Filters.Filter.1.Values.Value.1=a",
         {"Filters": [{"Name": "n", "Values": ["a", "b"]}]}),
        ("rds:DescribeDBInstances", "Filters=", {"Filters": []}),
        ("rds:DescribeDBInstances", "Filters=text", {"Filters": "text"}),
        ("rds:DescribeDBClusters", "IncludeShared=true", {"IncludeShared": True}),
        ("rds:DescribeDBClusters", "IncludeShared=yes", {"IncludeShared": "yes"}),
        ("ec2:DescribeInstances", "Filter.1.Name=n&Filter.1.Value.1=a&InstanceId.1=i&MaxResults=5&DryRun=false",
         {"Filters": [{"Name": "n", "Values": ["a"]}], "InstanceIds": ["i"], "MaxResults": 5, "DryRun": False}),
        ("ec2:DescribeInstances", "Filter.1=a&Filter.x=b", {"Filters": ["a"]}),
    ],
)  # fmt: skip
def test_flattened_names(name: str, body: str, parameters: dict[str, Any]) -> None:
    """Lists and structures come back from their flattened names, of AWS Query and of EC2."""
    action = name.partition(":")[2]
    assert parsed(name, f"Action={action}&{body}") == (action, parameters)


@pytest.mark.parametrize(
    "body", ["", "MaxItems=1", "&".join(f"a{i}=" for i in range(5000)), "\x00\xff", "Action=Nothing&A=1"]
)
def test_no_call(body: str) -> None:
    """A form without an action, or with one that nobody has, has no parameters."""
    assert parsed("iam:ListUsers", body) in (("", {}), ("Nothing", {}))


def test_ec2_bytes() -> None:
    """Members right under the root; an error in its list."""
    from awscontract.emulator import Behaviour
    from awscontract.emulator.records import ServiceError

    contract = contract_of("ec2:DescribeInstances")
    protocol, call = protocol_for(contract), Call(contract, contract.operation, Behaviour(indented=False))
    number = protocol.http(call, {}, b"").headers["x-amzn-requestid"]
    written = protocol.write(call, protocol.document(call, {"Reservations": [{"OwnerId": "1"}], "NextToken": ""}))
    assert written.decode() == (
        f'<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15"><requestId>{number}</requestId>'
        "<nextToken></nextToken><reservationSet><item><ownerId>1</ownerId></item></reservationSet></DescribeInstancesResponse>"
    )
    refused = protocol.document(call, ServiceError("InvalidParameterValue", 400, "m"))
    assert protocol.write(call, refused).decode() == (
        "<Response><Errors><Error><Code>InvalidParameterValue</Code><Message>m</Message></Error></Errors>"
        f"<RequestID>{number}</RequestID></Response>"
    )
