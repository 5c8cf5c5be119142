"""Faults of paging: where a page ends, where the next one starts, and what a Marker is."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from hashlib import sha256
from typing import cast

from ..access_reports.services import Service
from ..records import Call, Job, Members, Page, Place, Read, ServiceError
from ..stages.pipeline import Stages, cut, mark, members, resume
from .fault import Fault, answers, ongoing, sliced, without

__all__ = ["FAULTS"]


def _asks(read: Read) -> bool:
    return "MaxItems" in read.call.parameters


def _number(call: Call, job: Job) -> int:
    marker = call.parameters.get("Marker", "0")
    if marker.isascii() and marker.isdigit() and int(marker) < len(job.services):
        return int(marker)
    raise ServiceError("ValidationError", 400, "1 constraint failed: Marker was not issued here")


def _sort(call: Call) -> str:
    return call.parameters.get("SortKey", "SERVICE_NAMESPACE_ASCENDING")


def _numbered(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    """The page of that number, all pages being of the present size."""
    page = _number(call, job)
    return Place(job.id, _sort(call), page * int(call.parameters.get("MaxItems", "100")), page)


def _offset(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    start = _number(call, job)
    return Place(job.id, _sort(call), start, int(start > 0))


def _cursor(read: Read, place: Place) -> str:
    """One Marker for a whole listing: the service remembers how far the client has come."""
    return sha256(f"{place.job} {place.sort}".encode()).hexdigest()


def _used(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    """A Marker that is followed again goes on where it would have been after one service more."""
    place = resume(call, job, places)
    if "Marker" in call.parameters:
        cast(MutableMapping[str, Place], places)[call.parameters["Marker"]] = place._replace(start=place.start + 1)
    return place


def _lenient(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    """An unknown Marker is no Marker."""
    known = call.parameters.get("Marker") in places
    return resume(call, job, places) if known else Place(job.id, _sort(call))


def _unbound(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    """A Marker is a number of services, whatever they are sorted by."""
    sort = _sort(call)
    return resume(call, job, {marker: place._replace(sort=sort) for marker, place in places.items()})


def _last(read: Read, services: tuple[Service, ...], start: int) -> Page:
    """Pages as they should be, but the last one promises another that begins there."""
    page = cut(read, services)
    return page if page.next else page._replace(next=read.place._replace(start=start, page=read.place.page + 1))


def _ending(read: Read, services: tuple[Service, ...], over: bool) -> Page:
    page = cut(read, services)
    return page._replace(next=None) if over else page


def _told_to_end(read: Read, services: tuple[Service, ...]) -> Page:
    """The number of pages is rounded down, and one taken off it for the last, which is not full."""
    pages = len(services) // read.limit + (len(services) % read.limit > 0) - (len(services) % read.limit == 0)
    return _ending(read, services, read.place.page + 1 >= pages)


def _compared_as_text(read: Read, services: tuple[Service, ...]) -> Page:
    return _ending(read, services, str(read.place.start + read.limit) >= str(len(services)))


def _counted_down(read: Read, services: tuple[Service, ...]) -> Page:
    """A rest that would not fill a page is never served."""
    rest = len(services) - read.place.start - read.limit
    return _ending(read, services, rest < read.limit)


def _untruncated(read: Read, found: Members) -> Members:
    return found | {"IsTruncated": False}


def _always_truncated(read: Read, found: tuple[Members, ...], marker: str | None) -> Members:
    whole = members(read, found, marker)
    return whole | {"IsTruncated": True, "Marker": marker or "end"} if read.status == "COMPLETED" else whole


def _turned(read: Read, services: tuple[Service, ...]) -> Page:
    """Without SortKey the order is one thing in the first version of the code and another in the second."""
    turned = "SortKey" not in read.call.parameters and _asks(read)
    return cut(read, services[::-1] if turned else services)


def _lost_at_13(read: Read, services: tuple[Service, ...]) -> Page:
    page = cut(read, services)
    return page._replace(services=page.services[:-1]) if len(page.services) == 13 else page


def _repeated_when_odd(read: Read, services: tuple[Service, ...]) -> Page:
    page = cut(read, services)
    if (
        page.next is None
        or read.limit % 2 == 0
        or page.next.start <= 128
        or page.next.page < 2
        or len(page.services) < 2
    ):
        return page
    return page._replace(next=page.next._replace(start=page.next.start - 1))


def _forgetful(read: Read, services: tuple[Service, ...]) -> Page:
    """A page that is far smaller than those before it comes in no order."""
    page = cut(read, services)
    before = read.place.start / read.place.page if read.place.page else 0
    return page._replace(services=page.services[::-1]) if 10 * read.limit < before else page


FAULTS = (
    Fault(
        "page-one-too-long",
        "pagination.limit-respected",
        "a page holds one service more than MaxItems",
        Stages(cut=sliced(lambda read: read.limit + _asks(read))),
    ),
    Fault(
        "max-items-ignored",
        "pagination.limit-respected",
        "every page holds 100 services, whatever MaxItems says",
        Stages(cut=sliced(lambda read: 100)),
    ),
    Fault(
        "last-page-takes-the-rest",
        "pagination.limit-respected",
        "a rest of fewer than ten services is put on the page before",
        Stages(
            cut=sliced(
                lambda read: (
                    read.limit + 9
                    if len(read.job.services) - read.place.start - read.limit in range(1, 10)
                    else read.limit
                )
            )
        ),
    ),
    Fault(
        "default-limit-ignored",
        "pagination.default-limit",
        "without MaxItems the whole report comes at once",
        Stages(cut=sliced(lambda read: read.limit if _asks(read) else 1000)),
    ),
    Fault(
        "default-limit-of-the-sibling",
        "pagination.default-limit",
        "without MaxItems a page holds 200 services, as those of a sibling operation do",
        Stages(cut=sliced(lambda read: read.limit if _asks(read) else 200)),
    ),
    Fault(
        "default-page-one-too-long",
        "pagination.default-limit",
        "without MaxItems a page holds 101 services",
        Stages(cut=sliced(lambda read: read.limit if _asks(read) else 101)),
    ),
    Fault(
        "marker-missing-when-truncated",
        "pagination.truncated-has-token",
        "more is promised and there is no Marker",
        Stages(members=answers(lambda read, found: without(found, "Marker"))),
    ),
    Fault(
        "truncated-on-the-last-page",
        "pagination.truncated-has-token",
        "IsTruncated says that pages came before",
        Stages(
            members=answers(
                lambda read, found: found | {"IsTruncated": bool(found.get("IsTruncated")) or read.place.page > 0}
            )
        ),
    ),
    Fault(
        "marker-on-the-last-page",
        "pagination.token-only-when-truncated",
        "the last page has a Marker, and nothing follows",
        Stages(
            members=lambda read, found, marker: (
                members(read, found, marker)
                | ({"Marker": "end"} if read.status == "COMPLETED" and marker is None else {})
            )
        ),
    ),
    Fault(
        "empty-marker-on-the-last-page",
        "shape.length",
        "the last page has an empty Marker",
        Stages(
            members=lambda read, found, marker: (
                members(read, found, marker) | ({"Marker": ""} if read.status == "COMPLETED" and marker is None else {})
            )
        ),
    ),
    Fault(
        "truncated-never",
        "pagination.complete",
        "IsTruncated is always false; only the Marker tells that there is more",
        Stages(members=answers(_untruncated)),
    ),
    Fault(
        "marker-is-a-cursor",
        "pagination.token-advances",
        "a listing has one Marker, and the service remembers how far it was read",
        Stages(mark=_cursor),
    ),
    Fault(
        "last-page-leads-back",
        "pagination.ends",
        "the last page's Marker is that of the beginning",
        Stages(cut=lambda read, services: _last(read, services, 0)),
    ),
    Fault(
        "empty-pages-for-ever",
        "pagination.ends",
        "after the last service there is always another page, without any",
        Stages(
            cut=lambda read, services: _last(read, services, len(services)),
            mark=lambda read, place: mark(read, place._replace(page=0)),
        ),
    ),
    Fault(
        "truncated-always",
        "pagination.ends",
        "IsTruncated is always true, and the last Marker is its own",
        Stages(
            members=_always_truncated,
            resume=lambda call, job, places: resume(
                call, job, {**places, "end": Place(job.id, _sort(call), len(job.services), 9)}
            ),
        ),
    ),
    Fault(
        "page-boundary-loses-one",
        "pagination.complete",
        "the next page starts one service too late",
        Stages(cut=ongoing(lambda place: place._replace(start=place.start + 1))),
    ),
    Fault(
        "exact-multiple-loses-the-last-page",
        "pagination.complete",
        "where the last page is exactly full it is never served",
        Stages(cut=_told_to_end),
    ),
    Fault(
        "short-last-page-dropped",
        "pagination.complete",
        "a rest that would not fill a page is never served",
        Stages(cut=_counted_down),
    ),
    Fault(
        "end-compared-as-text",
        "pagination.page-size-may-change",
        "whether there is more is asked of two numbers as texts",
        Stages(cut=_compared_as_text),
    ),
    Fault(
        "first-service-left-out",
        "pagination.complete",
        "pages after the first leave out their first service",
        Stages(
            cut=lambda read, services: (page := cut(read, services))._replace(
                services=page.services[read.place.page > 0 :]
            )
        ),
    ),
    Fault(
        "own-markers-refused",
        "pagination.complete",
        "no Marker is ever found again",
        Stages(resume=lambda call, job, places: resume(call, job, {})),
    ),
    Fault(
        "page-boundary-repeats-one",
        "pagination.no-repeats",
        "the next page starts with the last service of the one before",
        Stages(cut=ongoing(lambda place: place._replace(start=max(place.start - 1, 1)))),
    ),
    Fault(
        "order-turns-with-max-items",
        "pagination.order-continues",
        "without SortKey the order depends on whether MaxItems is given",
        Stages(cut=_turned),
    ),
    Fault(
        "marker-is-a-page-number",
        "pagination.page-size-may-change",
        "a Marker is the number of a page of the present size",
        Stages(mark=lambda read, place: str(place.page), resume=_numbered),
    ),
    Fault(
        "marker-is-an-offset",
        "pagination.unknown-token-refused",
        "a Marker is a number of services, and any will do",
        Stages(mark=lambda read, place: str(place.start), resume=_offset),
    ),
    Fault(
        "marker-moves-when-followed",
        "pagination.token-repeatable",
        "a Marker that is followed a second time goes on one service later",
        Stages(resume=_used),
    ),
    Fault(
        "unknown-marker-starts-over",
        "pagination.unknown-token-refused",
        "a Marker that was never issued is taken for none",
        Stages(resume=_lenient),
    ),
    Fault(
        "marker-of-any-order",
        "pagination.token-bound-to-sort-key",
        "a Marker works under every SortKey",
        Stages(resume=_unbound),
    ),
    Fault(
        "page-of-13-loses-one",
        "pagination.complete",
        "a page of exactly 13 services loses its last",
        Stages(cut=_lost_at_13),
        deep=True,
    ),
    Fault(
        "odd-page-repeats-one",
        "pagination.no-repeats",
        "pages of an odd size repeat a service once 128 were served",
        Stages(cut=_repeated_when_odd),
        deep=True,
    ),
    Fault(
        "small-page-forgets-the-order",
        "pagination.order-continues",
        "a page far smaller than those before it is not in order",
        Stages(cut=_forgetful),
        deep=True,
    ),
)
