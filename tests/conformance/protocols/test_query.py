"""Reading AWS Query: where a wrong form still has one plain meaning, it is read with that meaning, and the form is noted."""

from __future__ import annotations

from typing import Any

import pytest

from awscontract.conformance.protocols.base import Finding, Reading, ServiceError, Wire
from awscontract.conformance.protocols.notes import pointer
from awscontract.conformance.protocols.query import Query
from awscontract.conformance.trace.exchange import Exchange, Failure

from conformance_kit import (
    COMPLETED,
    CREATED,
    GENERATE,
    GET,
    JOB,
    REQUEST_ID,
    USED,
    Reply,
    answer,
    error,
    given,
    service,
)

TWO = [service("a"), service("s3", time=USED)]
A = {"ServiceName": "AWS a", "ServiceNamespace": "a", "TotalAuthenticatedEntities": 0}
LISTED = [
    A,
    {
        "ServiceName": "AWS s3",
        "ServiceNamespace": "s3",
        "Region": "eu-west-1",
        "EntityPath": "o-a1b2c3d4e5/r-f6g7/ou-f6g7-12345678/123456789012",
        "LastAuthenticatedTime": USED,
        "TotalAuthenticatedEntities": 1,
    },
]


def read(reply: Reply, operation: str = GET) -> Reading:
    return Query().read(
        Exchange(0, operation, {"JobId": JOB}, status=reply.status, headers=reply.headers, body=reply.body)
    )


def wire(reading: Reading) -> Wire:
    assert reading.wire is not None
    return reading.wire


def broken(reading: Reading) -> dict[str, list[Finding]]:
    """The findings by rule, without the family."""
    found: dict[str, list[Finding]] = {}
    for each in wire(reading).findings:
        found.setdefault(each.rule.removeprefix("protocol."), []).append(each)
    return found


def places(reading: Reading, slug: str) -> list[str | None]:
    return [each.path for each in broken(reading).get(slug, [])]


def test_a_valid_result() -> None:
    """Members as JSON, scalars as their types, dates as they were written; every rule was looked at, and nothing is wrong."""
    reading = read(answer(TWO, marker="m", accessible=5, not_accessed=4))
    assert reading.kind == "result"
    assert reading.members == {
        "JobStatus": "COMPLETED",
        "JobCreationDate": CREATED,
        "JobCompletionDate": COMPLETED,
        "NumberOfServicesAccessible": 5,
        "NumberOfServicesNotAccessed": 4,
        "AccessDetails": LISTED,
        "IsTruncated": True,
        "Marker": "m",
    }
    assert (reading.unparsed, reading.unknown, reading.error, reading.reason) == (frozenset(), (), None, "")
    assert (wire(reading).findings, wire(reading).problem) == ((), None)
    checked = {rule.removeprefix("protocol."): times for rule, times in wire(reading).checked.items()}
    assert checked == {
        "well-formed": 1, "content-type": 1, "status": 1, "root-element": 1, "namespace": 1, "unprefixed": 1,
        "result-wrapper": 1, "result-first": 1, "request-id": 1, "member-once": 3, "list-members": 1, "boolean-format": 1,
        "timestamp-format": 3, "timestamp-utc": 3, "timestamp-precision": 3, "integer-format": 4,
    }  # fmt: skip


def test_the_other_operation() -> None:
    """Its result has one member."""
    assert read(given(), GENERATE).members == {"JobId": JOB}
    assert read(given(None), GENERATE).members == {}


def test_element_order_and_white_space_mean_nothing() -> None:
    """White space between elements is nobody's text, and members may stand in any order."""
    valid = answer(TWO)
    text = valid.body.decode()
    status = "<JobStatus>COMPLETED</JobStatus>"
    moved = text.replace(status, "").replace(f"</{GET}Result>", f"{status}</{GET}Result>")
    spaced = Reply(200, moved.replace("><", ">\n\t <").encode())
    assert read(spaced).members == read(valid).members
    assert read(spaced).unparsed == frozenset()


def test_texts_are_kept_as_they_are() -> None:
    """A text of white space, of markup or of other scripts is that text."""
    for text in (" x ", "<&>", "é\u4e00", ""):
        assert read(answer(marker=text)).members["Marker"] == text


