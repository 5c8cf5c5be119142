"""`fuzz_client`: a client against one service after another, until one breaks it, and then against simpler ones.

In order: the plain listing, what failed the last time, the table of dangers, what is drawn, a job that never finishes. All
of it is settled by the seed. Without one, there is a fresh seed each time, and what failed is kept in Hypothesis's
database; in CI, where Hypothesis keeps none, the seed is 0.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from ...errors import counted
from ...spec.contract import Contract
from ...spec.operations import DEFAULT, load
from ..sandbox.watchdog import IDLE, WAITS
from .arguments import called, check as check_arguments, wanted as wanted_of
from .bench import Bench, ClientUnderTest
from .failure_database import forget, keep, kept
from .item_pool import drawn_pool, side_by_side
from .judging.failure_report import ClientContractViolation, report
from .judging.run import ClientFinding, ClientRun, ClientStopped, Note
from .scenarios.dangers import dangers, forever, plain
from .scenarios.draws import drawn
from .scenarios.scenario import Scenario
from .scenarios.simplification import simpler, with_fewest

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["Fuzzed", "fuzz_client"]

#: What to do about an operation of which nobody says how it pages.
_DESCRIBED = (
    "If it does, say how: operation=awscontract.spec.operations.load(NAME, paging={'input': …, 'output': …, 'items': …}), "
    "or with contracts=[FILE] in its place"
)

#: Runs that go into making a finding simpler.
_SIMPLER = 200


@dataclass(frozen=True)
class Fuzzed:
    """A client that broke no rule: what it was held to, and what is worth knowing."""

    examples: int
    calls: int
    seed: int
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        head = (
            f"{counted(self.examples, 'behaviour')}, {counted(self.calls, 'call')}, no rule broken (seed {self.seed})"
        )
        return "\n".join([head, *(f"note: {each.rule}: {each.text}" for each in self.notes)])


def fuzz_client(
    collect: Callable[..., Any],
    *,
    operation: str | Contract = DEFAULT,
    parameters: Mapping[str, Any] | None = None,
    items: SearchStrategy[Any] | Mapping[str, SearchStrategy[Any]] | None = None,
    backend: Literal["moto"] | Callable[[str], Any] | None = None,
    failed: Callable[[Any], bool] | None = None,
    examples: int = 100,
    seed: int | None = None,
    expect: Callable[[Any], Any] | None = None,
    key: Callable[[Any], Any] | str | None = None,
    ordered: bool = True,
    polite: bool = True,
    raises: type[BaseException] | Iterable[type[BaseException]] = (),
    observed_only: bool = False,
    invalid_responses: bool = False,
    clock: Literal["virtual", "real"] = "virtual",
) -> Fuzzed:
    """Hold ``collect`` to every client rule, against behaviours that the contract allows.

    ``collect(client, job_id)`` for an operation that reads a job, ``collect(client)`` for any other. It may be an ``async def``.

    :param operation: ``SERVICE:OPERATION``, the operation that is listed.
    :param parameters: what requests carry besides paging, where the operation requires something.
    :param items: a strategy for an item; by default items are drawn from the output shape.
    :param backend: what answers calls of other operations and services: ``"moto"``, or a function from a service's name to a client.
    :param failed: accepts the values by which the client reports failure, besides those that are evident.
    :param examples: how many behaviours, the known dangers first.
    :param seed: for what is drawn; without one it is fresh each time, and 0 in CI.
    :param expect: what the client should return, given the true list of items; by default the list itself.
    :param key: its shorthand for clients that return one thing an item: a function of an item, or a member's name.
    :param ordered: whether the order counts.
    :param polite: whether a pause of less than 100 milliseconds between polls is noted.
    :param raises: exceptions that the client raises by design, on whatever valid response.
    :param observed_only: only what AWS was seen to do.
    :param invalid_responses: also what no service may do, for hardening.
    :param clock: "real" for clients that wait for other processes or for sockets; no job takes more than three polls then.
    :raises ClientContractViolation: with the smallest behaviour that breaks the client.
    :raises UsageError: where the client calls what is not served here, or sends no request at all.
    """
    __tracebackhide__ = True
    if not isinstance(operation, str | Contract):
        raise TypeError(f"operation must be a string such as 'iam:ListUsers', not {operation!r}")
    contract = load(operation, advice=_DESCRIBED) if isinstance(operation, str) else operation
    check_arguments(
        collect, contract, examples=examples, seed=seed, expect=expect, key=key, failed=failed, clock=clock,
        backend=backend, parameters=parameters,
    )  # fmt: skip
    fresh = seed is None
    seed = _fresh_seed() if seed is None else seed
    options = {"observed_only": observed_only, "invalid_responses": invalid_responses}
    shown: dict[str, Any] = {
        "operation": None if contract.id == DEFAULT else contract.id,
        "parameters": dict(parameters) if parameters else None,
        "seed": seed,
        "examples": examples if examples != 100 else None,
        "key": key,
        "expect": expect,
        "failed": failed,
        "ordered": None if ordered else False,
        "raises": raises or None,
        **{name: value or None for name, value in options.items()},
        "clock": clock if clock == "real" else None,
    }
    again = called("fuzz_client", collect, shown)
    if items is None and key is None and parameters:
        items = side_by_side(contract, parameters)
    pool = None if items is None else drawn_pool(contract, items, seed)
    subject = ClientUnderTest(
        collect, contract, wanted_of(expect, key, failed, ordered, polite, raises), parameters or {}, pool
    )

    real_time = clock == "real"
    with Bench(subject, real_time, backend) as bench, _settled_chance(seed):

        def check(scenario: Scenario, first: bool = False) -> None:
            __tracebackhide__ = True
            finding = bench.judged(scenario, first)
            if finding is None:
                return
            run, finding = _smallest(bench, finding, observed_only)
            if fresh and not first:
                keep(collect, contract, run.scenario)
            raise ClientContractViolation(finding, run.scenario, report(run, finding, again))

        check(plain(contract), first=True)
        for scenario in filter(bench.may_run, kept(collect, contract) if fresh else ()):
            check(scenario)
            forget(collect, contract, scenario)
        known = filter(bench.may_run, dangers(contract, real_time=real_time, **options))
        explicit = list(islice(known, max(examples - 1, 0)))
        for scenario in explicit:
            check(scenario)
        others = drawn(contract, seed, real_time=real_time, own_items=pool is not None, **options)
        for scenario in islice(filter(bench.may_run, others), max(examples - 1 - len(explicit), 0)):
            check(scenario)
        endless = None if real_time else forever(contract)
        if endless is not None:
            check(endless)
        return Fuzzed(bench.examples, bench.calls, seed, tuple(bench.notes.values()))


def _smallest(bench: Bench, finding: ClientFinding, observed_only: bool) -> tuple[ClientRun, ClientFinding]:
    """The simplest scenario that breaks the same rule as the last run did, as far as a greedy walk finds it."""
    run = first = bench.last
    found = finding
    tried = [run.scenario]
    if isinstance(run.end, ClientStopped) and (bench.real_time or run.end.reason.startswith((IDLE, WAITS))):
        return run, finding  # each try would take the patience of the watchdog, or real time

    def breaks(scenario: Scenario) -> bool:
        nonlocal run, found
        if scenario in tried or len(tried) >= _SIMPLER:
            return False
        tried.append(scenario)
        again = bench.judged(scenario, hasty=True)
        if again is None or again.rule != finding.rule:
            return False
        run, found = bench.last, again
        return True

    while any(map(breaks, simpler(bench.contract, run.scenario, observed_only=observed_only))):
        pass
    with_fewest(bench.contract, run.scenario, breaks)
    if run is first or not isinstance(run.end, ClientStopped):
        return run, found
    patient = bench.judged(run.scenario)
    return (bench.last, patient) if patient is not None and patient.rule == finding.rule else (first, finding)


@contextmanager
def _settled_chance(seed: int) -> Iterator[None]:
    """Clients may draw lots, for the pauses between polls; they draw the same ones each time."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)


def _fresh_seed() -> int:
    import hypothesis

    if os.environ.get("CI") or hypothesis.settings.default.derandomize:  # type: ignore[union-attr]
        return 0
    return random.SystemRandom().randrange(2**32)
