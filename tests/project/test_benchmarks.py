"""The benchmarks run. What they measure is nobody's promise, but for what they count."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from project.dist import ROOT


def printed(name: str, *arguments: str) -> str:
    """What a benchmark prints."""
    command = [sys.executable, "-P", str(ROOT / "benchmarks" / f"{name}.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "pairs"), [("check", "1"), ("repage", "1"), ("plugin", "2"), ("contracts", "1")])
def test_prints_a_ratio(name: str, pairs: str) -> None:
    """Each prints one ratio."""
    assert len(re.findall(r"^ratio +\d+\.\d+ ", printed(name, pairs), re.MULTILINE)) == 1


def test_requests() -> None:
    """A survey of a report with full pages takes at most 60 requests, and never fewer than the bound that is derived for it."""
    found = re.findall(
        r"^a report of ([\d,]+) services +(\d+) requests +at least +(\d+) ",
        printed("surveys", "0", "262"),
        re.MULTILINE,
    )

    assert [size for size, _, _ in found] == ["0", "262"]
    assert all(int(bound) <= int(calls) <= 60 for _, calls, bound in found)


@pytest.mark.nightly
def test_requests_of_lists() -> None:
    """A survey of a list of seven items takes at most 30."""
    lists = re.findall(r"^\w+:\w+ +(\d+) requests$", printed("surveys"), re.MULTILINE)

    assert len(lists) > 5
    assert all(int(calls) <= 30 for calls in lists)


def test_rules() -> None:
    """Each size is measured, and compared with the first."""
    assert re.findall(r"ratio +(\d+\.\d+)$", printed("rules", "20", "40"), re.MULTILINE)[0] == "1.00"


@pytest.mark.nightly
def test_all_of_them() -> None:
    """One command runs every script in the folder."""
    found = printed("run", "--quick")

    scripts = {each.stem for each in (ROOT / "benchmarks").glob("*.py")} - {"run"}
    assert set(re.findall(r"^== (\w+)$", found, re.MULTILINE)) == scripts
