"""What a call costs a client under `fuzz_client`, the same loop against moto's in-process mock, and the least that botocore takes for it.

    python -P benchmarks/fuzzing.py [ROUNDS]

All are plain paging loops through botocore's own serialiser and parser, measured in turns, so that a machine that gets slower or faster
does so for all of them. Times are CPU time of this process.

fuzz_client: a default run of one hundred examples with another seed each round; everything that it takes counts, the drawing and judging too.
moto: pages of two items, since those of `fuzz_client` have one to two. IAM and Lambda ignore the page size there, so they have two items
in all. Reports are compared with moto's users, since moto has none.
ceiling: the client that `fuzz_client` gives to collect, whose requests are answered by the very bytes that moto has sent; nothing is read,
worked out or judged. No mock in this process can be faster than that.

Prints calls a second, the medians of the rounds' ratios to moto with the ratio that is wanted, and what a run takes. Needs the extra `moto`.
"""

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any, NamedTuple

import boto3
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from awscontract import fuzz_client
from awscontract.clients.sandbox.given_client import made_client

ITEMS, PAGE, CALLS = 12, 2, 120
REPORT = "iam:GetOrganizationsAccessReport"


class Listing(NamedTuple):
    """A listing: its call, the names of what the loop needs, the ratio that is wanted, and whether moto lists everything in one page."""

    call: str
    items: str
    token_in: str
    token_out: str
    limit: str
    parameters: dict[str, Any]
    ratio: float
    one_page: bool = False


LISTINGS_OF = {
    REPORT: Listing("list_users", "Users", "Marker", "Marker", "MaxItems", {}, 5, one_page=True),
    "iam:ListUsers": Listing("list_users", "Users", "Marker", "Marker", "MaxItems", {}, 2, one_page=True),
    "s3:ListObjectsV2": Listing(
        "list_objects_v2", "Contents", "ContinuationToken", "NextContinuationToken", "MaxKeys", {"Bucket": "bucket"}, 2
    ),
    "dynamodb:Scan": Listing(
        "scan", "Items", "ExclusiveStartKey", "LastEvaluatedKey", "Limit", {"TableName": "table"}, 5
    ),
    "lambda:ListFunctions": Listing(
        "list_functions", "Functions", "Marker", "NextMarker", "MaxItems", {}, 5, one_page=True
    ),
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


def fuzzed(operation: str, seed: int) -> int:
    """A default run; says how many calls it made."""
    listing = LISTINGS_OF[operation]
    if operation == REPORT:
        return fuzz_client(report, seed=seed).calls
    return fuzz_client(loop(listing), operation=operation, parameters=listing.parameters, seed=seed).calls


def listed(operation: str, client: Any) -> int:
    """The loop on moto, or on constant bytes, some hundred calls long; says how many they were."""
    listing = LISTINGS_OF[operation]
    collect = loop(listing, **{listing.limit: PAGE})
    pages = 1 if listing.one_page else ITEMS // PAGE
    for _ in range(CALLS // pages):
        assert len(collect(client)) == pages * PAGE
    return CALLS // pages * pages


class Raw(io.BytesIO):
    """A body as botocore expects it from urllib3."""

    def stream(self, **_: Any) -> Any:
        """All of it."""
        yield self.read()


def constant(operation: str, client: Any) -> Any:
    """A client like the one that collect is given; it gets what moto has sent to another one, and nobody looks at its requests."""
    sent: list[AWSResponse] = []
    client.meta.events.register("after-call", lambda http_response, **_: sent.append(http_response))
    listing = LISTINGS_OF[operation]
    loop(listing, **{listing.limit: PAGE})(client)
    responses: Any = cycle([(each.url, each.status_code, dict(each.headers), each.content) for each in sent])

    def answer(**_: Any) -> Any:
        url, status, headers, body = next(responses)
        return AWSResponse(url, status, headers, Raw(body))

    found = made_client(operation.partition(":")[0] if operation != REPORT else "iam")
    found.meta.events.register_first("before-send", answer)
    return found


def prepared(operation: str) -> Any:
    """A client of moto's that has something to list."""
    service = operation.partition(":")[0]
    client: Any = boto3.client(service, "us-east-1")  # type: ignore[call-overload]
    names = [f"item-{number}" for number in range(PAGE if LISTINGS_OF[operation].one_page else ITEMS)]
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
    return client


def rate(run: Callable[[], int]) -> tuple[float, float]:
    """Calls a second, and the seconds that it took."""
    start = time.process_time()
    calls = run()
    took = time.process_time() - start
    return calls / took, took


def main(rounds: int = 5) -> None:
    """Measure and print."""
    print(f"{'':31}{'fuzz_client':>11}{'moto':>10}{'ratio':>7}{'wanted':>8}{'ceiling':>9}{'reached':>9}  100 examples")
    for operation, listing in LISTINGS_OF.items():
        fuzzed(operation, 0)  # imports, and reads the model
        with mock_aws():
            fixed = constant(operation, prepared(operation))
        found = []
        for seed in range(1, rounds + 1):
            ours, took = rate(partial(fuzzed, operation, seed))
            most, _ = rate(partial(listed, operation, fixed))
            with mock_aws():
                theirs, _ = rate(partial(listed, operation, prepared(operation)))
            found.append((ours, theirs, took, ours / theirs, most / theirs, ours / most))
        ours, theirs, took, ratio, ceiling, reached = (median(each) for each in zip(*found, strict=True))
        print(
            f"{operation:32}{ours:7.0f} /s{theirs:7.0f} /s{ratio:7.1f}{listing.ratio:8.0f}{ceiling:9.1f}{reached:9.0%}{took:12.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
