"""The vectors judged: each breaks the rules that it names, and no other."""

from __future__ import annotations

import pytest

from awscontract import spec
from awscontract.conformance.judge.validate import validate
from awscontract.spec.vectors import Vector, vectors

CASES = [
    pytest.param(each, form, id=f"{each.id}-{form}")
    for each in vectors()
    for form in ("xml", "json")
    if form == "xml" or all(answer.json for answer in each.answers)
]

#: Rules that a saved answer cannot break: each needs to know what was asked, or how the answer came.
NEED_REQUESTS = {
    "protocol.content-type", "protocol.status",
    "job.id-returned", "job.unknown-id-refused",
    "report.entity-inside-entity",
    "pagination.limit-respected", "pagination.default-limit", "pagination.complete", "pagination.order-continues",
    "pagination.page-size-may-change", "pagination.token-repeatable", "pagination.unknown-token-refused",
}  # fmt: skip


def outcomes(vector: Vector, form: str) -> dict[str, str]:
    """What every rule came to."""
    files = [(str(number), answer.read(form)) for number, answer in enumerate(vector.answers)]
    return {rule.id: rule.outcome for rule in validate(files, pages=vector.pages).rules}


@pytest.mark.parametrize(("vector", "form"), CASES)
def test_breaks_what_it_names(vector: Vector, form: str) -> None:
    """A `must` fails, a `should` warns, a `may` is noted, and nothing else does. JSON shows nothing of the protocol."""
    expected = {
        rule: {"must": "failed", "should": "warned", "may": "noted"}[spec.rule(rule).level]
        for rule in (*vector.breaks, *vector.may)
    }
    found = {
        rule: outcome for rule, outcome in outcomes(vector, form).items() if outcome in ("failed", "warned", "noted")
    }
    if form == "json":
        found = {rule: outcome for rule, outcome in found.items() if not rule.startswith("protocol.")}

    assert found == expected


@pytest.mark.parametrize("vector", [each for each in vectors() if not each.breaks], ids=lambda each: each.id)
def test_good_ones_leave_nothing_open(vector: Vector) -> None:
    """No rule is indeterminate over a good vector: nothing of it was beyond judgement."""
    assert [rule for rule, outcome in outcomes(vector, "xml").items() if outcome == "indeterminate"] == []


def test_every_rule_is_broken() -> None:
    """Every `must` and `should` that an answer by itself can break is broken by some vector."""
    rules = {
        rule.id
        for rule in spec.service_rules()
        if rule.level != "may" and not rule.id.startswith(("sort.", "validation."))
    }

    assert {rule for each in vectors() for rule in each.breaks} == rules - NEED_REQUESTS
