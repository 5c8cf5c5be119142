"""Which clients are served, and how long: all of a process, whoever made them and when, and nothing is left behind."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
import pytest
from botocore.client import BaseClient

import awscontract
from awscontract import repage
from awscontract.clients.sandbox.client_calls import intercepted
from awscontract.errors import UsageError

Client = Any

_OPTIONS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


def client(session: Any = boto3) -> Client:
    return session.client("iam", **_OPTIONS)


@pytest.fixture(autouse=True)
def three_users() -> Any:
    """What answers all clients."""
    found = {"Users": [{"UserName": name} for name in "abc"]}
    with patch("botocore.client.BaseClient._make_api_call", return_value=found):
        yield


def is_cut(iam: Client) -> bool:
    return len(iam.list_users()["Users"]) < 3


def test_old_and_new_clients() -> None:
    """Of old and new sessions, of boto3 and of botocore alone."""
    session, old = boto3.Session(), client()
    with repage():
        made = [old, client(), client(session), client(boto3.Session()), botocore.session.get_session().create_client("iam", **_OPTIONS)]  # type: ignore[arg-type]  # fmt: skip
        assert all(map(is_cut, made))
    assert not any(map(is_cut, made))


def test_nothing_is_left_behind() -> None:
    """Neither in the classes of clients nor in the one that they are derived from."""
    old = client()
    before, of_base = dict(vars(type(old))), dict(vars(BaseClient))
    with repage():
        new = client()
        assert is_cut(new)

    assert dict(vars(type(old))) == before
    assert dict(vars(BaseClient)) == of_base
    assert "_make_api_call" not in vars(type(new))


def test_nothing_is_left_behind_by_an_error() -> None:
    """Nor when the block ends by one, which is the caller's own."""
    iam = client()
    with pytest.raises(ZeroDivisionError), repage():
        1 / 0  # noqa: B018

    assert not is_cut(iam)


def test_a_patch_within_the_block() -> None:
    """A test that replaces botocore's code inside stays below."""
    iam = client()
    with repage(), patch("botocore.client.BaseClient._make_api_call", new=_two_groups):
        assert len(iam.list_groups()["Groups"]) == 1
    with patch.object(type(iam), "_make_api_call", new=_two_groups), repage():
        assert len(iam.list_groups()["Groups"]) == 1
    assert not is_cut(iam)


def _two_groups(self: Client, operation: str, parameters: Mapping[str, Any]) -> Any:
    return {"Groups": [{"GroupName": self.meta.service_model.service_name}, {"GroupName": operation}]}


def test_a_client_of_ones_own() -> None:
    """A class that is derived from a client's is served once, whether it overrides the call or not."""

    class Quiet(type(client())):  # type: ignore[misc]
        pass

    class Loud(Quiet):
        def _make_api_call(self, operation: str, parameters: Any) -> Any:
            calls.append(operation)
            return super()._make_api_call(operation, parameters)

    calls: list[str] = []
    for kind in (Quiet, Loud):
        iam = client()
        iam.__class__ = kind
        with repage() as log:
            assert is_cut(iam)
        assert len(log.cut) == 1
    assert calls == ["ListUsers"]


def test_an_asynchronous_client() -> None:
    """Its calls pass through, and are counted."""

    class Asynchronous(BaseClient):
        async def _make_api_call(self, operation: str, parameters: Any) -> Any:
            return operation

    iam = client()
    iam.__class__ = Asynchronous
    with repage() as log:
        call = iam._make_api_call("ListUsers", {})
        with pytest.raises(StopIteration) as stopped:
            call.send(None)
    assert stopped.value.value == "ListUsers"
    assert log.cut == []
    assert log.digest.uncut == {"asynchronous": 1}


