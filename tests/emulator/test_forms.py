"""Texts of drawn items that programs take to pieces: right programs can, whatever else an item has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote

import pytest

from awscontract.emulator.lists.items import drawn_item
from awscontract.emulator.served import served
from awscontract.spec.operations import load

Item = dict[str, Any]


def effects(policy: str) -> list[str]:
    return [each["Effect"] for each in json.loads(unquote(policy))["Statement"]]


def date(text: str) -> bool:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z") > datetime(2025, 1, 1, tzinfo=UTC)


#: By operation a member, and what a program makes of it.
READ: list[tuple[str, str, Callable[[str], object]]] = [
    ("iam:ListRoles", "AssumeRolePolicyDocument", effects),
    ("iam:ListPolicyVersions", "Document", effects),
    ("ec2:DescribeVpcEndpoints", "PolicyDocument", effects),
    ("events:ListRules", "EventPattern", json.loads),
    ("cloudtrail:LookupEvents", "CloudTrailEvent", lambda text: json.loads(text)["eventName"]),
    ("lambda:ListFunctions", "LastModified", date),
    ("ec2:DescribeImages", "CreationDate", date),
    ("ec2:DescribeVpcs", "CidrBlock", ip_network),
    ("ec2:DescribeSecurityGroupRules", "CidrIpv6", ip_network),
    ("ec2:DescribeNetworkInterfaces", "PrivateIpAddress", ip_address),
    ("route53:ListHostedZones", "Id", lambda text: text.split("/")[2]),
    ("rds:DescribeDBInstances", "EngineVersion", lambda text: int(text.split(".")[0])),
    ("quicksight:ListUsers", "Email", lambda text: text.split("@")[1]),
    ("cloudformation:ListStacks", "StackId", lambda text: text.split("/")[1]),
    ("lambda:ListFunctions", "Role", lambda text: text.split(":")[5]),
    ("elbv2:DescribeTargetGroups", "TargetGroupArn", lambda text: text.split("/")[1]),
]


def items(operation: str) -> list[Item]:
    """Those of a plain listing, and those that differ in what they have, edge cases among them."""
    contract = load(operation)
    output = served(contract).output
    drawn = [drawn_item(contract, output, 7 * number, turn) for number in range(30) for turn in (None, number)]
    return [each.value for each in drawn if each is not None]


@pytest.mark.parametrize(("operation", "member", "read"), READ)
def test_a_form_that_programs_rely_on(operation: str, member: str, read: Callable[[str], object]) -> None:
    """It is read without an exception, and texts of different numbers differ."""
    texts = {each[member] for each in items(operation) if member in each}

    assert len(texts) > 4
    assert all(read(each) is not None for each in texts)


def test_what_a_structure_says_nothing_without() -> None:
    """A tag has its key and its value, a reference its name and its id, and whatever has an id of its own has it."""
    found = [each for item in items("ec2:DescribeInstances") for each in item.get("Instances", [])]
    assert found
    for each in found:
        assert "InstanceId" in each
        assert all(tag.keys() == {"Key", "Value"} for tag in each.get("Tags", []))
        assert all(group.keys() == {"GroupId", "GroupName"} for group in each.get("SecurityGroups", []))
        assert "Name" in each.get("State", {"Name": ""})
    assert any("Tags" in each for each in found)
    assert any("SecurityGroups" not in each for each in found)
