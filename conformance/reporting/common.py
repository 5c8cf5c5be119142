"""What every format shares: values cut to a readable length, counts in words, the two figures, and why a rule was not exercised."""

import re
from collections.abc import Iterator

from ...errors import counted, one_line, shorten
from ..judge.judge import findings
from ..results.result import Result, RuleResult, Violation

__all__ = [
    "anchor",
    "dropped",
    "facts",
    "figures",
    "label",
    "line",
    "lines",
    "reason",
    "rules_with",
    "setup",
    "shortest",
    "where",
]

#: The most lines of one reproduction in short formats; JSON, HTML and `explain --issue` have all of it.
_LINES = 90


def line(text: str, limit: int = 300) -> str:
    """A text from a target as one safe line of a readable length."""
    return one_line(shorten(text, limit))


def lines(text: str, limit: int = _LINES) -> Iterator[str]:
    """A reproduction as safe lines, cut where it is long."""
    every = text.splitlines()
    for each in every[:limit]:
        yield line(each, 2000)
    if len(every) > limit:
        yield f"… ({counted(len(every) - limit, 'more line')} in the saved result)"


def shortest(reproduction: str, rest: str = "-v shows how") -> str:
    """The shortest way to reproduce a finding, where there are several (curl, or in Python). `rest` says where the others are."""
    ways = re.split(r"\n*^# or in \w+$\n", reproduction, flags=re.MULTILINE)
    found = min((each.strip("\n") for each in ways), key=lambda each: each.count("\n"))
    return re.sub(r"(?m)^(# create the items first), as the lines in \w+ do$", rf"\1 ({rest})", found)


def figures(result: Result) -> str:
    """Coverage and divergence, without which no verdict is ever shown."""
    summary = result.summary
    text = f"{result.exercised} of {len(result.rules)} rules exercised, {summary['failed']} broken"
    if summary["warned"]:
        text += f", {counted(summary['warned'], 'warning')}"
    if summary["known"]:
        text += f", {summary['known']} known"
    return text


def rules_with(result: Result, outcome: str) -> list[RuleResult]:
    """The rules with this outcome, those that are to be fixed first in front."""
    rules = findings(result.rules) if outcome in ("failed", "warned", "noted") else result.rules
    return [rule for rule in rules if rule.outcome == outcome]


def reason(rule: RuleResult) -> str:
    """Why the rule says nothing about the target, in one line."""
    if rule.because and rule.because not in (rule.reason or ""):
        return line(f"suppressed by {rule.because}" + (f": {rule.reason}" if rule.reason else ""))
    return line(rule.reason or "no reason is known")


def label(result: Result) -> str:
    """Why a result is what it is, apart from its rules: its reason, and what cut it short."""
    parts = [result.reason and line(result.reason), result.cut_short and f"cut short: {line(result.cut_short)}"]
    return "; ".join(each for each in parts if each)


def dropped(result: Result) -> Iterator[str]:
    """What was not requested, because it would have taken too many requests or too many items."""
    if result.dropped:
        yield f"left out: {', '.join(line(each, 120) for each in result.dropped)}"


def setup(result: Result) -> Iterator[str]:
    """What the recipe created and deleted, where something was left or nothing is self-evident."""
    made = result.setup
    if made is None:
        return
    if made.items:
        yield f"setup: {counted(made.items, 'item')} created, {made.deleted} deleted"
    if made.left:
        names = ", ".join(line(each, 80) for each in made.left[:10])
        more = f" and {len(made.left) - 10} more" if len(made.left) > 10 else ""
        yield f"left behind: {names}{more}"


def where(result: Result) -> str:
    """The target in one line."""
    target = result.target
    server = f"({line(target.server, 80)})" if target.server else None
    return line(" ".join(each for each in (target.kind, target.endpoint_url, server) if each))


def facts(violation: Violation, *, exchanges: bool = True) -> Iterator[tuple[str, str]]:
    """What is known about a violation: name and value, each a readable line. `exchanges` are numbers, of use to who has the trace."""
    for name, value in (("at", violation.path), ("expected", violation.expected), ("actual", violation.actual)):
        if value:
            yield name, line(value)
    if violation.exchanges and exchanges:
        numbers = ", ".join(map(str, violation.exchanges[:12])) + (", …" if len(violation.exchanges) > 12 else "")
        yield "exchange" if len(violation.exchanges) == 1 else "exchanges", numbers


def anchor(text: str) -> str:
    """The text as part of an id of HTML."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text)
