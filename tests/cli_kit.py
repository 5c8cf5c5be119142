"""The command in this process or in one of its own, and a judge that notes what it is asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from inspect import signature
from typing import Any

from click.testing import CliRunner

from awscontract.cli.main import cli
from awscontract.conformance.results.result import Result
from awscontract.conformance.trace.exchange import Exchange, Trace

from results_kit import judged

#: click before 8.2 keeps the two streams apart only where it is asked to.
_APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
COMMAND = (sys.executable, "-P", "-m", "awscontract")
PATH = "o-abcdefghij/r-wxyz"
JOB = "examplea-1234-b567-cde8-90fg123abcd4"


def run(*arguments: str, **options: Any) -> Any:
    """The command in this process."""
    return CliRunner(**_APART).invoke(cli, arguments, catch_exceptions=False, **options)


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def started(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own that is under way, with signals as a terminal would give them."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
        env={name: value for name, value in os.environ.items() if not name.startswith("AWSCONTRACT_")},
        **options,
    )


class Judge:
    """Stands for `check`: notes what it is asked, and finds `found`, or what `finds` has for the operation."""

    def __init__(self) -> None:
        self.found: Result = judged()
        self.finds: dict[str, Result | BaseException] = {}
        self.asked: dict[str, Any] | None = None
        self.every: list[dict[str, Any]] = []

    def __call__(self, client: Any, **options: Any) -> Result:
        self.asked = options | {"client": client}
        self.every.append(self.asked)
        options["record"](Trace((Exchange(0, "GetOrganizationsAccessReport", {"JobId": JOB}, status=200),)))
        found = self.finds.get(options["operation"].id, self.found)
        if isinstance(found, BaseException):
            raise found
        return replace(found, target=options["target"], operation=options["operation"].id)
