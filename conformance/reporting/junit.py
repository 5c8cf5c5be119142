"""JUnit XML, for the many programs that read nothing else: a suite per result, a case per rule.

A rule that was not exercised is skipped with its reason, never passed. A run that judged nothing has an error of its own, so that
no reader takes a file of skipped cases for a green one.
"""

from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree as ET

from ..results.result import Outcome, Result, RuleResult, Violation
from .common import facts, label, line, lines, reason
from .matrix import Column, MatrixReport

__all__ = ["render"]

#: Where a run failed without any rule to say so.
_OF_THE_RUN = "awscontract.run"


def render(report: MatrixReport) -> str:
    """The whole document."""
    suites = ET.Element("testsuites", name="awscontract")
    for column in report.columns:
        suites.append(_suite(column, _name(report, column)))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _name(report: MatrixReport, column: Column) -> str:
    """The implementation, the operation, or both, as far as there are several."""
    if report.one:
        return column.name
    operation = column.result.operation
    return operation if len(report.names) == 1 else f"{column.name} {operation}"


def _suite(column: Column, name: str) -> ET.Element:
    result = column.result
    cases = [*_of_the_run(result), *(_case(rule) for rule in result.rules)]
    counts = {
        name: str(sum(case.find(tag) is not None for case in cases))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    figures = {"name": name, "tests": str(len(cases)), "time": f"{result.seconds:.3f}"} | counts
    suite = ET.Element("testsuite", figures)
    properties = {
        "operation": result.operation,
        "verdict": result.verdict,
        "exercised": f"{result.exercised} of {len(result.rules)}",
        "target": result.target.kind,
        "endpoint_url": result.target.endpoint_url,
        "server": result.target.server,
        "botocore": result.model.get("botocore"),
        "awscontract": result.awscontract,
        "seed": str(result.seed),
        "cut_short": result.cut_short,
    }
    suite.append(_properties(properties))
    suite.extend(cases)
    return suite


def _of_the_run(result: Result) -> Iterator[ET.Element]:
    if not result.judged:
        case = ET.Element("testcase", classname=_OF_THE_RUN, name="judged")
        tag = "skipped" if result.verdict == "not-implemented" else "error"
        ET.SubElement(case, tag, message=label(result) or result.verdict, type=result.verdict)
        yield case
    for each in result.known_problems:
        case = ET.Element("testcase", classname=_OF_THE_RUN, name=f"known: {each.rule}")
        ET.SubElement(case, "failure", message=line(each.message), type=each.problem)
        yield case


def _case(rule: RuleResult) -> ET.Element:
    family, _, slug = rule.id.partition(".")
    case = ET.Element("testcase", classname=f"awscontract.{family}", name=slug)
    properties = {"level": rule.level, "basis": rule.basis, "source": rule.source, "outcome": rule.outcome}
    case.append(_properties(properties | {"checked": str(rule.checked), "because": rule.because}))
    _OUTCOMES[rule.outcome](case, rule)
    return case


def _passed(case: ET.Element, rule: RuleResult) -> None:
    """Nothing more to say."""


def _failed(case: ET.Element, rule: RuleResult) -> None:
    message = line(rule.violations[0].message) if rule.violations else rule.id
    ET.SubElement(case, "failure", message=message, type=rule.level).text = _details(rule)


def _noted(case: ET.Element, rule: RuleResult) -> None:
    ET.SubElement(case, "system-out").text = f"{rule.outcome}\n{_details(rule)}"


def _known(case: ET.Element, rule: RuleResult) -> None:
    ET.SubElement(case, "skipped", message=f"known: {line(rule.reason or '')}")
    _noted(case, rule)


def _skipped(case: ET.Element, rule: RuleResult) -> None:
    ET.SubElement(case, "skipped", message=f"{rule.outcome}: {reason(rule)}")


def _indeterminate(case: ET.Element, rule: RuleResult) -> None:
    """An error where the run has status 3 for it."""
    if rule.level == "must" and rule.because is None:
        ET.SubElement(case, "error", message=reason(rule), type=rule.outcome)
    else:
        _skipped(case, rule)


_OUTCOMES: Mapping[Outcome, Callable[[ET.Element, RuleResult], None]] = {
    "passed": _passed,
    "failed": _failed,
    "warned": _noted,
    "noted": _noted,
    "known": _known,
    "not-exercised": _skipped,
    "indeterminate": _indeterminate,
}


def _details(rule: RuleResult) -> str:
    return "\n\n".join("\n".join(_lines(each)) for each in rule.violations)


def _lines(violation: Violation) -> Iterator[str]:
    yield line(violation.message)
    for name, value in facts(violation):
        yield f"{name}: {value}"
    yield from lines(violation.reproduce or "")


def _properties(values: Mapping[str, str | None]) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in values.items():
        if value:
            ET.SubElement(properties, "property", name=name, value=line(value))
    return properties
