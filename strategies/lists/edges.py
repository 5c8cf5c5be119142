"""One of each edge case of a list, with a name."""

from __future__ import annotations

from typing import Any

from hypothesis import find, settings

from ...spec.contract import Contract
from ..drawing import Drawer, composed
from .pages import fewest, listed_pages, sized_pages

__all__ = ["list_edge_members"]


def list_edge_members(contract: Contract) -> dict[str, dict[str, Any]]:
    """Members of valid responses by name, each the simplest one of its kind."""
    cases = {
        "no-items": sized_pages(contract, 0),
        "one-item": sized_pages(contract, 1),
        "several-items": sized_pages(contract, 5),
        "first-page": listed_pages(contract, more=True, filled=True),
    }
    if fewest(contract) == 0:
        cases["empty-page-in-the-middle"] = listed_pages(contract, more=True)
    return {name: _simplest(drawer) for name, drawer in cases.items()}


def _simplest(drawer: Drawer[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = find(
        composed(drawer, "page"),
        lambda each: True,
        settings=settings(max_examples=200, database=None, derandomize=True),
    )
    return found
