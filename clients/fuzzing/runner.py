"""`fuzz_client`: a client against one service after another, until one breaks it, and then against simpler ones.

In order: the plain report, what failed the last time, the table of dangers, what Hypothesis draws, a job that never finishes. All
of it is settled by the seed. Without one, there is a fresh seed each time, and what failed is kept in Hypothesis's
database; in CI, where Hypothesis keeps none, the seed is 0.
"""

from __future__ import annotations

import inspect
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Set as AbstractSet
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, Self

from ...emulator.access_reports.organization import DEFAULT_ROOT
from ..sandbox.interception import made_client, served
from ..sandbox.virtual_clock import Clock
from ..sandbox.watchdog import IDLE, WAITS, Brake, Stop
from .client_rules import Finding, Note, Raised, Returned, Run, Stopped, Wanted, judge, notes
from .failure_database import forget, keep, kept
from .failure_report import ClientContractViolation, tell
from .recorder import Recorder
from .scenarios import FOREVER, PLAIN, Scenario, dangers, drawn, simpler

__all__ = ["Fuzzed", "fuzz_client"]

#: Runs that go into making a finding simpler.
_SIMPLER = 200

#: Real seconds that a client may wait without a call: where its pauses take none, and where they are real.
_PATIENCE = {False: 15.0, True: 60.0}


@dataclass(frozen=True)
class Fuzzed:
    """A client that broke no rule: what it was held to, and what is worth knowing."""

    examples: int
    calls: int
    seed: int
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        head = f"{self.examples} behaviours, {self.calls} calls, no rule broken (seed {self.seed})"
        return "\n".join([head, *(f"note: {each.rule}: {each.text}" for each in self.notes)])


def fuzz_client(
    collect: Callable[[Any, str], Any],
    *,
    examples: int = 100,
    seed: int | None = None,
    expect: Callable[[list[Any]], Any] | None = None,
    key: Callable[[Any], Any] | str | None = None,
    ordered: bool = True,
    polite: bool = True,
    raises: type[BaseException] | Iterable[type[BaseException]] = (),
    observed_only: bool = False,
    invalid_responses: bool = False,
    clock: Literal["virtual", "real"] = "virtual",
) -> Fuzzed:
    """Hold ``collect(client, job_id)`` to every client rule, against behaviours that the contract allows.

    :param examples: how many behaviours, the known dangers first.
    :param seed: for what is drawn; without one it is fresh each time, and 0 in CI.
    :param expect: what the client should return, given the true list of AccessDetails; by default the list itself.
    :param key: its shorthand for clients that return one thing a service: a function of an AccessDetail, or a member's name.
    :param ordered: whether the order counts.
    :param polite: whether a pause of less than 100 milliseconds between polls is noted.
    :param raises: exceptions that the client raises by design, on whatever valid answer.
    :param observed_only: only what AWS was seen to do.
    :param invalid_responses: also what no service may do, for hardening.
    :param clock: "real" for clients that wait otherwise than by `time` and asyncio; no job takes more than three polls then.
    :raises ClientContractViolation: with the smallest behaviour that breaks the client.
    """
    __tracebackhide__ = True
    if inspect.iscoroutinefunction(collect) or inspect.isasyncgenfunction(collect):
        raise TypeError(_ASYNCHRONOUS)
    if expect is not None and key is not None:
        raise ValueError("give expect or key, not both")
    if examples < 1:
        raise ValueError(f"examples is a whole number from 1, not {examples!r}")
    if clock not in ("virtual", "real"):
        raise ValueError(f"clock is 'virtual' or 'real', not {clock!r}")
    wanted = Wanted(expect, _by_name(key), ordered, polite, (raises,) if isinstance(raises, type) else tuple(raises))
    fresh = seed is None
    seed = _fresh_seed() if seed is None else seed
    options = {"observed_only": observed_only, "invalid_responses": invalid_responses}
    shown: dict[str, Any] = {
        "seed": seed,
        "examples": examples if examples != 100 else None,
        "key": key,
        "expect": expect,
    }
    shown |= {"ordered": None if ordered else False, "raises": raises or None}
    shown |= {name: value or None for name, value in options.items()} | {"clock": clock if clock == "real" else None}
    again = (
        f"fuzz_client({_called(collect)}{''.join(f', {n}={_called(v)}' for n, v in shown.items() if v is not None)})"
    )

    real_time = clock == "real"
    with _Bench(collect, wanted, real_time) as bench, _settled_chance(seed):

        def check(scenario: Scenario, plain: bool = False) -> None:
            __tracebackhide__ = True
            finding = bench.judged(scenario, plain)
            if finding is None:
                return
            run, finding = _smallest(bench, finding, observed_only)
            if fresh and not plain:
                keep(collect, run.scenario)
            raise ClientContractViolation(finding, run.scenario, tell(run, finding, again))

        check(PLAIN, plain=True)
        for scenario in kept(collect) if fresh else ():
            check(scenario)
            forget(collect, scenario)
        explicit = dangers(real_time=real_time, **options)[: max(examples - 1, 0)]
        for scenario in explicit:
            check(scenario)
        _draw(drawn(real_time=real_time, **options), examples - 1 - len(explicit), seed, check)
        if not real_time:
            check(FOREVER)
        return Fuzzed(bench.examples, bench.calls, seed, tuple(bench.notes.values()))


_ASYNCHRONOUS = "collect is asynchronous: give fuzz_client a function that runs it, with asyncio.run"


