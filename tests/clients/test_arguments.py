"""`fuzz_client` with odd arguments and odd clients: a result, or one line with the cause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import strategies as st

from awscontract import ClientContractViolation, fuzz_client
from awscontract.errors import UsageError

Item = dict[str, Any]


def users(client: Any) -> list[Item]:
    return [each for page in client.get_paginator("list_users").paginate() for each in page.get("Users", [])]


def fuzz(collect: Callable[..., Any], **options: Any) -> None:
    fuzz_client(collect, operation="iam:ListUsers", seed=0, examples=8, **options)


async def one_by_one(client: Any) -> AsyncIterator[Item]:
    for each in users(client):
        yield each


async def returns_a_generator(client: Any) -> AsyncIterator[Item]:
    return one_by_one(client)


class Awaited:
    def __init__(self, client: Any) -> None:
        self.client = client

    def __await__(self) -> Iterator[Any]:
        yield from ()
        return users(self.client)


class Listing:
    def __init__(self, client: Any) -> None:
        self.client = client

    def __aiter__(self) -> AsyncIterator[Item]:
        return one_by_one(self.client)


@pytest.mark.parametrize("collect", [one_by_one, returns_a_generator, Awaited, Listing])
def test_what_has_to_be_awaited(collect: Callable[..., Any]) -> None:
    """Whatever is awaited or iterated over asynchronously yields what the client returns."""
    fuzz(collect)


def test_a_dict_instead_of_a_list() -> None:
    """Also where both are empty: it is not equal to the list, although neither holds anything that the other does not."""
    with pytest.raises(
        ClientContractViolation, match=r"returned \{\}\n.*should return an empty list .*pass key= or expect="
    ):
        fuzz(lambda client: {each["UserName"]: each for each in users(client)})


class Unequal(list[Item]):
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return False


def test_a_list_that_is_never_equal() -> None:
    """Its items are compared."""
    fuzz(lambda client: Unequal(users(client)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": itemgetter("Nope")}, r"^key= raised KeyError: 'Nope' for a true item, \{'Path'"),
        ({"expect": lambda items: items[9]}, r"^expect= raised IndexError: .* for the true list, \["),
        ({"failed": lambda value: value.failed}, r"^failed= raised AttributeError: .* for what the client returned, \["),
        ({"items": {}}, "must name a list; iam:ListUsers has Users"),
        ({"items": st.integers()}, "must draw dicts for iam:ListUsers, not 0"),
        ({"items": st.builds(lambda number: {"UserName": f"{number}", "path": "/"}, st.integers(0))}, "mean 'Path'"),
    ],
)  # fmt: skip
def test_what_the_user_says_is_wrong(options: dict[str, Any], message: str) -> None:
    """It is no finding about the client."""
    with pytest.raises(UsageError, match=message):
        fuzz(users, **options)


def test_an_expectation_of_whole_listings_only() -> None:
    """What cannot be made of a part of a listing is not what the client returned for it."""
    options: dict[str, Any] = {"expect": lambda items: [min(each["UserName"] for each in items or [{"UserName": ""}])]}

    def first(client: Any) -> list[str] | None:
        try:
            return [min((each["UserName"] for each in users(client)), default="")]
        except client.exceptions.ClientError:
            return None

    fuzz(first, **options)


async def later(value: Any) -> Any:
    return value


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"expect": later}, "expect must be a plain function, not an async def"),
        ({"key": lambda one, two: one}, "key must take one argument"),
        ({"failed": lambda: True}, "failed must take one argument"),
        ({"raises": ValueError()}, "raises must be one or several classes of exceptions"),
        ({"raises": 3}, "raises must be one or several classes of exceptions, not 3"),
    ],
)
def test_wrong_types(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fuzz(users, **options)
