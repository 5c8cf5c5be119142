"""One web page: implementations by operations and rules, and every finding with what it rests on; broken rules first.

It is a single file that loads nothing from any network. Everything can be read without its script, which only filters and copies.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ...errors import UsageError, counted, one_line, shorten
from ..results.result import OUTCOMES, Outcome, Result, RuleResult
from ..trace.exchange import Exchange
from .common import anchor, figures, label, lines, reason, rules_with, setup, where
from .matrix import FINDINGS, SYMBOLS, Column, Matrix, MatrixReport

__all__ = ["render"]

#: So much of one response is shown; the trace has the rest.
_SHOWN = 4_000
#: So much of one value; the saved result has the rest.
_VALUE = 2_000
_LEVELS = ("must", "should", "may")


def render(report: MatrixReport) -> str:
    """The page.

    :raises UsageError: where jinja2 is not installed.
    """
    try:
        import jinja2
        from markupsafe import Markup, escape
    except ImportError:
        raise UsageError("--format html needs jinja2: pip install jinja2") from None

    def finalize(value: Any) -> Any:
        """Nothing that a target sent may hide or reverse what stands beside it."""
        return one_line(shorten(value, _VALUE)) if type(value) is str else value

    def safe_lines(text: str) -> Markup:
        return Markup("\n").join(escape(each) for each in lines(text, limit=400))

    environment = jinja2.Environment(
        autoescape=True, finalize=finalize, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"lines": safe_lines, "anchor": anchor}
    style, script = Markup(_text("page.css")), Markup(_text("page.js"))
    return environment.from_string(_text("page.html")).render(
        report=report,
        several=report.one is None,
        totals=[_total(name, report.results_of(name)) for name in report.names],
        broken=_broken(report),
        services=list(report.services),
        outcomes_of=_outcomes_of,
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'",
        levels=_LEVELS,
        families=list(dict.fromkeys(row.family for matrix in report.matrices for row in matrix.rows)),
        outcomes=OUTCOMES,
        symbols=SYMBOLS,
        findings=FINDINGS,
        figures=figures,
        label=label,
        counted=counted,
        setup=setup,
        where=where,
        reasons=_reasons,
        place=_place,
        exchanges=_exchanges,
        request=_request,
        body=_body,
        found=_found,
    )


@dataclass(frozen=True, slots=True)
class _Total:
    """What an implementation has in all operations together."""

    name: str
    first: Result
    conform: int
    violate: int
    unjudged: int
    exercised: int
    rules: int
    broken: int
    warned: int
    known: int


@dataclass(frozen=True, slots=True)
class _BrokenRule:
    """A rule that several operations may break: for each implementation those operations, with the places of their findings."""

    id: str
    outcome: Outcome
    statement: str
    places: dict[str, list[tuple[str, str]]]


def _total(name: str, results: Sequence[Result]) -> _Total:
    verdicts = [each.verdict for each in results]
    sums = {outcome: sum(each.summary[outcome] for each in results) for outcome in ("failed", "warned", "known")}
    return _Total(
        name,
        results[0],
        verdicts.count("conforms"),
        verdicts.count("violates"),
        sum(not each.judged for each in results),
        sum(each.exercised for each in results),
        sum(len(each.rules) for each in results),
        sums["failed"],
        sums["warned"],
        sums["known"],
    )


def _broken(report: MatrixReport) -> list[_BrokenRule]:
    """The rules that any operation breaks, failures first, and of each kind first those that most operations break."""
    found: dict[tuple[str, str], _BrokenRule] = {}
    for matrix in report.matrices:
        for number, column in enumerate(matrix.columns):
            for rule in column.result.rules:
                if rule.outcome in ("failed", "warned", "known"):
                    new = _BrokenRule(rule.id, rule.outcome, rule.statement, {name: [] for name in report.names})
                    each = found.setdefault((rule.id, rule.outcome), new)
                    each.places[column.name].append((matrix.operation, _place(matrix, number, several=True)))
    return sorted(found.values(), key=lambda each: (FINDINGS.index(each.outcome), -sum(map(len, each.places.values()))))


def _outcomes_of(matrix: Matrix) -> str:
    """Every outcome that some rule of the operation has anywhere."""
    return " ".join(dict.fromkeys(cell.outcome for row in matrix.rows for cell in row.cells if cell))


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The only style and the only script that the page may have."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _place(matrix: Matrix, number: int, several: bool) -> str:
    """The part of an anchor that names a result: the number of its column, and the operation where there are several."""
    return f"{number}-{anchor(matrix.operation)}" if several else str(number)


def _reasons(column: Column) -> Mapping[str, list[RuleResult]]:
    """Why rules were not exercised or not judged, each reason once with its rules."""
    groups: dict[str, list[RuleResult]] = {}
    for rule in column.result.rules:
        if not rule.exercised:
            groups.setdefault(f"{rule.outcome}: {reason(rule)}", []).append(rule)
    return groups


def _found(column: Column, outcome: str) -> list[RuleResult]:
    """The rules with this outcome."""
    return rules_with(column.result, outcome)


def _exchanges(column: Column, indices: tuple[int, ...]) -> list[Exchange]:
    recorded = column.trace.exchanges if column.trace else ()
    return [recorded[index] for index in indices if index < len(recorded)]


def _request(exchange: Exchange) -> str:
    parameters = exchange.parameters or {}
    return " ".join([exchange.operation, *(f"{name}={value}" for name, value in parameters.items())])


def _body(exchange: Exchange) -> str:
    body = exchange.body[: 4 * _SHOWN].decode(errors="backslashreplace")
    return body if len(exchange.body) <= _SHOWN else f"{body[:_SHOWN]}\n… ({len(exchange.body):,} bytes)"
