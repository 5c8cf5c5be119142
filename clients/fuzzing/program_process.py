"""One process of a program: its arguments, its environment, and how it ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from ...errors import UsageError, nearest
from ...spec.contract import Contract
from ...spec.model import endpoint_variable
from .judging.run import ClientStopped

__all__ = ["ProgramEnd", "environment", "filled", "misspelt", "run_program"]

#: Seconds between looks at a running program.
_LOOK = 0.02
_PLACES = ("endpoint_url", "job_id", "entity_path", "arn", "service_namespace")
#: Bytes that a program may print.
_MOST = 64 << 20


@dataclass(frozen=True, slots=True)
class ProgramEnd:
    """What a program printed on standard output, and why it failed, if it did."""

    output: bytes
    failure: str | None = None


def misspelt(command: Sequence[str]) -> list[str]:
    """What looks like one of the names that are filled in, and is not."""
    words = {word for each in command for word in re.findall(r"\{(\w+)\}", each)}
    near = {word: nearest(word, _PLACES) for word in sorted(words.difference(_PLACES))}
    return [f"{{{word}}} is left as it is; did you mean {{{found}}}?" for word, found in near.items() if found]


def filled(argument: str, values: Mapping[str, str]) -> str:
    """An argument with the values in place of their names in braces."""
    for name, value in values.items():
        argument = argument.replace("{" + name + "}", value)
    return argument


def environment(contract: Contract, url: str) -> dict[str, str]:
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


def run_program(
    command: Sequence[str], environment: Mapping[str, str], timeout: float, enough: threading.Event
) -> ProgramEnd | ClientStopped:
    """Run a program to its end, or stop it. What it prints goes to files: whoever else holds them open keeps nobody waiting.

    :param enough: set where its requests lead to nothing new.
    :raises UsageError: where it cannot be started.
    """
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
            return ClientStopped(reason)
        printed, said = (_content(each) for each in (out, err))
    failure = f"{_status(process.returncode)}{_telling_line(said)}" if process.returncode else None
    return ProgramEnd(printed, failure)


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


def _telling_line(text: bytes) -> str:
    """The line that most likely says why: runtimes print it in the middle of other things."""
    lines = [line.strip() for line in text.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|exception|fail|denied", line, re.IGNORECASE)]
    return f": {(telling or lines)[-1]}" if lines else ""
