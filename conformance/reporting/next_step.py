"""What to do after a run: the first thing that fits, in one line."""

from collections.abc import Callable

from ...errors import counted
from ...spec.operations import DEFAULT
from ..results.result import Result, Results
from .common import rules_with

__all__ = ["next_step", "next_step_of_several"]


def next_step(result: Result) -> str:
    """What somebody who has read the result may want to do next."""
    return next(advice(result) for holds, advice in _ADVICE if holds(result))


def next_step_of_several(found: Results) -> str:
    """The same of several operations: the first of those that come first in the table of advice."""
    place = {id(each): next(i for i, (holds, _) in enumerate(_ADVICE) if holds(each)) for each in found.results}
    return next_step(min(found.results, key=lambda each: place[id(each)]))


def _first(result: Result, outcome: str) -> str:
    return next((rule.id for rule in rules_with(result, outcome)), "")


def _explain(result: Result, outcome: str) -> str:
    """The command that explains the first rule with this outcome."""
    operation = "" if result.operation == DEFAULT else f" --operation {result.operation}"
    return f"awscontract explain {_first(result, outcome)}{operation}"


def _idle(result: Result) -> int:
    return sum(rule.outcome == "not-exercised" for rule in result.rules)


def _verdict(verdict: str) -> Callable[[Result], bool]:
    return lambda result: result.verdict == verdict


_ADVICE: tuple[tuple[Callable[[Result], bool], Callable[[Result], str]], ...] = (
    (
        lambda result: bool(_first(result, "failed")),
        lambda result: (
            f"`{_explain(result, 'failed')}` shows the rule with a failing and a corrected example; --known lists what may stay broken for now"
        ),
    ),
    (
        lambda result: bool(result.known_problems),
        lambda result: "remove these entries from the file, or run `awscontract known --update RESULT`",
    ),
    (
        _verdict("not-implemented"),
        lambda result: (
            "`awscontract serve` is an implementation to look at, and `awscontract rules` lists what one must do"
        ),
    ),
    (_verdict("unreachable"), lambda result: "start the target (--wait waits for it), or fix --endpoint-url"),
    (
        _verdict("refused"),
        lambda result: (
            "name something that the caller may read (--entity-path, --arn, --job-id), or other credentials (--profile)"
        ),
    ),
    (
        _verdict("indeterminate"),
        lambda result: "allow more time (--timeout, --read-timeout), or load test data (--seed-command)",
    ),
    (
        lambda result: bool(_first(result, "warned")),
        lambda result: f"`{_explain(result, 'warned')}` says who needs the rule; --strict makes it fail the run",
    ),
    (
        lambda result: result.target.kind == "emulator",
        lambda result: (
            "this was the embedded emulator; --endpoint-url judges yours, and `awscontract faults` shows what would be found"
        ),
    ),
    (
        lambda result: _idle(result) > 0,
        lambda result: (
            f"{counted(_idle(result), 'rule was', 'rules were')} not exercised (-v shows why): --seed-command loads test data, "
            "--require insists"
        ),
    ),
    (
        lambda result: True,
        lambda result: "--save this result, and `awscontract diff` shows what the next version changes",
    ),
)
