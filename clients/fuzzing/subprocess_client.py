"""Fuzzes a program in any language: one process an example, over real HTTP, in real time.

The program gets the address for its requests by its arguments and its environment, and prints the items as one JSON array or as
JSON lines. Its exit status is its exception.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice

from ...emulator import serve
from ...errors import TargetUnavailable, UsageError
from ...spec.contract import Contract
from ...spec.model import endpoint_variable
from ...spec.operations import DEFAULT, load
from .arguments import check_key
from .item_pool import with_drawn_items
from .judging.call import RecordedCall, narrowing
from .judging.client_rules import judge, notes
from .judging.failure_report import report
from .judging.run import ClientFinding, ClientRun, ClientStopped, Note, Raised, Returned, Wanted
from .program_output import Unreadable, explained, normal_items, read_output
from .program_process import ProgramEnd, environment, filled, run_program
from .recorder import Recorder, TrueListing
from .scenarios.dangers import dangers, plain
from .scenarios.draws import drawn
from .scenarios.scenario import Scenario
from .true_listing import TrueListings, read_through

__all__ = ["Failed", "Programmed", "fuzz_program"]


class Failed(Exception):
    """The program ended with a status other than 0."""


@dataclass(frozen=True)
class Programmed:
    """What was found: nothing, or a rule and the report on it."""

    examples: int
    calls: int
    rule: str | None = None
    report: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Program:
    """What is run, and how its output is read."""

    command: Sequence[str]
    contract: Contract
    timeout: float
    key: str | None = None

    @property
    def wanted(self) -> Wanted:
        """There is no option for a program that means something else."""
        name = self.key
        return Wanted(key=None if name is None else lambda item: item.get(name), hints=("", ""))


def fuzz_program(
    command: Sequence[str],
    *,
    contract: Contract | None = None,
    examples: int = 20,
    timeout: float = 30.0,
    seed: int = 0,
    invalid_responses: bool = False,
    key: str | None = None,
    jobs: int = 1,
    again: str = "",
    progress: Callable[[str], None] | None = None,
) -> Programmed:
    """Hold a program to the client rules. Stops at the first that it breaks.

    :param key: the member that the program prints of each item, instead of the whole item.
    :param jobs: how many processes run at once.
    :raises UsageError: where it cannot be started, or items have no member `key`.
    :raises TargetUnavailable: where it never sends a request, or fails on a call that is not served.
    """
    contract = contract or load(DEFAULT)
    if key is not None:
        try:
            check_key(contract, key, "--key")
        except ValueError as error:
            raise UsageError(error) from None
    program = _Program(command, contract, timeout, key)
    done = calls = 0
    found: dict[str, Note] = {}
    wanted = list(_scenarios(contract, examples, seed, invalid_responses))
    for scenario, run in _runs(program, wanted, jobs):
        done, calls = done + 1, calls + len(run.calls)
        if progress is not None:
            progress(f"{done} of {examples} behaviours: {scenario.name}")
        if run.plain and not any(each.reads or each.starts for each in run.calls):
            raise TargetUnavailable(_silent(run))
        finding: ClientFinding | None = judge(run)
        if finding is not None and _fails_on_foreign_call(run):
            raise TargetUnavailable(_foreign(run))
        if finding is not None:
            return Programmed(done, calls, finding.rule, report(run, explained(run, finding, key), again))
        for note in notes(run):
            found.setdefault(note.rule, note)
    return Programmed(done, calls, notes=tuple(found.values()))


def _runs(program: _Program, scenarios: Sequence[Scenario], jobs: int) -> Iterator[tuple[Scenario, ClientRun]]:
    """Every run in the order of the scenarios; the first one alone, since it says whether the program works at all."""
    first, rest = scenarios[0], scenarios[1:]
    run = _run(program, first, is_plain=True)
    yield first, run
    narrowed = narrowing(run.calls)
    rest = [each if each.is_left_open_by(narrowed) else replace(each, in_common=None) for each in rest]
    if jobs <= 1:
        yield from ((each, _run(program, each)) for each in rest)
        return
    with ThreadPoolExecutor(jobs) as pool:
        ahead = [pool.submit(_run, program, each) for each in rest]
        try:
            for scenario, future in zip(rest, ahead, strict=True):
                yield scenario, future.result()
        finally:
            for future in ahead:
                future.cancel()


def _scenarios(contract: Contract, examples: int, seed: int, invalid_responses: bool) -> Iterator[Scenario]:
    options = {"invalid_responses": invalid_responses, "real_time": True}
    yield from islice(
        chain((plain(contract),), dangers(contract, **options), drawn(contract, seed, **options)), examples
    )


def _run(program: _Program, scenario: Scenario, is_plain: bool = False) -> ClientRun:
    contract, stuck = program.contract, threading.Event()
    settled = replace(scenario, behaviour=with_drawn_items(contract, scenario.behaviour, scenario.in_common))
    recorder = Recorder(
        contract, settled, clock=time.time, now=time.monotonic, spend=lambda seconds: None, enough=stuck.set
    )
    job_id = recorder.start() if contract.job is not None else ""
    with serve(recorder) as server:
        values = {"endpoint_url": server.url, "job_id": job_id, **_subjects(recorder)}
        command = [filled(each, values) for each in program.command]
        end = _end(program, run_program(command, environment(contract, server.url), program.timeout, stuck))
    calls = tuple(recorder.calls)
    if isinstance(end, ClientStopped) and not stuck.is_set() and _goes_on(calls):
        raise TargetUnavailable(
            f"the program had not ended after {program.timeout:g} seconds and {len(calls)} calls, and may only be slow: raise --timeout"
        )
    truth = TrueListings(lambda call: normal_items(contract, read_through(TrueListing(recorder), call)))
    return ClientRun(contract, scenario, calls, end, program.wanted, truth.of, is_plain)


def _subjects(recorder: Recorder) -> dict[str, str]:
    """What the program may be given as an argument."""
    known = list(recorder.subjects.values())
    subject = known[0] if known else ""
    is_arn = subject.startswith("arn:")
    return {"entity_path": "" if is_arn else subject, "arn": subject if is_arn else "", "service_namespace": "s3"}


def _goes_on(calls: Sequence[RecordedCall]) -> bool:
    """Whether the last response was news, and not the end."""
    last = calls[-1] if calls else None
    if last is None or not last.new:
        return False
    job = last.contract.job
    return (job is not None and last.status in job.pending) or last.next is not None


def _end(program: _Program, ended: ProgramEnd | ClientStopped) -> Returned | Raised | ClientStopped:
    if isinstance(ended, ClientStopped):
        return ended
    if ended.failure is not None:
        return Raised(Failed(ended.failure))
    try:
        return Returned(read_output(program.contract, ended.output, program.key))
    except Unreadable as error:
        return Raised(error)


def _fails_on_foreign_call(run: ClientRun) -> bool:
    last = run.calls[-1] if run.calls else None
    return isinstance(run.end, Raised) and last is not None and last.is_foreign and last.error is not None


def _foreign(run: ClientRun) -> str:
    """For a program that failed on such a call, which says nothing about it."""
    assert isinstance(run.end, Raised)
    return f"the program calls {run.calls[-1].operation}, but only {run.contract.operation} is served here: {run.end.error}"


def _silent(run: ClientRun) -> str:
    if _fails_on_foreign_call(run):
        return _foreign(run)
    how = "it ended with status 0"
    if isinstance(run.end, Raised):
        how = str(run.end.error)
    elif isinstance(run.end, ClientStopped):
        how = run.end.reason
    return f"the program sent no request to {endpoint_variable(run.contract.service)}: {how}"
