"""The vectors judged: each breaks the rules that it names, and no other."""

from __future__ import annotations

from functools import cache

import pytest

from awscontract.conformance.judge.validate import validate
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import access_reports, load
from awscontract.spec.vectors import Vector, vectors

#: Vectors and their forms, by what they are of: thousands of tests would cost more than what they judge.
CASES: dict[str, list[tuple[Vector, str]]] = {}
for _each in vectors():
    for _form in ("xml", "json"):
        if _form == "xml" or all(response.json for response in _each.responses):
            _kind = f"{_each.operation}-{'bad' if _each.breaks else 'good'}-{_form}"
            CASES.setdefault(_kind, []).append((_each, _form))

#: Rules that a saved response cannot break: each needs to know what was asked, or how the response came.
NEED_REQUESTS = {
    "protocol.content-type", "protocol.status",
    "job.id-returned", "job.unknown-id-refused",
    "report.entity-inside-entity",
    "pagination.limit-respected", "pagination.default-limit", "pagination.complete", "pagination.order-continues",
    "pagination.page-size-may-change", "pagination.token-repeatable", "pagination.unknown-token-refused",
    "job.read-repeatable", "protocol.no-server-error", "job.creation-date-plausible", "job.type-as-asked",
    "report.entity-as-asked", "report.entities-of-a-group-are-users",
}  # fmt: skip


#: Orders that no request asks for.
SHOWN_BY_ITEMS = {"sort.by-namespace"}


@cache
def outcomes(vector: Vector, form: str) -> dict[str, str]:
    """The outcome of every rule; where another rule explains it, "suppressed"."""
    files = [(str(number), response.read(form)) for number, response in enumerate(vector.responses)]
    rules = validate(files, load(vector.contract), pages=vector.pages).rules
    return {rule.id: "suppressed" if rule.because in (*vector.breaks, *vector.may) else rule.outcome for rule in rules}


def broken(vector: Vector, form: str) -> tuple[dict[str, str], dict[str, str]]:
    """The rules that should be broken, and those that are."""
    expected = {
        each.id: {"must": "failed", "should": "warned", "may": "noted"}[each.level]
        for each in rule_set(load(vector.contract))
        if each.id in (*vector.breaks, *vector.may)
    }
    came = outcomes(vector, form)
    found = {rule: outcome for rule, outcome in came.items() if outcome in ("failed", "warned", "noted")}
    expected = {rule: outcome for rule, outcome in expected.items() if came[rule] != "suppressed"}
    if form == "json":
        found = {rule: outcome for rule, outcome in found.items() if not rule.startswith("protocol.")}
    return expected, found


@pytest.mark.parametrize("cases", CASES.values(), ids=CASES)
def test_breaks_what_it_names(cases: list[tuple[Vector, str]]) -> None:
    """A `must` fails, a `should` warns, a `may` is noted, and nothing else does. JSON shows nothing of the protocol.

    What the vector names may be suppressed by another rule that it names. No rule is indeterminate over a good vector in XML: nothing of
    it was beyond judgement.
    """
    for vector, form in cases:
        expected, found = broken(vector, form)
        open_ones = [rule for rule, outcome in outcomes(vector, form).items() if outcome == "indeterminate"]

        assert (vector.id, found) == (vector.id, expected)
        assert form == "json" or vector.breaks or (vector.id, open_ones) == (vector.id, [])


@pytest.mark.parametrize("name", access_reports())
def test_every_rule_is_broken(name: str) -> None:
    """Every `must` and `should` that a response by itself can break is broken by some vector of the operation, or of a sibling."""
    rules = {
        rule.id
        for rule in rule_set(load(name))
        if rule.level != "may" and rule.family != "validation" and (rule.family != "sort" or rule.id in SHOWN_BY_ITEMS)
    }

    assert rules - NEED_REQUESTS <= {rule for each in vectors() for rule in each.breaks}
