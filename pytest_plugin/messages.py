"""What pytest's users read: a broken rule, a rule that was not exercised and why, and the summary.

What a target sent is quoted on one line of a readable length with its control characters escaped.
"""

from collections.abc import Iterator

from ..conformance.reporting.shown import count, facts, figures, label, line, lines, reason, setup, where
from ..conformance.results.result import MAX_SHOWN, Result, RuleResult, Violation
from ..conformance.trace.exchange import Exchange, Trace

__all__ = ["finding", "summary", "unjudged", "why"]

#: How much of one response is shown; a recorded trace has all of it.
_SHOWN = 400


def finding(rule: RuleResult, trace: Trace) -> str:
    """Everything about a broken rule. pytest's short summary repeats the first line."""
    return "\n".join(_finding(rule, trace))


def unjudged(result: Result) -> str:
    """Why an operation could not be judged, in one line."""
    return line(f"{result.verdict}: {label(result) or 'no reason is known'}")


def why(rule: RuleResult, result: Result) -> str:
    """Why the rule was not exercised, in one line."""
    if not rule.reason and not rule.because and result.reason:
        return line(result.reason)
    return reason(rule)


def summary(result: Result, name: str, *, named: bool) -> Iterator[str]:
    """The lines of the summary about one operation and one client; `name` is the client's parameter, if it has one.

    Coverage and divergence are two separate figures.
    """
    about = [f"[{name}]"] if name else []
    about += [result.operation] if named else []
    yield f"{line(' '.join([*about, where(result)]))}: {result.verdict}, {figures(result)}"
    if text := label(result):
        yield f"  {text}"
    if result.dropped:
        yield f"  left out to save requests: {', '.join(line(each, 60) for each in result.dropped)}"
    if result.setup and result.setup.left:
        yield from (f"  {each}" for each in setup(result))


def _finding(rule: RuleResult, trace: Trace) -> Iterator[str]:
    shown = rule.violations[:MAX_SHOWN]
    if not shown:
        yield f"{rule.id} is broken"
    for number, violation in enumerate(shown):
        yield ("* " if number else "") + line(violation.message)
        yield from _evidence(violation, trace, first=number == 0)
    if rule.reason:
        yield f"({line(rule.reason)})"
    yield ""
    yield f"{rule.id}: {rule.statement}" if rule.statement else rule.id
    yield f"{rule.level}, {rule.basis}: {line(rule.source)}"


def _evidence(violation: Violation, trace: Trace, *, first: bool) -> Iterator[str]:
    for name, value in facts(violation):
        if not name.startswith("exchange"):
            yield f"  {name:<9}  {value}"
    shown = [index for index in violation.exchanges if index < len(trace.exchanges)]
    for index in shown[:3]:
        yield f"  exchange   [{index}] {_exchange(trace.exchanges[index])}"
    if len(shown) > 3:
        yield f"  exchange   and {count(len(shown) - 3, 'other')}"
    if violation.reproduce and first:
        yield "  reproduce"
        yield from (f"    {each}" for each in lines(violation.reproduce))


def _exchange(exchange: Exchange) -> str:
    parameters = exchange.parameters or {}
    request = " ".join([exchange.operation, *(f"{name}={value}" for name, value in parameters.items())])
    if exchange.failure:
        return line(f"{request} -> {exchange.failure.kind}: {exchange.failure.message}")
    body = " ".join(exchange.body[: 4 * _SHOWN].decode(errors="backslashreplace").split())
    return line(
        f"{line(request, 200)} -> {exchange.status} {body if len(body) <= _SHOWN else f'{body[:_SHOWN]}…'}", 2000
    )
