"""An operation of nobody's, judged by its contract file and its service model alone: no line of Python knows their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import made_up
from awscontract.conformance.explain.detection_table import examine, judged
from awscontract.emulator import Behaviour, Stages
from awscontract.emulator.faults import Fault, faults_for
from awscontract.emulator.variants import variants_for
from awscontract.spec.catalogue import rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load


@pytest.fixture(scope="module")
def contract() -> Iterator[Contract]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DATA_PATH", str(made_up.DATA))
        yield load(made_up.OPERATION, contracts=[str(made_up.CONTRACT)])


def test_conforms(contract: Contract) -> None:
    """Every rule that applies, and no other, and nearly all of them exercised."""
    result = judged(Behaviour(), Stages(), contract)
    assert [each.id for each in result.rules] == [each.id for each in rule_set(contract)]
    assert {each.id for each in result.rules if each.outcome in ("failed", "warned", "indeterminate")} == set()
    assert result.verdict == "conforms"
    assert not any(each.id.startswith(("sort.", "report.counts-", "report.accessible-")) for each in result.rules)
    assert result.exercised >= len(result.rules) - 5


def _small(behaviour: Behaviour, services: int = 104) -> Behaviour:
    """A few more rows than a page has by default, where it has as many as an emulator has by itself."""
    return behaviour if behaviour.services != Behaviour().services else replace(behaviour, services=services)


def _caught(fault: Fault, contract: Contract) -> tuple[str, ...]:
    """The rules that catch it in a few rows, or in more where its own does not."""
    few = examine(replace(fault, behaviour=_small(fault.behaviour, 12)), contract)
    return (few if few.declared else examine(replace(fault, behaviour=_small(fault.behaviour)), contract)).caught


@pytest.mark.parametrize("share", [0, *(pytest.param(each, marks=pytest.mark.nightly) for each in range(1, 6))])
def test_faults_are_caught(contract: Contract, share: int) -> None:
    """Each by its own rule, in its own words: a sixth of them in every run."""
    faults = [each for each in list(faults_for(contract).values())[share::6] if not each.deep]
    missed = [(each.id, each.rule, found) for each in faults if each.rule not in (found := _caught(each, contract))]
    assert missed == []


@pytest.mark.parametrize("share", [0, *(pytest.param(each, marks=pytest.mark.nightly) for each in range(1, 6))])
def test_variants_conform(contract: Contract, share: int) -> None:
    """Without a warning."""
    for each in list(variants_for(contract).values())[share::6]:
        result = judged(_small(each.behaviour), each.stages, contract)
        wrong = {rule.id for rule in result.rules if rule.outcome in ("failed", "warned", "indeterminate")}
        assert (each.id, wrong) == (each.id, set())


def test_messages_speak_of_the_operation(contract: Contract) -> None:
    """By the names of its members."""
    fault = faults_for(contract)["truncated-never-nor-token"]
    [found, *_] = judged(fault.behaviour, fault.stages, contract).rule("pagination.complete").violations
    assert "GoesOn true" in (found.expected or "") and "PageLength" in found.message
