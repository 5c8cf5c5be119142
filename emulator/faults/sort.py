"""Faults of the order: sorted by the wrong thing, the wrong way round, in part, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

from ...spec.legacy import SortKey, contract
from ..access_reports.services import Service
from ..behaviour import Behaviour
from ..records import Page, Read
from ..stages.pipeline import Stages, cut, order
from .fault import Fault

__all__ = ["FAULTS"]

Order = Callable[[Read], tuple[Service, ...]]


def _under(value: str, other: Order, *, by_default: bool = False) -> Order:
    """Another order under one sort key, or where none is given."""

    def ordered(read: Read) -> tuple[Service, ...]:
        asked = read.call.parameters.get("SortKey")
        return other(read) if (asked is None if by_default else asked == value) else order(read)

    return ordered


def _as(value: str) -> Order:
    """The order of another sort key."""
    return lambda read: order(replace(read, sort=contract().sort_key(value)))


def _by_name(read: Read) -> tuple[Service, ...]:
    return tuple(sorted(read.job.services, key=lambda each: each.name, reverse=read.sort.descending))


def _by_length(read: Read) -> tuple[Service, ...]:
    return tuple(sorted(read.job.services, key=lambda each: (len(each.key), each.key)))


def _day_first(service: Service) -> str:
    return f"{service.time:%d.%m.%Y %H:%M:%S}" if service.time else ""


def _by_text(read: Read) -> tuple[Service, ...]:
    """Times compared as they are written, the day first."""
    if read.sort.by == "key":
        return order(read)
    return tuple(sorted(order(read), key=_day_first, reverse=read.sort.descending))


def _by_total(read: Read) -> tuple[Service, ...]:
    return tuple(sorted(order(read), key=lambda each: (each.time is not None, each.total)))


def _in_place(read: Read) -> tuple[Service, ...]:
    """Only services that were accessed are sorted by time; the others stay where they were."""
    if read.sort.by == "key":
        return order(read)
    timed = iter([each for each in order(read) if each.accessed])
    return tuple(next(timed) if each.accessed else each for each in read.job.services)


def _reversed_ties(read: Read) -> tuple[Service, ...]:
    """A stable sort in both directions: what ties keeps its order."""
    if read.sort.by == "key":
        return order(read)
    by_time = sorted(
        read.job.services, key=lambda each: each.time.timestamp() if each.time else 0.0, reverse=read.sort.descending
    )
    return tuple(by_time)


def _used_only(read: Read) -> tuple[Service, ...]:
    return tuple(each for each in order(read) if each.accessed) if read.sort.by == "time" else order(read)


def _pages_sorted(read: Read, services: tuple[Service, ...], sort: SortKey) -> Page:
    """The report is cut first and sorted then."""
    page = cut(read, read.job.services)
    job = replace(read.job, services=page.services)
    return page._replace(services=order(replace(read, job=job, sort=sort)))


def _sorted_once(read: Read) -> tuple[Service, ...]:
    """Pages after the first are cut from what the database gives, which is by namespace."""
    return _as("SERVICE_NAMESPACE_ASCENDING")(read) if read.place.page else order(read)


def _moving_ties(read: Read) -> tuple[Service, ...]:
    """The order of ties is that of a hash that is new for every call."""
    if read.sort.by == "key":
        return order(read)
    tied = sorted(read.job.services, key=lambda each: crc32(f"{read.job.reads} {each.key}".encode()))
    return tuple(
        sorted(tied, key=lambda each: each.time.timestamp() if each.time else 0.0, reverse=read.sort.descending)
    )


FAULTS = (
    Fault(
        "default-order-by-name",
        "sort.default-by-namespace",
        "without SortKey services are sorted by their display names",
        Stages(order=_under("", _by_name, by_default=True)),
    ),
    Fault(
        "default-order-by-time",
        "sort.default-by-namespace",
        "without SortKey services are sorted by time",
        Stages(order=_under("", _as("LAST_AUTHENTICATED_TIME_DESCENDING"), by_default=True)),
    ),
    Fault(
        "default-order-descending",
        "sort.default-ascending",
        "without SortKey the order is descending",
        Stages(order=_under("", _as("SERVICE_NAMESPACE_DESCENDING"), by_default=True)),
    ),
    Fault(
        "namespace-ascending-by-name",
        "sort.namespace-ascending",
        "SERVICE_NAMESPACE_ASCENDING sorts by display names",
        Stages(order=_under("SERVICE_NAMESPACE_ASCENDING", _by_name)),
    ),
    Fault(
        "namespace-ascending-by-length",
        "sort.namespace-ascending",
        "SERVICE_NAMESPACE_ASCENDING puts short namespaces first",
        Stages(order=_under("SERVICE_NAMESPACE_ASCENDING", _by_length)),
    ),
    Fault(
        "namespace-descending-ascends",
        "sort.namespace-descending",
        "SERVICE_NAMESPACE_DESCENDING is ascending too",
        Stages(order=_under("SERVICE_NAMESPACE_DESCENDING", _as("SERVICE_NAMESPACE_ASCENDING"))),
    ),
    Fault(
        "time-ascending-by-namespace",
        "sort.time-ascending",
        "LAST_AUTHENTICATED_TIME_ASCENDING is not known and sorts by namespace",
        Stages(order=_under("LAST_AUTHENTICATED_TIME_ASCENDING", _as("SERVICE_NAMESPACE_ASCENDING"))),
    ),
    Fault(
        "times-compared-as-text",
        "sort.time-ascending",
        "times are compared as the texts that a database holds, the day first",
        Stages(order=_by_text),
    ),
    Fault(
        "time-ascending-by-total",
        "sort.time-ascending",
        "LAST_AUTHENTICATED_TIME_ASCENDING sorts by the number of entities",
        Stages(order=_under("LAST_AUTHENTICATED_TIME_ASCENDING", _by_total)),
    ),
    Fault(
        "time-descending-ascends",
        "sort.time-descending",
        "LAST_AUTHENTICATED_TIME_DESCENDING is ascending too",
        Stages(order=_under("LAST_AUTHENTICATED_TIME_DESCENDING", _as("LAST_AUTHENTICATED_TIME_ASCENDING"))),
    ),
    Fault(
        "sort-key-ignored",
        "sort.namespace-descending",
        "every SortKey gives the default order",
        Stages(order=_as("SERVICE_NAMESPACE_ASCENDING")),
    ),
    Fault(
        "sorted-within-pages",
        "pagination.order-continues",
        "the report is cut into pages first, and each page is sorted then",
        Stages(cut=lambda read, services: _pages_sorted(read, services, read.sort)),
    ),
    Fault(
        "sort-forgotten-after-the-first-page",
        "pagination.complete",
        "the pages after the first are cut from the default order",
        Stages(order=_sorted_once),
    ),
    Fault(
        "ties-move-between-calls",
        "pagination.complete",
        "services that tie come in another order with every call",
        Stages(order=_moving_ties),
    ),
    Fault(
        "never-accessed-in-place",
        "sort.never-accessed-together",
        "a time sort leaves services that were never accessed where they were",
        Stages(order=_in_place),
    ),
    Fault(
        "never-accessed-last",
        "sort.never-accessed-position",
        "services that were never accessed come last, both ways",
        behaviour=Behaviour(nulls="last"),
    ),
    Fault(
        "ties-not-reversed",
        "sort.descending-reverses",
        "services that tie stand in the same order both ways",
        Stages(order=_reversed_ties),
    ),
    Fault(
        "time-sort-lists-the-accessed",
        "sort.same-services-under-every-key",
        "a time key lists only services that have a time",
        Stages(order=_used_only),
    ),
)
