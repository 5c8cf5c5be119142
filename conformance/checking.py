"""`check`: one survey of one implementation, judged."""

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..spec import contract, fingerprint, service_rules
from .driver import Driver, Limits
from .evidence import Evidence
from .exchange import Exchange, Trace
from .judge import judge
from .outcomes import Outcome
from .query import Query
from .reading import Protocol, Remembering
from .reproduce import Reproducer
from .result import Result, RuleResult, Target, Verdict
from .survey import Plan, Steps, survey

__all__ = ["FIXED_ENTITY", "check", "conclude"]

#: A path that no organization has and that every validation accepts.
FIXED_ENTITY = "o-a1b2c3d4e5/r-f6g7h8"


def check(
    client: Any,
    *,
    entity_path: str | None = None,
    job_id: str | None = None,
    poll_interval: float = 0.2,
    timeout: float = 120.0,
    read_timeout: float = 10.0,
    explore: int = 25,
    seed: int = 0,
    concurrency: int = 1,
    allow_aws: bool = False,
    target: Target | None = None,
    progress: Callable[[int, str], None] | None = None,
    record: Callable[[Trace], None] | None = None,
) -> Result:
    """Judge the implementation behind a botocore or boto3 client of IAM.

    :param entity_path: the Organizations entity to report on; a fixed valid path without one.
    :param job_id: a finished report to read, so that none is made.
    :param poll_interval: seconds between two polls. :param timeout: seconds for the whole run.
    :param read_timeout: seconds for one answer.
    :param explore: generated request sequences after the fixed survey.
    :param concurrency: how many requests may be under way at once where their order does not matter.
    :param allow_aws: whether requests may leave for AWS itself.
    :param progress: is told the number of the call and what it is for, before each.
    :param record: is given the whole trace at the end.
    :raises UsageError: where the client is none of IAM. Whatever the target does is in the result.
    """
    law, protocol = contract(), Remembering(Query())
    limits = Limits(timeout=timeout, read_timeout=read_timeout)
    driver = Driver(client, protocol, limits, allow_aws=allow_aws, concurrency=concurrency, progress=progress)
    target = target or Target("client", client.meta.endpoint_url)
    one_report = target.kind == "aws"
    plan = Plan(
        law, protocol.read, entity_path or FIXED_ENTITY, entity_path is None, job_id, poll_interval, timeout, one_report
    )
    discarded: set[int] = set()
    outcome = driver.run(_steps(plan, protocol, explore, seed, discarded))
    trace = _without(driver.trace, discarded)
    if record:
        record(trace)
    evidence = Evidence(trace, protocol, law)
    rules = (
        _blank(outcome.reason)
        if outcome.verdict == "not-implemented"
        else judge(evidence, Reproducer(evidence, client.meta.endpoint_url))
    )
    server = next((each.headers["server"] for each in trace.exchanges if "server" in each.headers), None)
    return conclude(
        rules,
        outcome,
        replace(target, server=server),
        calls=len(driver.trace.exchanges),
        seconds=driver.elapsed,
        seed=seed,
        dropped=plan.dropped,
    )


def _steps(plan: Plan, protocol: Protocol, count: int, seed: int, discarded: set[int]) -> Steps:
    """The survey, and the exploring after it where there is a report to explore."""
    surveyed: list[Exchange] = []
    outcome = yield from _listening(survey(plan), surveyed)
    if outcome.verdict is None and count:
        from .explore import explore  # Hypothesis is not imported for a survey alone

        explored = yield from explore(plan, protocol, surveyed, count, seed)
        discarded |= explored.discarded
    return outcome


def _listening(steps: Steps, heard: list[Exchange]) -> Steps:
    """The same steps, with every exchange that is sent to them written down."""
    try:
        step = next(steps)
        while True:
            exchanges = yield step
            heard.extend(exchanges)
            step = steps.send(exchanges)
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome


def _without(trace: Trace, discarded: set[int]) -> Trace:
    """The trace without what was asked only to make a finding smaller, numbered anew."""
    kept = [each for each in trace.exchanges if each.index not in discarded]
    return replace(
        trace,
        exchanges=tuple(replace(each, index=index) for index, each in enumerate(kept))
        if discarded
        else trace.exchanges,
    )


def conclude(
    rules: tuple[RuleResult, ...],
    outcome: Outcome,
    target: Target,
    *,
    calls: int = 0,
    seconds: float = 0.0,
    seed: int = 0,
    dropped: list[str] | None = None,
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
        dropped=tuple(dict.fromkeys(dropped or ())),
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
        from .. import __version__

        return __version__
