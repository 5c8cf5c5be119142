"""What a call costs a client under `fuzz_client`, and the same loop against moto's in-process mock, for five operations.

    python -P benchmarks/fuzzing.py [ROUNDS]

Both are plain paging loops through botocore's own serialiser and parser, with pages of a few items, measured in turns, so that a machine
that gets slower or faster does so for both. Times are CPU time of this process. Prints calls a second, the median of the rounds'
ratios with the ratio that is wanted, and what the default run of one hundred examples takes. Reports are compared with moto's users,
since moto has none. Needs the extra `moto`.
"""

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import boto3
from moto import mock_aws

from awscontract import fuzz_client

ITEMS, PAGE, LISTINGS = 12, 3, 20
REPORT = "iam:GetOrganizationsAccessReport"


class Listing(NamedTuple):
    """A listing: its call, and the names of what the loop needs."""

    call: str
    items: str
    token_in: str
    token_out: str
    limit: str
    parameters: dict[str, Any]
    ratio: float


LISTINGS_OF = {
    REPORT: Listing("list_users", "Users", "Marker", "Marker", "MaxItems", {}, 5),
    "iam:ListUsers": Listing("list_users", "Users", "Marker", "Marker", "MaxItems", {}, 2),
    "s3:ListObjectsV2": Listing(
        "list_objects_v2", "Contents", "ContinuationToken", "NextContinuationToken", "MaxKeys", {"Bucket": "bucket"}, 2
    ),
    "dynamodb:Scan": Listing(
        "scan", "Items", "ExclusiveStartKey", "LastEvaluatedKey", "Limit", {"TableName": "table"}, 5
    ),
    "lambda:ListFunctions": Listing("list_functions", "Functions", "Marker", "NextMarker", "MaxItems", {}, 5),
}


def report(client: Any, job_id: str) -> list[Any]:
    """A right client of a report without anything to it."""
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError(page["ErrorDetails"]["Code"])
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


def loop(listing: Listing, **limit: int) -> Callable[[Any], list[Any]]:
    """A right client of a list."""

    def collect(client: Any) -> list[Any]:
        call = getattr(client, listing.call)
        found: list[Any] = []
        more: dict[str, Any] = {}
        while True:
            page = call(**listing.parameters, **limit, **more)
            found += page.get(listing.items, [])
            if not page.get(listing.token_out):
                return found
            more = {listing.token_in: page[listing.token_out]}

    return collect


def fuzzed(operation: str) -> int:
    """A default run; says how many calls it made."""
    listing = LISTINGS_OF[operation]
    if operation == REPORT:
        return fuzz_client(report, seed=0).calls
    return fuzz_client(loop(listing), operation=operation, parameters=listing.parameters, seed=0).calls


def mocked(operation: str, client: Any) -> int:
    """The same loop on moto; says how many calls it made."""
    collect = loop(LISTINGS_OF[operation], **{LISTINGS_OF[operation].limit: PAGE})
    before = CALLS[0]
    for _ in range(LISTINGS):
        assert len(collect(client)) == ITEMS
    return CALLS[0] - before


#: Requests that were sent to moto.
CALLS = [0]


def prepared(operation: str) -> Any:
    """A client of moto's that has something to list."""
    service = operation.partition(":")[0]
    client: Any = boto3.client(service, "us-east-1")  # type: ignore[call-overload]
    names = [f"item-{number}" for number in range(ITEMS)]
    if service == "iam":
        for name in names:
            client.create_user(UserName=name)
    elif service == "s3":
        client.create_bucket(Bucket="bucket")
        for name in names:
            client.put_object(Bucket="bucket", Key=name, Body=b"")
    elif service == "dynamodb":
        client.create_table(
            TableName="table",
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for name in names:
            client.put_item(TableName="table", Item={"key": {"S": name}})
    else:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("lambda.py", "")
        trusted: Any = {"Version": "2012-10-17", "Statement": []}
        role = boto3.client("iam", "us-east-1").create_role(
            RoleName="role", AssumeRolePolicyDocument=json.dumps(trusted)
        )["Role"]["Arn"]
        for name in names:
            client.create_function(
                FunctionName=name,
                Runtime="python3.12",
                Role=role,
                Handler="lambda.f",
                Code={"ZipFile": packed.getvalue()},
            )
    client.meta.events.register("before-send", lambda **_: CALLS.__setitem__(0, CALLS[0] + 1))
    return client


def rate(run: Callable[[], int]) -> tuple[float, float]:
    """Calls a second, and the seconds that it took."""
    start = time.process_time()
    calls = run()
    took = time.process_time() - start
    return calls / took, took


def main(rounds: int = 5) -> None:
    """Measure and print."""
    print(f"{'':30}fuzz_client         moto  ratio  wanted  100 examples")
    for operation, listing in LISTINGS_OF.items():
        fuzzed(operation)  # imports, and reads the model
        found = []
        for _ in range(rounds):
            ours, took = rate(partial(fuzzed, operation))
            with mock_aws():
                client = prepared(operation)
                theirs, _ = rate(partial(mocked, operation, client))
            found.append((ours, theirs, took))
        ours, theirs, took = (median(each) for each in zip(*found, strict=True))
        ratio = median(each / other for each, other, _ in found)
        print(
            f"{operation:30}{ours:7.0f} /s {theirs:9.0f} /s {ratio:6.1f} {listing.ratio:7.0f} {took:11.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
