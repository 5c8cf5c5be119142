"""The items of a listing: drawn from their shape, with distinct identities."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...emulator.lists.identities import identity_path
from ...emulator.served import served
from ...spec.contract import Contract, Order
from ...spec.order import reversed_labels
from ..drawing import Drawer, composed, several
from ..values.constraints import get, item_shape, output_path
from ..values.shape_values import filled_maps, structures, values

__all__ = ["identity", "identity_path", "item_lists", "item_values", "items", "result_paths"]


def result_paths(contract: Contract) -> tuple[str, ...]:
    """The paths of the lists that a response holds, the main one first."""
    assert contract.listing is not None
    return tuple(path for each in contract.listing.items if (path := output_path(each)))


def identity(contract: Contract, item: Any, path: str | None = None) -> Hashable:
    """What identifies an item, as something that can be compared and hashed."""
    return _identity(contract, path)(item)


@cache
def item_values(contract: Contract, path: str | None = None) -> SearchStrategy[Any]:
    """One item; what identifies it is always there."""
    return composed(_item(contract, path), "item_values")


def _item(contract: Contract, path: str | None) -> Drawer[Any]:
    shape, where = item_shape(contract, path), identity_path(contract, path)
    if shape.type_name == "map":
        return filled_maps(shape, 1)
    if shape.type_name != "structure" or where in (None, "@"):
        return values(shape, 1)
    return _identified(shape, (where or "").split("."))


def _identified(shape: Any, steps: list[str]) -> Drawer[Any]:
    first, *rest = steps
    members = {first: _identified(shape.members[first], rest)} if rest else {}
    return structures(shape, always={first}, members=members, depth=1)


def items(contract: Contract, path: str | None = None, *, low: int = 0, high: int = 5) -> SearchStrategy[list[Any]]:
    """Lists of distinct items, in the documented order where there is one."""
    return composed(item_lists(contract, path, low, high), "items")


@cache
def item_lists(contract: Contract, path: str | None, low: int, high: int) -> Drawer[list[Any]]:
    """Draws the same."""
    order, key = contract.order, _identity(contract, path)
    some = _exactly(contract, path, low, high, key) if low > 1 else _some(_item(contract, path), low, high, key)
    ordered = order is not None and path in (None, output_path(contract.listing.main))  # type: ignore[union-attr]

    def drawn(draw: DrawFn) -> list[Any]:
        listed = some(draw)
        return sorted(listed, key=_by(order), reverse=order.descending) if ordered and order else listed

    return drawn


def _some(item: Drawer[Any], low: int, high: int, key: Callable[[Any], Hashable]) -> Drawer[list[Any]]:
    """One item at most has to be there, so that what is there already may be left out."""
    found = several(item, "item", high, least=low)

    def distinct(draw: DrawFn) -> list[Any]:
        listed = found(draw)
        return [*{key(each): each for each in reversed(listed)}.values()][::-1] if len(listed) > 1 else listed

    return distinct


def _exactly(
    contract: Contract, path: str | None, low: int, high: int, key: Callable[[Any], Hashable]
) -> Drawer[list[Any]]:
    found = st.lists(item_values(contract, path), min_size=low, max_size=high, unique_by=key)
    return lambda draw: draw(found)


def _identity(contract: Contract, path: str | None) -> Callable[[Any], Hashable]:
    """What identifies an item of the list at this path."""
    where = identity_path(contract, path)

    def key(item: Any) -> Hashable:
        found = item if where in (None, "@") else get(item, where)
        found = item if found is None else found  # only what a recipe makes has the recipe's own attribute in DynamoDB
        return found if isinstance(found, Hashable) else repr(found)

    return key


def _by(order: Order) -> Callable[[Any], tuple[bool, Any]]:
    def key(item: Any) -> tuple[bool, Any]:
        value = get(item, order.by)
        if isinstance(value, str) and order.type == "domain":
            value = reversed_labels(value)
        return value is not None, value if value is not None else ""

    return key


def counters(contract: Contract) -> Iterator[tuple[str, str]]:
    """Members beside the results that say how many items a page holds: their paths, and that of the list."""
    assert contract.listing is not None
    beside = [each for each in served(contract).sizes if each not in contract.listing.items]
    yield from ((each, path) for path in result_paths(contract)[:1] for each in beside)