class _Bench:
    """Where a client is run: its clock, its brake, and the doors through which it asks."""

    def __init__(self, collect: Callable[[Any, str], Any], wanted: Wanted, real_time: bool) -> None:
        self.examples = self.calls = 0
        self.notes: dict[str, Note] = {}
        self.last: Run
        self._collect, self._wanted, self.real_time = collect, wanted, real_time
        self._brake = Brake(_PATIENCE[real_time])
        self._clock = Clock(self._brake.paused, self._brake.check, lambda: self._brake.pull(WAITS))
        self._recorder: Recorder
        self._jobs: set[str] = set()
        self._foreign: str | None = None
        self._within = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._client = made_client()
            stack.enter_context(self._brake.watched())
            stack.enter_context(served(lambda: self._recorder, self._refuse, self._client))
            stack.enter_context(nullcontext() if self.real_time else self._clock.moved())
            self._within = stack.pop_all()
        return self

    def __exit__(self, *raised: object) -> None:
        self._within.close()

    def judged(self, scenario: Scenario, plain: bool = False, hasty: bool = False) -> Finding | None:
        """Run the client against a service, and judge it. In haste it is taken to go on without end earlier."""
        run = self.last = self._run(scenario, plain, hasty or self.real_time)
        self.examples += 1
        self.calls += len(run.calls)
        finding = judge(run)
        if finding is None:
            for note in notes(run):
                self.notes.setdefault(note.rule, note)
        return finding

    def _run(self, scenario: Scenario, plain: bool, hasty: bool) -> Run:
        import time

        passed = time.monotonic if self.real_time else lambda: self._clock.skipped
        recorder = self._recorder = Recorder(
            scenario,
            clock=time.time,
            now=passed,
            spend=self._clock.spend,
            enough=lambda: self._brake.pull("it asks on and on, and learns nothing new"),
            answered=self._answered,
            earlier=self._jobs,
            hasty=hasty,
        )
        job_id = recorder.start(DEFAULT_ROOT)
        end = self._end(lambda: _taken(self._collect(self._client, job_id)))
        self._jobs = self._jobs | set(recorder.jobs)
        if self._foreign is not None:
            raise ConnectionError(self._foreign)
        if isinstance(end, Returned) and inspect.iscoroutine(end.value):
            end.value.close()
            raise TypeError(_ASYNCHRONOUS)
        return Run(scenario, tuple(recorder.calls), end, self._wanted, recorder.report, plain)

    def _end(self, client: Callable[[], Any]) -> Returned | Raised | Stopped:
        try:
            return Returned(self._brake.run(client))
        except Stop:
            return Stopped(self._brake.reason or "it went on without end")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a task group's, one of the client's own
            if type(error).__module__.startswith("_pytest"):
                raise
            if self._brake.reason is not None:  # it wrapped the stop into an exception of its own
                return Stopped(self._brake.reason)
            return Raised(_inner(error))

    def _answered(self) -> None:
        self._clock.join()  # whichever thread asks pauses in order to ask again
        self._brake.answered()

    def _refuse(self, what: str) -> None:
        self._foreign = what
        self._brake.pull(what)


def _taken(value: Any) -> Any:
    """What a lazy result yields, since that is where it asks. Line by line, so that one without end can be stopped."""
    if isinstance(value, Iterable) and not isinstance(value, _EAGER):
        return [each for each in value]  # noqa: C416
    return value


#: What has all that it yields.
_EAGER = (str, bytes, list, tuple, AbstractSet, Mapping)


def _inner(error: BaseException) -> BaseException:
    """What a group of exceptions is about."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _smallest(bench: _Bench, finding: Finding, observed_only: bool) -> tuple[Run, Finding]:
    """The simplest scenario that breaks the same rule as the last run did, as far as a greedy walk finds it."""
    run = first = bench.last
    tried = {run.scenario}
    if isinstance(run.end, Stopped) and (bench.real_time or run.end.reason in (IDLE, WAITS)):
        return run, finding  # each try would take the patience of the watchman, or real time

    def step() -> tuple[Run, Finding] | None:
        for each in simpler(run.scenario, observed_only=observed_only):
            if each not in tried and len(tried) < _SIMPLER:
                tried.add(each)
                found = bench.judged(each, hasty=True)
                if found is not None and found.rule == finding.rule:
                    return bench.last, found
        return None

    found = finding
    while (better := step()) is not None:
        run, found = better
    if run is first or not isinstance(run.end, Stopped):
        return run, found
    patient = bench.judged(run.scenario)
    return (bench.last, patient) if patient is not None and patient.rule == finding.rule else (first, finding)


def _draw(strategy: Any, examples: int, seed: int, check: Callable[[Scenario], None]) -> None:
    """So many scenarios from Hypothesis; making a finding simpler is done by those who know what is simple to tell."""
    if examples < 1:
        return
    import hypothesis

    found: list[ClientContractViolation] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @hypothesis.given(strategy)
    def run(scenario: Scenario) -> None:
        if found:
            return
        try:
            check(scenario)
        except ClientContractViolation as violation:
            found.append(violation)

    __tracebackhide__ = True
    run()
    if found:
        raise found[0]


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


def _by_name(key: Callable[[Any], Any] | str | None) -> Callable[[Any], Any] | None:
    return (lambda service: service.get(key)) if isinstance(key, str) else key


def _called(value: Any) -> str:
    """An argument as it was probably written."""
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_called, value))},)"
    return str(
        getattr(value, "__name__", None) or (repr(value) if isinstance(value, (str, int)) else type(value).__name__)
    )
