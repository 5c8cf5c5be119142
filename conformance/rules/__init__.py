"""The rules for services, one file for each family or part of one. `function_of` gives the check of a rule of a rule set."""

from ...spec.catalogue import Rule
from ...spec.contract import Contract
from . import (
    job,
    job_reads,
    order,
    pagination_listings,
    pagination_pages,
    pagination_tokens,
    protocol,
    report,
    report_rows,
    shape,
    sort,
    validation,
)
from .registry import KEPT, RULES, Check, RuleFunction, broken, expect, rule, unknown

__all__ = [
    "KEPT",
    "RULES",
    "Check",
    "RuleFunction",
    "broken",
    "expect",
    "function_of",
    "job",
    "job_reads",
    "order",
    "pagination_listings",
    "pagination_pages",
    "pagination_tokens",
    "protocol",
    "report",
    "report_rows",
    "rule",
    "shape",
    "sort",
    "suppressors",
    "unknown",
    "validation",
]


def function_of(rule: Rule, contract: Contract) -> RuleFunction:
    """The check of a rule for one operation; a KeyError where there is none."""
    return RULES[rule.id] if rule.id in RULES else validation.refusal_rule(rule, contract)


def suppressors(rule_id: str) -> tuple[str, ...]:
    """The rules whose violations explain those of this rule."""
    return RULES[rule_id].suppressed_by if rule_id in RULES else ("validation.no-crash", *job.UNREADABLE)
