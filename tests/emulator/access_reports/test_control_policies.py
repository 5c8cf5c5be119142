"""What service control policies leave of a list of services."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from awscontract.emulator.access_reports.control_policies import left

SERVICES = ("ec2", "iam", "s3", "s3-outposts", "sts")


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(*actions: str, **members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"} | members


def deny(*actions: str, **members: Any) -> dict[str, Any]:
    return allow(*actions, **{"Effect": "Deny"} | members)


EVERYTHING = document(allow("*"))

CASES: dict[str, tuple[list[dict[str, Any]], Iterable[str]]] = {
    "everything": ([allow("*")], SERVICES),
    "everything, said of services": ([allow("*:*")], SERVICES),
    "all of one service": ([allow("s3:*")], ("s3",)),
    "one action": ([allow("s3:GetObject")], ("s3",)),
    "a prefix": ([allow("s3*:List*")], ("s3", "s3-outposts")),
    "one character": ([allow("?3:*")], ("s3",)),
    "another case": ([allow("S3:getobject")], ("s3",)),
    "an action without brackets": ([allow(Action="sts:*")], ("sts",)),
    "all but a service": ([{"Effect": "Allow", "NotAction": ["s3:*"]}], ("ec2", "iam", "s3-outposts", "sts")),
    "all but an action": ([{"Effect": "Allow", "NotAction": "s3:GetObject"}], SERVICES),
    "all, less a service": ([allow("*"), deny("iam:*")], ("ec2", "s3", "s3-outposts", "sts")),
    "all, less an action": ([allow("*"), deny("iam:CreateUser")], SERVICES),
    "all, less everything": ([allow("*"), deny("*")], ()),
    "a service that is not there": ([allow("quantum:*")], ()),
    "all, less all but two services": (
        [allow("*"), {"Effect": "Deny", "NotAction": ["s3:*", "sts:AssumeRole"], "Resource": "*"}],
        ("s3", "sts"),
    ),
    "a denial under a condition": ([allow("*"), deny("*", Condition={"Bool": {"a": "b"}})], SERVICES),
    "a denial of one resource": ([allow("*"), deny("s3:*", Resource="arn:aws:s3:::mine")], SERVICES),
    "a denial of all but a resource": ([allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": "x"}], SERVICES),
    "nothing": ([], ()),
}


@pytest.mark.parametrize(("statements", "expected"), CASES.values(), ids=CASES)
def test_one_policy(statements: list[dict[str, Any]], expected: Iterable[str]) -> None:
    """Services go by their prefixes: some of one allows it, only all of it denied takes it away."""
    policy = json.dumps({"Statement": statements})
    assert left(SERVICES, [[policy]]) == set(expected)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([], SERVICES),
        ([[EVERYTHING], [document(allow("s3:*"))]], ["s3"]),
        ([[document(allow("s3:*"))], [EVERYTHING]], ["s3"]),
        ([[document(allow("s3:*"))], [document(allow("sts:*"))]], []),
        ([[document(allow("s3:*")), document(allow("sts:*"))], [EVERYTHING]], ["s3", "sts"]),
        ([[EVERYTHING, document(deny("ec2:*"))], [document(allow("s3:*", "ec2:*"))]], ["s3"]),
        ([[EVERYTHING], []], []),
    ],
)
def test_levels(levels: Sequence[Sequence[str]], expected: Iterable[str]) -> None:
    """Each level has to allow a service; a denial on any level holds."""
    assert left(SERVICES, levels) == set(expected)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"Statement": 7}', '{"Statement": ["x"]}', '{"Statement": {}}'])
def test_no_policy(text: str) -> None:
    """What is no policy allows nothing, and harms nobody."""
    assert left(SERVICES, [[text]]) == set()
    assert left(SERVICES, [[text, EVERYTHING]]) == set(SERVICES)
