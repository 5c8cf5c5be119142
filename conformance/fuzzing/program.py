"""The same for a program in any language: one process an example, over real HTTP, in real time.

The program is told where to ask by its arguments and its environment, and prints the AccessDetails as one JSON array or as
JSON lines. Its exit status is its exception.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...emulator import serve
from ...emulator.organization import DEFAULT_ROOT
from ...spec import contract, operation
from ..errors import TargetUnavailable, UsageError
from .judging import Finding, Note, Raised, Returned, Run, Stopped, Wanted, judge, notes
from .recording import Recorder
from .scenarios import PLAIN, Scenario, dangers, drawn
from .story import tell

__all__ = ["Failed", "Programmed", "fuzz_program"]

#: Seconds between looks at a running program.
_LOOK = 0.02
_PLACES = ("endpoint_url", "job_id", "entity_path")


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
    unlawful: bool = False,
    again: str = "",
    progress: Callable[[str], None] | None = None,
) -> Programmed:
    """Hold a program to the client rules. Stops at the first that it breaks.

    :raises UsageError: where it cannot be started.
    :raises TargetUnavailable: where it never asks.
    """
    done = calls = 0
    found: dict[str, Note] = {}
    for scenario in _scenarios(examples, seed, unlawful):
        if progress is not None:
            progress(f"{done + 1} of {examples} behaviours: {scenario.name}")
        run = _run(command, scenario, timeout, plain=scenario is PLAIN)
        done, calls = done + 1, calls + len(run.calls)
        if scenario is PLAIN and not run.calls:
            raise TargetUnavailable(_silent(run))
        finding: Finding | None = judge(run)
        if finding is not None:
            return Programmed(done, calls, finding.rule, tell(run, finding, again))
        for note in notes(run):
            found.setdefault(note.rule, note)
    return Programmed(done, calls, notes=tuple(found.values()))


def _scenarios(examples: int, seed: int, unlawful: bool) -> Iterator[Scenario]:
    explicit = (PLAIN, *dangers(unlawful=unlawful, real_time=True))[:examples]
    yield from explicit
    if examples > len(explicit):
        yield from _drawn(examples - len(explicit), seed, unlawful)


def _drawn(examples: int, seed: int, unlawful: bool) -> list[Scenario]:
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
    @hypothesis.given(drawn(observed_only=False, unlawful=unlawful, real_time=True))
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
    return Run(scenario, tuple(recorder.calls), end, Wanted(), lambda *of: _plain(recorder.report(*of)), plain)


def _end(
    command: list[str], environment: dict[str, str], timeout: float, enough: threading.Event
) -> Returned | Raised | Stopped:
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise UsageError(f"cannot run {command[0]}: {error.strerror or error}") from None
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.extend(process.communicate()), daemon=True)
    reader.start()
    until = time.monotonic() + timeout
    while reader.is_alive():
        reader.join(_LOOK)
        if enough.is_set() or time.monotonic() > until:
            _kill(process)
            reader.join()
            asked = "it asks on and on, and learns nothing new"
            return Stopped(asked if enough.is_set() else f"it was not done after {timeout:g} seconds")
    if process.returncode:
        return Raised(Failed(f"exit status {process.returncode}{_last_line(said[1])}"))
    try:
        return Returned(_read(said[0].decode()))
    except ValueError as error:
        return Raised(Failed(f"what it prints is neither a JSON array nor JSON lines: {error}"))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The program and whatever it has started."""
    import signal

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
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
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


def _filled(argument: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        argument = argument.replace("{" + name + "}", value)
    return argument


def _environment(url: str) -> dict[str, str]:
    """Nothing of the user's own AWS configuration, but where to ask."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL_IAM": url,
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


def _last_line(text: bytes) -> str:
    lines = [line.strip() for line in text.decode(errors="replace").splitlines() if line.strip()]
    return f": {lines[-1]}" if lines else ""
