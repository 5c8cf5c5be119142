"""What pytest's users read: a broken rule, a rule that was not exercised and why, and the summary.

What a target sent is quoted on one line of a readable length with its control characters escaped.
"""

from collections.abc import Iterator

from ..conformance.reporting.common import (
    dropped,
    facts,
    figures,
    label,
    line,
    lines,
    reason,
    setup,
    shortest,
    where,
)
from ..conformance.reporting.next_step import next_step
from ..conformance.results.result import MAX_SHOWN, Result, RuleResult, Violation
from ..conformance.trace.exchange import Exchange, Trace
from ..errors import counted
from ..options.terminal import Layout
from .settings import in_pytest

__all__ = ["finding", "summary", "unjudged", "warning", "why"]

#: How much of one response is shown; a recorded trace has all of it.
_SHOWN = 200
#: Longer lines to paste are not shown with a warning: a saved result has them.
_SHORT = 6


def finding(rule: RuleResult, trace: Trace) -> str:
    """A broken rule: its first violation with the exchange and how to reproduce it, of others the message.

    pytest's short summary repeats the first line.
    """
    return "\n".join(_finding(rule, trace))


def warning(rule: RuleResult) -> str:
    """The same on few lines: pytest shows all warnings of a run one below the other."""
    return "\n".join(_finding(rule, None))


def unjudged(result: Result) -> str:
    """Why an operation could not be judged, in one line."""
    return line(f"{result.verdict}: {label(result) or 'no reason is known'}")


def why(rule: RuleResult, result: Result) -> str:
    """Why the rule was not exercised, in one line."""
    if not rule.reason and not rule.because and result.reason:
        return line(result.reason)
    return reason(rule)


def summary(result: Result, name: str, layout: Layout, *, named: bool) -> Iterator[str]:
    """The lines of the summary about one operation and one client; `name` is the client's parameter, if it has one.

    Coverage and divergence are two separate figures.
    """
    about = [f"[{name}]"] if name else []
    about += [result.operation] if named else []
    first = f"{line(' '.join([*about, where(result)]))}: {result.verdict}, {figures(result)}"
    yield "\n".join(layout.wrap(first, 2, "")).replace(result.verdict, layout.paint(result.verdict, result.verdict), 1)
    details = [label(result), *dropped(result)]
    details += setup(result) if result.setup and result.setup.left else ()
    for each in filter(None, details):
        yield from layout.wrap(each, 4, "  ")
    if result.summary["failed"]:
        yield from layout.wrap(in_pytest(next_step(result)), 4, "  next: ")


def _finding(rule: RuleResult, trace: Trace | None) -> Iterator[str]:
    messages: dict[str, Violation] = {}
    for each in rule.violations[:MAX_SHOWN]:
        messages.setdefault(each.message, each)
    if not messages:
        yield f"{rule.id} is broken"
    for number, (message, violation) in enumerate(messages.items()):
        yield ("* " if number else "") + line(message)
        if not number:
            yield from _evidence(violation, trace)
    if rule.reason:
        yield f"({line(rule.reason)})"
    yield ""
    yield f"{rule.id}: {rule.statement}" if rule.statement else rule.id
    yield f"{rule.level}, {rule.basis}: {line(rule.source)}"


def _evidence(violation: Violation, trace: Trace | None) -> Iterator[str]:
    for name, value in facts(violation, exchanges=False):
        yield f"  {name:<9}  {value}"
    exchanges = trace.exchanges if trace is not None else ()
    shown = [index for index in violation.exchanges if index < len(exchanges)]
    for index in shown[:3]:
        yield f"  exchange   [{index}] {_exchange(exchanges[index])}"
    if len(shown) > 3:
        yield f"  exchange   and {counted(len(shown) - 3, 'other')}"
    to_paste = list(lines(shortest(violation.reproduce, "a saved result shows how"))) if violation.reproduce else []
    if to_paste and (trace is not None or len(to_paste) <= _SHORT):
        yield "  reproduce"
        yield from (f"    {each}" for each in to_paste)


def _exchange(exchange: Exchange) -> str:
    parameters = exchange.parameters or {}
    request = " ".join([exchange.operation, *(f"{name}={value}" for name, value in parameters.items())])
    if exchange.failure:
        return line(f"{request} -> {exchange.failure.kind}: {exchange.failure.message}")
    body = " ".join(exchange.body[: 4 * _SHOWN].decode(errors="backslashreplace").split())
    return line(
        f"{line(request, 200)} -> {exchange.status} {body if len(body) <= _SHOWN else f'{body[:_SHOWN]}…'}", 2000
    )
