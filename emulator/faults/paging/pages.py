"""Faults of pages: how long they are, where they end, and where the next one starts."""

from __future__ import annotations

from functools import partial

from ...records import Read, Row, ServedPage
from ...stages.listings import paginate
from ...stages.pipeline import Stages
from ..fault import Fault as _Fault, by_itself, has_token, issues_token, ongoing, role, sliced

__all__ = ["FAULTS"]

Fault = _Fault


OfReports = partial(_Fault, on="reports")


def _asks(read: Read) -> bool:
    return role(read.contract, "listing.limit") in read.call.parameters


def _ending(read: Read, rows: tuple[Row, ...], over: bool) -> ServedPage:
    page = paginate(read, rows)
    return page._replace(next=None) if over else page


def _place(read: Read, rows: tuple[Row, ...]) -> int:
    """The index of the first row of the page."""
    page = paginate(read, rows)
    return rows.index(page.rows[0]) if page.rows else len(rows)


def _rounded_down(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The number of pages is rounded down, and one taken off it for the last, which is not full."""
    pages = len(rows) // read.limit + (len(rows) % read.limit > 0) - (len(rows) % read.limit == 0)
    return _ending(read, rows, _place(read, rows) // read.limit + 1 >= pages)


def _compared_as_text(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    return _ending(read, rows, str(read.cursor.start + read.limit) >= str(len(rows)))


def _counted_down(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """A rest that would not fill a page is never served."""
    rest = len(rows) - _place(read, rows) - read.limit
    return _ending(read, rows, rest < read.limit)


def _turned(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """Without a sort key the order is one thing in the first version of the code and another in the second."""
    turned = role(read.contract, "sort.parameter") not in read.call.parameters and _asks(read)
    return paginate(read, rows[::-1] if turned else rows)


def _lost_at_13(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    page = paginate(read, rows)
    return page._replace(rows=page.rows[:-1]) if len(page.rows) == 13 else page


def _repeated_when_odd(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    page = paginate(read, rows)
    early = page.next is None or page.next.start <= 128 or page.next.page < 2
    if page.next is None or early or read.limit % 2 == 0 or len(page.rows) < 2:
        return page
    return page._replace(next=page.next._replace(start=page.next.start - 1))


def _forgetful(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """A page that is far smaller than those before it comes in no order."""
    page = paginate(read, rows)
    before = read.cursor.start / read.cursor.page if read.cursor.page else 0
    return page._replace(rows=page.rows[::-1]) if 10 * read.limit < before else page


def _headless(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    page = paginate(read, rows)
    return page._replace(rows=page.rows[read.cursor.page > 0 :])


FAULTS = (
    Fault(
        "page-one-too-long",
        "pagination.limit-respected",
        "a page holds one {listing.noun} more than {listing.limit}",
        Stages(paginate=sliced(lambda read: read.limit + _asks(read))),
    ),
    Fault(
        "limit-ignored",
        "pagination.limit-respected",
        "every page has the default size, whatever {listing.limit} says",
        Stages(paginate=sliced(lambda read: read.call.served.default_limit)),
    ),
    Fault(
        "last-page-takes-the-rest",
        "pagination.limit-respected",
        "a remainder of fewer than ten {listing.nouns} is put on the page before",
        Stages(
            paginate=lambda read, rows: sliced(
                lambda read: (
                    read.limit + 9 if len(rows) - _place(read, rows) - read.limit in range(1, 10) else read.limit
                )
            )(read, rows)
        ),
    ),
    OfReports(
        "default-limit-ignored",
        "pagination.default-limit",
        "without {listing.limit} the whole report comes at once",
        Stages(paginate=sliced(lambda read: read.limit if _asks(read) else 1000)),
    ),
    OfReports(
        "default-limit-doubled",
        "pagination.default-limit",
        "without {listing.limit} a page is twice as long as documented",
        Stages(paginate=sliced(lambda read: read.limit if _asks(read) else 2 * read.call.served.default_limit)),
    ),
    OfReports(
        "default-page-one-too-long",
        "pagination.default-limit",
        "without {listing.limit} a page holds one {listing.noun} too many",
        Stages(paginate=sliced(lambda read: read.limit if _asks(read) else read.call.served.default_limit + 1)),
    ),
    Fault(
        "page-boundary-loses-one",
        "pagination.complete",
        "the next page starts one {listing.noun} too late",
        Stages(paginate=ongoing(lambda cursor: cursor._replace(start=cursor.start + 1))),
        shows=issues_token,
    ),
    OfReports(
        "exact-multiple-loses-the-last-page",
        "pagination.complete",
        "where the last page is exactly full it is never served",
        Stages(paginate=_rounded_down),
    ),
    Fault(
        "short-last-page-dropped",
        "pagination.complete",
        "a remainder that would not fill a page is never served",
        Stages(paginate=_counted_down),
    ),
    OfReports(
        "end-compared-as-text",
        "pagination.page-size-may-change",
        "whether more follows is decided by comparing two numbers as strings",
        Stages(paginate=_compared_as_text),
        shows=lambda contract: contract.listing is not None and str(contract.listing.default_limit) < "262",
    ),
    Fault(
        "first-row-left-out",
        "pagination.complete",
        "pages after the first leave out their first {listing.noun}",
        Stages(paginate=_headless),
        shows=has_token,
    ),
    Fault(
        "page-boundary-repeats-one",
        "pagination.no-repeats",
        "the next page starts with the last {listing.noun} of the one before",
        Stages(paginate=ongoing(lambda cursor: cursor._replace(start=max(cursor.start - 1, 1)))),
        list_first="pagination.token-continues",
        shows=issues_token,
    ),
    OfReports(
        "order-turns-with-limit",
        "pagination.order-continues",
        "the default order depends on whether {listing.limit} is given",
        Stages(paginate=_turned),
        requires=("sort",),
    ),
    OfReports(
        "page-of-13-loses-one",
        "pagination.complete",
        "a page of exactly 13 {listing.nouns} loses its last",
        Stages(paginate=_lost_at_13),
        deep=True,
        shows=by_itself,
    ),
    OfReports(
        "odd-page-repeats-one",
        "pagination.no-repeats",
        "pages of an odd size repeat a {listing.noun} once 128 were served",
        Stages(paginate=_repeated_when_odd),
        deep=True,
        shows=by_itself,
    ),
    OfReports(
        "small-page-forgets-the-order",
        "pagination.order-continues",
        "a page far smaller than those before it is not in order",
        Stages(paginate=_forgetful),
        deep=True,
        shows=by_itself,
    ),
)
