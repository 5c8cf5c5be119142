"""Whoever reads standard output may stop early, as `head -1` does: no traceback, and an exit status that says so where something was lost for nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from awscontract.cli.main import main

from cli_kit import COMMAND, Judge
from results_kit import judged


@pytest.fixture
def nobody() -> Iterator[io.TextIOWrapper]:
    """Standard output that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as output:
        yield output


@pytest.mark.parametrize(
    "arguments",
    [
        ("rules",),
        ("explain", "pagination.complete"),
        ("operations", "iam"),
        ("contract", "iam:ListUsers"),
        ("sample", "--operation", "iam:ListUsers", "--seed", "1"),
        ("schema", "iam:ListUsers"),
        ("config",),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_command_that_only_prints(
    arguments: tuple[str, ...],
    nobody: io.TextIOWrapper,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It ends with 141, as programs do that the signal of a broken pipe ends."""
    monkeypatch.setattr(sys, "stdout", nobody)

    assert main([*arguments], standalone_mode=False) == 141
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("outcome", "status"), [("passed", 0), ("failed", 1)])
def test_a_command_that_judges(
    outcome: str, status: int, judge: Judge, nobody: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It judges to the end, saves the result, and has the status of the result."""
    judge.found = judged(**{"pagination.complete": outcome})
    monkeypatch.setattr(sys, "stdout", nobody)

    assert main(["check", "--save", str(tmp_path / "result.json")], standalone_mode=False) == status
    assert (tmp_path / "result.json").exists()


def test_to_the_last_moment(nobody: io.TextIOWrapper) -> None:
    """Nor does the interpreter complain on its way out, when it flushes what is left."""
    done = subprocess.run(
        [*COMMAND, "rules"], stdout=nobody, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (141, "")
