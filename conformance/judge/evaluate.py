"""A trace's result: the same whether the trace was just recorded or is read from a file years later.

`check` ends here too, with the trace that it would record. So a recorded run and its replay cannot differ.
"""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from ...spec.catalogue import rule_set
from ...spec.contract import Contract
from ...spec.model import fingerprint, service
from ..evidence.evidence import Evidence
from ..protocols import protocol_for
from ..protocols.base import Protocol, Remembering
from ..results.result import Result, RuleResult, Target, Verdict
from ..trace.exchange import Run, Trace, TraceError
from ..trace.steps import Outcome
from .judge import Reproduce, judge
from .limitations import explained

__all__ = ["conclude", "evaluate"]


def evaluate(
    trace: Trace,
    contract: Contract,
    *,
    protocol: Protocol | None = None,
    reproduce: Callable[[Evidence, str], Reproduce] | None = None,
) -> Result:
    """Judge a trace, offline. What of the result the exchanges do not show is in the trace's `run`.

    :param protocol: how the target was spoken to; the operation's protocol without one.
    :param reproduce: makes, out of the evidence and the address that requests were sent to, what writes reproductions.
    """
    _check(trace, contract)
    run = trace.run or Run(calls=len(trace.exchanges))
    outcome = Outcome(run.verdict, run.reason)
    if run.verdict == "not-implemented":
        rules = _blank(contract, run.reason)
    else:
        evidence = Evidence(trace, protocol or Remembering(protocol_for(contract)), contract)
        lines = reproduce(evidence, run.address) if reproduce and run.address else lambda exchanges: None
        rules = explained(judge(evidence, lines), evidence, run.declared, run.found)
    server = next((each.headers["server"] for each in trace.exchanges if "server" in each.headers), None)
    target = Target(run.kind, run.endpoint_url, server)
    return conclude(contract, rules, outcome, target, run)


def _check(trace: Trace, contract: Contract) -> None:
    """:raises TraceError: where an exchange is of an operation that the service does not have."""
    known = frozenset(service(contract.service).operation_names)
    for each in trace.exchanges:
        if each.operation not in known:
            raise TraceError(f"exchange {each.index} is of {each.operation}, which {contract.service} does not have")


def conclude(
    contract: Contract,
    rules: tuple[RuleResult, ...],
    outcome: Outcome,
    target: Target,
    run: Run | None = None,
) -> Result:
    """Fold the rules' outcomes and the survey's into one verdict. A broken `must` outweighs that the rest could not be judged."""
    run = run or Run()
    verdict, reason = _verdict(rules, outcome)
    return Result(
        operation=contract.id,
        model=fingerprint(contract)._asdict(),
        target=target,
        verdict=verdict,
        rules=rules,
        reason=reason,
        calls=run.calls,
        seconds=run.seconds,
        seed=run.seed,
        dropped=tuple(dict.fromkeys(run.dropped)),
        awscontract=_version(),
        cut_short=run.cut_short,
    )


def _verdict(rules: Iterable[RuleResult], outcome: Outcome) -> tuple[Verdict, str | None]:
    results = tuple(rules)
    if any(each.outcome == "failed" for each in results):
        return "violates", outcome.reason
    if outcome.verdict is not None:
        return outcome.verdict, outcome.reason
    unsure = [
        each for each in results if each.outcome == "indeterminate" and each.level == "must" and each.because is None
    ]
    if unsure:
        return "indeterminate", f"{unsure[0].id} could not be judged: {unsure[0].reason}"
    if not any(each.exercised for each in results):
        return "indeterminate", outcome.reason or "there is nothing in it that could have broken a rule"
    return "conforms", outcome.reason


def _blank(contract: Contract, reason: str | None) -> tuple[RuleResult, ...]:
    """Every rule, not exercised: an operation that does not exist has broken none of them."""
    return tuple(
        RuleResult(
            each.id, each.level, each.basis, each.source, "not-exercised", reason=reason, statement=each.statement
        )
        for each in rule_set(contract)
    )


@cache
def _version() -> str:
    """Once: it is in a file of several hundred lines."""
    try:
        return version("awscontract")
    except PackageNotFoundError:
        from ...version import __version__

        return __version__
