"""Runs every benchmark, one after the other, and prints what each prints.

    python -P benchmarks/run.py [--quick]

Quick runs take one pair or the smallest sizes, to see that each still works. A benchmark whose tools are missing (wrk, moto) says so
and does not stop the others.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: The arguments of a quick run, by script. The others have none.
QUICK = {
    "check": ["1"],
    "plugin": ["2"],
    "surveys": ["0", "1", "262"],
    "rules": ["100", "200"],
    "contracts": ["1"],
    "strategies": ["1"],
    "fuzzing": ["1"],
    "repage": ["1"],
    "serving": ["1", "1"],
    "lists": ["sns"],
}


def environment(folder: str) -> dict[str, str]:
    """Compiled modules are kept, as they are wherever a package is used twice, even where the environment forbids it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(Path(folder, "compiled"))}


def main(arguments: list[str]) -> int:
    """Run them all; the status is that of the worst."""
    here, worst = Path(__file__).parent, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, quick in QUICK.items():
            script = here / f"{name}.py"
            if not script.exists():
                continue
            print(f"== {name}", flush=True)
            began = time.monotonic()
            command = [sys.executable, "-P", str(script), *(quick if "--quick" in arguments else [])]
            done = subprocess.run(command, env=environment(folder), check=False)
            print(f"   {time.monotonic() - began:.0f} s, status {done.returncode}", flush=True)
            worst = max(worst, abs(done.returncode))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
