"""Results as text for somebody in a hurry: the findings and how to reproduce them, then counts, and the verdict with its two figures.

What a target sent is quoted with its control characters escaped and cut to a readable length.
"""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...errors import one_line
from ..results.result import MAX_SHOWN, OUTCOMES, Result, RuleResult, Violation
from .shown import count, facts, figures, label, line, lines, reason, rules_with, setup, shortest, where

__all__ = ["Style", "findings", "reproduction", "rest", "source", "text"]

#: Different messages of one rule that are shown.
_MESSAGES = 3
#: Reproductions with so many lines in common are distinguished by their ends, if these are no longer than that.
_COMMON, _END = 3, 4

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
    """How to print. `width` is the terminal's; `verbose` shows reasons, `quiet` one line per operation. Lines are cut only for a `terminal`."""

    width: int = 100
    terminal: bool = False
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

    def fit(self, text: str) -> str:
        """A last line: broken between words on a terminal, one line in a log."""
        return "\n".join(self.wrap(text, first="")) if self.terminal else text


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
    yield f"awscontract {result.awscontract}, botocore {result.model.get('botocore', '?')}: {result.operation}"
    how = f"; {count(result.calls, 'request')} in {result.seconds:.1f} s, seed {result.seed}" if result.calls else ""
    yield from style.wrap(f"target: {where(result)}{how}", indent=8, first="")


def findings(result: Result, style: Style) -> Iterator[str]:
    """A block for each broken rule, what is to be fixed first in front, then the known divergences that fail the run."""
    shown: dict[str, tuple[str, ...]] = {}
    suppressed = Counter(rule.because for rule in result.rules if rule.because)
    for outcome in ("failed", "warned"):
        for rule in rules_with(result, outcome):
            yield "\n".join(_finding(rule, style, shown, suppressed[rule.id]))
    yield "\n".join(
        f"{style.paint(each.problem.upper(), each.problem)}  {line(each.message)}" for each in result.known_problems
    )


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
        yield f"  explains   {count(suppressed, 'other rule')} that could not be judged because of it"
    yield from source(rule, style)


def source(rule: RuleResult, style: Style) -> list[str]:
    """What the rule rests on."""
    rests = f"{rule.level}, {rule.basis}: {one_line(rule.source)}"
    return style.wrap(rests, indent=13, first="  source     ") if style.terminal else [f"  source     {rests}"]


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
    if common >= _COMMON and len(every) - common <= _END:
        yield f"    reproduce  as for {other}, ending with"
        every = every[common:]
    else:
        yield "    reproduce"
    yield from (f"      {each}".rstrip() for each in every)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many lines two texts have in common from the top."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def rest(result: Result, style: Style) -> Iterator[str]:
    """What is not broken: counts, and with `verbose` names and reasons."""
    for rule in rules_with(result, "known"):
        first = rule.violations[0].message if rule.violations else rule.statement
        yield f"{style.paint('known', 'known')}  {rule.id}: {line(first, 120)} [{line(rule.reason or '', 120)}]"
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
            yield f"{', '.join(counts)}{hint}"
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
    why = f" ({found})" if (found := label(result)) else ""
    return style.fit(f"{result.verdict}: {figures(result)}{why}").replace(
        result.verdict, style.paint(result.verdict, result.verdict), 1
    )


def _grouped(found: Iterable[RuleResult], key: Callable[[RuleResult], str]) -> dict[str, list[RuleResult]]:
    groups: defaultdict[str, list[RuleResult]] = defaultdict(list)
    for rule in found:
        groups[key(rule)].append(rule)
    return groups
