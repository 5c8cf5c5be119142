"""The examples that `explain` shows of the client rules do what they are shown for."""

from __future__ import annotations

import time
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.examples import EXAMPLES, RIGHT
from awscontract.conformance.explain.explain import explain
from awscontract.spec import client_rules


def noted_or_broken(text: str) -> set[str]:
    """The rules that a client breaks or is noted for."""
    names: dict[str, Any] = {"time": time}
    exec(text, names)
    try:
        return {note.rule for note in fuzz_client(names["collect"], seed=0, examples=30).notes}
    except ClientContractViolation as violation:
        return {violation.rule}


def test_every_rule_has_one() -> None:
    """None is left out, and there are no others."""
    assert list(EXAMPLES) == [each.id for each in client_rules()]


@pytest.mark.parametrize("rule", list(EXAMPLES))
def test_broken_and_mended(rule: str) -> None:
    """The broken client breaks its rule and the mended one does not; of the two one is the plain right client."""
    broken, mended = EXAMPLES[rule].clients

    assert broken != mended
    assert RIGHT in (broken, mended)
    assert rule in noted_or_broken(broken)
    assert rule not in noted_or_broken(mended)


@pytest.mark.parametrize("rule", list(EXAMPLES))
def test_explained(rule: str) -> None:
    """`explain` shows both."""
    told = explain(rule)

    for line in (*EXAMPLES[rule].broken.splitlines(), *EXAMPLES[rule].mended.splitlines()):
        assert line.strip() in told
