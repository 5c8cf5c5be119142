"""How many requests a survey takes, by the size of what is listed, and how many it would have to take at least.

    python -P benchmarks/surveys.py [SIZE...]

The figures depend on nothing but the code: the embedded emulator responds in this process. `docs/performance.md` derives the lower bound.
"""

import sys
from collections.abc import Iterator
from math import ceil
from typing import Any

import botocore.session

from awscontract import check
from awscontract.conformance.evidence.invalid_requests import probes
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.spec.operations import DEFAULT, load

SIZES = (0, 1, 100, 101, 188, 262, 1000, 1200)
LISTS = (
    "iam:ListUsers",
    "iam:ListPolicies",
    "s3:ListBuckets",
    "dynamodb:Scan",
    "lambda:ListFunctions",
    "ec2:DescribeVpcs",
)
#: Responses with IN_PROGRESS before the report is there, as many as the emulator gives by default.
POLLS = 2
#: The reads of a job that is over: again after its dates' precision, and one with an id that nobody was given.
JOB_READS = 2
#: Starts: the first, the same again, and one while another job runs.
STARTS = 3
#: Requests about tokens: the same twice, under other parameters, and one that nobody was given, after a page that gives it.
TOKENS = 5


def report_bound(size: int) -> int:
    """The fewest requests that show a report of so many services in every way that a rule is about."""
    contract = load(DEFAULT)
    assert contract.job is not None
    assert contract.sort is not None
    keys, default = len(contract.sort.keys), 100
    invalid = len(list(probes(contract, contract.operation, {contract.job.id_in: "0" * 36})))
    invalid += len(list(probes(contract, contract.job.start.operation, {"EntityPath": "o-aaaaaaaaaa/r-aaaa"})))
    job = STARTS + POLLS + JOB_READS
    if size == 0:
        return job + invalid + 1 + keys
    whole = ceil(size / default)
    if size == 1:
        return job + invalid + whole + keys
    changing, exact = (3, 1) if size > 2 else (0, 1)
    return job + invalid + whole + 2 * keys + changing + exact + TOKENS


def surveys(name: str, behaviour: Behaviour) -> int:
    """The requests of one survey."""
    contract = load(name)
    emulator = Emulator((contract,), behaviour)
    client: Any = botocore.session.get_session().create_client(
        contract.service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with attach(client, emulator):
        parameters = emulator.parameters.get(contract.id)
        result = check(client, operation=name, parameters=parameters, explore=0, poll_interval=0, no_setup=True)
    if result.verdict != "conforms":
        raise SystemExit(f"{name}: {result.verdict}, {result.reason}")
    return result.calls


def rows(sizes: tuple[int, ...]) -> Iterator[tuple[str, int, int]]:
    """What is surveyed, its requests, and the fewest that it could take."""
    for size in sizes:
        yield f"a report of {size:,} services", surveys(DEFAULT, Behaviour(services=size)), report_bound(size)


def main(*sizes: int) -> None:
    """Count and print."""
    for name, calls, bound in rows(sizes or SIZES):
        print(f"{name:28} {calls:4} requests   at least {bound:4}   ratio {calls / bound:5.2f}")
    for name in () if sizes else LISTS:
        print(f"{name:28} {surveys(name, Behaviour()):4} requests")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
