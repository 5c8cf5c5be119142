"""One run against one target: set up what a recipe describes, survey, explore, and delete everything again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ...spec.contract import Contract
from ..protocols.base import Protocol
from ..results.result import SetupResult, Verdict
from ..survey.outcomes import advice
from ..survey.plan import Plan
from ..survey.survey import survey
from ..trace.exchange import Exchange, Run, Trace
from ..trace.steps import Forget, Outcome, Send, Steps
from .driver import Driver
from .limits import Limits
from .masking import Secrets
from .readings import Readings
from .recipes import Setup, SetupFailed

__all__ = ["Exploring", "Observation", "Observer"]

#: How long the items of a recipe may take to appear, in seconds: at an emulator, and at AWS.
_SETTLE, _SETTLE_AT_AWS = 10.0, 60.0
#: The most items that are created so that there are three pages of the smallest size.
_MOST_ITEMS = 41
#: Seconds to wait for one item to get ready. Creating everything takes at most the time of the run, and so does deleting it.
_WAIT = 60.0

#: Explores what a survey read: given the plan, the readings, the survey's exchanges and the run.
Exploring = Callable[[Plan, Protocol, list[Exchange], Run], Any]


@dataclass(frozen=True, slots=True)
class Observation:
    """The trace of a run, with its `Run`, and what was created for it."""

    trace: Trace
    setup: SetupResult | None = None
    interrupted: KeyboardInterrupt | None = None


@dataclass
class Observer:
    """What a run needs besides its plan. `clients` makes clients for recipes; what signs their requests is in `secrets`, too."""

    client: Any
    contract: Contract
    protocol: Protocol
    limits: Limits
    clients: Callable[[str], Any]
    allow_aws: bool = False
    at_aws: bool = False
    concurrency: int = 1
    progress: Callable[[int, str], None] | None = None
    stop: threading.Event | None = None
    sleep: Callable[[float], object] | None = None
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    secrets: Secrets = field(default_factory=Secrets)

    def __post_init__(self) -> None:
        self.readings = Readings(self.protocol)
        self.stop = self.stop or threading.Event()

    def run(self, plan: Plan, run: Run, exploring: Exploring | None, items: int | None, keep: bool) -> Observation:
        """Create `items` items (none for None), make the run, and delete what was created unless it is to be kept."""
        recipe = self.contract.recipe
        if items is None or recipe is None:
            return self._drive(plan, run, exploring)
        wanted = max(items, _for_pages(plan.minimum_limit, few=self.at_aws))
        stopped = self.stop.is_set if self.stop else (lambda: False)
        setup = Setup(
            recipe,
            self.contract,
            self.clients,
            wanted,
            timeout=min(_WAIT, self.limits.timeout),
            total=self.limits.timeout,
            stopped=stopped,
        )
        interrupted: KeyboardInterrupt | None = None
        observation: Observation | None = None
        try:
            if self.progress:
                self.progress(0, "creating items")
            setup.sweep()
            made = setup.create()
            parameters = {**made.parameters, **plan.parameters}
            # parameters of the user's own may keep out what the recipe made
            ours = parameters == made.parameters
            own, narrowed = (made.identities, made.filter) if ours else ((), {})
            run = replace(run, made=own, created=setup.items if ours else 0, parameters=parameters)
            settle = _SETTLE_AT_AWS if self.at_aws else _SETTLE
            plan = replace(plan, parameters=parameters, made=own, filter=narrowed, settle=settle)
            observation = self._drive(plan, run, exploring)
        except SetupFailed as failed:
            verdict, reason = _failed(failed, self.contract)
            outcome = replace(run, verdict=verdict, reason=self.secrets.masked(reason))
            observation = Observation(self._trace((), outcome))
        except KeyboardInterrupt as interrupt:
            interrupted = interrupt
            cut = replace(
                run, verdict="indeterminate", reason="interrupted while items were created", cut_short="interrupted"
            )
            observation = Observation(self._trace((), cut))
        finally:
            again = None if keep else self._remove(setup)
        interrupted = interrupted or observation.interrupted or again
        deleted = 0 if keep else setup.deleted
        left = tuple(self.secrets.masked(each) for each in setup.left)
        return replace(observation, setup=SetupResult(setup.created, deleted, left), interrupted=interrupted)

    def _remove(self, setup: Setup) -> KeyboardInterrupt | None:
        """Delete everything, and return the interruption that came meanwhile: what was learnt is judged all the same."""
        if self.progress:
            self.progress(0, "deleting items")
        try:
            setup.remove()
        except KeyboardInterrupt as interrupt:
            return interrupt
        return None

    def _trace(self, exchanges: tuple[Exchange, ...], run: Run) -> Trace:
        return Trace(exchanges, self.contract.id, run)

    def _drive(self, plan: Plan, run: Run, exploring: Exploring | None) -> Observation:
        driver = Driver(
            self.client,
            self.readings,
            self.limits,
            operations=self.contract.operations,
            allow_aws=self.allow_aws,
            concurrency=self.concurrency,
            progress=self.progress,
            stop=self.stop,
            secrets=self.secrets,
            sleep=self.sleep,
            clock=self.clock,
        )
        run = replace(run, began=round(self.wall(), 3))
        surveyed: list[Outcome] = []
        outcome = driver.run(self._steps(plan, run, exploring, surveyed))
        if driver.cut_short and surveyed and surveyed[0].verdict is None:
            outcome = surveyed[0]  # only exploring was cut short
            plan.dropped.append(f"a part of exploring: {driver.cut_short}")
        run = replace(
            run,
            verdict=outcome.verdict,
            reason=outcome.reason and self.secrets.masked(outcome.reason),
            dropped=tuple(dict.fromkeys(plan.dropped)),
            calls=driver.calls,
            seconds=round(driver.elapsed, 3),
            cut_short=driver.cut_short,
        )
        return Observation(self._trace(driver.exchanges, run), None, driver.interrupted)

    def _steps(self, plan: Plan, run: Run, exploring: Exploring | None, surveyed: list[Outcome]) -> Steps:
        """The survey, and the exploring after it where there is something to explore."""
        heard: dict[int, Exchange] = {}
        outcome = yield from _listening(survey(plan), heard)
        surveyed.append(outcome)
        if outcome.verdict is None and exploring is not None:
            yield from exploring(plan, self.readings, list(heard.values()), run)
        return outcome


def _for_pages(low: int, *, few: bool) -> int:
    """How many items fill three pages of the smallest size, the last with one of them; a `few` are just more than a page."""
    return min(low + 2 if few else 2 * low + 1, _MOST_ITEMS)


def _failed(failed: SetupFailed, contract: Contract) -> tuple[Verdict, str]:
    """What it means for the run that items could not be created: the verdict and its reason."""
    if failed.kind == "unreachable":
        why = failed.said.removeprefix(f"{failed.code}: ")
        return failed.kind, why if failed.certain else f"no response to {failed.call}: {why}"
    reason = (
        f"{contract.operation} has nothing to list: {failed.call} {failed.what} ({failed.said}){advice(failed.code)}"
    )
    return failed.kind, reason


def _listening(steps: Steps, heard: dict[int, Exchange]) -> Steps:
    """The same steps, with every exchange that is sent to them written down, until it is forgotten."""
    try:
        step = next(steps)
        while True:
            exchanges = yield step
            if isinstance(step, Send):
                heard.update((each.index, each) for each in exchanges)
            elif isinstance(step, Forget):
                for index in step.indexes:
                    heard.pop(index, None)
            step = steps.send(exchanges)
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome
