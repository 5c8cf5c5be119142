"""The benchmarks run. What they measure is nobody's promise."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from project.dist import ROOT


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("check", "1"),
        pytest.param("repage", "1", marks=pytest.mark.nightly),
        pytest.param("plugin", "2", marks=pytest.mark.nightly),
    ],
)
def test_prints_a_ratio(name: str, pairs: str) -> None:
    """Each prints one ratio."""
    command = [sys.executable, "-P", str(ROOT / "benchmarks" / f"{name}.py"), pairs]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert len(re.findall(r"^ratio +\d+\.\d+ ", done.stdout, re.MULTILINE)) == 1
