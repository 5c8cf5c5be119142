"""Faults of orders that no parameter changes: documented ones, and that of a list."""

from __future__ import annotations

from functools import partial
from zlib import crc32

from ..records import Read, Row
from ..stages.listings import order, value_at
from ..stages.pipeline import Stages
from .fault import Fault as _Fault, by_itself, comparable, has_token
from .wrong_orders import as_drawn, by_length, by_name, in_place, pages_sorted

__all__ = ["FAULTS"]

Ordered = partial(_Fault, requires=("order",))


def _random(read: Read) -> tuple[Row, ...]:
    """Another order with every call, whatever is requested."""
    return tuple(sorted(read.rows, key=lambda each: crc32(f"{read.call.number} {each.key}".encode())))


def _reversed(read: Read) -> tuple[Row, ...]:
    return order(read)[::-1]


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
        shows=lambda contract: by_itself(contract) and comparable(contract) and has_token(contract),
    ),
    Ordered(
        "order-of-names",
        "sort.by-namespace",
        "{listing.nouns} are sorted by their display names",
        Stages(order=by_name),
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
        Stages(order=by_length),
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
        Stages(paginate=pages_sorted),
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
        "{listing.nouns} that never accessed the service are among the others",
        Stages(order=in_place),
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
        Stages(order=as_drawn),
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
