"""Whole listings under all four sort keys, against an order computed otherwise, through a real botocore client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle, pairwise
from typing import Any

import pytest

from awscontract.emulator import Behaviour, Emulator
from awscontract.spec.operations import load

Detail = dict[str, Any]
CONTRACT = load()
assert CONTRACT.sort is not None
KEYS = [each.value for each in CONTRACT.sort.keys]
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def listing(client: Any, job: str, sizes: Iterator[int], **parameters: Any) -> Iterator[Detail]:
    """Follows Markers with these MaxItems."""
    while True:
        page = client.get_organizations_access_report(JobId=job, MaxItems=next(sizes), **parameters)
        assert page["JobStatus"] == "COMPLETED"
        yield from page["AccessDetails"]
        if not page["IsTruncated"]:
            return
        parameters["Marker"] = page["Marker"]


def read(client: Any, sizes: Iterator[int] | None = None, **parameters: Any) -> list[Detail]:
    job = client.generate_organizations_access_report(EntityPath=Emulator().organization.root)["JobId"]
    return list(listing(client, job, sizes or cycle([7]), **parameters))


@pytest.mark.parametrize("key", [None, *KEYS])
@pytest.mark.parametrize("sizes", [[1000], [100], [1, 50, 3]])
def test_order(attached: Callable[..., Any], key: str | None, sizes: list[int]) -> None:
    """Neighbours stand as the key says across page boundaries, however MaxItems changes; all are there once."""
    found = read(attached(Emulator(behaviour=Behaviour(polls=0))), cycle(sizes), **({"SortKey": key} if key else {}))
    values: list[Any] = (
        [each["ServiceNamespace"].encode() for each in found]
        if key is None or "NAMESPACE" in key
        else [each.get("LastAuthenticatedTime", NEVER) for each in found]
    )
    if key and key.endswith("DESCENDING"):
        values.reverse()

    assert all(one <= next_ for one, next_ in pairwise(values))
    assert len({each["ServiceNamespace"] for each in found}) == len(found) == 262


@pytest.mark.parametrize("nulls", ["low", "high"])
def test_descending_is_the_reverse(attached: Callable[..., Any], nulls: Any) -> None:
    """Where never-accessed services have a place in time, descending is the exact reverse, ties included."""
    client = attached(Emulator(behaviour=Behaviour(polls=0, nulls=nulls)))

    for by in ("SERVICE_NAMESPACE", "LAST_AUTHENTICATED_TIME"):
        up, down = read(client, SortKey=f"{by}_ASCENDING"), read(client, SortKey=f"{by}_DESCENDING")
        assert up == down[::-1]


@pytest.mark.parametrize(
    ("nulls", "ascending", "descending"),
    [("first", 0, 0), ("last", -1, -1), ("low", 0, -1), ("high", -1, 0)],
)
def test_place_of_the_never_accessed(attached: Callable[..., Any], nulls: Any, ascending: int, descending: int) -> None:
    """They stand together, at the end of the listing that the setting says."""
    client = attached(Emulator(behaviour=Behaviour(polls=0, nulls=nulls)))

    for way, end in (("ASCENDING", ascending), ("DESCENDING", descending)):
        used = ["LastAuthenticatedTime" in each for each in read(client, SortKey=f"LAST_AUTHENTICATED_TIME_{way}")]
        assert used in (sorted(used), sorted(used, reverse=True))
        assert used[end] is False
        assert used[-1 - end] is True


def test_ties_are_not_alphabetical(attached: Callable[..., Any]) -> None:
    """Services of one instant stand in an order that is not that of their namespaces, either way."""
    found = read(attached(Emulator(behaviour=Behaviour(polls=0))), SortKey="LAST_AUTHENTICATED_TIME_ASCENDING")
    ties = [
        (one["ServiceNamespace"], next_["ServiceNamespace"])
        for one, next_ in pairwise(found)
        if one.get("LastAuthenticatedTime") == next_.get("LastAuthenticatedTime") is not None
    ]
    risen = sum(one < next_ for one, next_ in ties)

    assert 0 < risen < len(ties)


def test_counts_tell_the_whole_report(attached: Callable[..., Any]) -> None:
    """Both counts are those of the whole report, on a page of one."""
    client = attached(Emulator(behaviour=Behaviour(polls=0)))
    found = read(client)
    job = client.generate_organizations_access_report(EntityPath=Emulator().organization.root)["JobId"]
    page = client.get_organizations_access_report(JobId=job, MaxItems=1)

    assert page["NumberOfServicesAccessible"] == len(found)
    assert page["NumberOfServicesNotAccessed"] == sum("EntityPath" not in each for each in found)
