"""What judging costs: the CPU time of a whole `awscontract check`, and of doing no more than making a botocore client.

    python -P benchmarks/check.py [PAIRS]

The emulator that is judged is in it, and so is the interpreter's start. Runs alternate, so that a machine that gets slower or faster
does so for both. Prints both medians, and the median of the pairs' ratios.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from statistics import median

CHECK = ("-P", "-m", "awscontract", "check", "--explore", "0")
CLIENT = (
    "-P",
    "-c",
    "import botocore.session as s; s.get_session().create_client('iam', region_name='us-east-1')",
)

#: Modules that were compiled once stay so, as wherever a package is used twice, even where the environment forbids it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu(arguments: Sequence[str], folder: str) -> float:
    """Seconds of CPU time, of the user and of the system, that one run of the interpreter takes."""
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main(pairs: int = 15) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        for arguments in (CHECK, CLIENT):  # compiles what has to be compiled
            cpu(arguments, folder)
        times = [(cpu(CHECK, folder), cpu(CLIENT, folder)) for _ in range(pairs)]
    check, client = (median(each) for each in zip(*times, strict=True))
    print(f"check   {1000 * check:7.1f} ms")
    print(f"client  {1000 * client:7.1f} ms")
    print(f"ratio   {median(judged / made for judged, made in times):7.3f}    ({pairs} pairs)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
