"""A result as text for somebody in a hurry: what is broken and how to see it, what was not looked at, two figures.

Every rule is in it once. What a target said is quoted with its control characters escaped: answers come from
strangers, and a terminal obeys.
"""

import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from ...errors import one_line
from ...spec import rules
from ..results.result import MAX_SHOWN, Result, RuleResult, Violation

__all__ = ["figures", "reason", "text"]

Style = Callable[[str, str], str]

_WIDTH = 110
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


def text(result: Result, *, colour: bool = False) -> str:
    """The whole result, ending in the line with the verdict and the two figures."""
    style = _coloured if colour else _plain
    sections = [
        _header(result),
        *(_finding(rule, style) for rule in _with(result, "failed")),
        *(_finding(rule, style) for rule in _with(result, "warned")),
        _known_problems(result, style),
        _brief(_with(result, "known"), "known", style),
        _brief(_with(result, "noted"), "noted", style),
        _by_reason(_with(result, "indeterminate"), "indeterminate", style),
        _not_exercised(result, style),
        _by_family(_with(result, "passed"), "passed", style),
        [f"left out to save calls: {', '.join(map(one_line, result.dropped))}"] if result.dropped else [],
        _verdict(result, style),
    ]
    told = [block for block in ("\n".join(section) for section in sections) if block]
    return "\n\n".join(told) + "\n"


def _plain(text: str, of: str) -> str:
    return text


def _coloured(text: str, of: str) -> str:
    import click

    return click.style(text, fg=_COLOURS.get(of), bold=True)


def _with(result: Result, outcome: str) -> list[RuleResult]:
    return [rule for rule in result.rules if rule.outcome == outcome]


def _header(result: Result) -> Iterator[str]:
    target = result.target
    server = f"({target.server})" if target.server else None
    where = " ".join(each for each in (target.kind, target.endpoint_url, server) if each)
    model = result.model
    yield f"awscontract {result.awscontract}: {result.operation}, model of botocore {model.get('botocore', '?')}"
    yield f"target: {one_line(where)}; {_count(result.calls, 'call')} in {result.seconds:.1f} s, seed {result.seed}"


def _finding(rule: RuleResult, style: Style) -> Iterator[str]:
    yield f"{style(rule.outcome.upper(), rule.outcome)}  {rule.id}"
    statement = _statements().get(rule.id)
    if statement:
        yield from _wrapped(statement)
    for number, violation in enumerate(rule.violations[:MAX_SHOWN]):
        yield from _violation(violation, shown_again=number == 0)
    if rule.reason:
        yield f"  ({one_line(rule.reason)})"
    yield f"  source     {rule.level}, {rule.basis}: {rule.source}"


def _violation(violation: Violation, *, shown_again: bool) -> Iterator[str]:
    yield f"  * {one_line(violation.message)}"
    exchanges = ", ".join(map(str, violation.exchanges))
    facts = {
        "at": violation.path,
        "expected": violation.expected,
        "actual": violation.actual,
        "exchange" if len(violation.exchanges) == 1 else "exchanges": exchanges,
    }
    for name, value in facts.items():
        if value:
            yield f"    {name:<9}  {one_line(value)}"
    if violation.reproduce and shown_again:
        yield "    reproduce"
        for line in violation.reproduce.splitlines():
            yield f"      {one_line(line)}"


def _known_problems(result: Result, style: Style) -> Iterator[str]:
    for each in result.known_problems:
        yield f"{style(each.problem.upper(), each.problem)}  {one_line(each.message)}"


def _brief(found: list[RuleResult], title: str, style: Style) -> Iterator[str]:
    for rule in found:
        first = rule.violations[0].message if rule.violations else _statements().get(rule.id, "")
        more = f" (and {len(rule.violations) - 1} more)" if len(rule.violations) > 1 else ""
        why = f" [{one_line(rule.reason)}]" if rule.reason else ""
        yield f"{style(title, title)}  {rule.id}: {one_line(first)}{more}{why}"


def _by_reason(found: list[RuleResult], title: str, style: Style) -> Iterator[str]:
    if not found:
        return
    yield f"{style(title, title)} ({len(found)}):"
    for why, members in _grouped(found, reason).items():
        names = ", ".join(rule.id for rule in members)
        yield from _wrapped(f"{names}: {one_line(why)}", indent=4, first="  ")


def _not_exercised(result: Result, style: Style) -> Iterator[str]:
    """By reason; but where the whole run had one, which the last line tells, there is nothing more to say."""
    found = _with(result, "not-exercised")
    if result.verdict in ("not-implemented", "unreachable", "refused") and not result.exercised:
        return iter(())
    return _by_reason(found, "not exercised", style)


def reason(rule: RuleResult) -> str:
    """Why the rule says nothing about the target."""
    if rule.because and rule.because not in (rule.reason or ""):
        return f"{rule.because} is broken" + (f": {rule.reason}" if rule.reason else "")
    return rule.reason or "no reason is known"


def _by_family(found: list[RuleResult], title: str, style: Style) -> Iterator[str]:
    if not found:
        return
    yield f"{style(title, title)} ({len(found)}):"
    for family, members in _grouped(found, lambda rule: rule.id.partition(".")[0]).items():
        slugs = ", ".join(rule.id.partition(".")[2] for rule in members)
        yield from _wrapped(slugs, indent=14, first=f"  {family:<12}")


def _verdict(result: Result, style: Style) -> Iterator[str]:
    why = f" ({one_line(result.reason)})" if result.reason else ""
    yield f"{style(result.verdict, result.verdict)}: {figures(result)}{why}"


def figures(result: Result) -> str:
    """Coverage and divergence, without which no verdict is ever told."""
    summary = result.summary
    told = f"{result.exercised} of {len(result.rules)} rules exercised, {summary['failed']} broken"
    if summary["warned"]:
        told += f", {_count(summary['warned'], 'warning')}"
    if summary["known"]:
        told += f", {summary['known']} known"
    return told


def _statements() -> Mapping[str, str]:
    return {rule.id: rule.statement for rule in rules()}


def _grouped(found: Iterable[RuleResult], key: Callable[[RuleResult], str]) -> dict[str, list[RuleResult]]:
    groups: defaultdict[str, list[RuleResult]] = defaultdict(list)
    for rule in found:
        groups[key(rule)].append(rule)
    return groups


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _wrapped(value: str, indent: int = 2, first: str | None = None) -> list[str]:
    wrap = partial(textwrap.wrap, width=_WIDTH, break_long_words=False, break_on_hyphens=False)
    space = " " * indent
    return wrap(value, initial_indent=space if first is None else first, subsequent_indent=space)
