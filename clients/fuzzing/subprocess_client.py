"""The same for a program in any language: one process an example, over real HTTP, in real time.

The program gets the address for its requests by its arguments and its environment, and prints the items as one JSON array or as
JSON lines. Its exit status is its exception.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO

from ...emulator import serve
from ...errors import TargetUnavailable, UsageError, nearest
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
from .recorder import Recorder, TrueListing
from .scenarios.dangers import dangers, plain
from .scenarios.draws import drawn
from .scenarios.scenario import Scenario
from .true_listing import TrueListings, read_through

__all__ = ["Failed", "Programmed", "fuzz_program", "misspelt"]

#: Seconds between looks at a running program.
_LOOK = 0.02
_PLACES = ("endpoint_url", "job_id", "entity_path", "arn", "service_namespace")
#: Bytes that a program may print.
_MOST = 64 << 20


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
    :raises TargetUnavailable: where it never sends a request.
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
    rest = [each if _may_run(each, run) else replace(each, in_common=None) for each in rest]
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


def _may_run(scenario: Scenario, first: ClientRun) -> bool:
    return scenario.in_common is None or scenario.in_common.is_left_open_by(narrowing(first.calls))


def _run(program: _Program, scenario: Scenario, is_plain: bool = False) -> ClientRun:
    contract, stuck = program.contract, threading.Event()
    settled = replace(scenario, behaviour=with_drawn_items(contract, scenario.behaviour, scenario.in_common))
    recorder = Recorder(
        contract, settled, clock=time.time, now=time.monotonic, spend=lambda seconds: None, enough=stuck.set
    )
    job_id = recorder.start() if contract.job is not None else ""
    with serve(recorder) as server:
        values = {"endpoint_url": server.url, "job_id": job_id, **_subjects(recorder)}
        environment = _environment(contract, server.url)
        end = _end(program, [_filled(each, values) for each in program.command], environment, stuck)
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


def _end(
    program: _Program, command: list[str], environment: dict[str, str], enough: threading.Event
) -> Returned | Raised | ClientStopped:
    """Run the program to its end, or to ours. What it prints goes to files: whoever else holds them open keeps nobody waiting."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            raise UsageError(f"cannot run {command[0]}: {error.strerror or error}") from None
        try:
            reason = _watched(process, program.timeout, enough, (out, err))
        finally:
            _kill(process)  # and what it has left running
            process.wait()
        if reason is not None:
            return ClientStopped(reason)
        printed, said = (_content(each) for each in (out, err))
    if process.returncode:
        return Raised(Failed(f"{_status(process.returncode)}{_telling_line(said)}"))
    try:
        return Returned(read_output(program.contract, printed.decode("utf-8-sig"), program.key))
    except Unreadable as error:
        return Raised(error)
    except (ValueError, RecursionError) as error:
        return Raised(Failed(str(error)))


def _watched(
    process: subprocess.Popen[bytes], timeout: float, enough: threading.Event, files: Sequence[IO[bytes]]
) -> str | None:
    """Wait for its end; why it must not go on, if so."""
    until = time.monotonic() + timeout
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK)
            return None
        if enough.is_set():
            return "it goes on sending requests whose responses hold nothing new"
        if time.monotonic() > until:
            return f"it had not ended after {timeout:g} seconds"
        if any(os.fstat(each.fileno()).st_size > _MOST for each in files):
            return f"it prints more than {_MOST >> 20} MiB"


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_MOST)


def _status(code: int) -> str:
    """How it ended, in words."""
    if code > 0:
        return f"exit status {code}"
    with suppress(ValueError):
        return f"ended by {signal.Signals(-code).name}"
    return f"ended by signal {-code}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The program and whatever it has started."""
    if os.name != "posix":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # its own session: it leads a group of its own


def misspelt(command: Sequence[str]) -> list[str]:
    """What looks like one of the names that are filled in, and is not."""
    words = {word for each in command for word in re.findall(r"\{(\w+)\}", each)}
    near = {word: nearest(word, _PLACES) for word in sorted(words.difference(_PLACES))}
    return [f"{{{word}}} is left as it is; did you mean {{{found}}}?" for word, found in near.items() if found]


def _filled(argument: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        argument = argument.replace("{" + name + "}", value)
    return argument


def _environment(contract: Contract, url: str) -> dict[str, str]:
    """Nothing of the user's own AWS configuration, but where to send requests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1", "localhost"]))
    return kept | {
        endpoint_variable(contract.service): url,
        "AWS_ENDPOINT_URL": url,  # no other service is here, and AWS's own is not meant
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "awscontract",
        "AWS_SECRET_ACCESS_KEY": "awscontract",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
    }


def _silent(run: ClientRun) -> str:
    how = "it ended with status 0"
    if isinstance(run.end, Raised):
        how = str(run.end.error)
    elif isinstance(run.end, ClientStopped):
        how = run.end.reason
    return f"the program sent no request to {endpoint_variable(run.contract.service)}: {how}"


def _telling_line(text: bytes) -> str:
    """The line that most likely says why: runtimes print it in the middle of other things."""
    lines = [line.strip() for line in text.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|exception|fail|denied", line, re.IGNORECASE)]
    return f": {(telling or lines)[-1]}" if lines else ""
