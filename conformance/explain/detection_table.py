"""The detection table: every fault of the emulator, judged, and which rules caught it.

A rule has caught a fault where it is broken there and not in the valid emulator. The clock stands still but for a step a request and for
pauses, so that every run is the same.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

from ...emulator import Behaviour, Emulator, Stages, attach
from ...emulator.faults import Fault, faults_for
from ...spec.catalogue import rule_set
from ...spec.contract import Contract
from ...spec.operations import load
from ..check import check
from ..driver.clients import TargetOptions, make_client
from ..judge.judge import findings
from ..results.result import Target
from ..trace.exchange import Trace

if TYPE_CHECKING:
    from ..results.result import Outcome, Result

__all__ = ["Detection", "detections", "examine", "judged", "observed", "unseen"]

#: When the emulator's clock begins, and how far each request moves it, in seconds.
_EPOCH, _STEP = 1_750_000_000.0, 0.05

#: Rules whose faults show only where pages of several sizes can be requested, unless it is known which items there are.
_BY_SIZES = ("pagination.complete", "pagination.token-repeatable")

#: Below so many faults the start of another process is dearer than what it saves.
_WORTH_A_PROCESS = 8

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Detection:
    """One fault and the rules that caught it, in the order in which a user is shown them; `suppressed` were left undecided because of one."""

    fault: Fault
    caught: tuple[str, ...]
    suppressed: tuple[str, ...] = ()

    @property
    def declared(self) -> bool:
        """Whether the rule that must catch it did."""
        return self.fault.rule in self.caught

    @property
    def explained(self) -> bool:
        """Whether the rule that is shown first is the one that explains the fault."""
        return self.caught[:1] == (self.fault.explained,)


class _Clock:
    """A clock that moves with each request and with each pause."""

    def __init__(self) -> None:
        self.now = _EPOCH

    def at_a_request(self) -> float:
        self.now += _STEP
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def since_1970(self) -> float:
        return self.now


def judged(
    behaviour: Behaviour, stages: Stages, contract: Contract | None = None, *, explore: int = 0, seed: int = 0
) -> Result:
    """The judgement of an emulator, in this process and without a socket."""
    return observed(behaviour, stages, contract, explore=explore, seed=seed)[0]


def observed(
    behaviour: Behaviour, stages: Stages, contract: Contract | None = None, *, explore: int = 0, seed: int = 0
) -> tuple[Result, Trace]:
    """The same with its trace."""
    contract = contract or load()
    clock, traces = _Clock(), list[Trace]()
    emulator = Emulator(contract, behaviour, stages, clock=clock.at_a_request)
    options: dict[str, Any] = {}
    if contract.job is not None:
        name = "entity_path" if contract.job.start.subject == "EntityPath" else "arn"
        options[name] = emulator.subjects[contract.id]
    with attach(_client(contract.service), emulator) as client:
        result = check(
            client,
            operation=contract,
            poll_interval=0,
            explore=explore,
            seed=seed,
            target=Target("emulator"),
            made=emulator.made.get(contract.id),
            record=traces.append,
            sleep=clock.sleep,
            clock=clock.since_1970,
            wall=clock.since_1970,
            **options,
        )
    return result, traces[0]


@cache
def _client(service: str) -> Any:
    """One for all emulators: making it takes as long as judging one."""
    return make_client(TargetOptions(), service)


def examine(fault: Fault, contract: Contract | None = None, *, explore: int = 0, seed: int = 0) -> Detection:
    """Judge one fault."""
    contract = contract or load()
    result = judged(fault.behaviour, fault.stages, contract, explore=explore, seed=seed)
    usual = _noted(contract) - {fault.rule}
    broken = [each.id for each in findings(result.rules) if each.id not in usual]
    return Detection(fault, tuple(broken), tuple(each.id for each in result.rules if each.because))


def _noted(contract: Contract) -> frozenset[str]:
    """What is noted of the valid emulator too: no news about a fault."""
    return frozenset(rule for rule, outcome in _outcomes(contract).items() if outcome == "noted")


@cache
def _outcomes(contract: Contract) -> Mapping[str, Outcome]:
    """The outcome of each rule for the valid emulator."""
    return {each.id: each.outcome for each in judged(Behaviour(), Stages(), contract).rules}


def detections(
    faults: Iterable[Fault] | None = None,
    *,
    contract: Contract | None = None,
    explore: int = 0,
    seed: int = 0,
    processes: int | None = None,
    progress: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> list[Detection]:
    """Judge these faults, or all of the operation; deep ones only where something is explored.

    `progress` is called for each. Setting `stop`, or a KeyboardInterrupt, ends the processes; what was found until then is returned.
    """
    contract = contract or load()
    asked = tuple(faults_for(contract).values() if faults is None else faults)
    chosen = [each for each in asked if explore or not each.deep]
    found: list[Detection] = []
    work = _in_processes if (processes or _processors()) > 1 and len(chosen) >= _WORTH_A_PROCESS else _one_by_one
    each_judged = work(chosen, contract, explore, seed, processes or _processors())
    try:
        for detection in _shown(each_judged, chosen, progress):
            found.append(detection)
            if stop is not None and stop.is_set():
                break
    except KeyboardInterrupt:
        if stop is not None:
            stop.set()
    finally:
        each_judged.close()
    return found


def _processors() -> int:
    return min(os.cpu_count() or 1, 4)


Judging = Iterator[Detection]


def _one_by_one(faults: Sequence[Fault], contract: Contract, explore: int, seed: int, _: int) -> Any:
    for each in faults:
        yield examine(each, contract, explore=explore if each.deep else 0, seed=seed)


def _in_processes(faults: Sequence[Fault], contract: Contract, explore: int, seed: int, processes: int) -> Any:
    pool = ProcessPoolExecutor(processes, get_context("spawn"))  # a fork would copy threads that do not run
    try:
        work = [(each.id, contract, explore if each.deep else 0, seed) for each in faults]
        for (name, caught, suppressed), fault in zip(pool.map(_examine, work, chunksize=4), faults, strict=True):
            assert name == fault.id
            yield Detection(fault, caught, suppressed)
    except (GeneratorExit, KeyboardInterrupt):
        for process in list((pool._processes or {}).values()):
            process.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _shown(found: Iterable[_T], faults: Sequence[Fault], progress: Callable[[str], None] | None) -> Iterator[_T]:
    """The same, with progress shown for each before it is there."""
    rest = iter(found)
    for number, fault in enumerate(faults, 1):
        if progress is not None:
            progress(f"{number} of {len(faults)} faults: {fault.id}")
        yield next(rest)


def _examine(work: tuple[str, Contract, int, int]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """In another process, where faults are known by their ids: functions do not travel."""
    name, contract, explore, seed = work
    found = examine(faults_for(contract)[name], contract, explore=explore, seed=seed)
    return name, found.caught, found.suppressed


def unseen(found: Sequence[Detection], contract: Contract | None = None) -> list[str]:
    """Rules of the operation that no fault set off.

    Not among them are those that the valid emulator sets off already, and, where no fault is declared for them, those that it does not
    exercise and those of shapes: where an output has only texts, or patterns that any text matches, nothing can break them; and
    those that take pages of several sizes, where none can be requested.
    """
    contract = contract or load()
    caught = {rule for each in found for rule in each.caught} | _noted(contract)
    declared = {each.rule for each in faults_for(contract).values()}
    outcomes = _outcomes(contract)
    one_size = contract.listing is not None and contract.listing.limit is None
    idle = {
        rule
        for rule, outcome in outcomes.items()
        if outcome == "not-exercised" or rule.startswith("shape.") or (one_size and rule in _BY_SIZES)
    } - declared
    return [each.id for each in rule_set(contract) if each.id not in caught | idle]
