"""Results as text for somebody in a hurry: the findings and how to reproduce them, then counts, and the verdict with its two figures.

What a target sent is quoted with its control characters escaped and cut to a readable length.
"""

import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...errors import one_line
from ..results.result import MAX_SHOWN, OUTCOMES, Result, Results, RuleResult, Violation
from .shown import count, facts, figures, label, line, lines, reason, rules_with, setup, where

__all__ = ["Style", "details", "first_finding", "operation_line", "text", "totals"]

_COLOURS = {
    "failed": "red",
    "violates": "red",
    "warned": "yellow",
    "noted": "cyan",
    "known": "magenta",
    "stale": "red",
    "expired": "red",
    "conforms": "green",
    "passed": "green",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to print. `width` is the terminal's; `verbose` shows reasons, `quiet` one line per operation."""

    width: int = 100
    colour: bool = False
    verbose: bool = False
    quiet: bool = False

    def paint(self, text: str, of: str) -> str:
        """The text in the colour of an outcome or a verdict."""
        if not self.colour:
            return text
        import click

        return click.style(text, fg=_COLOURS.get(of), bold=True)

    def wrap(self, text: str, indent: int = 2, first: str | None = None) -> list[str]:
        """The text in lines that fit."""
        space = " " * indent
        return textwrap.wrap(
            text,
            max(self.width, indent + 20),
            initial_indent=space if first is None else first,
            subsequent_indent=space,
            break_long_words=False,
            break_on_hyphens=False,
        )


def text(result: Result | Results, style: Style | None = None) -> str:
    """The whole result, ending in the line with the verdict and the two figures."""
    style = style or Style()
    if isinstance(result, Results):
        return "\n\n".join(block for block in _several(result, style) if block) + "\n"
    if style.quiet:
        return f"{_verdict(result, style)}\n"
    return "\n\n".join(block for block in _single(result, style) if block) + "\n"


def _single(result: Result, style: Style) -> Iterator[str]:
    yield "\n".join(_header(result))
    yield from _findings(result, style)
    yield "\n".join(_rest(result, style))
    yield _verdict(result, style)


def _several(found: Results, style: Style) -> Iterator[str]:
    if not style.quiet and found.results:
        requests = count(sum(each.calls for each in found.results), "request")
        yield f"awscontract {found.awscontract}: {count(len(found.results), 'operation')}\ntarget: {where(found.results[0])}; {requests}"
    width = max((len(each.operation) for each in found.results), default=0)
    yield "\n".join(operation_line(each, style, width) for each in found.results)
    yield from details(found, style)


def details(found: Results, style: Style) -> Iterator[str]:
    """What stands below the lines of the operations: the findings of each, then the totals."""
    for each in found.results if not style.quiet else ():
        blocks = [block for block in _findings(each, style) if block]
        if not each.judged:
            blocks.insert(0, "\n".join(style.wrap(f"{each.verdict}: {label(each)}")))
        rest = list(_rest(each, style)) if style.verbose else [one for one in setup(each) if one.startswith("left")]
        blocks += ["\n".join(rest)] if rest else []
        if blocks:
            yield "\n".join([style.paint(f"── {each.operation}", each.verdict), blocks[0]])
            yield from blocks[1:]
    yield totals(found)


def operation_line(result: Result, style: Style, width: int = 0) -> str:
    """One operation of several in one line: verdict, rules broken, rules exercised, first finding."""
    coverage = f"{result.exercised} of {len(result.rules)}"
    told = f"{coverage:>10} rules exercised, {result.summary['failed']:>2} broken"
    start = f"{result.operation:<{width}}  "
    room = max(style.width - len(start) - 15 - len(told) - 4, 20)
    rest = first_finding(result)
    rest = rest if len(rest) <= room else rest[: room - 1] + "…"
    return f"{start}{style.paint(f'{result.verdict:<15}', result.verdict)}  {told}  {rest}".rstrip()


def first_finding(result: Result) -> str:
    """What to read first about an operation, in one line."""
    for outcome in ("failed", "warned"):
        for rule in rules_with(result, outcome)[:1]:
            message = rule.violations[0].message if rule.violations else rule.statement
            return line(f"{rule.id}: {message}")
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
        f"{count(len(verdicts), 'operation')}: {verdicts.count('conforms')} conform, {verdicts.count('violates')} violate, "
        f"{unjudged} could not be judged; {exercised} of {rules} rules exercised, {broken} broken"
    )


def _header(result: Result) -> Iterator[str]:
    model = result.model
    yield f"awscontract {result.awscontract}: {result.operation}, service model of botocore {model.get('botocore', '?')}"
    yield f"target: {where(result)}; {count(result.calls, 'request')} in {result.seconds:.1f} s, seed {result.seed}"