LISTS: dict[str, tuple[tuple[tuple[str, str], ...], str, str]] = {
    "flattened": (
        (
            ("<AccessDetails>", ""),
            ("</AccessDetails>", ""),
            ("<member>", "<AccessDetails>"),
            ("</member>", "</AccessDetails>"),
        ),
        "list-members",
        "items side by side",
    ),
    "items right under the result": (
        (("<AccessDetails>", ""), ("</AccessDetails>", "")),
        "list-members",
        "items side by side",
    ),
    "items of another name": ((("<member>", "<item>"), ("</member>", "</item>")), "list-members", "item"),
    "items of two names": (
        (("<member><ServiceName>AWS a", "<item><ServiceName>AWS a"), ("</member><member>", "</item><member>")),
        "list-members",
        "item",
    ),
    "in two parts": (
        (("</member><member>", "</member></AccessDetails><AccessDetails><member>"),),
        "member-once",
        "several",
    ),
}


@pytest.mark.parametrize("form", LISTS)
def test_lists(form: str) -> None:
    """However the list is written, its items are read, and the form is noted."""
    changes, slug, actual = LISTS[form]
    reading = read(answer(TWO).rewritten(*changes))
    assert reading.members["AccessDetails"] == LISTED
    assert {rule: [(each.path, each.actual) for each in found] for rule, found in broken(reading).items()} == {
        slug: [("/AccessDetails", actual)]
    }
    assert reading.unknown == ()


def test_empty_lists() -> None:
    """A present element is an empty list, whatever white space is in it; an absent one is absent."""
    assert read(answer([])).members["AccessDetails"] == []
    assert read(answer([]).rewritten(("<AccessDetails>", "<AccessDetails>\n  "))).members["AccessDetails"] == []
    assert "AccessDetails" not in read(answer(None)).members


@pytest.mark.parametrize(
    ("changes", "slugs"),
    [
        (((f"<{GET}Result>", ""), (f"</{GET}Result>", "")), {"result-wrapper"}),
        (((f"{GET}Result>", "Result>"),), {"result-wrapper"}),
        (((f"{GET}Response", "Reply"),), {"root-element"}),
        (
            ((f"{GET}Response", f"{GENERATE}Response"), (f"{GET}Result", f"{GENERATE}Result")),
            {"root-element", "result-wrapper"},
        ),
        (((f"<{GET}Result>", f"<Note/><{GET}Result>"),), {"result-first"}),
    ],
)
def test_wrappers(changes: tuple[tuple[str, str], ...], slugs: set[str]) -> None:
    """The members are found without their wrapper too, or under another root; where they were is noted."""
    reading = read(answer(TWO).rewritten(*changes))
    assert reading.kind == "result"
    assert reading.members == read(answer(TWO)).members
    assert reading.unknown == ()
    assert set(broken(reading)) == slugs


@pytest.mark.parametrize("body", ["<a/>", f"<{GET}Response><x/></{GET}Response>", f"<{'a' * 1_000_000}/>"])
def test_xml_that_holds_no_result(body: str) -> None:
    """It is unreadable, and the reason names its root, cut to a readable length."""
    reading = read(Reply(200, body.encode()))
    assert reading.kind == "unreadable"
    assert body[1:20].strip("/>") in reading.reason
    assert wire(reading).problem is None
    assert all(len(str(each)) < 1_000 for each in (reading.reason, *wire(reading).findings))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<html><body>It works</body></html>", None),
        ("<!DOCTYPE html>\n<HTML><br></HTML>", "it is an HTML page"),
        (" <html><p>500</html>", "it is an HTML page"),
    ],
)
def test_web_pages(body: str, problem: str | None) -> None:
    """A web server's page is named as what it is, whether it is XML or not."""
    reading = read(Reply(500, body.encode()))
    assert (reading.kind, reading.html, wire(reading).problem) == ("unreadable", True, problem)
    assert reading.reason == "a web server sent an HTML page (HTTP 500)"
    assert ("error-envelope" in broken(reading)) is (problem is None)


def test_not_xml() -> None:
    """The parser's reason is noted; whether only our limit stopped it, too."""
    assert read(Reply(200, b"{}")).kind == "unreadable"
    assert wire(read(Reply(200, b"{}"))).problem
    assert not wire(read(Reply(200, b"{}"))).over_limit
    assert wire(read(Reply(200, b"<a>" * 99))).over_limit


def test_too_many_elements() -> None:
    """Reading ends where there are more than anybody needs, and says so."""
    reading = Query("iam", max_elements=50).read(
        Exchange(0, GET, {}, status=200, body=answer([service(f"s{i}") for i in range(20)]).body)
    )
    assert (reading.kind, wire(reading).over_limit) == ("unreadable", True)
    assert "more than 50 elements" in reading.reason


