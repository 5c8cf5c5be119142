"""Faults of how a listing ends: what says that more follows, and what the last page leads to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from ....spec.traits import has
from ...paths import put
from ...records import Call, Cursor, Members, Read, Row, ServedPage, StartedJob
from ...stages.listings import beginning, issue_token, paginate, resume
from ...stages.pipeline import Stages
from ...stages.responses import members
from ..fault import Fault as _Fault, issues_token, outputs, put_in, role, without

__all__ = ["FAULTS"]

Fault = _Fault


OfReports = partial(_Fault, on="reports")


Truncated = partial(_Fault, requires=("listing.more",))


def _last(read: Read, rows: tuple[Row, ...], start: int) -> ServedPage:
    """Pages as they should be, but the last one announces another that begins there."""
    page = paginate(read, rows)
    last = rows[start - 1].key if start else ""
    return (
        page
        if page.next
        else page._replace(next=read.cursor._replace(start=start, page=read.cursor.page + 1, last=last))
    )


def _untruncated(read: Read, found: Members) -> Members:
    return put_in(found, role(read.contract, "listing.more"), False)


def _without_more(read: Read, found: Members) -> Members:
    return without(found, role(read.contract, "listing.more"))


def _without_tokens(read: Read, found: Members) -> Members:
    return without(found, *(each.path for each in read.call.served.tokens))


def _empty_second(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The second page has nothing, and is followed by others."""
    return ServedPage((), read.cursor) if read.cursor.page == 1 else paginate(read, rows)


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


def _beyond(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """The last token leads to an empty page."""
    return resume(call, job, {**cursors, _the_end(call): beginning(call, job)._replace(start=10**6, page=9)})


FAULTS = (
    Truncated(
        "token-missing-when-truncated",
        "pagination.truncated-has-token",
        "{listing.more} is true and there is no {listing.token.input}",
        Stages(members=outputs(_without_tokens)),
        shows=issues_token,
    ),
    Truncated(
        "truncated-and-empty",
        "pagination.truncated-has-token",
        "the second page holds nothing, and the key of its last {listing.noun} would be the token",
        Stages(paginate=_empty_second),
        shows=lambda contract: not issues_token(contract),
    ),
    Truncated(
        "truncated-on-the-last-page",
        "pagination.truncated-has-token",
        "{listing.more} is true on the last page too, because pages came before it",
        Stages(
            members=lambda read, found, token: put_in(
                members(read, found, token),
                role(read.contract, "listing.more"),
                token is not None or (read.succeeded and read.cursor.page > 0),
            )
        ),
        shows=issues_token,
    ),
    Truncated(
        "token-on-the-last-page",
        "pagination.token-only-when-truncated",
        "the last page has a token, and nothing follows",
        _at_the_end("end"),
        shows=issues_token,
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
        "{listing.more} is always false; only the token says that more follows",
        Stages(members=outputs(_untruncated)),
    ),
    Truncated(
        "truncated-never-nor-token",
        "pagination.complete",
        "{listing.more} is always false, and there is no token",
        Stages(members=outputs(lambda read, found: _without_tokens(read, _untruncated(read, found)))),
        shows=issues_token,
    ),
    Truncated(
        "truncated-never-there",
        "pagination.complete",
        "{listing.more} is left out of every page; only the token says that more follows",
        Stages(members=outputs(_without_more)),
    ),
    Fault(
        "last-page-leads-back",
        "pagination.ends",
        "the token of the last page leads back to the beginning",
        Stages(paginate=lambda read, rows: _last(read, rows, 0)),
        shows=issues_token,
    ),
    Fault(
        "empty-pages-for-ever",
        "pagination.ends",
        "after the last {listing.noun} there is always another page, without any",
        Stages(
            paginate=lambda read, rows: _last(read, rows, len(rows)),
            issue_token=lambda read, cursor: issue_token(read, cursor._replace(page=0)),
        ),
        shows=issues_token,
    ),
    Truncated(
        "truncated-always",
        "pagination.ends",
        "{listing.more} is always true, and the last token is its own",
        Stages(members=_always_truncated, resume=_beyond),
        shows=issues_token,
    ),
)
