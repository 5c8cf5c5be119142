"""What the pytest plugin costs those who do not use it: the CPU time of a run of one test, with the plugin and without.

    python -P benchmarks/plugin.py [PAIRS]

Runs alternate, so that a machine that gets slower or faster does so for both. Prints the median of the pairs' ratios, with their
quartiles. Imports by pytest of other plugins are the same in both.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from statistics import median, quantiles

MODULE = "awscontract.pytest_plugin.plugin"
#: Installed, the plugin is there by its entry point, and has to be kept out; else it has to be asked for.
INSTALLED = bool(entry_points(group="pytest11", name="awscontract"))
WITH = [] if INSTALLED else ["-p", MODULE]
WITHOUT = ["-p", "no:awscontract"] if INSTALLED else []

#: Modules that were compiled once stay so, as wherever a package is used twice, even where the environment forbids it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu(folder: Path, args: Sequence[str]) -> float:
    """Seconds of CPU time, of the user and of the system, that one run of pytest takes."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", *args]
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"pytest ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main(pairs: int = 30) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.joinpath("test_one.py").write_text("def test_one():\n    pass\n", encoding="utf-8")
        for args in (WITH, WITHOUT):  # compiles what has to be compiled
            cpu(folder, args)
        times = [(cpu(folder, WITH), cpu(folder, WITHOUT)) for _ in range(pairs)]
    ratios = [used / unused for used, unused in times]
    low, _, high = quantiles(ratios, n=4)
    print(f"with    {1000 * median(used for used, _ in times):7.1f} ms")
    print(f"without {1000 * median(unused for _, unused in times):7.1f} ms")
    print(f"ratio   {median(ratios):7.3f}    ({low:.3f} to {high:.3f} in the middle half of {pairs} pairs)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
