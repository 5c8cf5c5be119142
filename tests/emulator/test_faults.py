"""Faults are a table: what it says of itself holds, whoever judges them."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from awscontract.emulator import Behaviour, Stages
from awscontract.emulator.faults import FAULTS, Fault, job, pagination, protocol, report, shape, sort, validation
from awscontract.spec import service_rules

VALID = Stages()


def _changed(fault: Fault) -> bool:
    stages = any(getattr(fault.stages, each.name) is not getattr(VALID, each.name) for each in fields(Stages))
    return stages or fault.behaviour != Behaviour()


def test_no_fault_hides_another_of_the_same_id() -> None:
    """The table holds as many faults as its families do."""
    families = (protocol, shape, job, report, pagination, sort, validation)
    assert len(FAULTS) == sum(len(each.FAULTS) for each in families) >= 100


@pytest.mark.parametrize("rule", [each.id for each in service_rules() if each.level != "may"])
def test_every_binding_rule_has_a_fault_that_shows_without_exploring(rule: str) -> None:
    """What must or should hold is broken by at least one fault that the fixed survey can see."""
    assert [each.id for each in FAULTS.values() if each.rule == rule and not each.deep and not each.notes]


@pytest.mark.parametrize("rule", [each.id for each in service_rules() if each.level == "may"])
def test_every_rule_that_only_notes_has_a_case(rule: str) -> None:
    """A `may` rule has a case, and that counts as a note and not as a breach."""
    assert [each.id for each in FAULTS.values() if each.rule == rule and each.notes]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_changes_something_and_says_what(fault: Fault) -> None:
    """It differs from the valid emulator, and its words fit into a table."""
    assert _changed(fault)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fault.id)
    assert fault.statement
    assert not re.search(r"[|\n]|\.$", fault.statement)


def test_some_faults_are_deep() -> None:
    """Three at least show under some sizes of a page only."""
    assert sum(each.deep for each in FAULTS.values()) >= 3
