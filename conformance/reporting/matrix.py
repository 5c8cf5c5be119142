"""Implementations by rules, and by operations: the values that every format is made from. A single result is a matrix of one column."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from ..results.result import Outcome, Result, RuleResult
from ..trace.exchange import Trace

__all__ = ["FINDINGS", "SYMBOLS", "Column", "Matrix", "MatrixReport", "MatrixRow"]

#: Outcomes that have something to show, the worst first.
FINDINGS: tuple[Outcome, ...] = ("failed", "warned", "known", "noted")

#: A sign for each outcome, beside its name or where there is no room for that.
SYMBOLS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "✗",
    "warned": "!",
    "noted": "i",
    "known": "~",
    "indeterminate": "?",
    "not-exercised": "·",
}

_WORST = {"failed": 0, "warned": 1, "known": 2}


@dataclass(frozen=True, slots=True)
class Column:
    """A result, what to call it, and the trace that its findings point into, where somebody kept it."""

    name: str
    result: Result
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A rule, with what each result says about it; None where a result is of a catalogue without it."""

    id: str
    level: str
    basis: str
    source: str
    statement: str
    cells: tuple[RuleResult | None, ...]

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say about the rule: it passed wherever it was exercised."""
        return all(cell is None or cell.outcome in ("passed", "not-exercised") for cell in self.cells)

    @property
    def passed(self) -> bool:
        """Whether some result passed the rule, and nothing else is to be said about it."""
        return self.quiet and any(cell is not None and cell.outcome == "passed" for cell in self.cells)

    @property
    def worst(self) -> int:
        """How bad the worst outcome is; broken rules come first."""
        return min((_WORST.get(cell.outcome, 9) for cell in self.cells if cell), default=9)


@dataclass(frozen=True)
class Matrix:
    """Results of one operation, side by side."""

    columns: tuple[Column, ...]

    @property
    def operation(self) -> str:
        """The operation that all of them are of."""
        return self.columns[0].result.operation

    @property
    def single(self) -> Result | None:
        """The result, where there is only one."""
        return self.columns[0].result if len(self.columns) == 1 else None

    @cached_property
    def rows(self) -> tuple[MatrixRow, ...]:
        """Every rule that any result has, in the order of the results' catalogues."""
        found = [{rule.id: rule for rule in column.result.rules} for column in self.columns]
        ids = dict.fromkeys(rule_id for each in found for rule_id in each)
        return tuple(_row(tuple(each.get(rule_id) for each in found)) for rule_id in ids)

    @property
    def families(self) -> Iterator[tuple[str, list[MatrixRow]]]:
        """The rows by family, in the order of the catalogue."""
        places: dict[str, int] = {}
        for row in self.rows:
            places.setdefault(row.family, len(places))
        for family, members in groupby(sorted(self.rows, key=lambda row: places[row.family]), lambda row: row.family):
            yield family, list(members)

    @property
    def broken(self) -> list[MatrixRow]:
        """The rules that some result breaks, the worst first."""
        return sorted((row for row in self.rows if row.worst < len(_WORST)), key=lambda row: row.worst)

    def column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((each for each in self.columns if each.name == name), None)


@dataclass(frozen=True)
class MatrixReport:
    """A matrix of each operation. `names` are the implementations, in the order in which they were given."""

    names: tuple[str, ...]
    matrices: tuple[Matrix, ...]

    @property
    def one(self) -> Matrix | None:
        """The matrix, where all results are of one operation."""
        return self.matrices[0] if len(self.matrices) == 1 else None

    @property
    def single(self) -> Result | None:
        """The result, where there is only one."""
        return self.one.single if self.one else None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every result, by operation and then by implementation."""
        return tuple(column for matrix in self.matrices for column in matrix.columns)

    @property
    def title(self) -> str:
        """The operation, or how many there are."""
        return self.one.operation if self.one else f"{len(self.matrices)} operations"

    @property
    def services(self) -> Iterator[tuple[str, list[Matrix]]]:
        """The matrices by the service of their operation, in the order in which the services come first."""
        groups: dict[str, list[Matrix]] = {}
        for matrix in self.matrices:
            groups.setdefault(matrix.operation.partition(":")[0], []).append(matrix)
        yield from groups.items()

    def results_of(self, name: str) -> tuple[Result, ...]:
        """What one implementation has, in the order of the operations."""
        return tuple(column.result for matrix in self.matrices for column in matrix.columns if column.name == name)


def _row(cells: tuple[RuleResult | None, ...]) -> MatrixRow:
    rule = next(each for each in cells if each)
    return MatrixRow(rule.id, rule.level, rule.basis, rule.source, rule.statement, cells)
