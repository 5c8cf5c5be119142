"""The judge of the two last-accessed operations on a service that shares no code with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from awscontract import check
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

from servers import direct, last_accessed as servers
from servers.hurry import hurried

OPERATIONS = (servers.SERVICES, servers.ENTITIES)
COMPLAINT = {"must": "failed", "should": "warned", "may": "noted"}
FAULTS = [(name, operation) for name, fault in servers.FAULTS.items() for operation in fault.operations]
#: Each fault on one operation in every run, in turn; on all of its operations nightly.
TURN = {
    (name, each.operations[place % len(each.operations)]) for place, (name, each) in enumerate(servers.FAULTS.items())
}


def _cases() -> Iterator[Any]:
    for case in FAULTS:
        yield pytest.param(*case, marks=() if case in TURN else pytest.mark.nightly)


@pytest.fixture(scope="module")
def client() -> Any:
    return direct.client_of(botocore.session.Session(), "iam")


def judge(client: Any, operation: str, fault: str = "", variant: str = "", **options: Any) -> Any:
    """The result of judging one of the operations of a service, by default for the policy that twelve users have."""
    given = {
        "poll_interval": 0.01,
        "explore": 0,
        "timeout": 20,
        "read_timeout": 2,
        "arn": servers.POLICY,
        **hurried(),
        **options,
    }
    with direct.answering(servers.handler(fault, variant), client):
        return check(client, operation=f"iam:{operation}", **given)


def complaints(result: Any) -> dict[str, Any]:
    return {rule.id: rule.violations for rule in result.rules if rule.outcome in ("failed", "warned")}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", servers.VARIANTS)
def test_a_variant_conforms(name: str, operation: str, client: Any) -> None:
    """A valid service conforms without a warning, within sixty requests, whatever it chose."""
    result = judge(client, operation, variant=name)

    assert complaints(result) == {}
    assert result.verdict == "conforms", result.reason
    assert result.calls <= 60


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_user_is_found_where_no_arn_is_given(operation: str, client: Any) -> None:
    """Without an Arn the report is on a user that IAM lists."""
    result = judge(client, operation, arn=None)

    assert (result.verdict, complaints(result)) == ("conforms", {})


@pytest.mark.parametrize(("name", "operation"), list(_cases()))
def test_a_fault_is_caught(name: str, operation: str, client: Any) -> None:
    """The rule that is there for it is broken, at its level."""
    rule = servers.FAULTS[name].rule
    options: dict[str, Any] = {"arn": servers.USER} if name == "another-entity" else {}
    if name in ("action-time-alone", "action-twice"):
        options["granularity"] = "ACTION_LEVEL"
    result = judge(client, operation, fault=name, **options)

    levels = {each.id: each.level for each in rule_set(load(f"iam:{operation}"))}
    outcomes = {each.id: each.outcome for each in result.rules}
    assert outcomes[rule] == COMPLAINT[levels[rule]], (complaints(result), result.verdict, result.reason)


def test_there_are_enough_of_them() -> None:
    """At least forty faults."""
    assert len(servers.FAULTS) >= 40
