"""Results for the tests of what becomes of results, made without judging anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from awscontract import __version__
from awscontract.conformance.results.result import Result, Results, RuleResult, Target, Violation
from awscontract.spec.catalogue import rule_set
from awscontract.spec.model import fingerprint
from awscontract.spec.operations import DEFAULT, load

__all__ = ["RULES", "USERS", "broken", "judged", "several"]

USERS = "iam:ListUsers"
#: The ids of the rules of the default operation, in their order.
RULES = tuple(each.id for each in rule_set(load()))

_VERDICTS = {"failed": "violates", "indeterminate": "indeterminate"}
_REASON = "it needs a listing of two pages"


def judged(
    verdict: str | None = None,
    reason: str | None = None,
    *,
    operation: str = DEFAULT,
    others: Any = "passed",
    **outcomes: Any,
) -> Result:
    """A result in which every rule has the outcome `others`, but for the outcomes given by rule id."""
    contract = load(operation)
    rules = tuple(
        _filled(
            RuleResult(
                each.id,
                each.level,
                each.basis,
                each.source,
                outcomes.get(each.id, others),
                statement=each.statement,
            )
        )
        for each in rule_set(contract)
    )
    assert outcomes.keys() <= {each.id for each in rules}
    found: Any = verdict or next((_VERDICTS[each] for each in _VERDICTS if each in outcomes.values()), "conforms")
    return Result(
        contract.id,
        fingerprint(contract)._asdict(),
        Target("endpoint", "http://127.0.0.1:4566", "moto"),
        found,
        rules,
        reason,
        calls=57,
        seconds=0.8,
        awscontract=__version__,
    )


def several(*results: Result) -> Results:
    """The results of several operations."""
    return Results(results[0].target, results, __version__)


def broken(result: Result, rule_id: str, **changes: Any) -> Result:
    """The result with the violations of one rule changed."""
    rules = tuple(
        replace(each, violations=tuple(replace(one, **changes) for one in each.violations))
        if each.id == rule_id
        else each
        for each in result.rules
    )
    return replace(result, rules=rules)


def _filled(rule: RuleResult) -> RuleResult:
    if rule.outcome in ("not-exercised", "indeterminate"):
        return replace(rule, reason=_REASON)
    violation = Violation(
        "it is broken",
        "262 services",
        "260 services",
        "/AccessDetails",
        (0, 1),
        "curl -d Action=Get | head\n# in Python",
    )
    return replace(rule, checked=1, violations=() if rule.outcome == "passed" else (violation,))
