"""Pages out of a response: what belongs on which."""

from __future__ import annotations

from typing import Any

import pytest

from awscontract.clients.repage.cutting.contracts import Paging, paging_of
from awscontract.clients.repage.cutting.pages import items_of, page_of
from awscontract.spec.model import service


def paging(operation: str) -> Paging:
    name, _, operation = operation.partition(":")
    found = paging_of(service(name), operation)
    assert found is not None
    return found


def cut(operation: str, response: dict[str, Any], *ends: int) -> list[dict[str, Any]]:
    """The response in pages that end before these items, the last of them without a token."""
    about = paging(operation)
    items = items_of(about, response)
    assert items is not None
    assert about.token is not None
    starts = [0, *ends]
    return [
        page_of(
            about,
            response,
            items,
            slice(start, end),
            {about.token: "token"} if end != ends[-1] else None,
            first=start == 0,
        )
        for start, end in zip(starts, ends, strict=False)
    ]


def test_several_lists_come_one_after_the_other() -> None:
    """A list that the response does not have is on no page."""
    response = {"PolicyGroups": ["g"], "PolicyUsers": ["u", "v"], "IsTruncated": False}

    assert cut("iam:ListEntitiesForPolicy", response, 2, 3) == [
        {"PolicyGroups": ["g"], "PolicyUsers": ["u"], "IsTruncated": True, "Marker": "token"},
        {"PolicyGroups": [], "PolicyUsers": ["v"], "IsTruncated": False},
    ]


def test_s3_orders_keys_and_prefixes_together() -> None:
    """It counts both, and leaves out a list that is empty."""
    response = {
        "Contents": [{"Key": "a"}, {"Key": "z"}],
        "CommonPrefixes": [{"Prefix": "m/"}],
        "KeyCount": 3,
        "Name": "b",
    }

    assert cut("s3:ListObjectsV2", response, 1, 2, 3, 3) == [
        {"Contents": [{"Key": "a"}], "KeyCount": 1, "Name": "b", "IsTruncated": True, "NextContinuationToken": "token"},
        {"CommonPrefixes": [{"Prefix": "m/"}], "KeyCount": 1, "Name": "b", "IsTruncated": True, "NextContinuationToken": "token"},
        {"Contents": [{"Key": "z"}], "KeyCount": 1, "Name": "b"},
        {"KeyCount": 0, "Name": "b"},
    ]  # fmt: skip


def test_nested_members_are_copied() -> None:
    """What the page has in common with the response is not changed."""
    inner = {"Items": ["a", "b"], "IsTruncated": False, "Quantity": 2}
    pages = cut("cloudfront:ListDistributions", {"DistributionList": inner}, 1, 2)

    assert pages == [
        {"DistributionList": {"Items": ["a"], "IsTruncated": True, "Quantity": 2, "NextMarker": "token"}},
        {"DistributionList": {"Items": ["b"], "IsTruncated": False, "Quantity": 2}},
    ]
    assert inner == {"Items": ["a", "b"], "IsTruncated": False, "Quantity": 2}


@pytest.mark.parametrize(
    ("groups", "pages"),
    [
        (["x", "y"], [["x"], ["y"]]),  # one for each item
        (["x"], [["x"], []]),  # something else about the response
    ],
)
def test_lists_beside_the_main_one(groups: list[str], pages: list[list[str]]) -> None:
    """They go along with it where they are as long, and are on the first page where they are not."""
    response = {"GroupIdentifiers": ["a", "b"], "Groups": groups}

    assert [page["Groups"] for page in cut("resource-groups:ListGroups", response, 1, 2)] == pages


def test_maps() -> None:
    """A map is cut by its keys."""
    response = {"items": {"a": [1], "b": [2]}, "usagePlanId": "p"}

    assert [page["items"] for page in cut("apigateway:GetUsage", response, 1, 2)] == [{"a": [1]}, {"b": [2]}]


def test_what_is_no_list() -> None:
    """Is not cut."""
    assert items_of(paging("iam:ListUsers"), {"Users": "text"}) is None
    assert items_of(paging("iam:ListUsers"), {"Users": None}) == []
