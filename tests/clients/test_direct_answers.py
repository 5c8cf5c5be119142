"""The client that `collect` is given sees the same whether or not botocore makes an HTTP request of each call."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.true_listing import TrueListings
from awscontract.spec.operations import load

LISTS: dict[str, dict[str, Any]] = {
    "iam:ListUsers": {},
    "ec2:DescribeInstances": {},
    "dynamodb:Scan": {"TableName": "table"},
    "lambda:ListFunctions": {},
    "s3:ListObjectsV2": {"Bucket": "bucket"},
    "route53:ListHostedZones": {},
}
REPORT = "iam:GetServiceLastAccessedDetails"
#: One of each way to write requests in every run, all of them nightly.
OPERATIONS = [
    pytest.param(each, marks=() if each.startswith(("iam", "lambda", "s3")) else pytest.mark.nightly)
    for each in (*LISTS, REPORT)
]


class Seen:
    """What the client saw in a run: responses and errors, and the seconds before each."""

    def __init__(self, operation: str, prepare: Callable[[Any], None] = lambda client: None) -> None:
        self.what: list[Any] = []
        self.pauses: list[float] = []
        self._at, self._client, self._prepare = 0.0, None, prepare
        self._operation, self._listing = operation.partition(":")[2], load(operation).listing
        fuzz_client(self.collect, operation=operation, parameters=LISTS.get(operation), seed=7, examples=30)

    def collect(self, client: Any, job: str | None = None) -> list[Any]:
        """A right client of any operation of one list."""
        if client is not self._client:
            self._client = client
            self._prepare(client)
        assert self._listing is not None
        [token], found = self._listing.tokens, list[Any]()
        sent = {"JobId": job} if job else LISTS[f"{client.meta.service_model.service_name}:{self._operation}"]
        while True:
            page = self._call(client, sent)
            if page.get("JobStatus") == "IN_PROGRESS":
                time.sleep(1)
                continue
            if page.get("JobStatus") == "FAILED":
                raise RuntimeError(page["JobStatus"])
            found += page.get(self._listing.main, [])
            more = page.get(self._listing.more) if self._listing.more else page.get(token.output)
            if not more:
                return found
            sent = {**sent, token.input: page[token.output]}

    def _call(self, client: Any, sent: dict[str, Any]) -> Any:
        try:
            page = client._make_api_call(self._operation, sent)
        except ClientError as error:
            self._keep(error.response)
            raise
        self._keep(page)
        return page

    def _keep(self, response: Any) -> None:
        """Without what depends on when the run began."""
        kept = {name: each for name, each in copy.deepcopy(response).items() if not name.startswith("Job")}
        if "ServicesLastAccessed" in kept:  # their dates go with the job's
            kept["ServicesLastAccessed"] = [each["ServiceNamespace"] for each in kept["ServicesLastAccessed"]]
        del kept["ResponseMetadata"]["HTTPHeaders"]["date"]
        self.what.append(kept)
        self.pauses.append(time.time() - self._at if self._at else 0)
        self._at = time.time()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_with_and_without_an_http_request(operation: str) -> None:
    """Responses with their metadata, errors with their members, retries and pauses are the same."""
    requests = []

    def prepare(client: Any) -> None:
        client.meta.events.register("before-send", lambda request, **_: requests.append(request.url))

    direct, whole = Seen(operation), Seen(operation, prepare)
    assert len(requests) > len(whole.what) > 50
    assert any(each["ResponseMetadata"]["RetryAttempts"] for each in direct.what)
    assert any("Error" in each for each in direct.what)
    assert direct.what == whole.what
    assert direct.pauses == pytest.approx(whole.pauses, abs=0.02)  # looking at a clock takes a moment


def test_handlers_of_the_client_take_part() -> None:
    """From the next call on."""
    headers: list[Any] = []

    def collect(client: Any) -> list[Any]:
        return [each for page in pages(client) for each in page["Users"]]

    def pages(client: Any) -> Iterator[Any]:
        for page in client.get_paginator("list_users").paginate():
            yield page
            if not headers:
                client.meta.events.register("request-created", lambda request, **_: headers.append(request.headers))

    fuzz_client(collect, operation="iam:ListUsers", seed=1, examples=3)
    assert headers


def test_stubs_of_the_client_answer_first() -> None:
    """What is stubbed never comes to us."""

    def collect(client: Any) -> list[Any]:
        with Stubber(client) as stub:
            stub.add_response("list_users", {"Users": [], "IsTruncated": False})
            assert client.list_users()["Users"] == []
        return [each for page in client.get_paginator("list_users").paginate() for each in page["Users"]]

    fuzz_client(collect, operation="iam:ListUsers", seed=1, examples=3)


@pytest.mark.parametrize("operation", [REPORT, "iam:GetOrganizationsAccessReport"])
def test_the_rows_of_all_pages_are_the_true_report(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept of its pages is what a request for all of it would get."""
    compared = []

    def rows(listings: TrueListings, scope: str) -> list[Any] | None:
        kept = real(listings, scope)
        if kept is not None:
            page = next(each for each in listings._calls if each.scope == scope and each.rows is not None)
            compared.append(kept == listings._read(page))
        return kept

    real = TrueListings._rows
    monkeypatch.setattr(TrueListings, "_rows", rows)
    Seen(operation)
    assert len(compared) > 15
    assert all(compared)


def test_rows_that_the_client_changes_are_seen() -> None:
    """They are kept before the client has them."""

    def collect(client: Any, job: str) -> list[Any]:
        found: list[Any] = []
        page: dict[str, Any] = {"JobStatus": "IN_PROGRESS", "IsTruncated": True}
        while page["JobStatus"] == "IN_PROGRESS" or page["IsTruncated"]:
            more = {"Marker": page["Marker"]} if "Marker" in page else {}
            page = client.get_organizations_access_report(JobId=job, **more)
            if page["JobStatus"] == "FAILED":
                raise RuntimeError(page["ErrorDetails"])
            found += page.get("AccessDetails", [])
            time.sleep(1)
        for each in found:
            each["ServiceName"] = each["ServiceName"].upper()
        return found

    with pytest.raises(ClientContractViolation, match="ServiceName"):
        fuzz_client(collect, seed=1)
