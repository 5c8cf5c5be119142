"""Whatever answers a client answers it as before: other pages change no request, no error, no number of calls, and no mock."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError, PaginationError
from botocore.stub import Stubber
from moto import mock_aws

from awscontract import repage
from awscontract.clients.repage.callers.places import Caller
from awscontract.clients.repage.cutting.chains import BackendResponse, Chains, Position
from awscontract.clients.repage.cutting.contracts import paging_of
from awscontract.clients.repage.listing import CutListing
from awscontract.clients.repage.log import Log
from awscontract.clients.repage.repaging import Repaging
from awscontract.clients.sandbox.client_calls import intercepted
from awscontract.emulator import Behaviour, Emulator, serve

Client = Any
Answering = Callable[[str, dict[str, Any]], Any]


def client(service: str = "iam", **options: Any) -> Client:
    return boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x", **options)  # type: ignore[call-overload]


def users(*names: str, **others: Any) -> dict[str, Any]:
    return {"Users": [{"UserName": name} for name in names], **others}


class Mock:
    """What tests put in the place of `BaseClient._make_api_call`. It keeps what it was asked."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, operation: str, parameters: dict[str, Any]) -> Any:
        self.asked.append((operation, dict(parameters)))
        return self.answer(operation, parameters)


@pytest.fixture
def mocked() -> Iterator[Callable[[Answering], Mock]]:
    """Replaces botocore's own code as most tests do."""
    with patch("botocore.client.BaseClient._make_api_call") as replaced:

        def mock(answer: Answering) -> Mock:
            replaced.side_effect = made = Mock(answer)
            return made

        yield mock


def names(iam: Client, **parameters: Any) -> list[str]:
    pages = iam.get_paginator("list_users").paginate(**parameters)
    return [each["UserName"] for page in pages for each in page["Users"]]


def first_blocks(textract: Client) -> Any:
    return textract.get_document_text_detection(JobId="j")["Blocks"]


def test_a_job_is_a_listing_once_it_is_over(mocked: Callable[[Answering], Mock]) -> None:
    """While it runs there is nothing to cut. What went wrong is said once, on the first page."""
    over = {
        "JobStatus": "SUCCEEDED",
        "Blocks": [{"Id": "a"}, {"Id": "b"}, {"Id": "c"}],
        "Warnings": [{"ErrorCode": "w"}],
    }
    answers = iter([{"JobStatus": "IN_PROGRESS"}, {"JobStatus": "IN_PROGRESS", "Blocks": []}, over, over])
    mocked(lambda *_: next(answers))
    textract = client("textract")
    with repage() as log:
        assert [textract.get_document_text_detection(JobId="j").get("NextToken") for _ in range(2)] == [None, None]
        assert log.cut == []
        pages = [textract.get_document_text_detection(JobId="j")]
        while token := pages[-1].get("NextToken"):
            pages.append(textract.get_document_text_detection(JobId="j", NextToken=token))
        assert log.unread == []
        assert len(first_blocks(textract)) < 3
    assert len(log.unread) == 1
    assert [each["Id"] for page in pages for each in page["Blocks"]] == ["a", "b", "c"]
    assert [bool(page["Warnings"]) for page in pages] == [True, *[False] * (len(pages) - 1)]
    assert {page["JobStatus"] for page in pages} == {"SUCCEEDED"}


# --- a backend that pages by itself


def paging_backend(sizes: tuple[int, ...]) -> Answering:
    """It gives its own tokens, and refuses others."""
    all_names = [f"user-{number}" for number in range(sum(sizes))]
    starts = [sum(sizes[:page]) for page in range(len(sizes))]

    def answer(operation: str, parameters: dict[str, Any]) -> Any:
        page = 0 if "Marker" not in parameters else int(parameters["Marker"].removeprefix("page "))
        found = users(*all_names[starts[page] :][: sizes[page]], IsTruncated=page + 1 < len(sizes))
        return {**found, "Marker": f"page {page + 1}"} if page + 1 < len(sizes) else found

    return answer


