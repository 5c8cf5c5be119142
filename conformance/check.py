"""`check`: one survey of one implementation, judged."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from ..spec.legacy import contract
from .driver.driver import Driver, Limits
from .driver.session import is_aws_host
from .judge.evaluate import conclude, replay
from .judge.judge import Book
from .protocols.base import Protocol, Remembering
from .protocols.query import Query
from .results.result import Result, Target
from .survey.refusals import Outcome
from .survey.survey import Plan, Steps, survey
from .trace.exchange import Exchange, Run, Trace
from .trace.redaction import redacted

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
    redact: bool | None = None,
    lacks: Collection[str] = (),
    protocol: Protocol | None = None,
    book: Book | None = None,
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
    :param allow_aws: whether requests may leave for AWS itself: two a second, of the survey alone, and for one report only.
    :param lacks: capabilities (see `CAPABILITIES`) that the target is known not to have: the reason where rules are not exercised.
    :param redact: whether pseudonyms stand for accounts, organizations and credentials in trace and result; by default
        only where requests may leave for AWS.
    :param protocol: how the target is spoken to; AWS Query, as the service model says. :param book: the rules that go with it.
    :param progress: is told the number of the call and what it is for, before each.
    :param record: is given the whole trace at the end.
    :raises UsageError: where the client is none of IAM. Whatever the target does is in the result.
    """
    law, reading = contract(), Remembering(protocol or Query())
    limits = Limits(timeout=timeout, read_timeout=read_timeout)
    if aws := allow_aws and is_aws_host(client.meta.endpoint_url):
        limits, explore, concurrency = limits.towards_aws(), 0, 1
    driver = Driver(client, reading, limits, allow_aws=allow_aws, concurrency=concurrency, progress=progress)
    target = target or Target("client", client.meta.endpoint_url)
    plan = Plan(
        law,
        reading.read,
        entity_path or FIXED_ENTITY,
        entity_path is None,
        job_id,
        poll_interval,
        timeout,
        one_report=aws,
    )
    discarded: set[int] = set()
    outcome = driver.run(_steps(plan, reading, explore, seed, discarded))
    trace = _without(driver.trace, discarded)
    run = Run(
        target.kind,
        target.endpoint_url,
        client.meta.endpoint_url,
        outcome.verdict,
        outcome.reason,
        dropped=tuple(dict.fromkeys(plan.dropped)),
        calls=len(driver.trace.exchanges),
        seconds=round(driver.elapsed, 3),
        seed=seed,
        declared=tuple(lacks),
        found=("organizations",) if entity_path is None and job_id is None else (),
    )
    trace = replace(trace, run=run)
    if allow_aws if redact is None else redact:
        trace = redacted(trace)
    if record:
        record(trace)
    return replay(trace, reading, book)


def _steps(plan: Plan, protocol: Protocol, count: int, seed: int, discarded: set[int]) -> Steps:
    """The survey, and the exploring after it where there is a report to explore."""
    surveyed: list[Exchange] = []
    outcome = yield from _listening(survey(plan), surveyed)
    if outcome.verdict is None and count:
        from .survey.exploration import explore  # Hypothesis is not imported for a survey alone

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
