"""Files that hold no response, or one that is not worth reading, are refused in one line."""

import gzip
import json

import pytest

from awscontract.conformance.judge.validate import NoResponse, validate
from awscontract.spec.operations import load


@pytest.mark.parametrize("depth", [100, 800, 100_000])
def test_deep_nesting_is_refused(depth):
    attribute = '{"L":[' * depth + '{"S":"x"}' + "]}" * depth
    body = f'{{"Items": [{{"a": {attribute}}}], "Count": 1}}'.encode()
    with pytest.raises(NoResponse, match=r"^deep\.json: nested more than 64 levels deep$"):
        validate([("deep.json", body)], load("dynamodb:Scan"))


def test_as_deep_as_documents_may_be_is_read():
    attribute = '{"L":[' * 25 + '{"S":"x"}' + "]}" * 25
    body = f'{{"Items": [{{"a": {attribute}}}], "Count": 1}}'.encode()
    assert validate([("items.json", body)], load("dynamodb:Scan")).verdict == "conforms"


#: A response of iam:ListUsers as boto3 returns it, and as its body.
USERS = {"Users": [], "IsTruncated": False, "ResponseMetadata": {"HTTPStatusCode": 200}}
BODY = "<ListUsersResponse><ListUsersResult><Users/></ListUsersResult></ListUsersResponse>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(json.dumps(USERS).encode()), "compressed with gzip: decompress it first; expected is JSON of the AWS CLI"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + BODY.encode(), "HTTP headers stand before the body: remove them; expected is"),
        (f"{json.dumps(USERS)}\n{json.dumps(USERS)}", "more than one JSON value, from line 2 on"),
        ('{"format":"awscontract-trace"}\n{}', "a recorded trace, for `awscontract replay`"),
        ("\xe4".encode("latin-1"), "neither JSON nor XML: byte 0 is not UTF-8; expected is"),
        ("interactions: []", "neither JSON nor XML (Expecting value: line 1 column 1); expected is"),
        ("null", "null, where a response is a JSON object; expected is"),
        (json.dumps([USERS, USERS]), "an array, where a response is a JSON object; it holds 2 of them, the first at /0: save each in a file"),
        (json.dumps({"response": USERS}), "by itself; it holds one at /response: save each in a file of its own"),
        (json.dumps({"log": {"entries": [{"text": BODY}]}}), "by itself; it holds one at /log/entries/0/text:"),
        ('{"Roles": [], "IsTruncated": false}', "but one of iam:ListRoles, or of one like it; use --operation iam:ListRoles"),
        ('{"Buckets": [], "IsTruncated": false}', "it has none of its own members (Users, IsTruncated, …)"),
    ],
)  # fmt: skip
def test_what_is_not_a_response_by_itself(content, message):
    """One line says what it is, or where the responses in it are, and what is expected."""
    with pytest.raises(NoResponse) as raised:
        validate([("file", content if isinstance(content, bytes) else content.encode())], load("iam:ListUsers"))

    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_member_in_another_case_is_judged():
    """It is the operation's own, wrongly written, and not another operation's."""
    found = validate([("users.json", b'{"users": [], "IsTruncated": false}')], load("iam:ListUsers"))

    assert [each.id for each in found.rules if each.outcome == "warned"] == ["shape.required"]


def test_a_response_of_boto3_without_any_member():
    """SQS leaves out the list where there is no queue, so that boto3 adds the metadata to nothing."""
    empty = b'{"ResponseMetadata": {"HTTPStatusCode": 200}}'

    assert validate([("queues.json", empty)], load("sqs:ListQueues")).verdict in ("conforms", "indeterminate")
    with pytest.raises(NoResponse):
        validate([("users.json", empty)], load("iam:ListUsers"))


RECORD = {"Name": "a.example.", "Type": "TXT", "TTL": 1, "ResourceRecords": []}


@pytest.mark.parametrize(
    ("operation", "saved", "missing"),
    [
        ("route53:ListResourceRecordSets", {"ResourceRecordSets": [RECORD]}, []),
        ("route53:ListResourceRecordSets", {"ResourceRecordSets": [RECORD], "NextToken": "of the CLI"}, []),
        ("route53:ListResourceRecordSets", {"ResourceRecordSets": [RECORD], "ResponseMetadata": {}}, ["/IsTruncated", "/MaxItems"]),
        ("route53:ListResourceRecordSets", {"ResourceRecordSets": [RECORD], "IsTruncated": False}, ["/MaxItems"]),
        ("cloudfront:ListDistributions", {"DistributionList": {"Items": []}}, []),
        ("cloudfront:ListDistributions", {"NextToken": "of the CLI", "DistributionList": {"Items": []}}, []),
        ("kinesis:ListStreams", {"StreamNames": ["a"]}, []),
        ("kinesis:ListStreams", {"HasMoreStreams": False}, ["/StreamNames"]),
    ],
)  # fmt: skip
def test_joined_pages_of_the_cli(operation, saved, missing):
    """The AWS CLI joins all pages and leaves out what is for paging, although the model requires some of it; boto3 leaves out nothing."""
    found = validate([("saved.json", json.dumps(saved).encode())], load(operation))

    [required] = [each for each in found.rules if each.id == "shape.required"]
    assert sorted(each.path for each in required.violations) == missing
