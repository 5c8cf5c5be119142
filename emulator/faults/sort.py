"""Faults of the order under sort keys: sorted by the wrong thing, the wrong way round, in part, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from zlib import crc32

from ...spec.contract import Contract, SortKey
from ..behaviour import Behaviour
from ..records import Read, Row
from ..stages.listings import by_time, order
from ..stages.pipeline import Stages
from .fault import Fault as _Fault, accessed, by_itself, role
from .wrong_orders import as_drawn, by_length, by_name, in_place, pages_sorted

__all__ = ["FAULTS"]

Order = Callable[[Read], tuple[Row, ...]]


ByText = partial(_Fault, requires=("sort.text",), on="reports")


ByTime = partial(_Fault, requires=("sort.time",), on="reports")


Sorted = partial(_Fault, requires=("sort",))


def _key(contract: Contract, kind: str, descending: bool) -> SortKey:
    assert contract.sort is not None
    return next(
        each
        for each in contract.sort.keys
        if (each.type == "time") == (kind == "time") and each.descending == descending
    )


def _under(kind: str, descending: bool, other: Order) -> Order:
    """Another order under one sort key."""

    def ordered(read: Read) -> tuple[Row, ...]:
        asked = read.call.parameters.get(role(read.contract, "sort.parameter"))
        return other(read) if asked == _key(read.contract, kind, descending).value else order(read)

    return ordered


def _by_default(other: Order) -> Order:
    """Another order where no sort key is given."""
    return lambda read: order(read) if role(read.contract, "sort.parameter") in read.call.parameters else other(read)


def _as(kind: str, descending: bool) -> Order:
    """The order of another sort key."""
    return lambda read: order(read._replace(sort=_key(read.contract, kind, descending)))


def _day_first(row: Row) -> str:
    return f"{row.time:%d.%m.%Y %H:%M:%S}" if row.time else ""


def _by_text(read: Read) -> tuple[Row, ...]:
    """Times compared as they are written, the day first."""
    if not by_time(read):
        return order(read)
    return tuple(sorted(order(read), key=_day_first, reverse=read.sort.descending))


def _by_total(read: Read) -> tuple[Row, ...]:
    return tuple(sorted(order(read), key=lambda each: (accessed(each), getattr(each, "total", 0))))


def _reversed_ties(read: Read) -> tuple[Row, ...]:
    """A stable sort in both directions: what ties keeps its order."""
    if not by_time(read):
        return order(read)
    return tuple(sorted(read.rows, key=_instant, reverse=read.sort.descending))


def _instant(row: Row) -> float:
    return row.time.timestamp() if row.time else 0.0


def _used_only(read: Read) -> tuple[Row, ...]:
    return tuple(each for each in order(read) if accessed(each)) if by_time(read) else order(read)


def _sorted_once(read: Read) -> tuple[Row, ...]:
    """Pages after the first are cut from what the database gives, which is in another order."""
    if read.contract.sort is None:
        return order(read)[::-1] if read.cursor.page else order(read)
    return order(read._replace(sort=read.contract.sort.default_key)) if read.cursor.page else order(read)


def _moving_ties(read: Read) -> tuple[Row, ...]:
    """The order of ties is that of a hash that is new for every call."""
    if not by_time(read):
        return order(read)
    tied = sorted(read.rows, key=lambda each: crc32(f"{read.job.reads} {each.key}".encode()))
    return tuple(sorted(tied, key=_instant, reverse=read.sort.descending))


def _always_ascending(read: Read) -> tuple[Row, ...]:
    return order(read._replace(sort=replace(read.sort, descending=False)))


FAULTS = (
    ByText(
        "default-order-by-name",
        "sort.default-by-namespace",
        "without {sort.parameter}, {listing.nouns} are sorted by their display names",
        Stages(order=_by_default(by_name)),
    ),
    ByTime(
        "default-order-by-time",
        "sort.default-by-namespace",
        "without {sort.parameter}, {listing.nouns} are sorted by time",
        Stages(order=_by_default(_as("time", True))),
    ),
    ByText(
        "default-order-descending",
        "sort.default-ascending",
        "without {sort.parameter} the order is descending",
        Stages(order=_by_default(_as("text", True))),
    ),
    ByText(
        "namespace-ascending-by-name",
        "sort.namespace-ascending",
        "the ascending key of the namespace sorts by display names",
        Stages(order=_under("text", False, by_name)),
    ),
    ByText(
        "namespace-ascending-by-length",
        "sort.namespace-ascending",
        "the ascending key of the namespace puts short namespaces first",
        Stages(order=_under("text", False, by_length)),
    ),
    ByText(
        "namespace-descending-ascends",
        "sort.namespace-descending",
        "the descending key of the namespace is ascending too",
        Stages(order=_under("text", True, _as("text", False))),
    ),
    ByTime(
        "time-ascending-by-namespace",
        "sort.time-ascending",
        "the ascending key of the time is not known and sorts by namespace",
        Stages(order=_under("time", False, _as("text", False))),
    ),
    ByTime(
        "times-compared-as-text",
        "sort.time-ascending",
        "times are compared as the strings that a database holds, the day first",
        Stages(order=_by_text),
    ),
    ByTime(
        "time-ascending-by-total",
        "sort.time-ascending",
        "the ascending key of the time sorts by the number of entities",
        Stages(order=_under("time", False, _by_total)),
    ),
    ByTime(
        "time-descending-ascends",
        "sort.time-descending",
        "the descending key of the time is ascending too",
        Stages(order=_under("time", True, _as("time", False))),
    ),
    ByTime(
        "time-descending-ascends-on-small-pages",
        "pagination.order-continues",
        "the descending key of the time is ascending on pages of two",
        Stages(order=_under("time", True, lambda read: (_as("time", False) if read.limit == 2 else order)(read))),
        deep=True,
    ),
    ByText(
        "sort-key-ignored",
        "sort.namespace-descending",
        "every {sort.parameter} gives the default order",
        Stages(order=_as("text", False)),
    ),
    _Fault(
        "sorted-within-pages",
        "pagination.order-continues",
        "the listing is cut into pages first, and each page is sorted then",
        Stages(paginate=pages_sorted),
        requires=("sort|order",),
        list_rule="sort.documented-order",
        shows=by_itself,
    ),
    _Fault(
        "sort-forgotten-after-the-first-page",
        "pagination.complete",
        "the pages after the first are cut from another order",
        Stages(order=_sorted_once),
        requires=("sort|order",),
        list_rule="pagination.token-continues",
    ),
    ByTime(
        "ties-move-between-calls",
        "pagination.complete",
        "{listing.nouns} that tie come in another order with every call",
        Stages(order=_moving_ties),
    ),
    ByTime(
        "never-accessed-in-place",
        "sort.never-accessed-together",
        "a time sort leaves {listing.nouns} that were never accessed where they were",
        Stages(order=in_place),
    ),
    ByTime(
        "never-accessed-last",
        "sort.never-accessed-position",
        "{listing.nouns} that were never accessed come last, in ascending and in descending order",
        behaviour=Behaviour(nulls="last"),
    ),
    ByTime(
        "ties-not-reversed",
        "sort.descending-reverses",
        "{listing.nouns} that tie have the same order, ascending and descending",
        Stages(order=_reversed_ties),
    ),
    ByTime(
        "time-sort-lists-the-accessed",
        "sort.same-services-under-every-key",
        "a time key lists only {listing.nouns} that have a time",
        Stages(order=_used_only),
    ),
    Sorted(
        "sort-parameter-ignored",
        "sort.parameter",
        "{sort.parameter} changes nothing",
        Stages(order=as_drawn),
        on="lists",
    ),
    Sorted(
        "sort-parameter-always-ascending",
        "sort.parameter",
        "every value of {sort.parameter} sorts in ascending order",
        Stages(order=_always_ascending),
        on="lists",
    ),
)
