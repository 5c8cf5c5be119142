"""Results as text for a terminal: the findings and how to reproduce them, then counts, and the verdict with its two figures.

What a target sent is quoted with its control characters escaped and cut to a readable length.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...errors import counted, one_line
from ...options.terminal import Layout
from ..results.result import MAX_SHOWN, OUTCOMES, KnownProblem, Result, RuleResult, Violation
from .common import dropped, facts, figures, label, line, lines, reason, rules_with, setup, shortest, where

__all__ = ["Style", "findings", "known_problem", "reproduction", "rest", "source", "text"]

#: Different messages of one rule that are shown.
_MESSAGES = 3
#: Reproductions with so many lines in common are distinguished by their ends, if these are no longer than that.
_COMMON, _END = 3, 8


@dataclass(frozen=True, slots=True)
class Style(Layout):
    """How to print. `verbose` shows reasons, `quiet` one line per operation."""

    verbose: bool = False
    quiet: bool = False


def text(result: Result, style: Style | None = None) -> str:
    """The result of one operation, ending in the line with the verdict and the two figures."""
    style = style or Style()
    if style.quiet:
        return f"{_verdict(result, style)}\n"
    blocks = [
        "\n".join(_header(result, style)),
        *findings(result, style),
        "\n".join(rest(result, style)),
        _verdict(result, style),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _header(result: Result, style: Style) -> Iterator[str]:
    yield from style.wrap(
        f"awscontract {result.awscontract}, botocore {result.model.get('botocore', '?')}: {result.operation}", first=""
    )
    how = f"; {counted(result.calls, 'request')} in {result.seconds:.1f} s, seed {result.seed}" if result.calls else ""
    yield from style.wrap(f"target: {where(result)}{how}", indent=8, first="")


def findings(result: Result, style: Style) -> Iterator[str]:
    """A block for each broken rule, what is to be fixed first in front, then the known divergences that fail the run."""
    shown: dict[str, tuple[str, ...]] = {}
    suppressed = Counter(rule.because for rule in result.rules if rule.because)
    for outcome in ("failed", "warned"):
        for rule in rules_with(result, outcome):
            yield "\n".join(_finding(rule, style, shown, suppressed[rule.id]))
    yield "\n".join(each for problem in result.known_problems for each in known_problem(problem, style))


def known_problem(problem: KnownProblem, style: Style, about: str = "") -> list[str]:
    """A known divergence that fails the run."""
    return _marked(problem.problem.upper(), f"{about}{line(problem.message)}", style, problem.problem)


def _finding(rule: RuleResult, style: Style, shown: dict[str, tuple[str, ...]], suppressed: int) -> Iterator[str]:
    yield f"{style.paint(rule.outcome.upper(), rule.outcome)}  {rule.id}"
    if rule.statement:
        yield from style.wrap(rule.statement)
    messages: dict[str, Violation] = {}
    for each in rule.violations:
        messages.setdefault(each.message, each)
    for number, violation in enumerate(list(messages.values())[: MAX_SHOWN if style.verbose else _MESSAGES]):
        yield from style.wrap(line(violation.message), indent=4, first="  * ")
        if not number or style.verbose:
            for name, value in facts(violation, exchanges=style.verbose):
                yield from style.wrap(value, indent=15, first=f"    {name:<9}  ")
        if violation.reproduce and not number:
            yield from reproduction(rule.id, violation.reproduce, style, shown)
    if rule.reason:
        yield from style.wrap(f"({line(rule.reason)})", indent=3, first="  ")
    if suppressed:
        yield f"  explains   {counted(suppressed, 'other rule')} that could not be judged because of it"
    yield from source(rule, style)


def source(rule: RuleResult, style: Style) -> list[str]:
    """What the rule rests on."""
    return style.wrap(f"{rule.level}, {rule.basis}: {one_line(rule.source)}", indent=13, first="  source     ")


def reproduction(name: str, text: str, style: Style, shown: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Lines to paste. What was shown before, under another name, is only referred to; `shown` remembers what was."""
    every = tuple(lines(text if style.verbose else shortest(text)))
    other, common = max(
        ((each, _common(before, every)) for each, before in shown.items()), key=lambda pair: pair[1], default=("", 0)
    )
    shown[name] = every
    if other and common == len(every) == len(shown[other]):
        yield f"    reproduce  as for {other}"
        return
    if other and common == len(every):
        yield f"    reproduce  as for {other}, up to"
        every = every[_statement(every, common - 1) :]
    elif (start := _statement(every, common)) >= _COMMON and len(every) - start <= _END:
        yield f"    reproduce  as for {other}, ending with"
        every = every[start:]
    else:
        yield "    reproduce"
    yield from (f"      {each}".rstrip() for each in every)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many lines two texts have in common from the top."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def _statement(every: tuple[str, ...], place: int) -> int:
    """Where the statement begins that a line belongs to: calls may be on several lines, and loops are."""
    while place > 0 and every[place].startswith((" ", ")", "]", "}", "do ", "done")):
        place -= 1
    return place


def rest(result: Result, style: Style) -> Iterator[str]:
    """What is not broken: counts, and with `verbose` names and reasons."""
    for rule in rules_with(result, "known"):
        first = rule.violations[0].message if rule.violations else rule.statement
        yield from _marked("known", f"{rule.id}: {line(first, 120)} [{line(rule.reason or '', 120)}]", style)
    if style.verbose:
        yield from _verbose(result, style)
    elif result.judged:
        names = {"not-exercised": "not exercised"}
        counts = [
            f"{number} {names.get(outcome, outcome)}"
            for outcome in OUTCOMES
            if (number := result.summary[outcome]) and outcome not in ("failed", "warned", "known")
        ]
        hint = "; -v shows why" if result.summary["not-exercised"] or result.summary["indeterminate"] else ""
        if counts:
            yield from style.wrap(f"{', '.join(counts)}{hint}", first="")
    for each in (*dropped(result), *setup(result)):
        yield from style.wrap(each, first="")


def _marked(mark: str, text: str, style: Style, of: str | None = None) -> list[str]:
    """Lines that begin with a mark, an outcome where `of` names no other one."""
    first, *more = style.wrap(text, first=f"{mark}  ")
    return [first.replace(mark, style.paint(mark, of or mark), 1), *more]


def _verbose(result: Result, style: Style) -> Iterator[str]:
    for rule in rules_with(result, "noted"):
        first = rule.violations[0].message if rule.violations else rule.statement
        yield from _marked("noted", f"{rule.id}: {line(first)}", style)
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
    why = f" ({found})" if (found := label(result)) else ""
    lines = style.wrap(f"{result.verdict}: {figures(result)}{why}", first="")
    return "\n".join(lines).replace(result.verdict, style.paint(result.verdict, result.verdict), 1)


def _grouped(found: Iterable[RuleResult], key: Callable[[RuleResult], str]) -> dict[str, list[RuleResult]]:
    groups: defaultdict[str, list[RuleResult]] = defaultdict(list)
    for rule in found:
        groups[key(rule)].append(rule)
    return groups
