"""What judging lists costs: the CPU time of `awscontract check all --target moto --explore 0`, and of listing as often through boto3 alone.

    python -P benchmarks/lists.py [SERVICE...]

The other side makes the same clients and sends as many requests to moto's `list_users` as the judgement sent in all. Without services it
is all of them. Needs the extra `moto`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ALONE = """
import sys
import boto3
from moto import mock_aws
requests, services = int(sys.argv[1]), sys.argv[2:]
with mock_aws():
    for service in services:
        boto3.client(service, "us-east-1")
    iam = boto3.client("iam", "us-east-1")
    for _ in range(requests):
        iam.list_users()
"""


def cpu(*arguments: str, status: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Seconds of CPU time of one run of the interpreter, and its largest memory in MiB."""
    environment = os.environ | {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment) as process:
        _, ended, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode not in status:
        raise SystemExit(f"{' '.join(arguments)[:60]} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(services: list[str]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder, "results.json")
        check = ("-P", "-m", "awscontract", "check", *(services or ["all"]), "--target", "moto", "--explore", "0")
        judged, memory = cpu(*check, "--save", str(saved), status=(0, 1, 3))
        results = json.loads(saved.read_text())["results"]
    requests = sum(each["calls"] for each in results)
    names = sorted({each["operation"].partition(":")[0] for each in results})
    alone, _ = cpu("-P", "-c", ALONE, str(requests), *names)
    print(f"{len(results)} operations of {len(names)} services: {requests} requests besides set-up, {memory:.0f} MiB")
    print(f"check {judged:.1f} s of CPU, boto3 alone {alone:.1f} s: {judged / alone:.1f} times")


if __name__ == "__main__":
    main(sys.argv[1:])
