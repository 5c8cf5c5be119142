"""Where a client is run: its clock, its watchdog, and what answers its requests."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Set as AbstractSet
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, Self

from ...emulator import Behaviour, Emulator
from ...errors import UsageError
from ...spec.contract import Contract
from ...spec.operations.in_common import in_common
from ..sandbox.backends import opened
from ..sandbox.child_processes import noted
from ..sandbox.garbage import collected_afterwards, heap_set_aside, no_collections
from ..sandbox.given_client import made_client
from ..sandbox.interception import served
from ..sandbox.unsupported import (
    WITHIN_A_LOOP,
    check_monkeypatching,
    is_loop_within_loop,
    refuse_loops,
    runs_on_a_loop,
)
from ..sandbox.virtual_time.virtual_clock import Clock
from ..sandbox.watchdog import WAITS, Stop, Watchdog
from .item_pool import with_drawn_items
from .judging.call import RecordedCall, narrowing
from .judging.client_rules import judge, notes
from .judging.run import ClientFinding, ClientRun, ClientStopped, Note, Raised, Returned, Wanted
from .recorder import Recorder, TrueListing
from .scenarios.scenario import Scenario
from .true_listing import TrueListings, read_through

__all__ = ["Bench", "ClientUnderTest"]

#: Real seconds that a client may wait without a call: where its pauses take none, and where they are real.
_PATIENCE = {False: 15.0, True: 60.0}


_REAL_TIME = 'the client waits for another process, which takes real time: pass clock="real"'

_AFRESH = (
    "begin each call with a list of its own: there is an item of an earlier run, kept in a default argument or a global"
)


class ClientUnderTest:
    """The client under test, and what the user says about it."""

    def __init__(
        self,
        collect: Callable[..., Any],
        contract: Contract,
        wanted: Wanted,
        parameters: Mapping[str, Any],
        pool: Mapping[str, tuple[Any, ...]] | None = None,
    ) -> None:
        self.collect, self.contract, self.wanted, self.parameters = collect, contract, wanted, parameters
        #: Items that the user draws, by the path of their list.
        self.pool = pool

    def with_items(self, scenario: Scenario) -> Behaviour:
        """Its behaviour with as many items as it has, of the user's or of those drawn from the model; nobody else's are listed."""
        behaviour = scenario.behaviour
        if self.contract.job is not None or (self.pool is None and behaviour.given is not None):
            return behaviour
        if self.pool is None:
            return with_drawn_items(self.contract, behaviour, scenario.in_common)
        size = behaviour.items if behaviour.given is None else len(behaviour.given)
        given = {path: items[:size] for path, items in self.pool.items()}
        return replace(behaviour, given=next(iter(given.values())) if len(given) == 1 else given)


class Bench:
    """Runs a client against one scenario after another."""

    def __init__(self, subject: ClientUnderTest, real_time: bool, backend: Any = None) -> None:
        self.examples = self.calls = 0
        self.notes: dict[str, Note] = {}
        self.last: ClientRun
        self.contract, self.real_time = subject.contract, real_time
        self._subject, self._backend = subject, backend
        self._watchdog = Watchdog(_PATIENCE[real_time], self._look, self._is_busy)
        self._clock = Clock(
            self._watchdog.paused, self._watchdog.check, lambda where: self._watchdog.pull(WAITS + where)
        )
        self._serving: Emulator
        self._jobs: set[str] = set()
        self._foreign: str | None = None
        #: Whether the client has started another process in this run.
        self._has_children = False
        #: The last run that broke no rule.
        self._passed: ClientRun | None = None
        #: True listings by the identity of their items, which are kept with them, and by the other parameters.
        self._truths: dict[tuple[int, str], tuple[Any, Any]] = {}
        #: Parameters by which the client narrows its listings, where the items of one may have something in common.
        self._narrowing: set[str] = set()
        self._within = ExitStack()

    def __enter__(self) -> Self:
        check_monkeypatching()
        with ExitStack() as stack, no_collections():
            self._client = made_client(self.contract.service)
            backend = stack.enter_context(opened(self._backend))
            stack.enter_context(self._watchdog.watched())
            self._clock.scheduler.outside.ignored.add(self._watchdog.watcher)
            self._serving = Emulator(self.contract)
            operations = {f"{each.service}:{name}" for each in self._serving.contracts for name in each.operations}
            if self.contract.job is not None:
                operations |= _family(self.contract)
            stack.enter_context(
                served(lambda: self._serving, operations, self._refuse, self._client, backend, self._parsed)
            )
            if not self.real_time:
                stack.enter_context(self._clock.moved(self._subject.collect))
                stack.enter_context(noted(self._starts_a_process))
                refuse_loops(self._refuse, self._clock.scheduler.is_mine, stack)
                stack.enter_context(heap_set_aside())
            self._within = stack.pop_all()
        return self

    def __exit__(self, *raised: object) -> None:
        self._within.close()

    def may_run(self, scenario: Scenario) -> bool:
        """Whether a service of this scenario lists what the client may expect of it, by what it has requested so far."""
        if self._subject.pool is not None and scenario.in_common is not None:
            return False
        return scenario.is_left_open_by(self._narrowing)

    def judged(self, scenario: Scenario, plain: bool = False, hasty: bool = False) -> ClientFinding | None:
        """Run the client against a service, and judge it. In haste it is taken to go on without end earlier."""
        run = self.last = self._run(scenario, plain, hasty or self.real_time)
        self.examples += 1
        self.calls += len(run.calls)
        finding = judge(run)
        if finding is not None and self._has_children and _is_late(run.end):
            raise UsageError(_REAL_TIME)
        if finding is not None and self._passed is not None and _keeps(run, self._passed):
            finding = replace(finding, should=_AFRESH)
        if finding is None:
            self._passed = run
            for note in notes(run):
                self.notes.setdefault(note.rule, note)
        return finding

    def _run(self, scenario: Scenario, plain: bool, hasty: bool) -> ClientRun:
        import time

        settled = replace(scenario, behaviour=self._subject.with_items(scenario))
        passed = time.monotonic if self.real_time else lambda: self._clock.skipped
        recorder = self._serving = Recorder(
            self.contract,
            settled,
            clock=time.time if self.real_time else self._clock.date,
            now=passed,
            spend=self._clock.take,
            enough=lambda: self._watchdog.pull("it goes on sending requests whose responses hold nothing new"),
            answered=self._answered,
            earlier=self._jobs,
            hasty=hasty,
        )
        self._has_children = False
        arguments = (recorder.start(),) if self.contract.job is not None else ()
        with nullcontext() if self.real_time else collected_afterwards():
            end = self._end(lambda: _taken(self._subject.collect(self._client, *arguments)))
            if not self.real_time:
                self._clock.scheduler.over()
        self._jobs = self._jobs | set(recorder.jobs)
        if self._foreign is not None:
            raise UsageError(self._foreign)
        calls = tuple(recorder.calls)
        if in_common(self.contract):
            self._narrowing.update(narrowing(calls))
        if not calls:
            self._check_silence(end)
        truth = TrueListings(partial(self._true_listing, recorder), calls if scenario.mutation is None else ())
        return ClientRun(self.contract, scenario, calls, end, self._subject.wanted, truth.of, plain)

    def _check_silence(self, end: Returned | Raised | ClientStopped) -> None:
        """A client that sent no request through botocore is not ours to judge, unless its own code failed before."""
        from botocore.exceptions import BotoCoreError

        if self._has_children and _is_late(end):
            raise UsageError(_REAL_TIME)
        if isinstance(end, ClientStopped):
            return
        how = ""
        if isinstance(end, Raised):
            if not isinstance(end.error, (OSError, subprocess.SubprocessError)) or isinstance(end.error, BotoCoreError):
                return
            how = f" and raised {type(end.error).__name__}: {end.error}"
        if self.calls:
            raise UsageError(
                f"collect sent no request of {self.contract.id} in run {self.examples + 1}{how}, as it did before: it keeps "
                "what an earlier run read. Each run is another service, so let collect clear its caches first"
            )
        raise UsageError(
            f"collect sent no request of {self.contract.id} through a botocore client of this process{how}; "
            "clients that use something else take `awscontract fuzz-client`, over HTTP"
        )

    def _end(self, client: Callable[[], Any]) -> Returned | Raised | ClientStopped:
        try:
            return Returned(self._watchdog.run(client))
        except Stop:
            return ClientStopped(self._watchdog.reason or "it did not end")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a task group's, one of the client's own
            if any(each.__module__.startswith("_pytest") for each in type(error).__mro__):
                raise  # a skip, a failure; their own classes say that they are built in
            if self._watchdog.reason is not None:  # it wrapped the stop into an exception of its own
                return ClientStopped(self._watchdog.reason)
            if isinstance(error, UsageError):
                raise
            if is_loop_within_loop(error):
                raise UsageError(WITHIN_A_LOOP) from error
            return Raised(_inner(error))

    def _true_listing(self, recorder: Recorder, call: RecordedCall) -> Any:
        """Read through the client that `collect` got, since what botocore makes of a response is its client's work.

        The same items listed with the same parameters are read once in all.
        """
        given = recorder.behaviour.given
        key = (id(given), call.scope)
        if given is None or key not in self._truths:
            self._truths[key] = (given, self._read(recorder, call))
        return self._truths[key][1]

    def _read(self, recorder: Recorder, call: RecordedCall) -> Any:
        before, self._serving = self._serving, TrueListing(recorder)
        try:
            ask = partial(self._client._make_api_call, self.contract.operation)
            return read_through(self._serving, call, ask)
        finally:
            self._serving = before

    def _look(self) -> None:
        self._clock.scheduler.look()

    def _is_busy(self) -> bool:
        return self._clock.scheduler.is_busy()

    def _answered(self) -> None:
        self._clock.join()  # whichever thread sends requests pauses in order to send others
        self._watchdog.answered()

    def _parsed(self, page: Any) -> None:
        if isinstance(self._serving, Recorder):
            self._serving.parsed(page)

    def _starts_a_process(self) -> None:
        self._has_children = self._has_children or self._clock.scheduler.is_mine()

    def _refuse(self, what: str) -> None:
        self._foreign = self._foreign or what
        self._watchdog.pull(what)


def _is_late(end: Returned | Raised | ClientStopped) -> bool:
    """Whether the client has waited for long, as far as virtual time is concerned."""
    late = (TimeoutError, subprocess.TimeoutExpired)
    return isinstance(end, ClientStopped) or (isinstance(end, Raised) and isinstance(end.error, late))


def _family(contract: Contract) -> set[str]:
    """Calls of the operations that read the same jobs."""
    from ...spec.operations import access_reports, load

    found = set()
    for name in access_reports():
        other = load(name)
        if other.job is not None and contract.job is not None and other.job.start == contract.job.start:
            found |= {f"{other.service}:{each}" for each in other.operations}
    return found


def _keeps(run: ClientRun, before: ClientRun) -> bool:
    """Whether the client returned the list of an earlier run again, or something that only that run had listed."""
    if not isinstance(run.end, Returned) or not isinstance(run.end.value, list):
        return False
    if isinstance(before.end, Returned) and run.end.value is before.end.value:
        return True
    then, now = ([each for whole in one.whole() if isinstance(whole, list) for each in whole] for one in (before, run))
    return any(each in then and each not in now for each in run.end.value)


def _taken(value: Any) -> Any:
    """What an asynchronous or a lazy result yields, since that is where it asks. Line by line, so that one without end can be stopped."""
    if inspect.isawaitable(value) or isinstance(value, AsyncIterable):
        if runs_on_a_loop():
            if inspect.iscoroutine(value):
                value.close()  # which would complain that nobody awaits it
            raise UsageError(WITHIN_A_LOOP)
        value = asyncio.run(_awaited(value))
    if isinstance(value, Iterable) and not isinstance(value, _EAGER):
        return [each for each in value]  # noqa: C416
    return value


async def _awaited(value: Any) -> Any:
    if inspect.isawaitable(value):
        value = await value
    return [each async for each in value] if isinstance(value, AsyncIterable) else value


#: What has all that it yields.
_EAGER = (str, bytes, list, tuple, AbstractSet, Mapping)


def _inner(error: BaseException) -> BaseException:
    """What a group of exceptions is about."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
