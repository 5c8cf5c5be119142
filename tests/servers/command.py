"""The installed command in a process of its own, as a user's CI runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from servers.forking import forked

__all__ = ["AWSCONTRACT", "awscontract", "check", "serving"]

# -P keeps the folder it runs in off sys.path: what runs is what is installed.
AWSCONTRACT = (sys.executable, "-P", "-m", "awscontract")
_QUICK = ("--poll-interval", "0.01", "--explore", "0", "--format", "json")


def awscontract(*arguments: str, stdin: str = "", seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run it within bounds of time and memory, so that a run without end is an error here."""
    return forked(arguments, stdin, seconds)


def check(url: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """`awscontract check` on an endpoint; the process and the result that it printed (empty if it printed none)."""
    done = awscontract("check", "--endpoint-url", url, *_QUICK, *arguments)
    return done, json.loads(done.stdout) if done.stdout.strip() else {}


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """`awscontract serve` on a free port; its URL is in its first line."""
    command = [*AWSCONTRACT, "serve", "--port", "0", *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http://")).rstrip(".,/")
        finally:
            process.terminate()