def test_a_failure_is_not_a_response() -> None:
    """There are no bytes to look at."""
    reading = Query().read(Exchange(0, GET, {}, failure=Failure("timeout", "no response")))
    assert (reading.kind, reading.reason, reading.wire) == ("none", "no response", None)


def test_unknown_elements_are_noted_where_they_stand() -> None:
    """In the result, in a service, beside a list's items; their content is nobody's."""
    reading = read(
        answer([service("a", extra="<New><Deep/></New>")], extra="<a.b/>").rewritten(
            ("</AccessDetails>", "<Total>1</Total></AccessDetails>")
        )
    )
    assert set(reading.unknown) == {"/AccessDetails/0/New", "/a.b", "/AccessDetails/Total"}
    assert reading.members["AccessDetails"] == [A]


def test_repeated_members_are_read_once() -> None:
    """The first one counts, and the repetition is noted."""
    reading = read(answer([service("a", extra="<ServiceName>x</ServiceName>")], extra="<JobStatus>FAILED</JobStatus>"))
    assert reading.members["JobStatus"] == "COMPLETED"
    assert reading.members["AccessDetails"] == [A]
    assert set(places(reading, "member-once")) == {"/JobStatus", "/AccessDetails/0/ServiceName"}


@pytest.mark.parametrize(
    ("extra", "member", "value"),
    [
        ("<ErrorDetails>no</ErrorDetails>", "ErrorDetails", "no"),
        ("<ErrorDetails/>", "ErrorDetails", {}),
        ("<ErrorDetails>no<Code>C</Code></ErrorDetails>", "ErrorDetails", {"Code": "C"}),
        ("<AccessDetails>none</AccessDetails>", "AccessDetails", "none"),
        ("<AccessDetails><member>a</member></AccessDetails>", "AccessDetails", ["a"]),
        ("<Marker><Value>m</Value></Marker>", "Marker", {"Value": "m"}),
    ],
)
def test_values_of_another_kind(extra: str, member: str, value: Any) -> None:
    """A text for a structure, a structure for a text: handed on as it is, for the schema to refuse."""
    assert read(answer(None, extra=extra)).members[member] == value


@pytest.mark.parametrize(
    ("text", "value", "unparsed"),
    [
        ("1", 1, False),
        ("-1", -1, False),
        ("007", 7, False),
        (" 1 ", 1, False),
        ("+1", 1, False),
        ("1.0", 1, False),
        ("1,000", 1000, False),
        ("1e3", 1000, False),
        ("9" * 19, int("9" * 19), False),
        ("one", "one", True),
        ("", "", True),
        ("nan", "nan", True),
        ("inf", "inf", True),
    ],
)
def test_integers(text: str, value: object, unparsed: bool) -> None:
    """A number's plain meaning; a text that has none stands as itself and is unparsed."""
    reading = read(answer(accessible=text))
    assert reading.members["NumberOfServicesAccessible"] == value
    assert ("/NumberOfServicesAccessible" in reading.unparsed) is unparsed
    plain = text.removeprefix("-").isdigit()
    assert places(reading, "integer-format") == ([] if plain else ["/NumberOfServicesAccessible"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("1", True),
        (" yes ", True),
        ("false", False),
        ("FALSE", False),
        ("0", False),
        ("no", False),
    ],
)
def test_booleans(text: str, value: bool) -> None:
    """The spellings of the field's languages."""
    reading = read(answer(truncated=text))
    assert reading.members["IsTruncated"] is value
    assert reading.unparsed == frozenset()


@pytest.mark.parametrize("text", ["", "maybe", "2"])
def test_no_booleans(text: str) -> None:
    """Anything else stands as itself and is unparsed."""
    reading = read(answer(truncated=text))
    assert reading.members["IsTruncated"] == text
    assert reading.unparsed == {"/IsTruncated"}


@pytest.mark.parametrize("text", ["1772359200", "2026-03-01 10:00:00", "soon"])
def test_timestamps(text: str) -> None:
    """What is no RFC 3339 stands as itself and is unparsed: the schema shall not say it again."""
    reading = read(answer(created=text))
    assert reading.members["JobCreationDate"] == text
    assert reading.unparsed == {"/JobCreationDate"}


