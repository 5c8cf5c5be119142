"""Faults of paging, of access reports and lists alike: where a page ends, where the next one starts, and what a token is."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import partial
from hashlib import sha256
from typing import Any, cast

from ...spec.traits import has
from .. import errors
from ..paths import put
from ..records import Call, Cursor, Job, Members, Page, Read, Row
from ..stages.listings import beginning, issue_token, paginate, resume, token_sent
from ..stages.pipeline import Stages
from ..stages.responses import members
from ..stages.validation import whole_number
from .fault import Fault as _Fault, ongoing, outputs, put_in, role, sliced, without

__all__ = ["FAULTS", "by_text"]

Fault = _Fault
OfReports = partial(_Fault, on="reports")
Truncated = partial(_Fault, requires=("listing.more",))


def by_text(contract: Any) -> bool:
    """Whether the token is one text of its own, that is no key of an item."""
    listing = contract.listing
    return (
        listing is not None
        and len(listing.tokens) == 1
        and "[-1]" not in listing.token.output
        and listing.token.type == "string"
    )


def _asks(read: Read) -> bool:
    return role(read.contract, "listing.limit") in read.call.parameters


def _number(call: Call) -> int:
    token = token_sent(call) or "0"
    if token.isascii() and token.isdigit() and int(token) < 10_000:
        return int(token)
    raise errors.unknown_token(call)


def _numbered(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    """The page of that number, all pages being of the present size."""
    page = _number(call)
    size = whole_number(call.parameters.get(role(call.contract, "listing.limit")), call.served.default_limit)
    return beginning(call, job)._replace(start=page * size, page=page)


def _offset(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    start = _number(call)
    return beginning(call, job)._replace(start=start, page=int(start > 0))


def _cursor(read: Read, cursor: Cursor) -> str:
    """One token for a whole listing: the service remembers how far the client has come."""
    return read.call.served.tokens[0].text(sha256(f"{cursor.job} {cursor.sort}".encode()).digest())


def _used(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    """A token that is followed again goes on where it would have been after one row more."""
    cursor, token = resume(call, job, cursors), token_sent(call)
    if token is not None:
        cast(MutableMapping[str, Cursor], cursors)[token] = cursor._replace(start=cursor.start + 1)
    return cursor


def _lenient(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    """An unissued token is no token."""
    return resume(call, job, cursors) if token_sent(call) in cursors else beginning(call, job)


def _unbound(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    """A token is a number of rows, whatever they are sorted by."""
    first = beginning(call, job)
    return resume(call, job, {token: each._replace(sort=first.sort) for token, each in cursors.items()})


def _anywhere(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    """A token is a number of rows, whatever they are rows of."""
    first = beginning(call, job)
    mine = {
        token: each._replace(job=first.job, bound=first.bound, operation=first.operation)
        for token, each in cursors.items()
    }
    return resume(call, job, mine)


def _last(read: Read, rows: tuple[Row, ...], start: int) -> Page:
    """Pages as they should be, but the last one announces another that begins there."""
    page = paginate(read, rows)
    last = rows[start - 1].key if start else ""
    return (
        page
        if page.next
        else page._replace(next=read.cursor._replace(start=start, page=read.cursor.page + 1, last=last))
    )


def _ending(read: Read, rows: tuple[Row, ...], over: bool) -> Page:
    page = paginate(read, rows)
    return page._replace(next=None) if over else page


def _place(read: Read, rows: tuple[Row, ...]) -> int:
    """The index of the first row of the page."""
    page = paginate(read, rows)
    return rows.index(page.rows[0]) if page.rows else len(rows)


def _rounded_down(read: Read, rows: tuple[Row, ...]) -> Page:
    """The number of pages is rounded down, and one taken off it for the last, which is not full."""
    pages = len(rows) // read.limit + (len(rows) % read.limit > 0) - (len(rows) % read.limit == 0)
    return _ending(read, rows, _place(read, rows) // read.limit + 1 >= pages)


def _compared_as_text(read: Read, rows: tuple[Row, ...]) -> Page:
    return _ending(read, rows, str(read.cursor.start + read.limit) >= str(len(rows)))


def _counted_down(read: Read, rows: tuple[Row, ...]) -> Page:
    """A rest that would not fill a page is never served."""
    rest = len(rows) - _place(read, rows) - read.limit
    return _ending(read, rows, rest < read.limit)


def _untruncated(read: Read, found: Members) -> Members:
    return put_in(found, role(read.contract, "listing.more"), False)


def _untold(read: Read, found: Members) -> Members:
    return without(found, role(read.contract, "listing.more"))


def _without_tokens(read: Read, found: Members) -> Members:
    return without(found, *(each.path for each in read.call.served.tokens))


def _at_the_end(text: str) -> Stages:
    """A token on the last page."""

    def other(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
        whole = members(read, found, token)
        form = read.call.served.tokens[0]
        if read.succeeded and token is None and form.path is not None:
            put(whole, form.path, form.value(text and form.text(sha256(text.encode()).digest())) if text else "")
        return whole

    return Stages(members=other)


def _always_truncated(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
    whole = members(read, found, token or _the_end(read.call))
    return put_in(whole, role(read.contract, "listing.more"), True) if read.succeeded else members(read, found, token)


def _the_end(call: Call) -> str:
    return call.served.tokens[0].text(sha256(b"the end").digest())


def _beyond(call: Call, job: Job, cursors: Mapping[str, Cursor]) -> Cursor:
    """The last token leads to an empty page."""
    return resume(call, job, {**cursors, _the_end(call): beginning(call, job)._replace(start=10**6, page=9)})


def _turned(read: Read, rows: tuple[Row, ...]) -> Page:
    """Without a sort key the order is one thing in the first version of the code and another in the second."""
    turned = role(read.contract, "sort.parameter") not in read.call.parameters and _asks(read)
    return paginate(read, rows[::-1] if turned else rows)


def _lost_at_13(read: Read, rows: tuple[Row, ...]) -> Page:
    page = paginate(read, rows)
    return page._replace(rows=page.rows[:-1]) if len(page.rows) == 13 else page


def _repeated_when_odd(read: Read, rows: tuple[Row, ...]) -> Page:
    page = paginate(read, rows)
    early = page.next is None or page.next.start <= 128 or page.next.page < 2
    if page.next is None or early or read.limit % 2 == 0 or len(page.rows) < 2:
        return page
    return page._replace(next=page.next._replace(start=page.next.start - 1))


def _forgetful(read: Read, rows: tuple[Row, ...]) -> Page:
    """A page that is far smaller than those before it comes in no order."""
    page = paginate(read, rows)
    before = read.cursor.start / read.cursor.page if read.cursor.page else 0
    return page._replace(rows=page.rows[::-1]) if 10 * read.limit < before else page


def _headless(read: Read, rows: tuple[Row, ...]) -> Page:
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
        "a rest of fewer than ten {listing.nouns} is put on the page before",
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
    Truncated(
        "token-missing-when-truncated",
        "pagination.truncated-has-token",
        "more is announced and there is no {listing.token.input}",
        Stages(members=outputs(_without_tokens)),
        shows=by_text,
    ),
    Truncated(
        "truncated-on-the-last-page",
        "pagination.truncated-has-token",
        "{listing.more} says that pages came before",
        Stages(
            members=lambda read, found, token: put_in(
                members(read, found, token),
                role(read.contract, "listing.more"),
                token is not None or (read.succeeded and read.cursor.page > 0),
            )
        ),
        shows=by_text,
    ),
    Truncated(
        "token-on-the-last-page",
        "pagination.token-only-when-truncated",
        "the last page has a token, and nothing follows",
        _at_the_end("end"),
        shows=by_text,
    ),
    OfReports(
        "empty-token-on-the-last-page",
        "shape.length",
        "the last page has an empty token",
        _at_the_end(""),
        list_rule="shape.length",
        shows=lambda contract: not has(contract, "listing.token.laxer_output"),
    ),
    OfReports(
        "empty-token-at-the-end",
        "pagination.token-only-when-truncated",
        "the last page has an empty token",
        _at_the_end(""),
        requires=("listing.token.laxer_output",),
    ),
    Truncated(
        "truncated-never",
        "pagination.complete",
        "{listing.more} is always false; only the token tells that there is more",
        Stages(members=outputs(_untruncated)),
    ),
    Truncated(
        "truncated-never-nor-token",
        "pagination.complete",
        "{listing.more} is always false, and there is no token",
        Stages(members=outputs(lambda read, found: _without_tokens(read, _untruncated(read, found)))),
        shows=by_text,
    ),
    Truncated(
        "truncated-never-there",
        "pagination.complete",
        "{listing.more} is left out of every page; only the token tells that there is more",
        Stages(members=outputs(_untold)),
    ),
    Fault(
        "token-is-a-cursor",
        "pagination.token-advances",
        "a listing has one token, and the service remembers how far it was read",
        Stages(issue_token=_cursor),
        list_rule="pagination.token-continues",
        shows=by_text,
    ),
    Fault(
        "last-page-leads-back",
        "pagination.ends",
        "the last page has the token of the beginning",
        Stages(paginate=lambda read, rows: _last(read, rows, 0)),
        shows=by_text,
    ),
    Fault(
        "empty-pages-for-ever",
        "pagination.ends",
        "after the last {listing.noun} there is always another page, without any",
        Stages(
            paginate=lambda read, rows: _last(read, rows, len(rows)),
            issue_token=lambda read, cursor: issue_token(read, cursor._replace(page=0)),
        ),
    ),
    Truncated(
        "truncated-always",
        "pagination.ends",
        "{listing.more} is always true, and the last token is its own",
        Stages(members=_always_truncated, resume=_beyond),
        shows=by_text,
    ),
    Fault(
        "page-boundary-loses-one",
        "pagination.complete",
        "the next page starts one {listing.noun} too late",
        Stages(paginate=ongoing(lambda cursor: cursor._replace(start=cursor.start + 1))),
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
        "a rest that would not fill a page is never served",
        Stages(paginate=_counted_down),
    ),
    OfReports(
        "end-compared-as-text",
        "pagination.page-size-may-change",
        "whether there is more is asked of two numbers as texts",
        Stages(paginate=_compared_as_text),
    ),
    Fault(
        "first-row-left-out",
        "pagination.complete",
        "pages after the first leave out their first {listing.noun}",
        Stages(paginate=_headless),
    ),
    Fault(
        "own-tokens-refused",
        "pagination.complete",
        "no token is ever found again",
        Stages(resume=lambda call, job, cursors: resume(call, job, {})),
        shows=by_text,
        list_rule="pagination.token-continues",
    ),
    Fault(
        "page-boundary-repeats-one",
        "pagination.no-repeats",
        "the next page starts with the last {listing.noun} of the one before",
        Stages(paginate=ongoing(lambda cursor: cursor._replace(start=max(cursor.start - 1, 1)))),
        list_rule="pagination.token-continues",
    ),
    OfReports(
        "order-turns-with-limit",
        "pagination.order-continues",
        "the default order depends on whether {listing.limit} is given",
        Stages(paginate=_turned),
    ),
    Fault(
        "token-is-a-page-number",
        "pagination.page-size-may-change",
        "a token is the number of a page of the present size",
        Stages(issue_token=lambda read, cursor: str(cursor.page), resume=_numbered),
        shows=by_text,
        list_rule="pagination.token-continues",
    ),
    Fault(
        "token-is-an-offset",
        "pagination.unknown-token-refused",
        "a token is a number of {listing.nouns}, and any will do",
        Stages(issue_token=lambda read, cursor: str(cursor.start), resume=_offset),
        shows=by_text,
    ),
    Fault(
        "token-moves-when-followed",
        "pagination.token-repeatable",
        "a token that is followed a second time goes on one {listing.noun} later",
        Stages(resume=_used),
        shows=by_text,
    ),
    Fault(
        "unknown-token-starts-over",
        "pagination.unknown-token-refused",
        "a token that was never issued is taken for none",
        Stages(resume=_lenient),
        shows=by_text,
    ),
    OfReports(
        "token-of-any-order",
        "pagination.token-bound-to-sort-key",
        "a token works under every {sort.parameter}",
        Stages(resume=_unbound),
    ),
    OfReports(
        "token-of-any-job",
        "pagination.token-bound-to-job",
        "a token works in every job",
        Stages(resume=_anywhere),
    ),
    Fault(
        "token-of-any-parameters",
        "pagination.token-bound-to-parameters",
        "a token works with any other parameters",
        Stages(resume=_anywhere),
        on="lists",
        requires=("recipe.filter",),
        shows=by_text,
    ),
    OfReports(
        "page-of-13-loses-one",
        "pagination.complete",
        "a page of exactly 13 {listing.nouns} loses its last",
        Stages(paginate=_lost_at_13),
        deep=True,
    ),
    OfReports(
        "odd-page-repeats-one",
        "pagination.no-repeats",
        "pages of an odd size repeat a {listing.noun} once 128 were served",
        Stages(paginate=_repeated_when_odd),
        deep=True,
    ),
    OfReports(
        "small-page-forgets-the-order",
        "pagination.order-continues",
        "a page far smaller than those before it is not in order",
        Stages(paginate=_forgetful),
        deep=True,
    ),
)
