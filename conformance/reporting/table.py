"""Plain text: one result as `check` prints it, several as a table."""

from collections.abc import Iterator, Sequence

from ...errors import counted
from ..results.result import Result, Results, RuleResult
from .common import figures, label
from .matrix import Matrix, MatrixReport
from .several import text_of_several, totals
from .text import Style, text

__all__ = ["render"]


def render(report: MatrixReport, style: Style | None = None) -> str:
    """The result of one implementation as `check` prints it; of several the verdicts and a table."""
    style = style or Style()
    if report.single:
        return text(report.single, style)
    if len(report.names) == 1:
        results = report.results_of(report.names[0])
        return text_of_several(Results(results[0].target, results, results[0].awscontract), style)
    return "\n".join(_rules(report.one, style) if report.one else _operations(report, style)) + "\n"


def _rules(matrix: Matrix, style: Style) -> Iterator[str]:
    """Rules by implementations; those that passed wherever they were exercised only with `verbose`."""
    name = max(len(column.name) for column in matrix.columns)
    yield matrix.operation
    for column in matrix.columns:
        why = f" ({reason})" if (reason := label(column.result)) else ""
        verdict = column.result.verdict
        first, *more = style.wrap(f"{verdict}: {figures(column.result)}{why}", name + 4, f"  {column.name:<{name}}  ")
        yield first.replace(f"{verdict}:", f"{style.paint(verdict, verdict)}:", 1)
        yield from more
    rows = [row for row in matrix.rows if style.verbose or not row.quiet]
    others = len(matrix.rows) - len(rows)
    if others:
        yield ""
        yield f"{counted(others, 'rule')} passed wherever exercised; -v lists {'it' if others == 1 else 'them'}"
    if not rows:
        return
    width = max(len(row.id) for row in rows)
    widths = [max(len(column.name), len("not-exercised")) for column in matrix.columns]
    yield ""
    yield _line("", [column.name for column in matrix.columns], width, widths)
    for row in rows:
        yield _line(row.id, [_outcome(cell) for cell in row.cells], width, widths)


def _operations(report: MatrixReport, style: Style) -> Iterator[str]:
    """Operations by implementations: rules broken of those exercised."""
    width = max(len(matrix.operation) for matrix in report.matrices)
    widths = [max(len(name), len("not-implemented")) for name in report.names]
    yield _line("", report.names, width, widths)
    for matrix in report.matrices:
        cells = [_cell(column.result) if (column := matrix.column(name)) else "" for name in report.names]
        yield _line(matrix.operation, cells, width, widths)
    yield ""
    name_width = max(map(len, report.names))
    for name in report.names:
        found = report.results_of(name)
        yield from style.wrap(totals(Results(found[0].target, found)), name_width + 2, f"{name:<{name_width}}  ")


def _cell(result: Result) -> str:
    if not result.judged:
        return result.verdict
    return f"{result.summary['failed']} of {result.exercised} broken"


def _line(first: str, cells: Sequence[str], width: int, widths: Sequence[int]) -> str:
    return "  ".join([f"{first:<{width}}", *(f"{cell:<{w}}" for cell, w in zip(cells, widths, strict=True))]).rstrip()


def _outcome(cell: RuleResult | None) -> str:
    """What passed and what was not exercised stands back, so that the rest is seen."""
    outcome = cell.outcome if cell else "not-exercised"
    return {"passed": "ok", "not-exercised": "-", "failed": "FAILED"}.get(outcome, outcome)
