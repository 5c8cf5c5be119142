"""The items of a listing: of the user's own strategy, or drawn from the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from typing import Any

from ...emulator import Behaviour
from ...emulator.lists.identities import essential_members, identity_path, listed_shape
from ...emulator.lists.items import ListedItem, drawn_item, said_by_item
from ...emulator.paths import steps
from ...emulator.served import served
from ...errors import UsageError, nearest, shorten
from ...spec.contract import Contract
from ...spec.operations.in_common import InCommon, identifying

__all__ = ["bare_items", "drawn_pool", "side_by_side", "varied_items", "with_drawn_items"]

#: Items that are drawn for one run.
_ENOUGH = 130

#: How many varied items there are, and their numbers, far apart so that their values differ in everything.
_VARIED, _FIRST, _APART = 240, 20_000, 337

#: How many items are drawn for one that differs from those before: some members that tell items apart have few values.
_TRIES = 20


class _EnoughDrawn(Exception):
    """No more items are needed."""


def side_by_side(contract: Contract, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """Strategies for each list where the parameters allow several: S3 rolls keys up into CommonPrefixes where a Delimiter is given."""
    assert contract.listing is not None
    if not parameters.get("Delimiter") or "CommonPrefixes" not in contract.listing.items:
        return None
    from ...strategies.lists.items import item_values

    main = contract.listing.main
    return {path: item_values(contract, None if path == main else path) for path in (main, "CommonPrefixes")}


def drawn_pool(contract: Contract, items: Any, seed: int) -> dict[str, tuple[Any, ...]]:
    """Distinct items by the path of their list."""
    assert contract.listing is not None
    from hypothesis.strategies import SearchStrategy

    strategies = items if isinstance(items, Mapping) else {contract.listing.main: items}
    if not strategies:
        raise UsageError(f"items must name a list; {contract.id} has {', '.join(contract.listing.items)}")
    for path, strategy in strategies.items():
        if not isinstance(strategy, SearchStrategy):
            raise UsageError(
                f"items must be a Hypothesis strategy that draws one item, not {shorten(repr(strategy), 60)}"
            )
        if path not in contract.listing.items:
            raise ValueError(f"items: {contract.id} has no list {path!r}; it has {', '.join(contract.listing.items)}")
    return {path: _drawn(contract, path, each, seed) for path, each in strategies.items()}


def _drawn(contract: Contract, path: str, strategy: Any, seed: int) -> tuple[Any, ...]:
    from ...strategies.examples import draw
    from ...strategies.lists.items import identity

    assert contract.listing is not None
    only = None if path == contract.listing.main else path
    found: dict[Any, Any] = {}

    def take(item: Any) -> None:
        found.setdefault(identity(contract, item, only), item)
        if len(found) == _ENOUGH:
            raise _EnoughDrawn

    with suppress(_EnoughDrawn):
        draw(strategy, seed, 4 * _ENOUGH, take)
    if len(found) < 2:
        raise UsageError(
            f"items: the strategy draws only {len(found)} distinct item; what identifies an item must vary"
        )
    if only is None:
        _check_members(contract, found.values())
    return tuple(found.values())


def _check_members(contract: Contract, items: Iterable[Any]) -> None:
    """:raises UsageError: where an item is not what the operation lists, or has a member that it does not have."""
    shape = listed_shape(contract)
    if shape.type_name != "structure" or served(contract).list_shape.type_name != "list":
        return
    for item in items:
        if not isinstance(item, Mapping):
            raise UsageError(f"items must draw dicts for {contract.id}, not {shorten(repr(item), 60)}")
        for name in item:
            if name not in shape.members:
                near = nearest(str(name), shape.members)
                hint = f"; did you mean {near!r}?" if near else ""
                raise UsageError(f"items: {contract.id} lists no items with a member {name!r}{hint}")


def with_drawn_items(contract: Contract, behaviour: Behaviour, alike: InCommon | None = None) -> Behaviour:
    """The behaviour with the emulator's own items as given ones, so that it lists no items of other people.

    :param alike: what the items have in common.
    """
    if contract.job is not None or behaviour.given is not None:
        return behaviour
    draw = _drawn_items if alike is None else partial(_alike, alike=alike)
    return replace(behaviour, given=draw(contract, behaviour.items))


@cache
def bare_items(contract: Contract, size: int) -> tuple[Any, ...] | None:
    """Items without any member that may be left out; None where they have none such."""
    assert contract.listing is not None
    shape, path, order = listed_shape(contract), identity_path(contract), contract.order
    if shape.type_name != "structure" or path is None:
        return None
    by_item = (said_by_item(each.output) for each in contract.listing.tokens)
    paths = (path, order.by if order else None, *by_item, *identifying(contract))
    first = (steps(each)[0] for each in paths if each and each != "@")
    needed = {*shape.required_members, *essential_members(contract), *first}
    found = [{name: value for name, value in item.items() if name in needed} for item in _drawn_items(contract, size)]
    return tuple(found) if needed < set(shape.members) else None


def varied_items(contract: Contract, turns: Iterator[int], size: int) -> tuple[Any, ...]:
    """Items that differ in what they have: in sixteen turns each optional member comes and goes, a few at a time."""
    found: dict[str, Any] = {}
    for turn in islice(turns, size):
        item = _varied_item(contract, turn % _VARIED)
        if item is not None:
            found.setdefault(item.key, item.value)
    return tuple(found.values())


@cache
def _varied_item(contract: Contract, turn: int) -> ListedItem | None:
    path = identity_path(contract)
    return drawn_item(
        contract,
        served(contract).output,
        _FIRST + turn * _APART,
        turn,
        [each for each in (path, *identifying(contract)) if each],
    )


@cache
def _drawn_items(contract: Contract, size: int) -> tuple[Any, ...]:
    """The same values for the same size, so that what is known about them need not be found out again."""
    found = served(contract).items(Behaviour(items=size))  # the emulator has enough for a second page
    return tuple([each.value for each in found[:size]])


@cache
def _alike(contract: Contract, size: int, alike: InCommon) -> tuple[Any, ...]:
    """Items, at most so many, that have these members in common and differ in the rest."""
    wanted = [each for each in (identity_path(contract), *alike.identity, *alike.members) if each]
    common: dict[str, Any] = dict(alike.values)
    found: dict[str, Any] = {}
    for turn in range(size * _TRIES):
        drawn = drawn_item(contract, served(contract).output, turn * _APART, wanted=wanted)
        if drawn is None or len(found) == size:
            break
        for name in alike.members:
            common.setdefault(name, drawn.value[name])
        item = drawn.value | common
        identity = [item[name] for name in alike.identity] or item
        found.setdefault(repr(identity), item)
    return tuple(found.values())