def test_blocks_within_blocks() -> None:
    """The inner one counts, and tokens of the outer one work in it and after it."""
    iam = client()
    with repage(page=1) as outer:
        token = iam.list_users()["Marker"]
        with repage(operations=["iam:ListGroups"]) as inner:
            assert not is_cut(iam)
            second = iam.list_users(Marker=token)
        third = iam.list_users(Marker=second["Marker"])
        assert is_cut(iam)

    assert [each["Users"][0]["UserName"] for each in (second, third)] == ["b", "c"]
    assert (len(outer.cut), len(inner.cut)) == (2, 0)


def test_a_call_within_a_call() -> None:
    """A backend may use clients itself."""
    iam, other = client(), client()
    names: list[str] = []

    def backend(self: Client, operation: str, parameters: Any) -> Any:
        if operation == "ListUsers":
            names.extend(each["GroupName"] for page in other.get_paginator("list_groups").paginate() for each in page["Groups"])  # fmt: skip
            return {"Users": [{"UserName": name} for name in names]}
        return {"Groups": [{"GroupName": "a"}, {"GroupName": "b"}]}

    with patch("botocore.client.BaseClient._make_api_call", new=backend), repage() as log:
        assert is_cut(iam)
    assert names == ["a", "b"]
    assert {each.operation for each in log.cut} == {"iam:ListGroups", "iam:ListUsers"}


def test_threads_come_and_go() -> None:
    """Blocks of several threads may overlap in any order."""
    first_ends, second_began = threading.Event(), threading.Event()
    iam = client()
    seen: list[bool] = []

    def second() -> None:
        with repage():
            second_began.set()
            first_ends.wait(30)
            seen.append(is_cut(iam))

    thread = threading.Thread(target=second)
    with repage():
        thread.start()
        assert second_began.wait(30)
    first_ends.set()
    thread.join()

    assert seen == [True]
    assert not is_cut(iam)


def test_classes_of_clients_do_not_pile_up() -> None:
    """A client that is gone is gone."""

    def kinds() -> int:
        gc.collect()
        return len(BaseClient.__subclasses__())

    with repage():
        client()
        before = kinds()
        for _ in range(3):
            client()
        assert kinds() <= before


def test_calls_without_a_block() -> None:
    """A method that a thread took inside works outside."""
    iam = client()
    with intercepted(lambda client, rest, operation, parameters: {"Users": []}):
        listed = iam.list_users
        made = iam._make_api_call
        assert listed() == {"Users": []}
    assert len(listed()["Users"]) == 3
    assert len(made("ListUsers", {})["Users"]) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"operations": ["iam:ListUser"]}, "did you mean iam:ListUsers"),
        ({"first_page": ["iam:ListUser"]}, "did you mean iam:ListUsers"),
        ({"operations": "iam:ListUsers"}, "must be a list"),
        ({"page": 0}, "must be"),
        ({"seed": "x"}, "whole number"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], message: str) -> None:
    """One line that says what to do."""
    with pytest.raises(UsageError, match=message), repage(**options):
        pass


def test_narrowing() -> None:
    """By operations in any spelling, and by what is meant to read the first page only."""
    iam = client()
    for options, cut in [
        ({"operations": ["iam:list-users"]}, True),
        ({"operations": ["iam"]}, True),
        ({"operations": ["iam:ListGroups"]}, False),
        ({"operations": []}, False),
        ({"first_page": ["iam:ListUsers"]}, False),
    ]:
        with repage(**options):  # type: ignore[arg-type]
            assert is_cut(iam) is cut


def test_nothing_is_imported_before_its_time() -> None:
    """A process that never uses botocore is served without a model, a contract, or botocore itself."""
    program = (
        "import sys, awscontract; before = set(sys.modules);"
        "from awscontract.clients.repage.serving import served; import awscontract.clients.repage.log;"
        "print(*sorted(name for name in set(sys.modules) - before if name.startswith(('botocore', 'awscontract.spec', 'jmespath', 'hypothesis'))))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_the_public_name() -> None:
    """It is one of the package's."""
    assert awscontract.repage is repage
    assert "repage" in awscontract.__all__
