"""What other pages cost: CPU time of a suite's listings of up to ten items on moto, re-paged and plainly.

    python -P benchmarks/repage.py [PAIRS]

Both sides read the same listings to their end through botocore's paginators, in one process and in turns. A second figure is what a
process pays that calls an operation without a paginator. Needs the extra `moto`.
"""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from statistics import median
from typing import Any

import boto3
from moto import mock_aws

from awscontract import repage

#: Listings by the number of their items, most of which are few: the shape of real suites.
_SIZES = (0, 0, 1, 1, 1, 1, 2, 2, 3, 5, 10)
_READS = 20
_SERVICES: tuple[Any, ...] = ("iam", "logs")


def clients() -> dict[str, Any]:
    """Clients with listings of all sizes behind them."""
    iam, logs = (
        boto3.client(each, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x") for each in _SERVICES
    )
    for size in set(_SIZES):
        for number in range(size):
            iam.create_user(UserName=f"{size}-{number}", Path=f"/{size}/")
            logs.create_log_group(logGroupName=f"{size:02}-{number}")
    return {"iam": iam, "logs": logs}


def read(made: dict[str, Any]) -> int:
    """Every listing to its end."""
    groups, users = made["logs"].get_paginator("describe_log_groups"), made["iam"].get_paginator("list_users")
    count = 0
    for size in _SIZES:
        count += sum(len(page["logGroups"]) for page in groups.paginate(logGroupNamePrefix=f"{size:02}-"))
        count += sum(len(page["Users"]) for page in users.paginate(PathPrefix=f"/{size}/"))
    return count


def others(made: dict[str, Any]) -> int:
    """Calls that do not page."""
    return sum(len(made["iam"].get_account_summary()["SummaryMap"]) for _ in range(5))


def cpu(work: Callable[[], int], block: Callable[[], AbstractContextManager[Any]]) -> float:
    """Seconds of CPU time of the work within the block."""
    with block():
        work()
        begun = time.process_time()
        for _ in range(_READS):
            work()
        return time.process_time() - begun


def ratio(work: Callable[[], int], pairs: int) -> float:
    """Of the work re-paged to the work alone."""
    return median(cpu(work, repage) / cpu(work, nullcontext) for _ in range(pairs))


def main(pairs: int) -> None:
    """Measure and print."""
    with mock_aws():
        made = clients()
        print(f"ratio   {ratio(lambda: read(made), pairs):7.3f}    listings of up to ten items")
        print(f"others  {ratio(lambda: others(made), pairs):7.3f}    calls that do not page")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
