"""Faults of the report: what is told of each service, and what the counts count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ..records import Members, Read
from ..stages.pipeline import Stages, item, members, order
from .fault import Fault, answers, attempted, items, unattempted, without

__all__ = ["FAULTS"]


def _counting(accessible: object = None, not_accessed: object = None) -> Stages:
    """Other counts in every answer that has some; functions of the read."""

    def change(read: Read, found: Members) -> Members:
        if read.status != "COMPLETED":
            return found
        changed = {"NumberOfServicesAccessible": accessible, "NumberOfServicesNotAccessed": not_accessed}
        return found | {name: count(read) for name, count in changed.items() if callable(count)}

    return Stages(members=answers(change))


def _total(read: Read) -> int:
    return len(read.job.services)


def _unused(read: Read) -> int:
    return sum(not each.accessed for each in read.job.services)


def _of_the_page(read: Read, found: tuple[Members, ...], marker: str | None) -> Members:
    """The counts, taken of what the answer lists."""
    whole = members(read, found, marker)
    if read.status != "COMPLETED":
        return whole
    unused = sum("EntityPath" not in each for each in found)
    return whole | {"NumberOfServicesAccessible": len(found), "NumberOfServicesNotAccessed": unused}


def _zero_later(read: Read, found: Members) -> Members:
    zeros = {"NumberOfServicesAccessible": 0, "NumberOfServicesNotAccessed": 0}
    return found | zeros if read.place.page else found


FAULTS = (
    Fault(
        "time-without-entity",
        "report.attempt-details-together",
        "an accessed service has no EntityPath",
        Stages(item=items(lambda service, found: without(found, "EntityPath"))),
    ),
    Fault(
        "entity-without-time",
        "report.attempt-details-together",
        "an accessed service has no LastAuthenticatedTime",
        Stages(item=items(lambda service, found: without(found, "LastAuthenticatedTime"))),
    ),
    Fault(
        "empty-strings-for-nulls",
        "shape.length",
        "what is null is written as an empty element",
        Stages(item=unattempted(Region="", EntityPath="")),
    ),
    Fault(
        "region-missing",
        "report.attempt-has-region",
        "an accessed service has no Region",
        Stages(item=items(lambda service, found: without(found, "Region"))),
    ),
    Fault(
        "region-without-attempt",
        "report.no-attempt-no-region",
        "every service has the endpoint's Region",
        Stages(item=unattempted(Region="us-east-1")),
    ),
    Fault(
        "region-empty-without-attempt",
        "report.no-attempt-no-region",
        "a service that was never accessed has an empty Region",
        Stages(item=unattempted(Region="")),
    ),
    Fault(
        "attempt-counts-none",
        "report.attempt-counted",
        "an accessed service counts no entities",
        Stages(item=attempted(TotalAuthenticatedEntities=0)),
    ),
    Fault(
        "no-attempt-counts-one",
        "report.no-attempt-counts-none",
        "a service that was never accessed counts an entity",
        Stages(item=unattempted(TotalAuthenticatedEntities=1)),
    ),
    Fault(
        "count-missing",
        "report.counts-present",
        "a completed report does not count the services",
        Stages(
            members=answers(
                lambda read, found: without(found, "NumberOfServicesAccessible", "NumberOfServicesNotAccessed")
            )
        ),
    ),
    Fault(
        "count-missing-when-truncated",
        "report.counts-present",
        "only the last page has the number of services not accessed",
        Stages(
            members=answers(
                lambda read, found: without(found, "NumberOfServicesNotAccessed") if "Marker" in found else found
            )
        ),
    ),
    Fault(
        "count-below-zero",
        "report.counts-not-negative",
        "the services not accessed are subtracted the wrong way round",
        _counting(not_accessed=lambda read: _unused(read) - _total(read)),
    ),
    Fault(
        "counts-of-the-page",
        "report.accessible-count",
        "both counts are of the page instead of the report",
        Stages(members=_of_the_page),
    ),
    Fault(
        "accessible-counts-attempts",
        "report.accessible-count",
        "NumberOfServicesAccessible is the sum of all entities",
        _counting(accessible=lambda read: _total(read) + sum(each.total for each in read.job.services)),
    ),
    Fault(
        "accessible-counts-from-zero",
        "report.accessible-count",
        "NumberOfServicesAccessible is the index of the last service",
        _counting(accessible=lambda read: _total(read) - 1),
    ),
    Fault(
        "not-accessed-counts-accessed",
        "report.not-accessed-count",
        "NumberOfServicesNotAccessed is the number that was accessed",
        _counting(not_accessed=lambda read: _total(read) - _unused(read)),
    ),
    Fault(
        "not-accessed-off-by-one",
        "report.not-accessed-count",
        "NumberOfServicesNotAccessed is one too many",
        _counting(not_accessed=lambda read: _unused(read) + 1),
    ),
    Fault(
        "not-accessed-counts-twice",
        "report.not-accessed-within-accessible",
        "NumberOfServicesNotAccessed counts each service on two lists",
        _counting(not_accessed=lambda read: 2 * _unused(read)),
        first="report.not-accessed-count",
    ),
    Fault(
        "counts-swapped",
        "report.accessible-count",
        "each count stands under the other's name",
        _counting(accessible=_unused, not_accessed=_total),
    ),
    Fault(
        "counts-on-the-first-page",
        "report.counts-same-on-every-page",
        "pages after the first count nothing",
        Stages(members=answers(_zero_later)),
        first="report.accessible-count",
    ),
    Fault(
        "service-listed-twice",
        "report.service-listed-once",
        "one service stands twice in the report, one entry after the other",
        Stages(order=lambda read: order(read)[:1] + order(read)),
    ),
    Fault(
        "accessed-in-the-future",
        "report.accessed-before-completed",
        "LastAuthenticatedTime is in local time and says Z",
        Stages(
            item=lambda read, service: item(
                read, service if service.time is None else replace(service, time=service.time + timedelta(hours=9))
            )
        ),
    ),
    Fault(
        "entity-of-another-organization",
        "report.entity-inside-entity",
        "every EntityPath is that of the example in the documentation",
        Stages(item=attempted(EntityPath="o-exampleorgid/r-f6g7h8i9j0example/111122223333")),
    ),
    Fault(
        "entity-is-the-parent",
        "report.entity-inside-entity",
        "EntityPath is that of the organization, without the root",
        Stages(
            item=items(
                lambda service, found: (
                    found | {"EntityPath": f"{service.entity.partition('/')[0]}/r-0000"} if service.entity else found
                )
            )
        ),
    ),
    Fault(
        "region-is-global",
        "report.region-name",
        "the Region of a global service is called global",
        Stages(item=attempted(Region="global")),
    ),
)
