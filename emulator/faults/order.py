"""Faults of orders that no parameter changes: documented ones, and that of a list."""

from __future__ import annotations

from functools import partial
from zlib import crc32

from ..records import Read, Row, ServedPage
from ..report_rows import Service
from ..stages.listings import by_time, order, paginate, value_at
from ..stages.pipeline import Stages
from .fault import Fault as _Fault, accessed, by_itself, comparable

__all__ = ["FAULTS"]

Ordered = partial(_Fault, requires=("order",))


def _name(row: Row) -> str:
    return row.name if isinstance(row, Service) else row.key


def _by_name(read: Read) -> tuple[Row, ...]:
    return tuple(sorted(read.rows, key=_name, reverse=read.sort.descending))


def _by_length(read: Read) -> tuple[Row, ...]:
    return tuple(sorted(read.rows, key=lambda each: (len(each.key), each.key)))


def _in_place(read: Read) -> tuple[Row, ...]:
    """Only rows that were accessed are sorted by time; the others stay where they were."""
    if not by_time(read):
        return order(read)
    timed = iter([each for each in order(read) if accessed(each)])
    return tuple(next(timed) if accessed(each) else each for each in read.rows)


def _pages_sorted(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The listing is cut first and sorted then."""
    page = paginate(read, read.rows)
    return page._replace(rows=order(read._replace(rows=page.rows)))


def _random(read: Read) -> tuple[Row, ...]:
    """Another order with every call, whatever is requested."""
    return tuple(sorted(read.rows, key=lambda each: crc32(f"{read.call.number} {each.key}".encode())))


def _reversed(read: Read) -> tuple[Row, ...]:
    return order(read)[::-1]


def _as_drawn(read: Read) -> tuple[Row, ...]:
    return read.rows


def _as_text(read: Read) -> tuple[Row, ...]:
    """Whatever is sorted by, compared as text that ends in its first characters."""
    return tuple(sorted(read.rows, key=lambda each: str(value_at(read.contract, each, read.sort.by))[::-1]))


FAULTS = (
    _Fault(
        "order-of-every-call",
        "pagination.complete",
        "{listing.nouns} come in another order with every call",
        Stages(order=_random),
        list_rule="pagination.token-continues",
        shows=lambda contract: by_itself(contract) and comparable(contract),
    ),
    Ordered(
        "order-of-names",
        "sort.by-namespace",
        "{listing.nouns} are sorted by their display names",
        Stages(order=_by_name),
        on="reports",
    ),
    Ordered(
        "order-reversed",
        "sort.by-namespace",
        "{listing.nouns} are in descending order",
        Stages(order=_reversed),
        on="reports",
        shows=lambda contract: contract.order is not None and contract.order.type == "text",
    ),
    Ordered(
        "order-of-length",
        "sort.by-namespace",
        "short namespaces come first",
        Stages(order=_by_length),
        on="reports",
    ),
    Ordered(
        "entities-oldest-first",
        "sort.entities-by-date",
        "the {listing.noun} that accessed the service least recently comes first",
        Stages(order=_reversed),
        on="reports",
    ),
    Ordered(
        "entities-in-any-order",
        "sort.entities-by-date",
        "{listing.nouns} come in another order with every call",
        Stages(order=_random),
        on="reports",
    ),
    Ordered(
        "entities-sorted-within-pages",
        "sort.entities-by-date",
        "the listing is cut into pages first, and each page is sorted then",
        Stages(paginate=_pages_sorted),
        on="reports",
    ),
    Ordered(
        "entities-by-name",
        "sort.entities-by-date",
        "{listing.nouns} are sorted by their Arns",
        Stages(order=lambda read: tuple(sorted(read.rows, key=lambda each: each.key))),
        on="reports",
    ),
    Ordered(
        "entities-never-in-between",
        "sort.entities-by-date",
        "{listing.nouns} that never accessed the service stand among the others",
        Stages(order=_in_place),
        on="reports",
    ),
    Ordered(
        "documented-order-reversed",
        "sort.documented-order",
        "the documented order is reversed",
        Stages(order=_reversed),
        on="lists",
    ),
    Ordered(
        "documented-order-of-the-database",
        "sort.documented-order",
        "{listing.nouns} come in the order of the database",
        Stages(order=_as_drawn),
        on="lists",
    ),
    Ordered(
        "documented-order-by-the-end",
        "sort.documented-order",
        "{listing.nouns} are sorted by the wrong end",
        Stages(order=_as_text),
        on="lists",
    ),
)