@pytest.mark.parametrize("sizes", [(0,), (1,), (2,), (5,), (2, 3), (1, 1, 1), (3, 0, 2), (0, 2)])
def test_the_backend_is_asked_the_same(mocked: Callable[[Answering], Mock], sizes: tuple[int, ...]) -> None:
    """It gets the client's parameters and its own tokens, and as many calls as without us."""
    mock = mocked(paging_backend(sizes))
    iam = client()
    plainly = names(iam, PathPrefix="/a/")
    asked, mock.asked = mock.asked, []
    with repage() as log:
        repaged = names(iam, PathPrefix="/a/")

    assert repaged == plainly
    assert mock.asked == asked
    assert all(each.finished for each in log.cut)


def test_only_what_is_asked_for_is_fetched(mocked: Callable[[Answering], Mock]) -> None:
    """A page of ours costs the backend nothing, and its next page is its own affair until the client wants it."""
    mock = mocked(paging_backend((3, 3)))
    iam = client()
    with repage(page=1) as log:
        page = iam.list_users()
        for _ in range(2):
            page = iam.list_users(Marker=page["Marker"])

        assert len(mock.asked) == 1
        assert page["Marker"] == "page 1"
    assert log.cut[0].backend_has_more


def test_a_repeated_token_is_handed_on(mocked: Callable[[Answering], Mock]) -> None:
    """A mock that gives one answer to everything is noticed by botocore as it is without us, after as many calls."""
    mock = mocked(lambda *_: users("a", "b", "c", IsTruncated=True, Marker="same"))
    iam = client()
    with pytest.raises(PaginationError):
        names(iam)
    asked, mock.asked = mock.asked, []

    with repage(), pytest.raises(PaginationError):
        names(iam)

    assert mock.asked == asked


def test_an_error_on_the_second_page(mocked: Callable[[Answering], Mock]) -> None:
    """It comes when the client asks for that page, and not before."""
    error = ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "ListUsers")

    def answer(operation: str, parameters: dict[str, Any]) -> Any:
        if "Marker" in parameters:
            raise error
        return users("a", "b", IsTruncated=True, Marker="next")

    mocked(answer)
    iam = client()
    with repage(page=1):
        first = iam.list_users()
        second = iam.list_users(Marker=first["Marker"])

        assert [each["UserName"] for page in (first, second) for each in page["Users"]] == ["a", "b"]
        with pytest.raises(ClientError) as raised:
            iam.list_users(Marker=second["Marker"])
    assert raised.value is error


def test_a_response_is_never_changed(mocked: Callable[[Answering], Mock]) -> None:
    """A mock may hand out the same one each time."""
    shared = users("a", "b", "c", IsTruncated=False, ResponseMetadata={"HTTPHeaders": {"x": "y"}, "RequestId": "1"})
    before = copy.deepcopy(shared)
    mocked(lambda *_: shared)
    iam = client()
    with repage():
        for page in iam.get_paginator("list_users").paginate(PaginationConfig={"MaxItems": 2}):
            page["ResponseMetadata"]["HTTPHeaders"]["x"] = "z"
            page["Users"].clear()

    assert shared == before


@pytest.mark.parametrize("odd", [None, "text", [], {"Users": "text"}, {"Users": None}, {}, {"Users": {}}])
def test_an_odd_response_passes(mocked: Callable[[Answering], Mock], odd: Any) -> None:
    """What a mock answers that no service would is handed on."""
    mocked(lambda *_: odd)
    with repage() as log:
        assert client().list_users() is odd
    assert log.cut == []


def test_no_token_is_no_member(mocked: Callable[[Answering], Mock]) -> None:
    """A last page has what the backend's response has, and a page in the middle says that more follows."""
    mocked(lambda *_: users("a", "b"))
    with repage(page=1):
        iam = client()
        first = iam.list_users()
        pages = [first]
        while pages[-1].get("IsTruncated"):
            pages.append(iam.list_users(Marker=pages[-1]["Marker"]))

    assert first["IsTruncated"] is True
    assert set(pages[-1]) == {"Users"}


# --- requests that pass through, or are refused


