"""`check`: one operation of one implementation, judged. `replay`: the same from a recorded trace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from ..errors import UsageError
from ..spec.catalogue import rule_set
from ..spec.contract import Contract
from ..spec.operations import DEFAULT, load
from .driver.clients import client_for, services_of
from .driver.limits import Limits
from .driver.masking import Secrets
from .driver.observe import Exploring, Observer
from .driver.parameters import without_set_up
from .driver.session import limited
from .driver.subjects import FIXED, find_subject, misplaced
from .driver.waiting import serves_our_emulator
from .evidence.evidence import Evidence
from .judge.evaluate import evaluate
from .judge.judge import judge
from .protocols import protocol_for
from .protocols.base import Protocol
from .reproduce.steps import Reproducer
from .results.result import Result, Target
from .rules import function_of, suppressors
from .survey.plan import Plan
from .survey.sizes import bounds
from .trace.aws_hosts import is_aws_host
from .trace.exchange import Exchange, Run, Trace
from .trace.redaction import redacted

__all__ = ["check", "replay"]

_LIMITS = Limits()


def check(
    client: Any,
    *,
    operation: str | Contract = DEFAULT,
    contracts: Sequence[str] = (),
    recipes: Sequence[str] = (),
    paging: Mapping[str, str] | None = None,
    entity_path: str | None = None,
    arn: str | None = None,
    granularity: str | None = None,
    service_namespace: str | None = None,
    job_id: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    items: int = 7,
    no_setup: bool = False,
    keep: bool = False,
    allow_setup: bool = False,
    poll_interval: float = 0.2,
    timeout: float = 120.0,
    read_timeout: float = 10.0,
    max_body: int = _LIMITS.max_body,
    max_elements: int = _LIMITS.max_elements,
    max_total: int = _LIMITS.max_total,
    explore: int = 25,
    seed: int = 0,
    concurrency: int = 1,
    allow_aws: bool = False,
    redact: bool | None = None,
    lacks: Collection[str] = (),
    target: Target | None = None,
    made: Sequence[str] | None = None,
    clients: Callable[[str], Any] | None = None,
    progress: Callable[[int, str], None] | None = None,
    record: Callable[[Trace], None] | None = None,
    stop: threading.Event | None = None,
    sleep: Callable[[float], object] | None = None,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> Result:
    """Judge one operation of the implementation behind a botocore or boto3 client, or behind a boto3.Session.

    The keyword arguments are the options of ``awscontract check``.

    :param operation: ``SERVICE:OPERATION``, such as ``iam:ListUsers``.
    :param contracts: contract files, which add to ours or override them.
    :param recipes: recipe files, likewise.
    :param paging: how the operation pages, where neither a paginator nor its shapes say so.
    :param entity_path: the Organizations entity to report on; by default one that the target has.
    :param arn: the user, role, group or policy to report on; by default one that the target has.
    :param granularity: the granularity of the report.
    :param service_namespace: the service whose entities are listed.
    :param job_id: a finished report to read; no other is started then.
    :param parameters: parameters to send with every request of the operation.
    :param items: how many items the recipe creates.
    :param no_setup: create and delete nothing.
    :param keep: do not delete what was created.
    :param allow_setup: whether recipes may create and delete items on AWS itself.
    :param poll_interval: seconds between two polls.
    :param timeout: seconds for the whole run.
    :param read_timeout: seconds for one response.
    :param max_body: bytes of one response.
    :param max_elements: elements of one response.
    :param max_total: bytes of all responses that are kept.
    :param explore: how many generated request sequences follow the fixed survey.
    :param seed: the seed of everything generated.
    :param concurrency: how many requests may be under way at once, where their order does not matter.
    :param allow_aws: whether requests may go to AWS itself: two a second, the fixed survey alone, and one report only.
    :param redact: whether trace and result have pseudonyms for accounts, organizations and credentials; by default where requests
        may go to AWS.
    :param lacks: capabilities (see `CAPABILITIES`) that the target does not have; they are given as the reason why rules were not exercised.
    :param target: what the result says about the target.
    :param made: identities of the items that the recipe's filter lets through, where nothing is created.
    :param clients: a function from a service's name to a client, for other services of the same target.
    :param progress: called before each request, with its number and its purpose.
    :param record: called at the end, with the whole trace.
    :param stop: an event that ends the run soon after it is set; what was learnt is judged, and the result says that it was cut short.
    :raises UsageError: for an unknown operation, a client of another service, and options that contradict each other. Whatever the
        target does is in the result.
    """
    contract = (
        operation
        if isinstance(operation, Contract)
        else load(operation, contracts=tuple(contracts), recipes=tuple(recipes), paging=paging)
    )
    given = {"entity_path": entity_path, "arn": arn, "granularity": granularity, "service_namespace": service_namespace}
    for name, value in {**given, "job_id": job_id}.items():
        if value is not None and (mistake := misplaced(contract, name)):
            raise UsageError(mistake)
    clients = clients or services_of(client)
    client = client_for(client, contract.service)
    url = str(client.meta.endpoint_url)
    aws = allow_aws and is_aws_host(url)
    limits = Limits(
        timeout=timeout, read_timeout=read_timeout, max_body=max_body, max_elements=max_elements, max_total=max_total
    )
    if aws:
        limits, explore, concurrency = limits.towards_aws(), 0, 1
    target = target or Target("client", url)
    protocol = protocol_for(contract, max_elements)
    plan = _plan(
        contract,
        protocol,
        client,
        clients,
        entity_path or arn,
        granularity,
        service_namespace,
        parameters,
        job_id,
        aws=aws,
    )
    plan = replace(plan, poll_interval=poll_interval, timeout=timeout)
    run = Run(
        target.kind,
        target.endpoint_url,
        url,
        seed=seed,
        declared=tuple(lacks),
        found=("organizations",) if plan.made_up and contract.report and contract.report.entity_is == "below" else (),
        parameters=dict(plan.parameters),
    )
    own = target.kind == "emulator"
    set_up = not (no_setup or own or (aws and not allow_setup)) and contract.recipe is not None
    if set_up and target.kind == "endpoint" and serves_our_emulator(url):
        own, set_up = True, False  # it has something to list, and nothing that creates it
    if contract.job is None and not set_up:
        plan, run = without_set_up(contract, plan, run, made, own=own)
    secrets = Secrets()
    with ExitStack() as guards:
        observer = Observer(
            client,
            contract,
            protocol,
            limits,
            _guarded(clients, client, guards, limits, secrets, allow_aws=allow_aws),
            allow_aws=allow_aws,
            at_aws=aws,
            concurrency=concurrency,
            progress=progress,
            stop=stop,
            sleep=sleep,
            clock=clock,
            wall=wall,
            secrets=secrets,
        )
        plan = replace(plan, read=observer.readings.read)
        exploring = _exploring(contract, explore, seed) if explore else None
        observation = observer.run(plan, run, exploring, items if set_up else None, keep)
    trace = observation.trace
    if allow_aws if redact is None else redact:
        # what a report is on where a target other than AWS has nothing to report on is nobody's secret
        trace = redacted(trace, () if allow_aws else FIXED.values())
    if record:
        record(trace)
    result = replace(replay(trace, contract, observer.readings), setup=observation.setup)
    if observation.interrupted is not None and stop is None:
        raise observation.interrupted
    return result


def replay(trace: Trace, contract: Contract, protocol: Protocol | None = None) -> Result:
    """Judge a trace, with lines to paste for every finding whose requests are known."""
    return evaluate(trace, contract, protocol=protocol, reproduce=Reproducer)


def _plan(
    contract: Contract,
    protocol: Protocol,
    client: Any,
    clients: Callable[[str], Any],
    subject: str | None,
    granularity: str | None,
    service_namespace: str | None,
    parameters: Mapping[str, Any] | None,
    job_id: str | None,
    *,
    aws: bool,
) -> Plan:
    """What the survey works with: the subject of a report and its options, or the parameters of a list."""
    job, report = contract.job, contract.report
    given = dict(parameters or {})
    recipe = contract.recipe
    minimum = max(bounds(contract)[0], recipe.minimum_limit or 1 if recipe else 1)
    plan = Plan(contract, protocol.read, parameters=given, minimum_limit=minimum, job_id=job_id, one_report=aws)
    if job is None:
        return plan
    if service_namespace is not None and report and report.about:
        given[report.about] = service_namespace
    made_up = subject is None
    if subject is None and job_id is None:
        subject = find_subject(contract, clients, aws=aws)
        made_up = subject is None
    options: dict[str, Any] = {}
    if job.start.job_type and job_id is None:
        options[job.start.job_type] = granularity or "SERVICE_LEVEL"
    elif granularity:
        options["Granularity"] = granularity
    services = load(f"{contract.service}:{report.services}") if report and report.services else None
    return replace(
        plan,
        subject=subject or FIXED[job.start.subject],
        made_up=made_up and job_id is None,
        options=options,
        parameters=given,
        services=services,
    )


def _guarded(
    clients: Callable[[str], Any], client: Any, guards: ExitStack, limits: Limits, secrets: Secrets, *, allow_aws: bool
) -> Callable[[str], Any]:
    """The clients of a recipe: they send nothing to AWS unless that is allowed, and have the limits of a response."""
    known: dict[str, Any] = {}

    def client_of(service: str) -> Any:
        if service not in known:
            own = client.meta.service_model.service_name == service
            made = client if own else clients(service)
            secrets.of_client(made)
            guard = limited(made, limits.read_timeout, limits.max_body, allow_aws=allow_aws, secrets=secrets)
            guards.enter_context(guard)
            known[service] = made
        return known[service]

    return client_of


def _exploring(contract: Contract, count: int, seed: int) -> Exploring:
    """Exploring after the survey, judged by the rules of the contract."""
    from .survey.exploration import Judging, explore

    def exploring(plan: Plan, protocol: Protocol, surveyed: list[Exchange], run: Run) -> Any:
        def broken(trace: Trace) -> Mapping[str, str]:
            found = judge(Evidence(trace, protocol, contract))
            return {each.id: each.level for each in found if each.outcome in ("failed", "warned")}

        rules = {each.id: each for each in rule_set(contract)}

        def breaks(trace: Trace, rule_id: str) -> bool:
            function = function_of(rules[rule_id], contract)
            pieces = Evidence(trace, protocol, contract).of(function.kind)
            return any(each.state == "broken" for piece in pieces for each in function.check(piece))

        def explained_by(rule_id: str) -> Collection[str]:
            return [each for each in suppressors(rule_id) if each in rules]

        judging = Judging(broken, breaks, explained_by, lambda rule_id: rules[rule_id].level)
        return explore(plan, protocol, judging, surveyed, run, count, seed)

    return exploring
