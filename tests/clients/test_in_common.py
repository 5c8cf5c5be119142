"""Items that have in common what looks as if it identified them: clients that keep one of several are caught, and right ones are not blamed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pytest
from botocore import xform_name

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.item_pool import with_drawn_items
from awscontract.clients.fuzzing.scenarios.dangers import dangers
from awscontract.emulator import Behaviour
from awscontract.emulator.lists.identities import listed_shape
from awscontract.spec.operations import load
from awscontract.spec.operations.in_common import in_common, known
from profiles import NIGHTLY

Item = dict[str, Any]
Of = Callable[[Item], Hashable]

RECORDS, METRICS, VERSIONS, STACKS, TAGS = (
    "route53:ListResourceRecordSets",
    "cloudwatch:ListMetrics",
    "s3:ListObjectVersions",
    "cloudformation:ListStacks",
    "autoscaling:DescribeTags",
)
ZONE = {"HostedZoneId": "Z1"}


def by(operation: str, of: Of, **parameters: Any) -> Callable[[Any], list[Item]]:
    """A client that keeps one item for each value."""
    contract = load(operation)

    def collect(client: Any) -> list[Item]:
        assert contract.listing is not None
        pages = client.get_paginator(xform_name(contract.operation)).paginate(**parameters)
        return list({of(each): each for page in pages for each in page.get(contract.listing.main, [])}.values())

    return collect


def members(*names: str) -> Of:
    return lambda item: tuple(repr(item.get(each)) for each in names)


#: A part of what identifies an item, or what several may have alike; and parameters of the requests.
WRONG: list[tuple[str, Of, dict[str, Any]]] = [
    (RECORDS, members("Name"), ZONE),
    (RECORDS, members("Name", "Type"), ZONE),
    (RECORDS, members("Type", "SetIdentifier"), ZONE),
    (METRICS, members("Namespace", "MetricName"), {}),
    (METRICS, members("MetricName"), {"Namespace": "AWS/EC2"}),
    (VERSIONS, members("Key"), {"Bucket": "b"}),
    (VERSIONS, members("VersionId"), {"Bucket": "b"}),
    (STACKS, members("StackName"), {}),
    (TAGS, members("ResourceId"), {}),
    ("lambda:ListVersionsByFunction", members("FunctionName"), {"FunctionName": "f"}),
    ("kms:ListAliases", members("TargetKeyId"), {}),
]

RIGHT: list[tuple[str, Of, dict[str, Any]]] = [
    (RECORDS, members("Name", "Type", "SetIdentifier"), ZONE),
    (METRICS, members("Namespace", "MetricName", "Dimensions"), {}),
    (METRICS, members("Dimensions"), {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization"}),
    (METRICS, members("MetricName", "Dimensions"), {"Namespace": "AWS/EC2"}),
    (VERSIONS, members("Key", "VersionId"), {"Bucket": "b"}),
    (VERSIONS, lambda each: each["Key"] if each["VersionId"] == "null" else each["VersionId"], {"Bucket": "b"}),
    (STACKS, members("StackName"), {"StackStatusFilter": ["CREATE_COMPLETE"]}),
    (STACKS, members("StackId"), {}),
    (STACKS, lambda each: each["StackId" if each["StackStatus"] == "DELETE_COMPLETE" else "StackName"], {}),
    (TAGS, members("ResourceId"), {"Filters": [{"Name": "key", "Values": ["Name"]}]}),
    (TAGS, members("ResourceId", "Key"), {}),
    ("lambda:ListVersionsByFunction", members("Version"), {"FunctionName": "f"}),
    ("kms:ListAliases", members("AliasName"), {}),
    ("lambda:ListEventSourceMappings", members("UUID"), {}),
]


def options(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """All dangers, and in the nightly run what is drawn."""
    given = {name: value for name, value in parameters.items() if name in ("HostedZoneId", "Bucket", "FunctionName")}
    examples = 150 if NIGHTLY else 1 + len(dangers(load(operation)))
    return {"operation": operation, "parameters": given, "seed": 0, "examples": examples}


@pytest.mark.parametrize(("operation", "of", "parameters"), WRONG)
def test_one_of_several(operation: str, of: Of, parameters: dict[str, Any]) -> None:
    """A client that keeps one item for each value loses the others."""
    with pytest.raises(ClientContractViolation) as raised:
        fuzz_client(by(operation, of, **parameters), **options(operation, parameters))

    assert raised.value.rule == "client.complete"


@pytest.mark.parametrize(("operation", "of", "parameters"), RIGHT)
def test_what_identifies_an_item(operation: str, of: Of, parameters: dict[str, Any]) -> None:
    """It loses nothing, and neither does what identifies an item in a listing that the client narrows."""
    fuzz_client(by(operation, of, **parameters), **options(operation, parameters))


def test_a_set_of_one_member() -> None:
    """One thing an item is what `key` says; who wants each value once says so by `expect`."""
    keep = by(METRICS, lambda each: each["MetricName"])

    def names(client: Any) -> set[str]:
        return {each["MetricName"] for each in keep(client)}

    with pytest.raises(ClientContractViolation, match="all with the same") as raised:
        fuzz_client(names, key="MetricName", **options(METRICS, {}))
    assert "once instead of 2 times" in raised.value.text
    assert "expect=" in raised.value.text
    fuzz_client(names, expect=lambda items: {each["MetricName"] for each in items}, **options(METRICS, {}))


@pytest.mark.parametrize(
    "operation",
    [pytest.param(each, marks=() if not place % 8 else pytest.mark.nightly) for place, each in enumerate(known())],
)
def test_every_operation_of_the_table(operation: str) -> None:
    """Its members exist, and enough items can be drawn that have them in common and differ."""
    contract = load(operation)
    shape = listed_shape(contract)
    for alike in in_common(contract):
        assert {*alike.members, *alike.identity} <= set(shape.members)
        assert alike.source.startswith("https://")
        items = with_drawn_items(contract, Behaviour(items=3), alike).given
        assert isinstance(items, tuple)
        assert len(items) == 3
        assert len({repr([each[name] for name in alike.members]) for each in items}) == 1
        assert len({repr([each[name] for name in alike.identity] or each) for each in items}) == 3
