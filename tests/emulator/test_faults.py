"""Faults are a table: what it says of itself is so, whoever judges them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from functools import cache

import pytest

from awscontract.emulator import Behaviour, Stages
from awscontract.emulator.faults import FAULTS, Fault, faults_for
from awscontract.emulator.faults.fault import is_list
from awscontract.spec.catalogue import rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.operations import access_reports, load

VALID = Stages()
REPORTS = [load(each) for each in access_reports()]
LISTS = (
    "iam:ListUsers", "iam:ListPolicies", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "kms:ListKeys", "glue:GetTables",
    "lambda:ListFunctions", "backup:ListBackupVaults", "s3:ListObjectsV2", "route53:ListHostedZones", "iot:ListThings",
    "organizations:ListAccounts", "rds:DescribeDBInstances", "sqs:ListQueues", "cloudwatch:DescribeAlarms",
    "ec2:DescribeSnapshots", "sagemaker:ListTrainingJobs", "batch:DescribeJobDefinitions", "autoscaling:DescribePolicies",
    "ssm:DescribeParameters", "stepfunctions:ListExecutions", "efs:DescribeFileSystems", "logs:DescribeMetricFilters",
    "route53:ListHealthChecks", "redshift:DescribeClusters", "sagemaker:ListModels", "kinesis:DescribeStream",
)  # fmt: skip


@cache
def lists() -> Sequence[Contract]:
    """Loaded where they are needed: it takes a second."""
    return [load(each) for each in LISTS]


@cache
def bound() -> Sequence[tuple[Contract, Fault]]:
    return [(each, fault) for each in (*REPORTS, *lists()) for fault in faults_for(each).values()]


def _changed(fault: Fault) -> bool:
    stages = any(getattr(fault.stages, each.name) is not getattr(VALID, each.name) for each in fields(Stages))
    return stages or fault.behaviour != Behaviour()


def test_no_fault_hides_another_of_the_same_id() -> None:
    """The table holds as many faults as its families do."""
    from awscontract.emulator import faults

    assert len(FAULTS) == sum(len(each.FAULTS) for each in faults._FAMILIES) >= 200


@pytest.mark.parametrize("contract", REPORTS, ids=lambda each: each.operation)
def test_every_rule_of_a_report_has_a_fault_that_shows_without_exploring(contract: Contract) -> None:
    """What must or should hold is broken by at least one fault that the fixed survey can see; what is only noted has a case."""
    shown = {each.rule for each in faults_for(contract).values() if not each.deep}
    assert {each.id for each in rule_set(contract)} - shown == set(NOWHERE.get(contract.operation, ()))


#: Rules that no fault breaks on some operation: its patterns match any text somewhere, its entities may change between
#: two reads, or the valid emulator is noted already.
NOWHERE = {
    "GetServiceLastAccessedDetails": ("job.same-request-same-job", "shape.pattern"),
    "GetServiceLastAccessedDetailsWithEntities": (
        "job.same-request-same-job",
        "job.read-repeatable",
        "pagination.order-continues",
    ),
}


def test_every_rule_of_lists_has_faults_on_three_protocols() -> None:
    """A rule is broken on at least three protocols, or on every protocol that has it."""
    rules: dict[str, set[str]] = {}
    broken: dict[str, set[str]] = {}
    for contract in lists():
        for rule in rule_set(contract):
            rules.setdefault(rule.id, set()).add(contract.protocol)
        for fault in faults_for(contract).values():
            broken.setdefault(fault.rule, set()).add(contract.protocol)
    few = {rule: protocols for rule, protocols in rules.items() if len(broken.get(rule, ())) < min(3, len(protocols))}
    assert few == {}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_changes_something_and_says_what(fault: Fault) -> None:
    """It differs from the valid emulator, and its words fit into a table."""
    assert _changed(fault)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fault.id)
    assert fault.statement
    assert not re.search(r"[|\n]|\.$", fault.statement)


def test_a_fault_is_bound_to_what_the_contract_has() -> None:
    """A rule that the operation does not have is broken by no fault; what is bound names the contract's own members."""
    assert len(bound()) > 1_000
    for contract, fault in bound():
        rules = {each.id: each.level for each in rule_set(contract)}
        assert rules[fault.rule] == fault.level
        assert "{" not in fault.statement
        assert fault.first is None or fault.first in rules
    found = faults_for(load("lambda:ListFunctions"))
    assert "Marker" in found["token-ignored"].statement
    assert all(is_list(each) == (each in lists()) for each in (*REPORTS, *lists()))


def test_every_fault_is_one_of_some_operation() -> None:
    """No fault is left that no operation has."""
    assert set(FAULTS) - {fault.id for _, fault in bound()} == {"token-short-accepted"}  # by the made-up operation


def test_some_faults_are_deep() -> None:
    """Three at least show under some sizes of a page only."""
    assert sum(each.deep for each in FAULTS.values()) >= 3
