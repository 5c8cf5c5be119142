"""Proof that the judge can see: every fault of the emulator judged, and which rules caught it.

A rule has caught a fault where it is broken there and not in the valid emulator. The clock stands still but for a step
a call, so that every run is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import count
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

from ...emulator import Behaviour, Emulator, Stages, attach
from ...emulator.faults import FAULTS, Fault
from ...spec import service_rules
from ..check import check
from ..driver.clients import TargetOptions, make_client

if TYPE_CHECKING:
    from ..results.result import Result

__all__ = ["Kill", "examine", "judged", "kills", "unseen"]

#: When the emulator's clock begins, and how far each call moves it, in seconds.
_EPOCH, _STEP = 1_750_000_000.0, 0.05

#: Below so many faults the start of another process is dearer than what it saves.
_WORTH_A_PROCESS = 8

_BROKEN = ("failed", "warned", "noted")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Kill:
    """One fault and the rules that caught it, in the order in which a user is shown them."""

    fault: Fault
    caught: tuple[str, ...]
    #: Rules that were left undecided because of one that is broken.
    spared: tuple[str, ...] = ()

    @property
    def declared(self) -> bool:
        """Whether the rule that must catch it did."""
        return self.fault.rule in self.caught

    @property
    def explained(self) -> bool:
        """Whether the rule that is shown first is the one that explains the fault."""
        return self.caught[:1] == (self.fault.explained,)


def judged(behaviour: Behaviour, stages: Stages, *, explore: int = 0, seed: int = 0) -> Result:
    """The judgement of an emulator, in this process and without a socket."""
    ticks = count()
    emulator = Emulator(behaviour, stages, clock=lambda: _EPOCH + _STEP * next(ticks))
    with attach(_client(), emulator) as client:
        return check(client, entity_path=emulator.organization.root, poll_interval=0, explore=explore, seed=seed)


@cache
def _client() -> Any:
    """One for all emulators: making it takes as long as judging one."""
    return make_client(TargetOptions())


def examine(fault: Fault, *, explore: int = 0, seed: int = 0) -> Kill:
    """Judge one fault."""
    result = judged(fault.behaviour, fault.stages, explore=explore, seed=seed)
    valid = _always_noted() - {fault.rule}
    broken = [each for outcome in _BROKEN for each in result.rules if each.outcome == outcome and each.id not in valid]
    return Kill(fault, tuple(each.id for each in broken), tuple(each.id for each in result.rules if each.because))


@cache
def _always_noted() -> frozenset[str]:
    """What is noted of the valid emulator too: no news about a fault."""
    return frozenset(each.id for each in judged(Behaviour(), Stages()).rules if each.outcome == "noted")


def kills(
    faults: Iterable[Fault] | None = None,
    *,
    explore: int = 0,
    seed: int = 0,
    processes: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Kill]:
    """Judge these faults, or all of them; deep ones only where something is explored. `progress` is told of each."""
    asked = tuple(FAULTS.values() if faults is None else faults)
    chosen = [each for each in asked if explore or not each.deep]
    workers = processes or min(os.cpu_count() or 1, 4)
    if workers == 1 or len(chosen) < _WORTH_A_PROCESS:
        return list(
            _told((examine(each, explore=explore if each.deep else 0, seed=seed) for each in chosen), chosen, progress)
        )
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:  # a fork would copy threads that do not run
        work = [(each.id, explore if each.deep else 0, seed) for each in chosen]
        found = list(_told(pool.map(_examine, work, chunksize=4), chosen, progress))
    return [Kill(FAULTS[name], caught, spared) for name, caught, spared in found]


def _told(found: Iterable[_T], faults: Sequence[Fault], progress: Callable[[str], None] | None) -> Iterator[_T]:
    """The same, telling of each before it is there."""
    rest = iter(found)
    for number, fault in enumerate(faults, 1):
        if progress is not None:
            progress(f"{number} of {len(faults)} faults: {fault.id}")
        yield next(rest)


def _examine(work: tuple[str, int, int]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """In another process, where faults are known by their ids: functions do not travel."""
    name, explore, seed = work
    found = examine(FAULTS[name], explore=explore, seed=seed)
    return name, found.caught, found.spared


def unseen(found: Sequence[Kill]) -> list[str]:
    """Rules that no fault set off."""
    caught = {rule for each in found for rule in each.caught}
    return [each.id for each in service_rules() if each.id not in caught]
