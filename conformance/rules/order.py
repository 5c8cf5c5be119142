"""Orders that documentation promises and no sort key of an access report asks for."""

from collections.abc import Iterator, Sequence
from typing import Any

from ...spec.contract import Order, SortKey
from ..evidence.collection import Collection
from ..evidence.items import Item
from ..evidence.listings import ObservedListing
from ..evidence.ordering import ORDERS, Stretch, misplaced, out_of_time, stretches
from ..evidence.paths import canonical, find
from ..protocols.timestamps import Instant, read_instant
from .registry import KEPT, Check, broken, rule

#: A listing that lost or repeated items, or whose order changes with every request, says little about the order that was meant.
_PAGING = (
    "pagination.complete",
    "pagination.no-repeats",
    "pagination.order-continues",
    "pagination.token-continues",
)


@rule("sort.by-namespace", needs="a listing of two {listing.nouns}", suppressed_by=_PAGING)
@rule("sort.entities-by-date", needs="a listing of two {listing.nouns} with different times", suppressed_by=_PAGING)
@rule(
    "sort.documented-order",
    needs="a listing of two {listing.nouns} with different {order.by}",
    suppressed_by=_PAGING,
)
def documented_order(collection: Collection) -> Iterator[Check]:
    """The order of listings without a sort key."""
    sort, order = collection.contract.sort, collection.contract.order
    if order is not None:
        plain = [each for each in collection.listings if sort is None or each.sort_key is None]
        yield from _in_order(collection, [(each, order) for each in plain])


@rule(
    "sort.parameter",
    needs="a listing of two {listing.nouns} with {sort.parameter}",
    suppressed_by=("sort.documented-order", *_PAGING),
)
def parameter(collection: Collection) -> Iterator[Check]:
    sort = collection.contract.sort
    keys = {} if sort is None else {each.value: each for each in sort.keys}
    asked = [(each, keys[each.sort_key]) for each in collection.listings if each.sort_key in keys]
    yield from _in_order(collection, asked)


def _in_order(collection: Collection, listings: Sequence[tuple[ObservedListing, Order | SortKey]]) -> Iterator[Check]:
    """Each listing is in its order; texts by one comparison, the same in all listings of a direction and its reverse."""
    common = {kind: set(comparisons) for kind, comparisons in ORDERS.items()}
    for listing, order in listings:
        for stretch in _stretches(collection, listing):
            items = [each for each in stretch.items if not collection.made or each.identity in collection.made]
            if order.type in ORDERS:
                yield from _by_text(stretch, items, order, common[order.type])
            else:
                yield from _by_value(stretch, items, order)


def _stretches(collection: Collection, listing: ObservedListing) -> Iterator[Stretch]:
    """What has to be in order: the whole listing, or each page by itself where others were at work between the pages."""
    if collection.held_to(listing) is not None:
        yield from stretches(listing)
    else:
        for page in listing.pages:
            yield Stretch(listing, page.items, page.exchanges)


def _by_text(stretch: Stretch, items: Sequence[Item], order: Order | SortKey, common: set[str]) -> Iterator[Check]:
    """`common` are the comparisons that were not excluded by the listings before."""
    valued = [(each, canonical(value)) for each in items if (value := find(each.value, order.by)) is not None]
    texts = [text for _, text in valued]
    if len(set(texts)) < 2:
        return
    comparisons = ORDERS[order.type]
    places = {name: misplaced(texts, each, order.descending) for name, each in comparisons.items()}
    under = {name for name, place in places.items() if place is None}
    if under & common:
        common &= under
        yield KEPT
        return
    name = min(common, key=list(comparisons).index)
    place = places[name] or misplaced(texts, comparisons["by code point"], order.descending) or 1
    (one, was), (other, now) = valued[place - 1], valued[place]
    yield _misplaced(stretch, order, one, other, was, now)


def _by_value(stretch: Stretch, items: Sequence[Item], order: Order | SortKey) -> Iterator[Check]:
    """Times and numbers; items without one are together, first or last."""
    values = [(each, _value(find(each.value, order.by), order.type)) for each in items]
    valued = [(each, value) for each, value in values if value is not None]
    moments = [value for _, value in valued]
    has = [value is not None for _, value in values]
    changes = [place for place in range(1, len(has)) if has[place] != has[place - 1]]
    different = any(not each.same(moments[0]) for each in moments)
    if len(changes) > 1:
        yield broken(
            f"in {stretch.listing.describe()} items without {order.by} are spread among the others",
            expected="all of them first, or all of them last",
            actual=f"{len(changes)} changes between the two kinds, the first at {items[changes[0]].label}",
            exchanges=stretch.exchanges,
        )
    elif different:
        place = out_of_time(moments, order.descending)
        if place is None:
            yield KEPT
        else:
            (one, was), (other, now) = valued[place[0]], valued[place[1]]
            yield _misplaced(stretch, order, one, other, str(was), str(now))


def _value(value: Any, kind: str) -> Instant | None:
    """A time, or a number as an exact point of its own scale."""
    if kind == "time":
        return read_instant(str(value)) if isinstance(value, str | int | float) else None
    try:
        return Instant(int(float(value) * 10**9), 1, str(value))
    except (TypeError, ValueError, OverflowError):
        return None


def _misplaced(stretch: Stretch, order: Order | SortKey, one: Item, other: Item, was: str, now: str) -> Check:
    way = "descending" if order.descending else "ascending"
    return broken(
        f"{stretch.listing.describe()} is not in {way} order of {order.by}",
        expected=f"{other.label} ({now}) before {one.label} ({was})" if other.label != now else f"{now} before {was}",
        actual=f"{one.label}, then {other.label}",
        path=other.path,
        exchanges=tuple(dict.fromkeys((one.exchange, other.exchange))),
    )
