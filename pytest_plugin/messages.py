"""What pytest's users read: a broken rule, a rule that says nothing and why, and the summary.

What a target said is quoted on one line with its control characters escaped: answers come from strangers, and a terminal obeys.
"""

from collections.abc import Iterator

from .. import spec
from ..conformance.results.result import MAX_SHOWN, Result, RuleResult, Violation
from ..conformance.trace.exchange import Exchange, Trace
from ..errors import one_line

__all__ = ["finding", "reason", "summary", "unjudged"]

#: How much of one answer is shown; a recorded trace has all of it.
_SHOWN = 400


def finding(rule: RuleResult, trace: Trace) -> str:
    """Everything about a broken rule. pytest's short summary repeats the first line."""
    return "\n".join(_finding(rule, trace))


def unjudged(rule: RuleResult, result: Result) -> str:
    """Why nothing can be said, where that is a failure; in a dead target's first test this speaks for all of them."""
    stopped = rule.outcome != "indeterminate" and result.reason
    return one_line(f"{result.verdict}: {result.reason}") if stopped else f"could not be judged: {reason(rule, result)}"


def reason(rule: RuleResult, result: Result) -> str:
    """Why the rule says nothing about the target, in one line."""
    if rule.because:
        return f"{rule.because} is broken" + (f": {one_line(rule.reason)}" if rule.reason else "")
    return one_line(rule.reason or result.reason or "no reason is known")


def summary(result: Result, name: str) -> Iterator[str]:
    """The lines of the summary about one client; `name` is its parameter, if it has one.

    Coverage and divergence are two figures and are never added into one.
    """
    where = " ".join(filter(None, (name and f"[{name}]", result.target.kind, result.target.endpoint_url)))
    yield f"{one_line(where)}: {_figures(result)}"
    if result.reason:
        yield f"  {one_line(result.reason)}"
    if result.dropped:
        yield f"  left out to save calls: {', '.join(map(one_line, result.dropped))}"


def _figures(result: Result) -> str:
    outcomes = result.summary
    others = "".join(f", {outcomes[each]} {each}" for each in ("warned", "known") if outcomes[each])
    return f"{result.verdict}, {result.exercised} of {len(result.rules)} rules exercised, {outcomes['failed']} broken{others}"


def _finding(rule: RuleResult, trace: Trace) -> Iterator[str]:
    told = rule.violations[:MAX_SHOWN]
    if not told:
        yield f"{rule.id} is broken"
    for number, violation in enumerate(told):
        yield ("* " if number else "") + one_line(violation.message)
        yield from _evidence(violation, trace, shown_again=number == 0)
    if rule.reason:
        yield f"({one_line(rule.reason)})"
    yield ""
    yield f"{rule.id}: {spec.rule(rule.id).statement}"
    yield f"{rule.level}, {rule.basis}: {rule.source}"


def _evidence(violation: Violation, trace: Trace, *, shown_again: bool) -> Iterator[str]:
    for name, value in (("expected", violation.expected), ("actual", violation.actual), ("at", violation.path)):
        if value:
            yield f"  {name:<9}  {one_line(value)}"
    for index in violation.exchanges:
        if index < len(trace.exchanges):
            yield f"  exchange   [{index}] {_exchange(trace.exchanges[index])}"
    if violation.reproduce and shown_again:
        yield "  reproduce"
        yield from (f"    {one_line(line)}" for line in violation.reproduce.splitlines())


def _exchange(exchange: Exchange) -> str:
    parameters = exchange.parameters or {}
    asked = " ".join([exchange.operation, *(f"{name}={value}" for name, value in parameters.items())])
    if exchange.failure:
        return one_line(f"{asked} -> {exchange.failure.kind}: {exchange.failure.message}")
    body = " ".join(exchange.body.decode(errors="backslashreplace").split())
    shown = body if len(body) <= _SHOWN else f"{body[:_SHOWN]}…"
    return one_line(f"{asked} -> {exchange.status} {shown}")
