"""Reading JSON over AWS JSON and REST: strictly, with the plain meaning of what is wrong, and named findings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol_kit import broken, read

SECRETS, FUNCTIONS, SCAN = "secretsmanager:ListSecrets", "lambda:ListFunctions", "dynamodb:Scan"
MEDIA = "application/x-amz-json-1.1"


def secret(**members: Any) -> str:
    return json.dumps({"SecretList": [members]})


def test_a_valid_result() -> None:
    """Times are RFC 3339 text in the view, nulls are absent, and every rule that applies was looked at."""
    body = '{"SecretList":[{"Name":"a","RotationEnabled":true,"CreatedDate":1.5E9,"LastChangedDate":1500000000.25,"Tags":null}],"NextToken":"t"}'
    reading = read(SECRETS, body, content_type=MEDIA)
    assert reading.members == {
        "SecretList": [
            {
                "Name": "a",
                "RotationEnabled": True,
                "CreatedDate": "2017-07-14T02:40:00Z",
                "LastChangedDate": "2017-07-14T02:40:00.25Z",
            }
        ],
        "NextToken": "t",
    }
    assert reading.wire is not None and reading.wire.findings == ()
    assert {name.removeprefix("protocol."): times for name, times in reading.wire.checked.items()} == {
        "content-type": 1, "well-formed": 1, "status": 1, "member-once": 2, "boolean-format": 1, "timestamp-format": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("members", "slug", "name", "value", "unparsed"),
    [
        ('"RotationEnabled": "true"', "boolean-format", "RotationEnabled", True, False),
        ('"RotationEnabled": 0', "boolean-format", "RotationEnabled", False, False),
        ('"RotationEnabled": "perhaps"', "boolean-format", "RotationEnabled", "perhaps", True),
        ('"CreatedDate": "2017-07-14T02:40:00Z"', "timestamp-format", "CreatedDate", "2017-07-14T02:40:00Z", True),
        ('"CreatedDate": 1500000000000', "timestamp-format", "CreatedDate", 1500000000000, True),
        ('"CreatedDate": 1e999999999', "timestamp-format", "CreatedDate", "1E+999999999", True),
        ('"CreatedDate": true', "timestamp-format", "CreatedDate", True, True),
        ('"RotationRules": {"AutomaticallyAfterDays": "7"}', "integer-format", "RotationRules", {"AutomaticallyAfterDays": 7}, False),
        ('"RotationRules": {"AutomaticallyAfterDays": 7.0}', "integer-format", "RotationRules", {"AutomaticallyAfterDays": 7}, False),
        ('"Name": "a", "Name": "b"', "member-once", "Name", "b", False),
    ],
)  # fmt: skip
def test_wrong_forms(members: str, slug: str, name: str, value: object, unparsed: bool) -> None:
    """Each is found under its own rule, and what it plainly means is read."""
    reading = read(SECRETS, f'{{"SecretList": [{{{members}}}]}}', content_type=MEDIA)
    assert reading.members["SecretList"][0][name] == value
    assert set(broken(reading)) == {slug}
    assert bool(reading.unparsed) is unparsed


def test_values_of_another_kind() -> None:
    """A text for a list, a list for a text: handed on as it is, for the schema to refuse."""
    reading = read(SECRETS, '{"SecretList": "none", "NextToken": ["t", {"a": 1.5}]}', content_type=MEDIA)
    assert reading.members == {"SecretList": "none", "NextToken": ["t", {"a": 1.5}]}


def test_other_formats() -> None:
    """Times in the format that the member has; numbers that are not finite are words."""
    reading = read(
        "b2bi:ListCapabilities", '{"capabilities": [{"createdAt": "2017-07-14T02:40:00Z"}, {"createdAt": 1500000000}]}'
    )
    assert broken(reading)["timestamp-format"].path == "/capabilities/1/createdAt"
    number = read("cloudwatch:GetMetricData", '{"MetricDataResults": [{"Values": ["NaN", 1, "2"]}]}', protocol="json")
    assert number.members["MetricDataResults"][0]["Values"] == ["NaN", 1, 2.0]
    assert number.unparsed == {"/MetricDataResults/0/Values/0"}
    assert broken(number)["float-format"].path == "/MetricDataResults/0/Values/2"


def test_recursion_maps_and_unknown_members() -> None:
    """Structures that hold themselves are read as deep as they go; names nobody knows are noted where they stand."""
    value = {"M": {"a/b": {"L": [{"S": "x", "New": 1}, {"N": "1"}]}}}
    reading = read(SCAN, json.dumps({"Items": [{"key": value}], "Count": 1, "Odd~": {}}))
    assert reading.members["Items"] == [{"key": {"M": {"a/b": {"L": [{"S": "x"}, {"N": "1"}]}}}}]
    assert set(reading.unknown) == {"/Odd~0", "/Items/0/key/M/a~1b/L/0/New"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b"[]", "it is an array, not an object"),
        (b'"x"', "it is a string, not an object"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": 01}', "Expecting"),
        (b"{'a': 1}", "Expecting"),
        (b'{"a": 1}x', "Extra data"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"<a/>", "Expecting value"),
    ],
)
def test_not_json(body: bytes, reason: str) -> None:
    """Each is refused with a reason of one line, under the rule for documents."""
    reading = read(SECRETS, body)
    assert (reading.kind, reason in reading.reason, "\n" in reading.reason) == ("unreadable", True, False)
    assert set(broken(reading)) == {"well-formed", "content-type"}


@pytest.mark.parametrize("name", [SECRETS, FUNCTIONS])
def test_limits(name: str) -> None:
    """More elements or deeper nesting than anybody needs: not a verdict on the target. Text with commas is one element."""
    deep, wide = b'{"a": ' * 5000 + b"1" + b"}" * 5000, b'{"a": [' + b"1," * 250_000 + b"1]}"
    for body in (deep, wide, b'{"a": ' + b"[" * 200_000):
        reading = read(name, body)
        assert reading.wire is not None
        assert (reading.kind, reading.wire.over_limit) == ("unreadable", True)
    assert read(name, b'{"NextMarker": "' + b"," * 500_000 + b'"}').kind == "result"


def test_half_characters() -> None:
    """Half of a character cannot be written again; it is replaced."""
    assert read(SECRETS, '{"NextToken": "a\\ud800b\\ud83d\\ude00"}').members == {"NextToken": "a\ufffdb\U0001f600"}


ERRORS = [
    (SECRETS, '{"__type": "com.amazon#InvalidNextTokenException", "message": "m"}', {}, "InvalidNextTokenException", set()),
    (SECRETS, '{"__type": "A:http://x#B", "Message": "m"}', {}, "A", set()),
    (SECRETS, '{"code": "A", "message": "m"}', {}, "A", set()),
    (SECRETS, '{"message": "m"}', {}, "", {"error-envelope"}),
    (SECRETS, '{"__type": "A"}', {}, "A", {"error-details"}),
    (FUNCTIONS, '{"message": "m"}', {"x_amzn_errortype": "aws#A:http://x/"}, "A", set()),
    (FUNCTIONS, '{"code": "A", "message": "m"}', {}, "A", set()),
    (FUNCTIONS, '{"__type": "ns#A", "message": "m"}', {}, "A", set()),
    (FUNCTIONS, '{"message": "m"}', {}, "", {"error-envelope"}),
    (FUNCTIONS, "", {"x_amzn_errortype": "A"}, "A", {"error-details"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "headers", "code", "slugs"), ERRORS)
def test_errors(name: str, body: str, headers: dict[str, str], code: str, slugs: set[str]) -> None:
    """Wherever the code is, it is found; where SDKs do not look for it, the envelope is broken."""
    media = MEDIA if name == SECRETS else "application/json"
    reading = read(name, body, 400, content_type=media, **headers)
    assert reading.error is not None
    assert (reading.kind, reading.error.code, set(broken(reading))) == ("error", code, slugs)
    assert reading.reason.startswith(code or "an error without a code")


def test_query_errors() -> None:
    """A service that used to speak AWS Query says the code that it had then."""
    found = read("sqs:ListQueues", '{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "m"}', 400,
                 x_amzn_query_error="AWS.SimpleQueueService.NonExistentQueue;Sender").error  # fmt: skip
    assert found is not None
    assert found.codes == ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
    assert found.type == "Sender"


def test_errors_under_200_and_results_with_a_type() -> None:
    """An error under the status of a result is one; a result that names its own type is none."""
    wrong = read(SECRETS, '{"__type": "InvalidNextTokenException", "message": "m"}', content_type=MEDIA)
    assert (wrong.kind, set(broken(wrong))) == ("error", {"status"})
    right = read(SECRETS, '{"__type": "ListSecretsResponse", "SecretList": []}', content_type=MEDIA)
    assert (right.kind, right.unknown, broken(right)) == ("result", (), {})


def test_statuses() -> None:
    """A result of AWS JSON has status 200, one of REST any 2xx; members in the status are read."""
    assert broken(read(SECRETS, "{}", 201, content_type=MEDIA))["status"].expected == "HTTP 200"
    assert "status" not in broken(read(FUNCTIONS, "{}", 202))
    assert "status" in broken(read(FUNCTIONS, '{"message": "m"}', 200, x_amzn_errortype="A"))
    analyses = read("quicksight:ListAnalyses", '{"AnalysisSummaryList": []}', 201, content_type="application/json")
    assert (analyses.members, broken(analyses)) == ({"AnalysisSummaryList": [], "Status": 201}, {})


def test_media_types() -> None:
    """AWS JSON has three; REST has one."""
    for media in (MEDIA, "application/x-amz-json-1.0", "Application/JSON; charset=utf-8"):
        assert "content-type" not in broken(read("dynamodb:ListTables", "{}", content_type=media))
    for name, media in ((SCAN, "text/xml"), (SECRETS, ""), (FUNCTIONS, MEDIA), (FUNCTIONS, "")):
        assert set(broken(read(name, "{}", content_type=media))) == {"content-type"}


def test_web_pages() -> None:
    """A web server's page is named as what it is."""
    for name in (SECRETS, FUNCTIONS):
        reading = read(name, "<!doctype html><title>502</title>", 502)
        assert (reading.html, reading.reason) == (True, "a web server sent an HTML page (HTTP 502)")
        assert "HTML page" in broken(reading)["well-formed"].message
