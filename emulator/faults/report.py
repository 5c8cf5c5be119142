"""Faults of access reports: what they say about each row, and what the counts count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from ...spec.traits import has
from ..records import Members, Read, Row
from ..stages.listings import order
from ..stages.pipeline import Stages
from ..stages.responses import item, members
from .fault import Fault as _Fault, accessed, attempted, changed, items, outputs, put_in, role, unattempted, without

__all__ = ["FAULTS"]

Fault = partial(_Fault, on="reports")
_COUNTS = ("counts.items", "counts.not-accessed")

Counting = partial(Fault, requires=_COUNTS)


def _counting(accessible: Any = None, not_accessed: Any = None) -> Stages:
    """Other counts in every response that has some; functions of the read."""

    def change(read: Read, found: Members) -> Members:
        counts = {"counts.items": accessible, "counts.not-accessed": not_accessed}
        if not read.succeeded:
            return found
        return changed(read.contract, found, {part: count(read) for part, count in counts.items() if count is not None})

    return Stages(members=outputs(change))


def _total(read: Read) -> int:
    return len(read.rows)


def _unused(read: Read) -> int:
    return sum(not accessed(each) for each in read.rows)


def _of_the_page(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
    """The counts, taken of what the response lists."""
    whole = members(read, found, token)
    if not read.succeeded:
        return whole
    unused = sum(role(read.contract, "report.time") not in each for each in found)
    return changed(read.contract, whole, {"counts.items": len(found), "counts.not-accessed": unused})


def _zero_later(read: Read, found: Members) -> Members:
    zeros = {"counts.items": 0, "counts.not-accessed": 0}
    return changed(read.contract, found, zeros) if read.cursor.page else found


def _lacks(part: str) -> Stages:
    """Rows without this member."""
    return Stages(item=items(lambda read, row, found: without(found, role(read.contract, part))))


def _later(read: Read, row: Row) -> Any:
    """Every time of a row, nine hours later."""
    moved: Any = replace(row, time=row.time + timedelta(hours=9)) if row.time is not None else row  # type: ignore[type-var]
    return item(read, moved)


def _of_the_parent(read: Read, row: Row, found: Members) -> Members:
    entity = getattr(row, "entity", None)
    if not entity:
        return found
    return put_in(found, role(read.contract, "report.entity"), f"{entity.partition('/')[0]}/r-0000")


FAULTS = (
    Fault(
        "time-without-entity",
        "report.attempt-details-together",
        "an accessed {listing.noun} has no {report.entity}",
        _lacks("report.entity"),
    ),
    Fault(
        "entity-without-time",
        "report.attempt-details-together",
        "an accessed {listing.noun} has no {report.time}",
        _lacks("report.time"),
        requires=("report.entity",),
    ),
    Fault(
        "empty-strings-for-nulls",
        "shape.length",
        "what is null is written as an empty element",
        Stages(item=unattempted(region="", entity="")),
        requires=("report.region", "report.entity"),
        list_rule="shape.length",
    ),
    Fault(
        "region-missing",
        "report.attempt-has-region",
        "an accessed {listing.noun} has no {report.region}",
        _lacks("report.region"),
    ),
    Fault(
        "region-without-attempt",
        "report.no-attempt-no-region",
        "every {listing.noun} has the {report.region} of the endpoint",
        Stages(item=unattempted(region="us-east-1")),
    ),
    Fault(
        "region-empty-without-attempt",
        "report.no-attempt-no-region",
        "a {listing.noun} that was never accessed has an empty {report.region}",
        Stages(item=unattempted(region="")),
    ),
    Fault(
        "attempt-counts-none",
        "report.attempt-counted",
        "{report.total} of an accessed {listing.noun} is 0",
        Stages(item=attempted(total=0)),
    ),
    Fault(
        "no-attempt-counts-one",
        "report.no-attempt-counts-none",
        "{report.total} of a {listing.noun} that was never accessed is 1",
        Stages(item=unattempted(total=1)),
    ),
    Counting(
        "count-missing",
        "report.counts-present",
        "a completed report has no counts",
        Stages(members=outputs(lambda read, found: changed(read.contract, found, dict.fromkeys(_COUNTS)))),
    ),
    Counting(
        "count-missing-when-truncated",
        "report.counts-present",
        "only the last page has {counts.not-accessed}",
        Stages(
            members=lambda read, found, token: changed(
                read.contract, members(read, found, token), {"counts.not-accessed": None} if token is not None else {}
            )
        ),
    ),
    Counting(
        "count-below-zero",
        "report.counts-not-negative",
        "the {listing.nouns} that were not accessed are subtracted the wrong way round",
        _counting(not_accessed=lambda read: _unused(read) - _total(read)),
    ),
    Counting(
        "counts-of-the-page",
        "report.accessible-count",
        "both counts are those of the page instead of the report",
        Stages(members=_of_the_page),
    ),
    Counting(
        "accessible-counts-attempts",
        "report.accessible-count",
        "{counts.items} is the sum of all entities",
        _counting(accessible=lambda read: _total(read) + sum(getattr(each, "total", 0) for each in read.rows)),
    ),
    Counting(
        "accessible-counts-from-zero",
        "report.accessible-count",
        "{counts.items} is the index of the last {listing.noun}",
        _counting(accessible=lambda read: _total(read) - 1),
    ),
    Counting(
        "not-accessed-counts-accessed",
        "report.not-accessed-count",
        "{counts.not-accessed} is the number that was accessed",
        _counting(not_accessed=lambda read: _total(read) - _unused(read)),
    ),
    Counting(
        "not-accessed-off-by-one",
        "report.not-accessed-count",
        "{counts.not-accessed} is one too many",
        _counting(not_accessed=lambda read: _unused(read) + 1),
    ),
    Counting(
        "not-accessed-counts-twice",
        "report.not-accessed-within-accessible",
        "{counts.not-accessed} counts each {listing.noun} on two lists",
        _counting(not_accessed=lambda read: 2 * _unused(read)),
        first="report.not-accessed-count",
    ),
    Counting(
        "counts-swapped",
        "report.accessible-count",
        "each count has the name of the other",
        _counting(accessible=_unused, not_accessed=_total),
    ),
    Counting(
        "counts-on-the-first-page",
        "report.counts-same-on-every-page",
        "pages after the first have counts of 0",
        Stages(members=outputs(_zero_later)),
        first="report.accessible-count",
    ),
    Fault(
        "row-listed-twice",
        "report.service-listed-once",
        "one {listing.noun} is listed twice in the report, one entry after the other",
        Stages(order=lambda read: order(read)[:1] + order(read)),
        shows=lambda contract: not has(contract, "report.entity_arn"),
    ),
    Fault(
        "entity-listed-twice",
        "report.entity-listed-once",
        "one {listing.noun} is listed twice in the report, one entry after the other",
        Stages(order=lambda read: order(read)[:1] + order(read)),
    ),
    Fault(
        "accessed-in-the-future",
        "report.accessed-before-completed",
        "{report.time} is in local time and says Z",
        Stages(item=_later),
    ),
    Fault(
        "entity-of-another-organization",
        "report.entity-inside-entity",
        "every {report.entity} is that of the example in the documentation",
        Stages(item=attempted(entity="o-exampleorgid/r-f6g7h8i9j0example/111122223333")),
    ),
    Fault(
        "entity-is-the-parent",
        "report.entity-inside-entity",
        "{report.entity} is that of the organization, without the root",
        Stages(item=items(_of_the_parent)),
    ),
    Fault(
        "region-is-global",
        "report.region-name",
        "the {report.region} of a global {listing.noun} is called global",
        Stages(item=attempted(region="global")),
    ),
)
