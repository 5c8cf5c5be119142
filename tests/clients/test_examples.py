"""The examples that `explain` shows of the client rules do what they are shown for."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.examples import EXAMPLES, RIGHT
from awscontract.conformance.explain.explain import explain
from awscontract.spec.catalogue import client_rule_set
from awscontract.spec.operations import load


@cache
def noted_or_broken(text: str) -> frozenset[str]:
    """The rules that a client breaks or is noted for."""
    names: dict[str, Any] = {"time": time}
    exec(text, names)
    try:
        return frozenset(note.rule for note in fuzz_client(names["collect"], seed=0, examples=21).notes)
    except ClientContractViolation as violation:
        return frozenset({violation.rule})


def test_every_rule_has_one() -> None:
    """None is left out, and there are no others."""
    assert list(EXAMPLES) == [each.id for each in client_rule_set(load())]


@pytest.mark.parametrize("rule", list(EXAMPLES))
def test_broken_and_corrected(rule: str) -> None:
    """The broken client breaks its rule and the corrected one does not; of the two one is the plain right client."""
    broken, corrected = EXAMPLES[rule].clients

    assert broken != corrected
    assert RIGHT in (broken, corrected)
    assert rule in noted_or_broken(broken)
    assert rule not in noted_or_broken(corrected)


@pytest.mark.parametrize("rule", list(EXAMPLES))
def test_explained(rule: str) -> None:
    """`explain` shows both."""
    shown = explain(rule, None, EXAMPLES)

    for line in (*EXAMPLES[rule].broken.splitlines(), *EXAMPLES[rule].corrected.splitlines()):
        assert line.strip() in shown
