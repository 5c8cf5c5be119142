"""A badge, as the endpoint of shields.io reads it. It never says "conforms" without the coverage."""

import json

from ...errors import UsageError
from ..results.result import Result
from .matrix import MatrixReport

__all__ = ["render"]

_COLOURS = {"conforms": "brightgreen", "violates": "red"}


def render(report: MatrixReport) -> str:
    """The badge of one implementation, for one operation or for several.

    :raises UsageError: where there are several implementations.
    """
    if len(report.names) != 1:
        raise UsageError("a badge shows one implementation: give one result")
    results = report.results_of(report.names[0])
    message, verdict = _one(results[0]) if len(results) == 1 else _several(results)
    problems = any(each.known_problems for each in results)
    colour = "red" if problems else _COLOURS.get(verdict, "lightgrey")
    label = report.title if report.one else "AWS contract"
    return json.dumps({"schemaVersion": 1, "label": label, "message": message, "color": colour}, indent=1) + "\n"


def _one(result: Result) -> tuple[str, str]:
    message = f"{result.verdict}, {result.exercised} of {len(result.rules)} rules exercised"
    if result.summary["failed"]:
        message += f", {result.summary['failed']} broken"
    return message, result.verdict


def _several(results: tuple[Result, ...]) -> tuple[str, str]:
    verdicts = [each.verdict for each in results]
    rules, exercised = sum(len(each.rules) for each in results), sum(each.exercised for each in results)
    conform = verdicts.count("conforms")
    all_conform = "conforms" if conform == len(results) else "indeterminate"
    verdict = "violates" if "violates" in verdicts else all_conform
    return f"{conform} of {len(results)} operations conform, {exercised} of {rules} rules exercised", verdict
