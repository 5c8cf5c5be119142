"""The rules of the service's half of the catalogue, one file a family."""

from . import job, pagination, protocol, report, shape, sort, validation
from .registry import KEPT, RULES, Check, RuleFunction, broken, rule, unknown

__all__ = [
    "KEPT",
    "RULES",
    "Check",
    "RuleFunction",
    "broken",
    "job",
    "pagination",
    "protocol",
    "report",
    "rule",
    "shape",
    "sort",
    "unknown",
    "validation",
]