@pytest.mark.parametrize(
    ("service", "method", "parameters", "response"),
    [
        ("rds", "describe_db_instances", {"DBInstanceIdentifier": "a"}, {"DBInstances": [{}, {}]}),
        ("ecr", "describe_images", {"repositoryName": "r", "imageIds": [{"imageTag": "t"}]}, {"imageDetails": [{}, {}]}),
        ("cloudwatch", "describe_alarms", {"AlarmNames": ["a", "b"]}, {"MetricAlarms": [{}, {}]}),
        ("ec2", "describe_vpcs", {}, {"Vpcs": [{}, {}]}),
        ("s3", "list_buckets", {}, {"Buckets": [{}, {}]}),
        ("s3", "list_objects_v2", {"Bucket": "b", "StartAfter": "k"}, {"Contents": [{}, {}]}),
        ("iam", "list_role_tags", {"RoleName": "r"}, {"Tags": [{}, {}]}),
        ("iam", "list_users", {"Marker": "from elsewhere"}, {"Users": [{}, {}]}),
        ("iam", "list_users", {"MaxItems": 0}, {"Users": [{}, {}]}),
        ("iam", "get_user", {}, {"User": {}}),
    ],
)  # fmt: skip
def test_these_are_not_cut(
    mocked: Callable[[Answering], Mock], service: str, method: str, parameters: dict[str, Any], response: dict[str, Any]
) -> None:
    """Requests that name their items or a place, listings that come in one page, and foreign tokens."""
    mocked(lambda *_: response)
    with repage() as log:
        assert getattr(client(service), method)(**parameters) is response
    assert log.cut == []


def test_a_limit_is_kept(mocked: Callable[[Answering], Mock]) -> None:
    """Also where the backend ignores it, and another one counts from the next page on."""
    mocked(lambda *_: {"Vpcs": [{"VpcId": str(number)} for number in range(30)]})
    ec2 = client("ec2")
    with repage(page=20):
        sizes, parameters = [], {"MaxResults": 5}
        while True:
            page = ec2.describe_vpcs(**parameters)
            sizes.append(len(page["Vpcs"]))
            if "NextToken" not in page:
                break
            parameters = {"MaxResults": 7, "NextToken": page["NextToken"]}

    assert sum(sizes) == 30
    assert sizes[0] <= 5
    assert max(sizes[1:]) in (6, 7)


def test_a_token_of_ours_works_again(mocked: Callable[[Answering], Mock]) -> None:
    """As AWS's do, and with a fresh token for the place after it."""
    mocked(lambda *_: users("a", "b", "c"))
    iam = client()
    with repage(page=1):
        token = iam.list_users()["Marker"]
        once, again = iam.list_users(Marker=token), iam.list_users(Marker=token)

    assert once["Users"] == again["Users"]
    assert once["Marker"] != again["Marker"]


def test_what_is_an_ordinary_dict(mocked: Callable[[Answering], Mock]) -> None:
    """Every page of a paginator, and all but the first of a loop, whose reader has to be seen."""
    mocked(lambda *_: users("a", "b", "c", "d"))
    iam = client("iam")
    with repage(page=1):
        pages = list(iam.get_paginator("list_users").paginate())
        first = iam.list_users()
        second = iam.list_users(Marker=first["Marker"])
    assert [type(each) for each in (*pages, second)] == [dict] * (len(pages) + 1)
    assert len(pages) > 3
    assert isinstance(first, dict)


@pytest.mark.parametrize(
    ("service", "method", "items", "token", "code"),
    [
        ("ssm", "describe_parameters", "Parameters", "NextToken", "InvalidNextToken"),
        ("ecs", "list_clusters", "clusterArns", "nextToken", "ValidationException"),
        ("iam", "list_users", "Users", "Marker", "ValidationError"),
        ("events", "list_event_buses", "EventBuses", "NextToken", "ValidationException"),
    ],
)
def test_an_altered_token_is_refused(
    mocked: Callable[[Answering], Mock], service: str, method: str, items: str, token: str, code: str
) -> None:
    """With the error that the operation declares, where it declares one; and so is one that goes with other parameters."""
    mock = mocked(lambda *_: {items: [{}, {}]})
    made = client(service)
    with repage():
        given = getattr(made, method)()[token]
        altered = (f"{given}x", f"x{given}", given[1:], given.upper(), given[:-1])
        for parameters in (*({token: each} for each in altered), {token: given, "PathPrefix": "/other/"}):
            with pytest.raises(ClientError) as raised:
                getattr(made, method)(**parameters)
            assert raised.value.response["Error"]["Code"] == code
    assert len(mock.asked) == 1


