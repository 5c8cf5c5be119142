"""``--seed-command``: the user's own program fills the target before it is judged."""

import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from ...errors import UsageError, one_line, shorten
from ..results.result import Target
from .clients import TargetOptions, environment
from .subjects import is_entity_path

__all__ = ["Seeded", "seed"]

_JOB_ID_LENGTH = 36
_ARN = re.compile(r"arn:[^:\s]*:[^:\s]*:[^:\s]*:[^:\s]*:\S+")
#: No more of what a command prints is read.
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the program said to judge: a subject of a report, a job to read, or parameters for every request."""

    entity_path: str | None = None
    arn: str | None = None
    job_id: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def seed(
    command: str,
    options: TargetOptions,
    target: Target,
    timeout: float = 120.0,
    services: Iterable[str] = ("iam",),
) -> Seeded:
    """Run the command through the shell.

    What it prints may be a JSON object of request parameters; else its last line may be an entity path, an Arn or a JobId. Anything else
    is not for us. Where it takes too long, and where the run is interrupted, its whole process group ends.

    :raises UsageError: where it fails.
    """
    if options.kind.startswith("moto"):
        raise UsageError(f"--seed-command cannot reach --target {options.kind}, which exists in this process alone")
    # Files and not pipes: what the command leaves running in the background may hold them open.
    with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
        process = subprocess.Popen(
            command,
            shell=True,
            env=environment(options, target, services),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            _end(process)
            raise UsageError(f"--seed-command had not ended after {timeout:g} seconds; raise --timeout") from None
        except BaseException:
            _end(process)
            raise
        printed, complained = _text(out), _last_line(_text(err))
    if status:
        reason = complained or _last_line(printed) or "it printed nothing"
        raise UsageError(f"--seed-command ended with status {status}: {shorten(one_line(reason))}")
    return _seeded(printed)


def _seeded(printed: str) -> Seeded:
    with suppress(ValueError, RecursionError):
        parameters = json.loads(printed)
        if isinstance(parameters, dict):
            return Seeded(parameters=parameters)
    last = _last_line(printed)
    with suppress(ValueError, RecursionError):
        parameters = json.loads(last)
        if isinstance(parameters, dict):
            return Seeded(parameters=parameters)
    if is_entity_path(last):
        return Seeded(entity_path=last)
    if _ARN.fullmatch(last):
        return Seeded(arn=last)
    return Seeded(job_id=last) if len(last) == _JOB_ID_LENGTH and len(last.split()) == 1 else Seeded()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and everything that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read(_LONGEST)


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
