"""The items of one response, by the names that the contract gives their members."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import cut
from ...spec.contract import Actions, Contract
from ..protocols.base import Reading
from ..protocols.timestamps import Instant
from .paths import as_instant, as_integer, as_text, canonical, find, place

__all__ = ["Action", "Item", "items_of"]


@dataclass(frozen=True, slots=True)
class Action:
    """One tracked action of an item of an access report."""

    path: str
    name: str | None
    time: Instant | None
    entity: str | None
    region: str | None
    has_time: bool
    has_entity: bool
    has_region: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a listing, at `path` (a JSON pointer) in the response of exchange number `exchange`.

    `identity` is what identifies it: the value at the contract's path or, where the contract has none, the whole item as JSON. The
    members behind `value` are those of an access report's rows, None in any other listing.
    """

    exchange: int
    path: str
    identity: str | None
    value: Any = None
    name: str | None = None
    region: str | None = None
    entity: str | None = None
    time: Instant | None = None
    total: int | None = None
    has_time: bool = False
    has_entity: bool = False
    has_region: bool = False
    actions: tuple[Action, ...] | None = None

    @property
    def accessed(self) -> bool:
        """Whether the row says that somebody accessed the item: by a time or an entity, never by a Region alone."""
        return self.has_time or self.has_entity

    @property
    def label(self) -> str:
        """How a message names the item."""
        return f"the item at {self.path}, which nothing identifies" if self.identity is None else cut(self.identity, 80)


def items_of(reading: Reading, contract: Contract) -> Iterator[Item]:
    """The items of every list of a response, the main list's first."""
    listing = contract.listing
    for path in () if listing is None else listing.items:
        base, main = place(path), listing is not None and path == listing.main
        for name, value in _entries(find(reading.members, path)):
            yield _item(value, f"{base}/{name}", contract, reading.exchange.index, main=main)


def _entries(value: Any) -> list[tuple[str | int, Any]]:
    """The items of a list with their places; a map's entries, each as a structure with its key."""
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, Mapping):
        return [(name, {"key": name, "value": each}) for name, each in value.items()]
    return []


def _item(value: Any, path: str, contract: Contract, exchange: int, *, main: bool) -> Item:
    listing, report = contract.listing, contract.report
    known = find(value, listing.identity) if listing is not None else None
    identity = None if known is None else canonical(known)
    if report is None or not isinstance(value, Mapping):
        if identity is None or not main:
            identity = canonical(known if known is not None else value)
        return Item(exchange, path, identity, value)
    time, entity, region = (find(value, each) for each in (report.time, report.entity, report.region))
    return Item(
        exchange,
        path,
        identity,
        value,
        name=as_text(find(value, report.name)),
        region=as_text(region),
        entity=as_text(entity),
        time=as_instant(time),
        total=as_integer(find(value, report.total)),
        has_time=time is not None,
        has_entity=entity is not None,
        has_region=region is not None,
        actions=_actions(value, path, report.actions),
    )


def _actions(value: Mapping[str, Any], path: str, actions: Actions | None) -> tuple[Action, ...] | None:
    """The tracked actions of a row; None where it has no list of them."""
    found = None if actions is None else find(value, actions.items)
    if actions is None or not isinstance(found, list):
        return None
    return tuple(
        Action(
            f"{path}{place(actions.items)}/{number}",
            as_text(find(each, actions.name)),
            as_instant(find(each, actions.time)),
            as_text(find(each, actions.entity)),
            as_text(find(each, actions.region)),
            find(each, actions.time) is not None,
            find(each, actions.entity) is not None,
            find(each, actions.region) is not None,
        )
        for number, each in enumerate(found)
        if isinstance(each, Mapping)
    )
