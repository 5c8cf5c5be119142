"""Run the fuzz targets with atheris, a coverage-guided fuzzer.

    python -P tests/fuzz/run.py [--seconds 60] [TARGET...]

Each target starts from `tests/fuzz/corpus` and gets its share of the time. An input that makes one raise is written to the current folder
and printed; copy it into the corpus with the fix, where `tests/fuzz/test_corpus.py` runs it in every run of the tests.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def fuzz(target: str, seconds: int) -> None:
    """Fuzz one target in this process until the time is over; atheris ends the process."""
    import atheris

    with atheris.instrument_imports(include=["awscontract", "fuzz"]):
        from fuzz.targets import TARGETS, seeds
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(target)):
            Path(folder, f"seed-{number}").write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], f"-max_total_time={seconds}", "-timeout=120", "-rss_limit_mb=1024", folder], TARGETS[target]
        )
        atheris.Fuzz()


def main() -> int:
    """Every target in a process of its own; 1 where one of them found something."""
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60 * len(TARGETS), help="for all targets together")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], default=[])
    given = parser.parse_args()
    if given.only:
        fuzz(given.only, given.seconds)
        return 0
    chosen = given.targets or list(TARGETS)
    share = max(given.seconds // len(chosen), 1)
    failed = []
    for target in chosen:
        command = [sys.executable, "-P", __file__, "--only", target, "--seconds", str(share)]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
        tail = [line for line in done.stderr.splitlines() if line.strip()]
        runs = next(
            (line for line in reversed(tail) if line.startswith("Done") or "stat::number_of_executed" in line), ""
        )
        print(f"{target}: {'ok' if done.returncode == 0 else 'FAILED'} {runs}", flush=True)
        if done.returncode:
            failed.append(target)
            print("\n".join(tail[-40:]), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
