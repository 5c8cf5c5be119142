"""Runs a command in whose Python processes listings are served in other pages, and joins what they saw."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....errors import Interrupted, UsageError
from ..unread import Digest
from . import startup
from .process import VARIABLE

__all__ = ["Ended", "run"]

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
#: Signals that a terminal sends to all of the processes in front of it.
_OF_TERMINALS = ("SIGINT", "SIGHUP")


@dataclass(frozen=True)
class Ended:
    """How the command ended: its exit status, 128 + N where signal N ended it, and what its processes saw.

    `refused` are those that import botocore and could not be re-paged: their Python, its version and why. `silent` is how many left no log, because they were killed or go on.
    """

    status: int
    digest: Digest = field(default_factory=Digest)
    refused: tuple[Mapping[str, str], ...] = ()
    silent: int = 0


def run(command: Sequence[str], **settings: Any) -> Ended:
    """Run the command to its end.

    :param settings: what `served` takes, and `strict` and `strict_all` for the pytest plugin.
    :raises UsageError: where it cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="awscontract-repage-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        wanted = settings | {"folder": name, "root": os.getcwd()}
        status = _run(command, _environment(wanted, _package(folder)))
        return Ended(status, *_joined(folder))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    with _forwarded() as receivers:
        try:
            process = subprocess.Popen(command, env=environment)
        except OSError as error:
            raise UsageError(f"cannot run {command[0]}: {error.strerror or error}") from None
        receivers.append(process)
        status = process.wait()
    return status if status >= 0 else 128 - status


@contextmanager
def _forwarded() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Send the command the signals that we get, unless a terminal has done so already. What comes while it is started is for us."""
    receivers: list[subprocess.Popen[bytes]] = []

    def forward(number: int, frame: object) -> None:
        if not receivers:
            raise Interrupted(number)
        if signal.Signals(number).name not in _OF_TERMINALS or not _is_in_front():
            receivers[0].send_signal(number)

    before = {each: signal.getsignal(each) for each in _SIGNALS}
    handled = {each: handler for each, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for each in handled:
            signal.signal(each, forward)
        yield receivers
    finally:
        for each, handler in handled.items():
            signal.signal(each, handler)


def _is_in_front() -> bool:
    """Whether a terminal sends its signals to us, and so to the command too."""
    for stream in (0, 1, 2):
        try:
            return os.tcgetpgrp(stream) == os.getpgrp()
        except (OSError, AttributeError):
            continue
    return sys.platform == "win32"  # a console sends them to everybody


def _environment(settings: Mapping[str, Any], package: Path) -> dict[str, str]:
    """The environment in which every Python starts with our `sitecustomize`."""
    [folder] = startup.__path__
    paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {VARIABLE: json.dumps(settings), f"{VARIABLE}_PACKAGE": str(package)}
    return os.environ | ours | {"PYTHONPATH": os.pathsep.join(paths)}


def _package(folder: Path) -> Path:
    """A folder with nothing in it but this package, for Pythons of other environments."""
    ours = Path(__file__).parents[3]
    found = folder / "package"
    found.mkdir()
    try:
        (found / ours.name).symlink_to(ours, target_is_directory=True)
    except OSError:  # Windows permits it to few
        shutil.copytree(ours, found / ours.name)
    return found


def _joined(folder: Path) -> tuple[Digest, tuple[Mapping[str, str], ...], int]:
    digest = Digest()
    for each in sorted(folder.glob("*.json")):
        digest.update(Digest.from_json(json.loads(each.read_text())))
    refused = {each.read_text() for each in folder.glob("*.refused")}
    return digest, tuple(map(json.loads, sorted(refused))), len(list(folder.glob("*.begun")))
