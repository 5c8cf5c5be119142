"""Texts of a form that programs rely on, by the names of their members: dates, addresses, policies. The service model says only that they are texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from urllib.parse import quote

__all__ = ["form_of", "has_form"]

#: The text of a number.
Form = Callable[[int], str]

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def _time(number: int, zone: str = "Z") -> str:
    return f"{_BEGAN + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S.000}{zone}"


def _address(number: int) -> str:
    return str(IPv4Address(int(IPv4Address("10.0.0.0")) + number % 2**24))


def _network(number: int) -> str:
    return f"{IPv4Address(int(IPv4Address('10.0.0.0')) + number % 2**20 * 16)}/28"


def _network_6(number: int) -> str:
    return f"{IPv6Address(int(IPv6Address('2001:db8::')) + number % 2**32 * 2**64)}/64"


def _statement(number: int, **others: Any) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Sid": f"s{number:04}", "Effect": "Allow", "Action": "sts:AssumeRole", **others}],
        }
    )


_PRINCIPAL = {"AWS": "arn:aws:iam::123456789012:root"}


def _policy(number: int) -> str:
    return _statement(number, Principal=_PRINCIPAL, Resource="*")


def _pattern(number: int) -> str:
    return json.dumps({"source": ["aws.example"], "detail-type": [f"Example {number:04}"]})


def _trail(number: int) -> str:
    return json.dumps(
        {
            "eventVersion": "1.11",
            "userIdentity": {"type": "Root", "accountId": "123456789012", "arn": _PRINCIPAL["AWS"]},
            "eventTime": f"{_BEGAN + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": "example.amazonaws.com",
            "eventName": f"Example{number:04}",
            "awsRegion": "us-east-1",
            "sourceIPAddress": _address(number),
            "eventID": f"00000000-0000-0000-0000-{number:012}",
        }
    )


#: By the member's name. The documentation of members says it, or shows examples of it.
_BY_NAME: tuple[tuple[str, Form], ...] = (
    (r"Ipv6Cidr(?:Block)?$|CidrIpv6$", _network_6),
    (r"(?:[Cc]idr|CIDR)(?:Block|Ip|IP)?$", _network),
    (r"(?:I[Pp]Address|ipAddress|Ip|IP)$|^ip$", _address),
    (r"^(?!.*[Rr]untime$)(?:.*(?:[Dd]ate|[Tt]ime|[Tt]imestamp)|.*[a-z](?:At|On)|LastModified)$", _time),
    (r"[Pp]olicyDocument$|^Document$|^[Pp]olicy$|[Pp]olicyText$", _policy),
    (r"^[Ee]ventPattern$", _pattern),
    (r"^CloudTrailEvent$", _trail),
    (r"^[Ee]ngineVersion$", lambda number: f"{8 + number % 8}.{number // 8}"),
    (r"^[Ee]mail(?:Address)?$", lambda number: f"user-{number:04}@example.com"),
    (
        r"^StackId$",  # its parts are the names
        lambda number: (
            f"arn:aws:cloudformation:us-east-1:123456789012:stack/stack-{number:04}/{number:08}-0000-0000-0000-000000000000"
        ),
    ),
    (
        r"^taskDefinitionArn$",
        lambda number: f"arn:aws:ecs:us-east-1:123456789012:task-definition/family-{number:04}:{number % 9 + 1}",
    ),
)

#: By the shape's name, where it says more: IAM quotes its policies, Lambda's dates are text, Route 53 puts the kind before an id.
_BY_SHAPE: dict[str, Form] = {
    "policyDocumentType": lambda number: quote(_policy(number)),
    "Timestamp": lambda number: _time(number, "+0000"),
}


#: Of Arns and addresses in the web, which are made where readable texts are.
_PARSED = re.compile(r"(?:arn|url|uri|endpoint)$", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def form_of(name: str, shape: str, most: int | None = None) -> Form | None:
    """The form of a text member of this name and shape, whose values have at most so many characters; None where any text will do."""
    if (shape, most) == ("ResourceId", 32):
        return lambda number: f"/hostedzone/Z{number:04}"  # of Route 53 alone
    if shape in _BY_SHAPE:
        return _BY_SHAPE[shape]
    return next((form for pattern, form in _BY_NAME if re.search(pattern, name)), None)


def has_form(name: str) -> bool:
    """Whether programs may take such a text to pieces, so that it is never empty or odd."""
    return _PARSED.search(name) is not None
