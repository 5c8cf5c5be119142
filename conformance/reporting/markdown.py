"""Markdown for a CI step's summary or a comment: the figures, what is broken, and what was not looked at.

What a target said stands in code, where no markup, mention or link in it means anything.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from ...errors import one_line
from ..results.result import MAX_SHOWN, Outcome, Result, RuleResult, Violation
from .matrix import FINDINGS, Column, Matrix
from .text import figures, reason

__all__ = ["SIGNS", "code", "render"]

SIGNS: dict[Outcome, str] = {
    "passed": "✅",
    "failed": "❌",
    "warned": "⚠️",
    "noted": "📝",
    "known": "🟣",
    "indeterminate": "❔",
    "not-exercised": "⬜",
}
_VERDICTS = {"conforms": "✅", "violates": "❌"}
#: A summary has an upper limit where it is shown; the saved result has everything.
_LONGEST = 400
#: What a link keeps; nothing that could end it.
_IN_URLS = ":/?#&=%~.,;+-_@"


def render(matrix: Matrix) -> str:
    """The matrix as a table, where there are several results; then what each of them found."""
    blocks = [f"### `{matrix.operation}`", "\n".join(_verdicts(matrix))]
    if matrix.single is None:
        blocks.append("\n".join(_table(matrix)))
    for column in matrix.columns:
        blocks += _findings(column, named=matrix.single is None)
    return "\n\n".join(blocks) + "\n"


def code(text: str) -> str:
    """Anything as code within a line or a cell of a table."""
    shown = one_line(_short(text)).replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _verdicts(matrix: Matrix) -> Iterator[str]:
    yield "| | implementation | verdict | rules exercised | broken | warnings | known |"
    yield "|---|---|---|--:|--:|--:|--:|"
    for column in matrix.columns:
        result, summary = column.result, column.result.summary
        sign = "❌" if result.known_problems else _VERDICTS.get(result.verdict, "❔")
        yield (
            f"| {sign} | {code(_where(column))} | {result.verdict} | {result.exercised} of {len(result.rules)} "
            f"| {summary['failed']} | {summary['warned']} | {summary['known']} |"
        )


def _where(column: Column) -> str:
    target = column.result.target
    return " ".join(filter(None, (column.name, target.endpoint_url, target.server and f"({target.server})")))


def _table(matrix: Matrix) -> Iterator[str]:
    yield "| rule | level | " + " | ".join(code(column.name) for column in matrix.columns) + " |"
    yield "|---|---|" + ":-:|" * len(matrix.columns)
    for row in matrix.rows:
        cells = " | ".join(SIGNS[cell.outcome] if cell else "" for cell in row.cells)
        yield f"| {_link(row.id, row.source)} | {row.level} | {cells} |"
    yield ""
    yield ", ".join(f"{sign} {outcome}" for outcome, sign in SIGNS.items())


def _findings(column: Column, *, named: bool) -> Iterator[str]:
    result = column.result
    if named:
        yield f"#### {code(column.name)}: {result.verdict}, {figures(result)}"
    if result.reason:
        yield code(result.reason)
    for problem in result.known_problems:
        yield f"❌ {problem.problem}: {code(problem.message)}"
    for outcome in FINDINGS:
        for rule in result.rules:
            if rule.outcome == outcome:
                yield from _finding(rule)
    yield from _silent(result)


def _finding(rule: RuleResult) -> Iterator[str]:
    """Open where it fails the run, else folded up."""
    first = one_line(_short(rule.violations[0].message)) if rule.violations else ""
    yield f"<details{' open' if rule.outcome == 'failed' else ''}><summary>{SIGNS[rule.outcome]} {rule.outcome}: <code>{_html(rule.id)}</code> <code>{_html(first)}</code></summary>"
    for number, violation in enumerate(rule.violations[:MAX_SHOWN]):
        yield _fenced("\n".join(_lines(violation)), "text")
        if violation.reproduce and not number:
            yield _fenced("\n".join(map(one_line, violation.reproduce.splitlines())), "sh")
    if rule.reason:
        yield code(rule.reason)
    yield f"{_link(f'{rule.level}, {rule.basis}', rule.source)}\n\n</details>"


def _lines(violation: Violation) -> Iterator[str]:
    yield one_line(_short(violation.message))
    for name, value in (("expected", violation.expected), ("actual", violation.actual), ("at", violation.path)):
        if value:
            yield f"{name:<9} {one_line(_short(value))}"
    if violation.exchanges:
        yield f"exchanges {', '.join(map(str, violation.exchanges))}"


def _silent(result: Result) -> Iterator[str]:
    """What says nothing, and why, folded up."""
    silent = [rule for rule in result.rules if not rule.exercised]
    if silent:
        lines = "\n".join(f"* {SIGNS[rule.outcome]} `{rule.id}`: {code(reason(rule))}" for rule in silent)
        yield f"<details><summary>{len(silent)} rules were not exercised or not judged</summary>\n\n{lines}\n\n</details>"


def _fenced(text: str, language: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _link(text: str, url: str) -> str:
    return f"[{text}]({quote(url, safe=_IN_URLS)})"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
