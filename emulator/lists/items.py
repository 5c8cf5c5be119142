"""The items of a listing, as many as wanted, each another: drawn from the output shape, or given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from ...spec.contract import Contract
from ..paths import get, steps
from .values import value

__all__ = [
    "ListedItem",
    "drawn_item",
    "drawn_items",
    "given_items",
    "item_shape",
    "main_lists",
    "name_of_one",
    "said_by_item",
]


@dataclass(frozen=True)
class ListedItem:
    """One item of a listing, known by its key. `place` is the number of the list that it stands in, among the contract's."""

    key: str
    value: Any = field(compare=False)
    place: int = 0

    @property
    def time(self) -> datetime | None:
        """Only rows of access reports are sorted by when they were last accessed."""
        return None


#: Numbers below this are scattered, so that items are drawn in no order that a listing has.
_SCATTERED, _FACTOR = 10_007, 7_919


def item_shape(output: Any, path: str) -> Any:
    """The shape of what a path of the output leads to; lists on the way are gone into. None where it leads nowhere."""
    shape = output
    for step in steps(path):
        if shape is not None and shape.type_name == "list":
            shape = shape.member
        if shape is None or shape.type_name != "structure":
            return None
        shape = shape.members.get(step)
    return shape


def main_lists(contract: Contract, output: Any) -> tuple[str, ...]:
    """The paths of the contract that are lists or maps of items, the main one first."""
    assert contract.listing is not None
    kinds = {path: getattr(item_shape(output, path), "type_name", None) for path in contract.listing.items}
    return tuple(path for path, kind in kinds.items() if kind in ("list", "map")) or contract.listing.items[:1]


def drawn_items(contract: Contract, output: Any, count: int) -> tuple[ListedItem, ...]:
    """So many items of the main list, or fewer where the model has no more that differ."""
    found: dict[str, ListedItem] = {}
    for index in range(count):
        for again in range(20):
            number = (index * _FACTOR % _SCATTERED if index < _SCATTERED else index) + again * _SCATTERED
            drawn = drawn_item(contract, output, number)
            if drawn is None:
                return ()
            if drawn.key not in found:
                found[drawn.key] = drawn
                break
    return tuple(found.values())


def drawn_item(
    contract: Contract, output: Any, number: int, turn: int | None = None, wanted: Iterable[str] = ()
) -> ListedItem | None:
    """The item of this number in the main list, if the model says what an item is.

    :param turn: which optional members it has, by turns.
    :param wanted: paths of members that are there whatever the turn, besides those that the contract needs.
    """
    listing = contract.listing
    assert listing is not None
    shape = item_shape(output, listing.main)
    keyed = shape is not None and shape.type_name == "map"
    inner = shape.value if keyed else getattr(shape, "member", None)
    if inner is None:
        return None
    paths = frozenset(way for path in (*_needed(contract), *wanted) if path and (way := steps(path)))
    drawn = value(inner, number, name_of_one(listing.main), paths, turn)
    if keyed:
        key = value(shape.key, number, "key")
        return ListedItem(key, (key, drawn))
    return ListedItem(key_of(contract, drawn), drawn)


@cache
def _needed(contract: Contract) -> tuple[str | None, ...]:
    """The paths of the members that identify an item, order the listing or are a token."""
    assert contract.listing is not None
    ordered = [each.by for each in contract.sort.keys] if contract.sort else []
    ordered += [contract.order.by] if contract.order else []
    return contract.listing.identity, *ordered, *_token_paths(contract)


def given_items(contract: Contract, given: Sequence[Any] | Mapping[str, Sequence[Any]]) -> tuple[ListedItem, ...]:
    """These items, in one list or in several by their paths."""
    assert contract.listing is not None
    lists = given if isinstance(given, Mapping) else {contract.listing.main: given}
    return tuple(
        ListedItem(f"{key_of(contract, each)}", each, contract.listing.items.index(path))
        for path, items in lists.items()
        for each in items
    )


def key_of(contract: Contract, item: Any) -> str:
    """What identifies an item: what the contract says, else all of it."""
    assert contract.listing is not None
    identity = contract.listing.identity
    found = item if identity in (None, "@") else get(item, identity or "")
    if found is None:
        found = item
    return found if isinstance(found, str) else json.dumps(found, sort_keys=True, default=str)


def name_of_one(path: str) -> str:
    """One of several: ``Users`` lists a ``User``."""
    last = steps(path)[-1]
    return last.removesuffix("s") or last


def _token_paths(contract: Contract) -> list[str]:
    """The members of an item that are tokens by themselves: those behind ``[-1]``."""
    assert contract.listing is not None
    return [each for token in contract.listing.tokens if (each := said_by_item(token.output)) is not None]


def said_by_item(output: str) -> str | None:
    """The path inside the last item that is the token, if items say it; ``@`` is the item itself."""
    way = next((each for each in output.split("||") if "[-1]" in each), None)
    return None if way is None else way.partition("[-1]")[2].strip().removeprefix(".") or "@"