# --- the other mocks


def test_a_stubber() -> None:
    """Its queue is used up as before, its parameters are compared, and what it refuses is refused."""
    iam = client()
    with Stubber(iam) as stubber, repage(page=1):
        stubber.add_response("list_users", _valid("a", "b", more="next"), {"PathPrefix": "/"})
        stubber.add_response("list_users", _valid("c"), {"PathPrefix": "/", "Marker": "next"})
        stubber.add_client_error("list_users", "ServiceFailure")

        assert names(iam, PathPrefix="/") == ["a", "b", "c"]
        with pytest.raises(ClientError, match="ServiceFailure"):
            iam.list_users()
        stubber.assert_no_pending_responses()


def test_a_stubber_that_compares_the_limit() -> None:
    """Where we would ask for smaller pages it is asked what it expects."""
    dynamodb = client("dynamodb")
    with Stubber(dynamodb) as stubber, repage():
        stubber.add_response("scan", {"Items": [{"id": {"S": "a"}}, {"id": {"S": "b"}}]}, {"TableName": "table"})

        assert len(dynamodb.scan(TableName="table")["Items"]) == 2
        stubber.assert_no_pending_responses()


def _valid(*names: str, more: str | None = None) -> dict[str, Any]:
    from datetime import UTC, datetime

    found = [
        {"Path": "/", "UserName": name, "UserId": "A" * 20, "Arn": f"arn:aws:iam::123456789012:user/{name}", "CreateDate": datetime.now(UTC)}
        for name in names
    ]  # fmt: skip
    return {"Users": found, "IsTruncated": bool(more), **({"Marker": more} if more else {})}


def test_an_endpoint() -> None:
    """Over HTTP."""
    with serve(Emulator("lambda:ListFunctions", Behaviour(items=7))) as server:
        functions = client("lambda", endpoint_url=server.url)
        paginator = functions.get_paginator("list_functions")
        plainly = paginator.paginate().build_full_result()["Functions"]
        with repage() as log:
            assert paginator.paginate().build_full_result()["Functions"] == plainly
    assert len(log.cut[0].pages) > 2


@mock_aws
def test_moto() -> None:
    """With resource collections, keys that are rolled up, batch actions, and objects that go while they are listed."""
    s3 = boto3.resource("s3", "us-east-1")
    bucket = s3.create_bucket(Bucket="bucket")
    keys = [f"{folder}/{number}" for folder in "abc" for number in range(2)] + ["z"]
    for key in keys:
        bucket.put_object(Key=key, Body=b"")
    objects, versions = s3.meta.client.get_paginator("list_objects"), bucket.object_versions
    with repage() as log:
        assert [each.key for each in bucket.objects.all()] == keys
        assert [each.key for each in bucket.objects.limit(3)] == keys[:3]
        assert [each.object_key for each in versions.all()] == keys
        rolled = objects.paginate(Bucket="bucket", Delimiter="/").build_full_result()
        for each in bucket.objects.page_size(2):
            each.delete()
        assert list(bucket.objects.all()) == []
    assert [each["Prefix"] for each in rolled["CommonPrefixes"]] == ["a/", "b/", "c/"]
    assert len(log.cut) == 5
    assert log.unread == []


@mock_aws
def test_a_waiter() -> None:
    """It asks in its own way, and is left alone."""
    rds = client("rds")
    for name in ("a", "b"):
        rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.m1.small", Engine="postgres")
    with repage() as log:
        rds.get_waiter("db_instance_available").wait()
        assert log.cut == []
        assert len(rds.describe_db_instances()["DBInstances"]) == 1
    assert len(log.cut) == 1


