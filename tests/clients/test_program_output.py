"""What a program printed, as items, or in words."""

from __future__ import annotations

import json
import sys

import pytest

from awscontract.clients.fuzzing.program_output import Unreadable, read_output
from awscontract.clients.fuzzing.subprocess_client import Programmed, fuzz_program
from awscontract.errors import TargetUnavailable
from awscontract.spec.operations import load

USERS = load("iam:ListUsers")
TWO = [{"UserName": "a"}, {"UserName": "b"}]


@pytest.mark.parametrize(
    "printed",
    [
        json.dumps(TWO),
        json.dumps(TWO, indent=2),
        "\n".join(map(json.dumps, TWO)),
        "\r\n\r\n".join(map(json.dumps, TWO)) + "\r\n",
        "\n".join(json.dumps(each, indent=2) for each in TWO),
        "\ufeff" + json.dumps(TWO),
    ],
)
def test_items(printed: str) -> None:
    """One array, one value a line, or values over several lines as jq writes them."""
    assert read_output(USERS, printed.encode(), None) == TWO


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        (b"\xff\xfe[]", r"not UTF-8: b'\xff' is byte 0"),
        (b'{"UserName": "a"}\nname,arn\n', "line 2 of its standard output is not JSON: 'name,arn'"),
        (b"2024-01-01 INFO listing", "line 1 of its standard output is not JSON: '2024-01-01 INFO listing'"),
        (b"a\nb\n", "line 1 of its standard output is not JSON: 'a'"),
        (b"[1,\n2", "line 1 of its standard output is not JSON: '[1,'"),
        (b"[" * 100_000, "line 1 of its standard output is nested too deeply"),
    ],
)
def test_what_is_not_json(printed: bytes, message: str) -> None:
    """The line is shown."""
    with pytest.raises(Unreadable) as raised:
        read_output(USERS, printed, None)
    assert message in str(raised.value)


#: A client of the two pages of the plain listing, without an SDK.
READS = """
import json, os, re, time, urllib.parse, urllib.request

def call(**parameters):
    body = urllib.parse.urlencode({"Version": "2010-05-08", **parameters}).encode()
    return urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL_IAM"], body).read().decode()

pages = [call(Action="ListUsers")]
while more := re.findall("<Marker>(.*)</Marker>", pages[-1]):
    pages.append(call(Action="ListUsers", Marker=more[0]))
names = [re.findall("<UserName>(.*?)</UserName>", page) for page in pages]
"""


def judged(ending: str, timeout: float = 20.0) -> Programmed:
    return fuzz_program([sys.executable, "-P", "-c", READS + ending], contract=USERS, examples=1, timeout=timeout)


@pytest.mark.parametrize(
    ("ending", "what", "expected"),
    [
        ("print(len(pages))", "it printed 2, which is not a list of items", "as one JSON array, or one JSON value a line"),
        ("print(json.dumps({'Users': names}))", "it printed one JSON object with Users, which is not an item", "not a whole response"),
        ("for page in names: print(json.dumps({'Users': page}))", "it printed a JSON object with Users, which an item does not have", "not whole pages"),
        ("for page in names: print(json.dumps(page))", "it printed 2 JSON arrays of 2, 1 values", "each item on a line of its own"),
        ("for page in names: print(json.dumps(page[0]))", "it printed 2 values that are not JSON objects, such as 'user", "--key UserName"),
    ],
)  # fmt: skip
def test_something_else(ending: str, what: str, expected: str) -> None:
    """It is shown as it was printed, with what is expected."""
    report = judged(ending).report

    assert what in report
    assert expected in report


def test_a_program_that_does_not_end() -> None:
    """One that has read all is told to end, and not to go on."""
    report = judged("time.sleep(60)", timeout=1.0).report

    assert "once it has read the listing, it prints the items and nothing else on standard output, and ends" in report


def test_a_call_that_is_not_served() -> None:
    """A program that fails on one is not to blame for it; one that goes on is judged."""
    with pytest.raises(
        TargetUnavailable, match="the program calls GetUser, but only ListUsers is served here: exit status 1"
    ):
        judged("call(Action='GetUser')")
    assert judged("try: call(Action='GetUser')\nexcept OSError: print('[]')").rule == "client.complete"