def _findings(result: Result, style: Style) -> Iterator[str]:
    seen: dict[str, str] = {}
    suppressed: defaultdict[str, int] = defaultdict(int)
    for rule in result.rules:
        if rule.because:
            suppressed[rule.because] += 1
    for outcome in ("failed", "warned"):
        for rule in rules_with(result, outcome):
            yield "\n".join(_finding(rule, style, seen, suppressed[rule.id]))
    yield "\n".join(
        f"{style.paint(each.problem.upper(), each.problem)}  {line(each.message)}" for each in result.known_problems
    )


def _finding(rule: RuleResult, style: Style, seen: dict[str, str], suppressed: int) -> Iterator[str]:
    yield f"{style.paint(rule.outcome.upper(), rule.outcome)}  {rule.id}"
    if rule.statement:
        yield from style.wrap(rule.statement)
    for number, violation in enumerate(rule.violations[:MAX_SHOWN]):
        yield from style.wrap(line(violation.message), indent=4, first="  * ")
        if not number or style.verbose:
            yield from _facts(violation, style)
        if not number and violation.reproduce:
            yield from _reproduction(rule, violation.reproduce, seen)
    if rule.reason:
        yield from style.wrap(f"({line(rule.reason)})", indent=3, first="  ")
    if suppressed:
        yield f"  explains   {count(suppressed, 'other rule')} that could not be judged because of it"
    yield f"  source     {rule.level}, {rule.basis}: {one_line(rule.source)}"


def _facts(violation: Violation, style: Style) -> Iterator[str]:
    for name, value in facts(violation):
        yield from style.wrap(value, indent=15, first=f"    {name:<9}  ")


def _reproduction(rule: RuleResult, reproduce: str, seen: dict[str, str]) -> Iterator[str]:
    """The lines to paste, once: findings of the same exchanges share them."""
    first = seen.setdefault(reproduce, rule.id)
    if first != rule.id:
        yield f"    reproduce  as for {first}"
        return
    yield "    reproduce"
    yield from (f"      {each}".rstrip() for each in lines(reproduce))


def _rest(result: Result, style: Style) -> Iterator[str]:
    """What is not broken: counts, and with `verbose` names and reasons."""
    for rule in rules_with(result, "known"):
        first = rule.violations[0].message if rule.violations else rule.statement
        yield f"{style.paint('known', 'known')}  {rule.id}: {line(first, 120)} [{line(rule.reason or '', 120)}]"
    if style.verbose:
        yield from _verbose(result, style)
    else:
        names = {"not-exercised": "not exercised"}
        told = [
            f"{number} {names.get(outcome, outcome)}"
            for outcome in OUTCOMES
            if (number := result.summary[outcome]) and outcome not in ("failed", "warned", "known")
        ]
        hint = "; -v shows why" if result.summary["not-exercised"] or result.summary["indeterminate"] else ""
        if told:
            yield f"{', '.join(told)}{hint}"
    if result.dropped:
        yield f"left out to save requests: {', '.join(line(each, 60) for each in result.dropped)}"
    yield from setup(result)


def _verbose(result: Result, style: Style) -> Iterator[str]:
    for rule in rules_with(result, "noted"):
        first = rule.violations[0].message if rule.violations else rule.statement
        yield f"{style.paint('noted', 'noted')}  {rule.id}: {line(first)}"
    for outcome in ("indeterminate", "not-exercised"):
        found = rules_with(result, outcome)
        if found:
            yield f"{outcome.replace('-', ' ')} ({len(found)}):"
            for why, members in _grouped(found, reason).items():
                yield from style.wrap(f"{', '.join(each.id for each in members)}: {why}", indent=4, first="  ")
    passed = rules_with(result, "passed")
    if passed:
        yield f"{style.paint('passed', 'passed')} ({len(passed)}):"
        for family, members in _grouped(passed, lambda rule: rule.family).items():
            slugs = ", ".join(rule.id.partition(".")[2] for rule in members)
            yield from style.wrap(slugs, indent=14, first=f"  {family:<12}")


def _verdict(result: Result, style: Style) -> str:
    why = f" ({told})" if (told := label(result)) else ""
    return f"{style.paint(result.verdict, result.verdict)}: {figures(result)}{why}"


def _grouped(found: Iterable[RuleResult], key: Callable[[RuleResult], str]) -> dict[str, list[RuleResult]]:
    groups: defaultdict[str, list[RuleResult]] = defaultdict(list)
    for rule in found:
        groups[key(rule)].append(rule)
    return groups
