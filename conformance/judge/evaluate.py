"""A trace's result: the same whether the trace was just recorded or is read from a file years later.

`check` ends here too, with the trace that it would record. So a recorded run and its replay cannot differ.
"""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from ...spec import fingerprint, service_rules
from ...spec.legacy import contract
from ..evidence.evidence import Evidence
from ..protocols.base import Protocol, Remembering
from ..protocols.query import Query
from ..reproduce.steps import Reproducer
from ..results.result import Result, RuleResult, Target, Verdict
from ..survey.refusals import Outcome
from ..trace.exchange import Run, Trace
from .judge import Book, judge
from .limitations import explained

__all__ = ["conclude", "replay"]


def replay(trace: Trace, protocol: Protocol | None = None, book: Book | None = None) -> Result:
    """Judge a trace, offline. What of the result the exchanges do not show is told by the trace's `run`.

    :param protocol: how the target was spoken to; AWS Query without one. :param book: the rules; the catalogue's without one.
    """
    run = trace.run or Run(calls=len(trace.exchanges))
    outcome = Outcome(run.verdict, run.reason)
    if run.verdict == "not-implemented":
        rules = _blank(run.reason)
    else:
        evidence = Evidence(trace, protocol or Remembering(Query()), contract())
        lines = Reproducer(evidence, run.address) if run.address and book is None else lambda exchanges: None
        rules = explained(judge(evidence, lines, book), evidence, run.declared, run.found)
    server = next((each.headers["server"] for each in trace.exchanges if "server" in each.headers), None)
    target = Target(run.kind, run.endpoint_url, server)
    return conclude(rules, outcome, target, calls=run.calls, seconds=run.seconds, seed=run.seed, dropped=run.dropped)


def conclude(
    rules: tuple[RuleResult, ...],
    outcome: Outcome,
    target: Target,
    *,
    calls: int = 0,
    seconds: float = 0.0,
    seed: int = 0,
    dropped: Iterable[str] = (),
) -> Result:
    """Fold the rules' outcomes and the survey's into one verdict. A broken `must` outweighs that the rest could not be judged."""
    verdict: Verdict
    reason = outcome.reason
    unsure = [
        each for each in rules if each.outcome == "indeterminate" and each.level == "must" and each.because is None
    ]
    if any(each.outcome == "failed" for each in rules):
        verdict = "violates"
    elif outcome.verdict is not None:
        verdict = outcome.verdict
    elif unsure:
        verdict, reason = "indeterminate", f"{unsure[0].id} could not be judged: {unsure[0].reason}"
    elif not any(each.exercised for each in rules):
        verdict, reason = "indeterminate", "there is nothing in it that could have broken a rule"
    else:
        verdict = "conforms"
    return Result(
        operation=f"iam:{contract().operation}",
        model=fingerprint()._asdict(),
        target=target,
        verdict=verdict,
        rules=rules,
        reason=reason,
        calls=calls,
        seconds=seconds,
        seed=seed,
        dropped=tuple(dict.fromkeys(dropped)),
        awscontract=_version(),
    )


def _blank(reason: str | None) -> tuple[RuleResult, ...]:
    """Every rule, not exercised: an operation that is not there has broken none of them."""
    return tuple(
        RuleResult(each.id, each.level, each.basis, each.source, "not-exercised", reason=reason)
        for each in service_rules()
    )


def _version() -> str:
    try:
        return version("awscontract")
    except PackageNotFoundError:
        from ... import __version__

        return __version__
