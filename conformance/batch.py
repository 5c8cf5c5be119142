"""Judges several operations of one target: what the command and the pytest plugin share.

Each operation is judged in a thread of its own, so that a signal, which only the main thread sees, never ends the judging half-way:
it sets `stop`, and what was learnt until then is judged. An operation that raises does not stop the others.
"""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import Error, TargetUnavailable, UsageError, one_line, shorten, unknown
from ..options.signals import Interruption
from ..options.table import for_check
from ..spec.contract import Contract
from ..spec.operations import load, parse_paging, resolve
from .results.result import Result, Target
from .results.unjudged import unjudged
from .trace.exchange import Trace, Verdict

if TYPE_CHECKING:
    from .driver.targets import Opened, TargetOptions

__all__ = ["Judged", "contracts", "judge", "judge_all", "seeded", "target_options"]

#: What AWS itself is sent unless somebody says otherwise.
_FOR_AWS = {"poll_interval": 2.0, "explore": 0}
#: Seconds between two looks at what the threads do.
_LOOK = 0.1

Clients = Callable[[str], Any]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of one operation, and the trace that it rests on. `error` is what an operation of several raised."""

    result: Result
    trace: Trace


def contracts(names: Sequence[str], values: Mapping[str, Any]) -> tuple[Contract, ...]:
    """The contracts of these operations, by the options ``contracts``, ``recipes`` and ``paging``.

    :raises UsageError: for an operation that does not exist or does not page, and for a wrong file.
    """
    for each in names:
        if "://" in each:
            raise UsageError(f"{each} is not an operation; did you mean --endpoint-url {each}?")
    files: Any = {each: values.get(each) or () for each in ("contracts", "recipes")}
    found = resolve(names, **files)
    paging = values.get("paging")
    if paging and len(found) > 1:
        raise UsageError("--paging describes one operation: name one")
    return tuple(load(each, **files, paging=parse_paging(paging) if paging else None) for each in found)


def target_options(values: Mapping[str, Any]) -> TargetOptions:
    """Which target, and how to reach it, by the options."""
    from .driver.targets import TargetOptions

    names = (
        "endpoint_url",
        "target",
        "profile",
        "region",
        "ca_bundle",
        "read_timeout",
        "wait",
        "sign_with_environment",
    )
    given = {name: values[name] for name in names if values.get(name) is not None}
    return TargetOptions(
        **given, sign_request=not values.get("no_sign_request"), verify_ssl=not values.get("no_verify_ssl")
    )


def seeded(
    values: Mapping[str, Any],
    work: Sequence[Contract],
    options: TargetOptions,
    opened: Opened,
    note: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """The options, with what ``--seed-command`` printed for those that nobody gave. `note` is shown the command before it runs.

    :raises UsageError: where the command fails.
    """
    values = dict(values)
    command = values.get("seed_command")
    if command is None:
        return values
    from .driver.seeding import seed

    if note is not None:
        note(f"running the seed command: {shorten(command, 200)}")
    services = list(dict.fromkeys(each.service for each in work))
    found = seed(command, options, opened.target, values.get("timeout") or 120.0, services)
    for name in ("entity_path", "arn", "job_id", "parameters"):
        if values.get(name) is None:
            values[name] = getattr(found, name) or None
    return values


def judge(
    contract: Contract,
    values: Mapping[str, Any],
    *,
    clients: Clients | None,
    target: Target | None,
    client: Any = None,
    subject: str | None = None,
    stop: threading.Event | None = None,
    progress: Callable[[int, str], None] | None = None,
    several: bool = False,
) -> Judged:
    """Judge one operation. `values` are the options by their Python names; `subject` is what the target itself has to report on.

    :raises Error: where the options cannot be followed.
    """
    from .check import check

    options = {name: value for name, value in for_check(values, "check").items() if value is not False}
    if several:
        from .driver.subjects import OF_REPORTS, misplaced

        options = {
            name: value
            for name, value in options.items()
            if name not in OF_REPORTS or misplaced(contract, name) is None
        }
    if "parameters" in options:
        options["parameters"] = _parameters(contract, options["parameters"], several=several)
    if subject and not {"entity_path", "arn", "job_id"} & options.keys():
        options["entity_path" if contract.job and contract.job.start.subject == "EntityPath" else "arn"] = subject
    aws = target is not None and target.kind == "aws"
    redact: bool | None = None
    if values.get("keep_ids"):
        redact = False
    elif values.get("record") or aws:
        redact = True
    traces: list[Trace] = []
    result = check(
        client if client is not None or clients is None else clients(contract.service),
        operation=contract,
        clients=clients,
        allow_aws=aws or bool(values.get("allow_aws")),
        redact=redact,
        target=target,
        progress=progress,
        record=traces.append,
        stop=stop,
        **(_FOR_AWS if aws else {}) | options,
    )
    return Judged(result, traces[0] if traces else Trace(()))


def _parameters(contract: Contract, given: Mapping[str, Any], *, several: bool) -> Mapping[str, Any]:
    """The parameters that the operation has. Of one operation alone, any other is a mistake."""
    from ..spec.model import operation

    shape = operation(contract.service, contract.operation).input_shape
    members = shape.members if shape else {}
    for name in given:
        if name not in members and not several:
            raise UsageError(f"--parameters: {unknown(f'parameter of {contract.id}', name, members)}")
    return {name: value for name, value in given.items() if name in members}


def judge_all(
    work: Sequence[Contract],
    judging: Callable[[Contract], Judged],
    *,
    target: Target,
    interruption: Interruption,
    jobs: int = 1,
) -> Iterator[Judged]:
    """Judge the operations, some at once, and yield what was found in the order of `work`. No signal raises meanwhile.

    :raises Exception: what judging raised, of one operation alone; of several it is the reason why that one could not be judged.
    """
    found: dict[int, Judged | BaseException] = {}
    ready = threading.Condition()
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for place in range(len(work)):
        waiting.put(place)

    def run() -> None:
        while not interruption.stop.is_set():
            try:
                place = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                outcome: Judged | BaseException = judging(work[place])
            except BaseException as error:
                outcome = error
            with ready:
                found[place] = outcome
                ready.notify_all()

    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True, name=f"awscontract-{n}")
        for n in range(min(jobs, len(work)))
    ]
    for thread in threads:
        thread.start()
    for place, contract in enumerate(work):
        with ready:
            # a signal is handled between two waits, and ends the threads that are still under way
            while place not in found and any(each.is_alive() for each in threads):
                ready.wait(_LOOK)
        outcome = found.pop(place, None)  # a trace is kept no longer than its reader needs it
        if isinstance(outcome, Judged):
            yield _cut_short(outcome, interruption)
        elif outcome is None:
            yield _unjudged(contract, target, "it was not judged, because the run was interrupted", interruption)
        elif len(work) == 1 or not isinstance(outcome, Exception):
            raise outcome
        else:
            yield _failed(contract, target, outcome)


def _cut_short(judged: Judged, interruption: Interruption) -> Judged:
    """The same, with the name of the signal that ended it."""
    result = judged.result
    if result.cut_short is None or interruption.name is None:
        return judged
    return replace(judged, result=replace(result, cut_short=f"interrupted by {interruption.name}"))


def _failed(contract: Contract, target: Target, error: Exception) -> Judged:
    verdict: Verdict = "refused" if isinstance(error, TargetUnavailable) else "indeterminate"
    if isinstance(error, Error):
        return Judged(unjudged(contract, target, verdict, str(error)), Trace(()))
    text = f"this is a bug of awscontract, please report it: {type(error).__name__}: {error}"
    return Judged(unjudged(contract, target, "indeterminate", one_line(shorten(text))), Trace(()))


def _unjudged(contract: Contract, target: Target, reason: str, interruption: Interruption) -> Judged:
    result = unjudged(contract, target, "indeterminate", reason)
    return Judged(replace(result, cut_short=f"interrupted by {interruption.name}"), Trace(()))
