"""Plain text: one result as `check` prints it, several as a table."""

from collections.abc import Iterator

from ...errors import one_line
from ..results.result import RuleResult
from .matrix import Matrix
from .text import figures, text

__all__ = ["render"]


def render(matrix: Matrix) -> str:
    """The result, or the verdicts and then a line a rule."""
    return text(matrix.single) if matrix.single else "\n".join(_table(matrix)) + "\n"


def _table(matrix: Matrix) -> Iterator[str]:
    name = max(len(column.name) for column in matrix.columns)
    yield matrix.operation
    for column in matrix.columns:
        why = f" ({one_line(column.result.reason)})" if column.result.reason else ""
        yield f"  {column.name:<{name}}  {column.result.verdict}: {figures(column.result)}{why}"
    width = max(len(row.id) for row in matrix.rows)
    widths = [max(len(column.name), len("not-exercised")) for column in matrix.columns]
    yield ""
    yield _line("", [column.name for column in matrix.columns], width, widths)
    for row in matrix.rows:
        yield _line(row.id, [_told(cell) for cell in row.cells], width, widths)


def _line(first: str, cells: list[str], width: int, widths: list[int]) -> str:
    return "  ".join([f"{first:<{width}}", *(f"{cell:<{w}}" for cell, w in zip(cells, widths, strict=True))]).rstrip()


def _told(cell: RuleResult | None) -> str:
    """What passed and what says nothing stands back, so that the rest is seen."""
    outcome = cell.outcome if cell else "not-exercised"
    return {"passed": "ok", "not-exercised": "-", "failed": "FAILED"}.get(outcome, outcome)
