"""The results of several operations as text: a line for each, then the findings by rule, then totals."""

from collections.abc import Iterator, Sequence

from ...errors import counted, cut
from ..results.result import Result, Results, RuleResult
from .common import label, line, rules_with, shortest, where
from .text import Style, findings, known_problem, reproduction, rest, source

__all__ = ["details", "first_finding", "operation_line", "text_of_several", "totals"]

#: So many operations that break one rule are shown with what happened; the others by their names.
_SHOWN = 8
#: Terminals of fewer columns get a shorter line; verdicts are padded to the longest of all, or there to the longest common one.
_WIDE, _LONGEST, _NARROW = 110, len("not-implemented"), len("unreachable")
#: What the columns after the operation take there.
_FIXED = len("  unreachable  100 of 100 exercised, 10 broken")
#: How much of a first finding is shown in a log, and less than that is not worth showing.
_LOG, _LEAST = 160, 12
#: Reproductions of more lines than this are shown with -v, but for the first.
_SHORT = 8


def text_of_several(found: Results, style: Style | None = None) -> str:
    """The whole text, ending in the line with the totals."""
    style = style or Style()
    blocks = []
    if not style.quiet and found.results:
        requests = counted(sum(each.calls for each in found.results), "request")
        operations = counted(len(found.results), "operation")
        target = style.wrap(f"target: {where(found.results[0])}; {requests}", indent=8, first="")
        blocks.append("\n".join([f"awscontract {found.awscontract}: {operations}", *target]))
    width = max((len(each.operation) for each in found.results), default=0)
    blocks.append("\n".join(operation_line(each, style, width) for each in found.results))
    return "\n\n".join([*blocks, *details(found, style)]) + "\n"


def operation_line(result: Result, style: Style, width: int = 0) -> str:
    """One operation of several in one line: verdict, rules exercised, rules broken, first finding."""
    coverage = f"{result.exercised} of {len(result.rules)}"
    figures = f"{coverage:>9} rules exercised, {result.summary['failed']:>2} broken"
    if style.width is not None and style.width < _WIDE:
        figures, pad, width = figures.replace(" rules", ""), _NARROW, min(width, style.width - _FIXED)
    else:
        pad = _LONGEST
    verdict = f"{result.verdict:<{pad}}"
    start = f"{result.operation:<{width}}  "
    room = _LOG if style.width is None else style.width - len(start) - len(verdict) - len(figures) - 4
    first = first_finding(result)
    if len(first) > room:
        first = cut(first, room) if room >= _LEAST else ""
    return f"{start}{style.paint(verdict, result.verdict)}  {figures}  {first}".rstrip()


def first_finding(result: Result) -> str:
    """What to read first about an operation, in one line."""
    for outcome in ("failed", "warned"):
        for rule in rules_with(result, outcome)[:1]:
            return line(f"{rule.id}: {_message(rule)}")
    if result.known_problems:
        return line(result.known_problems[0].message)
    return label(result)


def totals(found: Results) -> str:
    """The last line: how many conform, violate, and could not be judged."""
    verdicts = [each.verdict for each in found.results]
    unjudged = sum(not each.judged for each in found.results)
    rules = sum(len(each.rules) for each in found.results)
    exercised = sum(each.exercised for each in found.results)
    broken = sum(each.summary["failed"] for each in found.results)
    return (
        f"{counted(len(verdicts), 'operation')}: {counted(verdicts.count('conforms'), 'conforms', 'conform')}, {counted(verdicts.count('violates'), 'violates', 'violate')}, "
        f"{unjudged} could not be judged; {exercised} of {rules} rules exercised, {broken} broken"
    )


def details(found: Results, style: Style) -> Iterator[str]:
    """The blocks below the lines of the operations: findings by rule, with `verbose` by operation; then the totals."""
    if style.verbose:
        yield from _by_operation(found, style)
    elif not style.quiet:
        yield from _by_rule(found, style)
        yield from _others(found, style)
    yield "\n".join(style.wrap(totals(found), first=""))


def _by_operation(found: Results, style: Style) -> Iterator[str]:
    for each in found.results:
        blocks = [block for block in findings(each, style) if block]
        if not each.judged:
            blocks.insert(0, "\n".join(style.wrap(f"{each.verdict}: {label(each)}")))
        blocks.append("\n".join(rest(each, style)))
        yield "\n".join([style.paint(f"── {each.operation}", each.verdict), blocks[0]])
        yield from blocks[1:]


def _by_rule(found: Results, style: Style) -> Iterator[str]:
    shown: dict[str, tuple[str, ...]] = {}
    for outcome in ("failed", "warned"):
        groups: dict[str, list[tuple[Result, RuleResult]]] = {}
        for each in found.results:
            for rule in rules_with(each, outcome):
                groups.setdefault(rule.id, []).append((each, rule))
        for members in sorted(groups.values(), key=len, reverse=True):
            yield "\n".join(_rule(members, style, shown))


def _rule(members: list[tuple[Result, RuleResult]], style: Style, shown: dict[str, tuple[str, ...]]) -> Iterator[str]:
    result, first = members[0]
    yield f"{style.paint(first.outcome.upper(), first.outcome)}  {first.id} ({counted(len(members), 'operation')})"
    if first.statement:
        yield from style.wrap(first.statement)
    shows = _SHOWN if first.outcome == "failed" else 1
    for each, rule in members[:shows]:
        yield from style.wrap(f"{each.operation}: {line(_message(rule))}", indent=4, first="  * ")
    if others := [each.operation for each, _ in members[shows:]]:
        yield from style.wrap(f"also {', '.join(others)}", indent=4)
    to_paste = first.violations[0].reproduce if first.violations else None
    if first.outcome == "failed" and to_paste:
        if shown and shortest(to_paste).count("\n") >= _SHORT:
            hint = f"-v shows the reproduction, and so does a check of {result.operation} alone"
            yield from style.wrap(hint, indent=15, first="    reproduce  ")
        else:
            yield from reproduction(f"{first.id} of {result.operation}", to_paste, style, shown)
    if first.outcome == "failed":
        yield from source(first, style)


def _others(found: Results, style: Style) -> Iterator[str]:
    """What could not be judged, by reason; known divergences that fail the run; what was left behind."""
    groups: dict[str, list[str]] = {}
    for each in found.results:
        if not each.judged:
            groups.setdefault(f"{each.verdict}: {label(each)}", []).append(each.operation)
    if groups:
        lines = [f"could not be judged ({sum(map(len, groups.values()))}):"]
        for why, operations in groups.items():
            lines += style.wrap(f"{', '.join(operations)}: {why}", indent=4, first="  ")
        yield "\n".join(lines)
    problems = [
        each
        for result in found.results
        for problem in result.known_problems
        for each in known_problem(problem, style, f"{result.operation}: ")
    ]
    left = [
        each
        for result in found.results
        if result.setup and result.setup.left
        for each in style.wrap(_left_behind(result.operation, result.setup.left), first="")
    ]
    if problems or left:
        yield "\n".join([*problems, *left])


def _left_behind(operation: str, names: Sequence[str]) -> str:
    return f"left behind by {operation}: {counted(len(names), 'item')}, such as {line(names[0], 100)}"


def _message(rule: RuleResult) -> str:
    return rule.violations[0].message if rule.violations else rule.statement
