"""What a call costs a client under `fuzz_client`, and the same loop against moto's in-process mock of `list_users`.

    python -P benchmarks/fuzzing.py [ROUNDS]

Both are plain paging loops with pages of a few items, measured in turns, so that a machine that gets slower or faster does so for
both. Times are CPU time of this process. Prints calls a second with the median of the rounds' ratios, and what the default run of
one hundred examples takes.
"""

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import boto3
from moto import mock_aws

from awscontract import fuzz_client

USERS, PAGE = 12, 3


def plain(client: Any, job_id: str) -> list[Any]:
    """A right client without anything to it."""
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError(page["ErrorDetails"]["Code"])
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


def moto(rounds: int = 20) -> int:
    """The same loop over users; says how many calls it made."""
    calls = 0
    for _ in range(rounds):
        page = USERS_CLIENT.list_users(MaxItems=PAGE)
        calls += 1
        while page.get("IsTruncated"):
            page = USERS_CLIENT.list_users(MaxItems=PAGE, Marker=page["Marker"])
            calls += 1
    return calls


def fuzzed() -> int:
    """A default run; says how many calls it made."""
    return fuzz_client(plain, seed=0).calls


def rate(run: Callable[[], int]) -> tuple[float, float]:
    """Calls a second, and the seconds that it took."""
    start = time.process_time()
    calls = run()
    took = time.process_time() - start
    return calls / took, took


USERS_CLIENT: Any = None


def main(rounds: int = 5) -> None:
    """Measure and print."""
    global USERS_CLIENT  # noqa: PLW0603 -- a benchmark
    fuzzed()  # imports, and reads the model
    found = []
    for _ in range(rounds):
        ours, took = rate(fuzzed)
        with mock_aws():
            USERS_CLIENT = boto3.client("iam", region_name="us-east-1")
            for each in range(USERS):
                USERS_CLIENT.create_user(UserName=f"user-{each}")
            theirs, _ = rate(moto)
        found.append((ours, theirs, took))
    print(f"fuzz_client      {median(ours for ours, *_ in found):7.0f} calls/s")
    print(f"moto list_users  {median(theirs for _, theirs, _ in found):7.0f} calls/s")
    print(f"ratio            {median(ours / theirs for ours, theirs, _ in found):7.1f}")
    print(f"100 examples     {median(took for *_, took in found):7.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
