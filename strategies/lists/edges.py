"""One of each edge case of a list, with a name."""

from __future__ import annotations

from typing import Any

from hypothesis import find, settings
from hypothesis.strategies import SearchStrategy

from ...spec.contract import Contract
from ..values.constraints import get, output_path
from .items import result_paths
from .pages import listed_pages, may_be_empty, sized_pages

__all__ = ["list_edge_members"]


def list_edge_members(contract: Contract) -> dict[str, dict[str, Any]]:
    """Members of valid responses by name, each the simplest one of its kind."""
    listing = contract.listing
    assert listing is not None
    main = result_paths(contract)[0]
    token, more = (output_path(each or "") for each in (listing.token.output, listing.more))

    def goes_on(members: dict[str, Any]) -> bool:
        return bool(get(members, more) if more else get(members, token))

    cases: dict[str, SearchStrategy[Any]] = {
        "no-items": sized_pages(contract, 0),
        "one-item": sized_pages(contract, 1),
        "several-items": sized_pages(contract, 5),
        "first-page": listed_pages(contract).filter(lambda each: goes_on(each) and bool(get(each, main))),
    }
    if may_be_empty(contract):
        cases["empty-page-in-the-middle"] = listed_pages(contract).filter(lambda e: goes_on(e) and not get(e, main))
    return {name: _simplest(strategy) for name, strategy in cases.items()}


def _simplest(strategy: SearchStrategy[Any]) -> dict[str, Any]:
    found: dict[str, Any] = find(
        strategy, lambda each: True, settings=settings(max_examples=200, database=None, derandomize=True)
    )
    return found