def test_threads(mocked: Callable[[Answering], Mock]) -> None:
    """Each reads its own listing, in the same pages as alone."""
    mocked(lambda operation, parameters: users(*(f"{parameters['PathPrefix']}{number}" for number in range(9))))
    iam = client()
    prefixes = [f"/{number}/" for number in range(8)]
    found: dict[str, list[str]] = {}

    def read(prefix: str) -> None:
        found[prefix] = names(iam, PathPrefix=prefix)

    with repage() as log:
        threads = [threading.Thread(target=read, args=(prefix,)) for prefix in prefixes]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    assert found == {prefix: [f"{prefix}{number}" for number in range(9)] for prefix in prefixes}
    assert len({tuple(each.pages) for each in log.cut}) == 1


def test_a_token_that_all_mocks_give(mocked: Callable[[Answering], Mock]) -> None:
    """It continues the listing of the test that is running, not that of another one; and what a test asks for itself is not cut."""
    mocked(lambda *_: users("a", "b", "c", IsTruncated=True, Marker="token"))
    iam, log, running, by_test = client(), Log(), ["one"], [False]
    repaging = Repaging(log, page=1, context=lambda: running[0], capture=lambda *_: None if by_test[0] else Caller())
    with intercepted(repaging.call):
        iam.list_users()
        running[0] = "two"
        by_test[0] = True
        assert len(iam.list_users(Marker="token")["Users"]) == 3
        by_test[0] = False
        iam.list_users()
        iam.list_users(Marker="token")

    assert [(each.context, bool(each.resumed_by)) for each in log.cut] == [("one", False), ("two", True)]


@mock_aws
def test_names_as_tokens() -> None:
    """A name that a program sends by itself means what comes after it now; so it does once something has changed."""
    dynamodb = client("dynamodb")

    def create(*names: str) -> None:
        for name in names:
            dynamodb.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )

    create("aaa", "bbb", "ccc")
    with repage(page=1):
        assert dynamodb.list_tables()["LastEvaluatedTableName"] == "aaa"
        assert dynamodb.list_tables(ExclusiveStartTableName="aaa")["LastEvaluatedTableName"] == "bbb"
        create("ddd")
        assert dynamodb.list_tables(ExclusiveStartTableName="aaa")["TableNames"] == ["bbb", "ccc", "ddd"]


def test_the_last_name_in_place_of_a_token(mocked: Callable[[Answering], Mock]) -> None:
    """Who starts behind the last item that came goes on, and loses nothing; who starts elsewhere, or behind an item of another bucket, does not."""
    keys = ["a", "b", "c"]
    mocked(
        lambda _, parameters: {"Contents": [{"Key": each} for each in keys if each > parameters.get("StartAfter", "")]}
    )

    def listed(s3: Client, bucket: str) -> list[str]:
        found, after = [], ""
        while True:
            contents = s3.list_objects_v2(Bucket=bucket, StartAfter=after)["Contents"]
            if not contents:
                return found
            found += [each["Key"] for each in contents]
            after = found[-1]

    def first(s3: Client) -> list[str]:
        s3.list_objects_v2(Bucket="two", StartAfter="b")
        return [each["Key"] for each in s3.list_objects_v2(Bucket="one")["Contents"]]

    with repage() as log:
        assert listed(client("s3"), "one") == keys
        assert log.unread == []
        assert first(client("s3")) != keys
    assert len(log.cut) == 2
    assert len(log.unread) == 1


def test_what_is_remembered_is_bounded() -> None:
    """The oldest is forgotten first, whether there are many responses or large ones; the newest are kept in any case."""
    paging = paging_of(client().meta.service_model, "ListUsers")
    assert paging is not None

    def kept(count: int, items: int) -> list[bool]:
        chains, listing = Chains(), CutListing("iam:ListUsers", {}, "", None)
        for number in range(count):
            answer = BackendResponse(paging, None, {}, {}, [(0, {})] * items, False, listing)
            chains.keep(f"{number}", Position(answer, 0, 0))
            chains.goes_on("iam:ListUsers", number, listing)
        return [chains.place(f"{number}") is not None for number in range(count)]

    assert kept(5_001, 1) == [False] + [True] * 5_000
    assert kept(60, 100_000) == [False] * 10 + [True] * 50
