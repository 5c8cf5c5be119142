"""The same for a program in any language: one process an example, over real HTTP, in real time.

The program is told where to ask by its arguments and its environment, and prints the AccessDetails as one JSON array or as
JSON lines. Its exit status is its exception.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import IO, Any

from ...emulator import serve
from ...emulator.access_reports.organization import DEFAULT_ROOT
from ...errors import TargetUnavailable, UsageError
from ...spec import operation
from ...spec.legacy import contract
from .client_rules import Finding, Note, Raised, Returned, Run, Stopped, Wanted, judge, notes
from .failure_report import tell
from .recorder import Asked, Recorder
from .scenarios import PLAIN, Scenario, dangers, drawn

__all__ = ["Failed", "Programmed", "fuzz_program", "misspelt"]

#: Seconds between looks at a running program.
_LOOK = 0.02
_PLACES = ("endpoint_url", "job_id", "entity_path")
#: Bytes that a program may print.
_MOST = 64 << 20
#: There is no option for a program that means something else.
_WANTED = Wanted(hints=("", ""))


class Failed(Exception):
    """The program ended with a status other than 0."""


@dataclass(frozen=True)
class Programmed:
    """What was found: nothing, or a rule and its story."""

    examples: int
    calls: int
    rule: str | None = None
    story: str = ""
    notes: tuple[Note, ...] = ()


def fuzz_program(
    command: Sequence[str],
    *,
    examples: int = 20,
    timeout: float = 30.0,
    seed: int = 0,
    invalid_responses: bool = False,
    again: str = "",
    progress: Callable[[str], None] | None = None,
) -> Programmed:
    """Hold a program to the client rules. Stops at the first that it breaks.

    :raises UsageError: where it cannot be started.
    :raises TargetUnavailable: where it never asks.
    """
    done = calls = 0
    found: dict[str, Note] = {}
    for scenario in _scenarios(examples, seed, invalid_responses):
        if progress is not None:
            progress(f"{done + 1} of {examples} behaviours: {scenario.name}")
        run = _run(command, scenario, timeout, plain=scenario is PLAIN)
        done, calls = done + 1, calls + len(run.calls)
        if scenario is PLAIN and not any(each.reads or each.action == contract().start.operation for each in run.calls):
            raise TargetUnavailable(_silent(run))
        finding: Finding | None = judge(run)
        if finding is not None:
            return Programmed(done, calls, finding.rule, tell(run, finding, again))
        for note in notes(run):
            found.setdefault(note.rule, note)
    return Programmed(done, calls, notes=tuple(found.values()))


def _scenarios(examples: int, seed: int, invalid_responses: bool) -> Iterator[Scenario]:
    explicit = (PLAIN, *dangers(invalid_responses=invalid_responses, real_time=True))[:examples]
    yield from explicit
    if examples > len(explicit):
        yield from _drawn(examples - len(explicit), seed, invalid_responses)


def _drawn(examples: int, seed: int, invalid_responses: bool) -> list[Scenario]:
    import hypothesis

    found: list[Scenario] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(drawn(observed_only=False, invalid_responses=invalid_responses, real_time=True))
    def run(scenario: Scenario) -> None:
        found.append(scenario)

    run()
    return found


def _run(command: Sequence[str], scenario: Scenario, timeout: float, plain: bool) -> Run:
    round_and_round = threading.Event()
    recorder = Recorder(
        scenario, clock=time.time, now=time.monotonic, spend=lambda seconds: None, enough=round_and_round.set
    )
    job_id = recorder.start(DEFAULT_ROOT)
    with serve(recorder) as server:
        values = dict(zip(_PLACES, (server.url, job_id, DEFAULT_ROOT), strict=True))
        end = _end([_filled(each, values) for each in command], _environment(server.url), timeout, round_and_round)
    calls = tuple(recorder.calls)
    if isinstance(end, Stopped) and not round_and_round.is_set() and _goes_on(calls):
        raise TargetUnavailable(
            f"the program was not done after {timeout:g} seconds and {len(calls)} calls, and may only be slow: say --timeout"
        )
    return Run(scenario, calls, end, _WANTED, lambda *of: _plain(recorder.report(*of)), plain)


def _goes_on(calls: Sequence[Asked]) -> bool:
    """Whether the last answer was news, and not the end."""
    last = calls[-1] if calls else None
    return last is not None and last.new and (last.status in contract().job.pending or last.next is not None)


def _end(
    command: list[str], environment: dict[str, str], timeout: float, enough: threading.Event
) -> Returned | Raised | Stopped:
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
            reason = _watched(process, timeout, enough, (out, err))
        finally:
            _kill(process)  # and what it has left running
            process.wait()
        if reason is not None:
            return Stopped(reason)
        printed, said = (_content(each) for each in (out, err))
    if process.returncode:
        return Raised(Failed(f"{_status(process.returncode)}{_telling_line(said)}"))
    try:
        return Returned(_read(printed.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        return Raised(Failed(f"what it prints is neither a JSON array nor JSON lines, one object a line: {error}"))


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
            return "it asks on and on, and learns nothing new"
        if time.monotonic() > until:
            return f"it was not done after {timeout:g} seconds"
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


def _read(text: str) -> Any:
    """One JSON value, or one a line."""
    try:
        found = json.loads(text)
    except ValueError:
        found = [json.loads(line) for line in text.split("\n") if line.strip()]
        return [_normal(each) for each in found]
    if isinstance(found, dict):  # one line: a service, if it is one
        found = [found] if contract().item.key in found else found
    return [_normal(each) for each in found] if isinstance(found, list) else found


def _plain(report: list[Any]) -> list[Any]:
    return [_normal(each) for each in report]


def _normal(service: Any) -> Any:
    """A service as any language may write it: nulls left out, times as instants."""
    if not isinstance(service, dict):
        return service
    return {
        name: _instant(value) if name == contract().item.time else value
        for name, value in service.items()
        if value is not None and name in _members()
    }


def _instant(value: Any) -> Any:
    try:
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except (ValueError, OverflowError, OSError):
        return value


def _members() -> frozenset[str]:
    shape: Any = operation().output_shape
    return frozenset(shape.members[contract().report.items].member.members)


def misspelt(command: Sequence[str]) -> list[str]:
    """What looks like one of the names that are filled in, and is none."""
    words = {word for each in command for word in re.findall(r"\{(\w+)\}", each)}
    near = {word: get_close_matches(word, _PLACES, n=1) for word in sorted(words.difference(_PLACES))}
    return [f"{{{word}}} is left as it is; did you mean {{{found[0]}}}?" for word, found in near.items() if found]


def _filled(argument: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        argument = argument.replace("{" + name + "}", value)
    return argument


def _environment(url: str) -> dict[str, str]:
    """Nothing of the user's own AWS configuration, but where to ask."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1", "localhost"]))
    return kept | {
        "AWS_ENDPOINT_URL_IAM": url,
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


def _silent(run: Run) -> str:
    how = "it ended with status 0"
    if isinstance(run.end, Raised):
        how = str(run.end.error)
    elif isinstance(run.end, Stopped):
        how = run.end.reason
    return f"the program never asked at AWS_ENDPOINT_URL_IAM: {how}"


def _telling_line(text: bytes) -> str:
    """The line that most likely tells why: runtimes print it in the middle of other things."""
    lines = [line.strip() for line in text.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|exception|fail|denied", line, re.IGNORECASE)]
    return f": {(telling or lines)[-1]}" if lines else ""
