"""Markdown for the summary of a CI step or a comment: the figures, what is broken, and what was not exercised.

What a target sent stands in code, where no markup, mention or link in it means anything.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ...errors import counted, one_line, shorten
from ..results.result import MAX_SHOWN, Outcome, Result, RuleResult, Violation
from .common import facts, figures, label, lines, reason, rules_with, setup
from .matrix import FINDINGS, Column, Matrix, MatrixReport
from .several import first_finding

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


def render(report: MatrixReport) -> str:
    """The figures as a table, rules or operations by implementations where there are several, then what each result found."""
    blocks = [f"### `{report.title}`" if report.one else f"### {report.title}"]
    blocks.append("\n".join(_verdicts(report)))
    if report.one is None:
        blocks.append("\n".join(_operations(report)))
    elif report.single is None:
        blocks.append("\n".join(_rules(report.one)))
    for matrix in report.matrices:
        for column in matrix.columns:
            blocks += _findings(column, _title(report, column))
    return "\n\n".join(blocks) + "\n"


def code(text: str) -> str:
    """Anything as code within a line or a cell of a table."""
    shown = one_line(shorten(text, _LONGEST)).replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _verdicts(report: MatrixReport) -> Iterator[str]:
    if report.one is None:
        yield "| | implementation | operations | conform | violate | could not be judged | rules exercised | broken |"
        yield "|---|---|--:|--:|--:|--:|--:|--:|"
        for name in report.names:
            yield _totals(name, report.results_of(name))
        return
    yield "| | implementation | verdict | rules exercised | broken | warnings | known |"
    yield "|---|---|---|--:|--:|--:|--:|"
    for column in report.one.columns:
        result, summary = column.result, column.result.summary
        yield (
            f"| {_verdict_sign(result)} | {code(_where(column))} | {result.verdict} | {result.exercised} of {len(result.rules)} "
            f"| {summary['failed']} | {summary['warned']} | {summary['known']} |"
        )


def _totals(name: str, results: Sequence[Result]) -> str:
    verdicts = [each.verdict for each in results]
    unjudged = sum(not each.judged for each in results)
    sign = "❌" if "violates" in verdicts else ("✅" if not unjudged else "❔")
    exercised, rules = sum(each.exercised for each in results), sum(len(each.rules) for each in results)
    broken = sum(each.summary["failed"] for each in results)
    return (
        f"| {sign} | {code(name)} | {len(results)} | {verdicts.count('conforms')} | {verdicts.count('violates')} | {unjudged} "
        f"| {exercised} of {rules} | {broken} |"
    )


def _verdict_sign(result: Result) -> str:
    return "❌" if result.known_problems else _VERDICTS.get(result.verdict, "❔")


def _operations(report: MatrixReport) -> Iterator[str]:
    """Operations by implementations: rules broken of those exercised, and the first finding of a single implementation."""
    single = len(report.names) == 1
    yield (
        "| operation | " + " | ".join(code(name) for name in report.names) + (" | first finding |" if single else " |")
    )
    yield "|---|" + "---|" * (len(report.names) + single)
    for matrix in report.matrices:
        cells = [_cell(column.result) if (column := matrix.column(name)) else "" for name in report.names]
        if single:
            first = first_finding(matrix.columns[0].result)
            cells.append(code(first) if first else "")
        yield f"| `{matrix.operation}` | {' | '.join(cells)} |"


def _cell(result: Result) -> str:
    if not result.judged:
        return f"❔ {result.verdict}"
    return f"{_verdict_sign(result)} {result.summary['failed']} of {result.exercised} broken"


def _title(report: MatrixReport, column: Column) -> str:
    """What stands above a result's findings; nothing where there is only one."""
    if report.single:
        return ""
    names = [code(column.result.operation)] if report.one is None else []
    return ", ".join(names + ([code(column.name)] if len(report.names) > 1 else []))


def _where(column: Column) -> str:
    target = column.result.target
    return " ".join(filter(None, (column.name, target.endpoint_url, target.server and f"({target.server})")))


def _rules(matrix: Matrix) -> Iterator[str]:
    yield "| rule | level | " + " | ".join(code(column.name) for column in matrix.columns) + " |"
    yield "|---|---|" + ":-:|" * len(matrix.columns)
    for row in matrix.rows:
        cells = " | ".join(SIGNS[cell.outcome] if cell else "" for cell in row.cells)
        yield f"| {_link(row.id, row.source)} | {row.level} | {cells} |"
    yield ""
    yield ", ".join(f"{sign} {outcome}" for outcome, sign in SIGNS.items())


def _findings(column: Column, title: str) -> Iterator[str]:
    result = column.result
    if title:
        if result.verdict == "conforms" and not any(rule.outcome in FINDINGS for rule in result.rules):
            return  # the table says all
        yield f"#### {title}: {result.verdict}, {figures(result)}"
    if why := label(result):
        yield code(why)
    for problem in result.known_problems:
        yield f"❌ {problem.problem}: {code(problem.message)}"
    for outcome in FINDINGS:
        for rule in rules_with(result, outcome):
            yield from _finding(rule)
    yield from _not_exercised(result)
    if result.setup and result.setup.left:
        yield from (code(each) for each in setup(result))


def _finding(rule: RuleResult) -> Iterator[str]:
    """Open where it fails the run, else folded up."""
    first = one_line(shorten(rule.violations[0].message, _LONGEST)) if rule.violations else ""
    yield f"<details{' open' if rule.outcome == 'failed' else ''}><summary>{SIGNS[rule.outcome]} {rule.outcome}: <code>{_html(rule.id)}</code> <code>{_html(first)}</code></summary>"
    for number, violation in enumerate(rule.violations[:MAX_SHOWN]):
        yield _fenced("\n".join(_lines(violation)), "text")
        if violation.reproduce and not number:
            yield _fenced("\n".join(lines(violation.reproduce)), "sh")
    if rule.reason:
        yield code(rule.reason)
    yield f"{_link(f'{rule.level}, {rule.basis}', rule.source)}\n\n</details>"


def _lines(violation: Violation) -> Iterator[str]:
    yield one_line(shorten(violation.message, _LONGEST))
    for name, value in facts(violation):
        yield f"{name:<9} {value}"


def _not_exercised(result: Result) -> Iterator[str]:
    """What was not exercised, by reason, folded up."""
    groups: dict[str, list[str]] = {}
    for rule in result.rules:
        if not rule.exercised:
            groups.setdefault(f"{SIGNS[rule.outcome]} {code(reason(rule))}", []).append(f"`{rule.id}`")
    number = sum(map(len, groups.values()))
    if number:
        items = "\n".join(f"* {why}: {', '.join(ids)}" for why, ids in groups.items())
        yield f"<details><summary>{counted(number, 'rule')} not exercised or not judged</summary>\n\n{items}\n\n</details>"


def _fenced(text: str, language: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _link(text: str, url: str) -> str:
    return f"[{text}]({quote(url, safe=_IN_URLS)})"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