ERRORS: dict[str, tuple[str, int]] = {
    "the protocol's": (
        "<ErrorResponse><Error><Type>Sender</Type><Code>X</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        0,
    ),
    "with the id in the metadata": (
        "<ErrorResponse><Error><Type>Sender</Type><Code>X</Code><Message>m</Message></Error>"
        "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ErrorResponse>",
        0,
    ),
    "EC2's": (
        "<Response><Errors><Error><Type>Sender</Type><Code>X</Code><Message>m</Message></Error></Errors><RequestId>r</RequestId></Response>",
        2,
    ),
    "S3's": ("<Error><Type>Sender</Type><Code>X</Code><Message>m</Message><RequestId>r</RequestId></Error>", 1),
}


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("form", ERRORS)
def test_errors(form: str, status: int) -> None:
    """Four forms of envelope say the same; what is wrong with it is noted, and the HTTP status changes nothing."""
    body, faults = ERRORS[form]
    reading = read(Reply(status, body.encode()))
    assert reading.kind == "error"
    assert reading.error == ServiceError("X", "m", "Sender", "r")
    assert reading.reason == "X: m"
    found = [each.message for each in broken(reading).get("error-envelope", [])]
    assert len("; ".join(found).split("; ")) == faults if faults else not found


@pytest.mark.parametrize(
    ("body", "code", "fault"),
    [
        ("<ErrorResponse/>", "", "0 Error elements"),
        ("<ErrorResponse><Error/></ErrorResponse>", "", "no Code"),
        ("<ErrorResponse><Error><Code> </Code></Error></ErrorResponse>", "", "no Code"),
        (
            "<ErrorResponse><Error><Code>X</Code></Error><Error><Code>Y</Code></Error></ErrorResponse>",
            "X",
            "2 Error elements",
        ),
        ("<ErrorResponse><Errors><Error><Code>X</Code></Error></Errors></ErrorResponse>", "X", "inside Errors"),
        ("<Errors><Error><Code>X</Code></Error></Errors>", "X", "not ErrorResponse"),
        ("<Response><Error><Code>X</Code></Error></Response>", "X", "not ErrorResponse"),
    ],
)
def test_broken_envelopes(body: str, code: str, fault: str) -> None:
    """What stands in for an envelope is an error, with what is wrong about it."""
    reading = read(Reply(400, body.encode()))
    assert reading.error is not None and reading.error.code == code
    [found] = broken(reading)["error-envelope"]
    assert fault in found.message


def test_an_error_in_the_kit() -> None:
    """The kit's refusal is read as what it says, blanks around its texts apart."""
    reading = read(error("NoSuchEntity", "  m\n"))
    assert reading.error == ServiceError("NoSuchEntity", "m", "Sender", REQUEST_ID)


def test_long_errors_are_cut() -> None:
    """A code or message of megabytes is kept in a readable length, with its size."""
    body = f"<ErrorResponse><Error><Code>{'c' * 10**6}</Code><Message>{'m' * 10**6}</Message></Error></ErrorResponse>"
    found = read(Reply(400, body.encode())).error
    assert found is not None and found.message is not None
    assert len(found.code) + len(found.message) < 3_000
    assert found.code.endswith("(1,000,000 characters)")


def test_pointers() -> None:
    """RFC 6901: a tilde and a slash in a name are escaped."""
    assert pointer("", "a", 0, "~/") == "/a/0/~0~1"
    assert pointer("") == ""


def test_a_list_of_strange_items_is_read_in_one_pass() -> None:
    """A hundred thousand elements that are no items cost no more than as many that are."""
    strange = "".join(f"<n{place}/>" for place in range(100_000))
    reading = read(answer([]).rewritten(("<AccessDetails>", f"<AccessDetails>{strange}")))
    assert (reading.members["AccessDetails"], len(reading.unknown)) == ([], 2_000)


def test_violations_of_one_rule_are_noted_up_to_a_limit() -> None:
    """A response with a hundred thousand violations of one rule has as many as anybody looks at."""
    item = "<member><ServiceName>a</ServiceName><TotalAuthenticatedEntities>+1</TotalAuthenticatedEntities></member>"
    reading = read(answer([]).rewritten(("<AccessDetails>", f"<AccessDetails>{item * 30_000}")))
    assert len(reading.members["AccessDetails"]) == 30_000
    assert len(places(reading, "integer-format")) == 2_000 == wire(reading).checked["protocol.integer-format"] - 2


def test_operations_that_the_service_does_not_have() -> None:
    """A trace may name any; there is nothing to read."""
    reading = read(answer(TWO), "GetNothing")
    assert (reading.kind, reading.reason, reading.wire) == ("unreadable", "iam has no operation GetNothing", None)
