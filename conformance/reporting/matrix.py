"""Implementations by rules: the one value that every format is made from. A single result is a matrix of one column."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from ...spec import rules
from ..results.result import Outcome, Result, RuleResult
from ..trace.exchange import Trace

__all__ = ["FINDINGS", "SYMBOLS", "Column", "Matrix", "Row"]

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


@dataclass(frozen=True, slots=True)
class Column:
    """A result, what to call it, and the trace that its findings point into, where somebody kept it."""

    name: str
    result: Result
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Row:
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
    def rows(self) -> tuple[Row, ...]:
        """Every rule that any result has: this version's catalogue in its order, then what only other versions know."""
        found = [{rule.id: rule for rule in column.result.rules} for column in self.columns]
        known = {each.id: each.statement for each in rules()}
        ids = dict.fromkeys([*known, *(rule_id for each in found for rule_id in each)])
        cells = {rule_id: tuple(each.get(rule_id) for each in found) for rule_id in ids}
        return tuple(
            Row(rule.id, rule.level, rule.basis, rule.source, known.get(rule.id, ""), cells[rule.id])
            for rule in (next(filter(None, each), None) for each in cells.values())
            if rule
        )

    @property
    def families(self) -> Iterator[tuple[str, list[Row]]]:
        """The rows by family."""
        for family, members in groupby(sorted(self.rows, key=self._place), key=lambda row: row.family):
            yield family, list(members)

    def _place(self, row: Row) -> int:
        return [each.family for each in self.rows].index(row.family)
