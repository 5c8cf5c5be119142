"""What to do after a run: the first thing that fits, in one line."""

from collections.abc import Callable

from ..results.result import Result

__all__ = ["next_step"]


def next_step(result: Result) -> str:
    """What somebody who has read the result may want to do now."""
    return next(advice(result) for holds, advice in _ADVICE if holds(result))


def _first(result: Result, outcome: str) -> str:
    return next((rule.id for rule in result.rules if rule.outcome == outcome), "")


def _idle(result: Result) -> int:
    return sum(rule.outcome == "not-exercised" for rule in result.rules)


def _verdict(verdict: str) -> Callable[[Result], bool]:
    return lambda result: result.verdict == verdict


_ADVICE: tuple[tuple[Callable[[Result], bool], Callable[[Result], str]], ...] = (
    (
        lambda result: bool(_first(result, "failed")),
        lambda result: (
            f"`awscontract explain {_first(result, 'failed')}` shows the rule broken and mended; --known excuses what has to wait"
        ),
    ),
    (
        lambda result: bool(result.known_problems),
        lambda result: "take the entries that no longer hold out of the file, or `awscontract known --update RESULT`",
    ),
    (
        _verdict("not-implemented"),
        lambda result: (
            "`awscontract serve` is an implementation to look at, and `awscontract rules` all that is asked of one"
        ),
    ),
    (_verdict("unreachable"), lambda result: "start the target, or mend --endpoint-url"),
    (
        _verdict("refused"),
        lambda result: (
            "name an entity that the caller may report on (--entity-path), a finished report (--job-id), or other keys (--profile)"
        ),
    ),
    (
        _verdict("indeterminate"),
        lambda result: (
            "give it more time (--timeout, --read-timeout) or something to report (--seed-command, --entity-path)"
        ),
    ),
    (
        lambda result: bool(_first(result, "warned")),
        lambda result: (
            f"`awscontract explain {_first(result, 'warned')}` says who needs the rule; --strict insists on it"
        ),
    ),
    (
        lambda result: _idle(result) > 0,
        lambda result: (
            f"{_idle(result)} rules were not put to the test: --seed-command gives the target more to report, --require insists"
        ),
    ),
    (
        lambda result: True,
        lambda result: "--save this result, and `awscontract diff` tells what the next version changes",
    ),
)
