"""Faults of tokens: what they stand for, how often they work, and what they belong to."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import partial
from hashlib import sha256
from typing import cast

from ....spec.contract import Contract
from ....spec.patterns import fits
from ... import errors
from ...records import Call, Cursor, Read, StartedJob
from ...stages.listings import beginning, resume, token_sent
from ...stages.pipeline import Stages
from ...stages.validation import whole_number
from ..fault import Fault as _Fault, is_list, issues_token, role

__all__ = ["FAULTS"]

Fault = _Fault


OfReports = partial(_Fault, on="reports")


def _number(call: Call) -> int:
    token = token_sent(call) or "0"
    if token.isascii() and token.isdigit() and len(token) < 1_000:
        return int(token)
    raise errors.unknown_token(call)


def _numeral(read: Read, number: int) -> str:
    """A number, as long as a token has to be: in some models the pattern says it, and not the minimum."""
    metadata = read.call.served.tokens[0].metadata
    lengths = (int(metadata.get("min", 1)), 16, 32, 64)
    return next((found for each in lengths if fits(metadata, found := str(number).zfill(each))), str(number))


def _numbered(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """The page of that number, all pages being of the present size."""
    page = _number(call)
    size = whole_number(call.parameters.get(role(call.contract, "listing.limit")), call.served.default_limit)
    return beginning(call, job)._replace(start=page * size, page=page)


def _offset(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    start = _number(call)
    return beginning(call, job)._replace(start=start, page=int(start > 0))


def _cursor(read: Read, cursor: Cursor) -> str:
    """One token for a whole listing: the service remembers how far the client has come."""
    return read.call.served.tokens[0].text(sha256(f"{cursor.job} {cursor.sort}".encode()).digest())


def _used(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """A token that is followed again goes on where it would have been after one row more."""
    cursor, token = resume(call, job, cursors), token_sent(call)
    known = cursors.get(token or "")
    if token is None or known is None:
        return cursor
    cast(MutableMapping[str, Cursor], cursors)[token] = known._replace(start=known.start + 1, issued=-1)
    return cursor if known.issued >= 0 else cursor._replace(start=known.start)


def _lenient(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """An unissued token is no token."""
    return resume(call, job, cursors) if token_sent(call) in cursors else beginning(call, job)


def _unbound(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """A token is a number of rows, whatever they are sorted by."""
    first = beginning(call, job)
    return resume(call, job, {token: each._replace(sort=first.sort) for token, each in cursors.items()})


def _anywhere(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """A token is a number of rows, whatever they are rows of."""
    first = beginning(call, job)
    mine = {
        token: each._replace(job=first.job, bound=first.bound, operation=first.operation)
        for token, each in cursors.items()
    }
    return resume(call, job, mine)


def _tells_listings_apart(contract: Contract) -> bool:
    """Whether two listings that are read at once have tokens of their own: their pages may have different sizes."""
    return not is_list(contract) or bool(contract.listing and contract.listing.limit)


FAULTS = (
    Fault(
        "token-is-a-cursor",
        "pagination.token-advances",
        "a listing has one token, and the service remembers how far it was read",
        Stages(issue_token=_cursor),
        list_rule="pagination.token-continues",
        shows=lambda contract: issues_token(contract) and _tells_listings_apart(contract),
    ),
    Fault(
        "own-tokens-refused",
        "pagination.complete",
        "no token is accepted, not even one that was just issued",
        Stages(resume=lambda call, job, cursors: resume(call, job, {})),
        shows=issues_token,
        list_rule="pagination.token-continues",
    ),
    Fault(
        "token-is-a-page-number",
        "pagination.page-size-may-change",
        "a token is a page number, which counts pages of the size that is requested now",
        Stages(issue_token=lambda read, cursor: _numeral(read, cursor.page), resume=_numbered),
        shows=issues_token,
    ),
    Fault(
        "token-is-an-offset",
        "pagination.unknown-token-refused",
        "a token is an offset, and any number is accepted",
        Stages(issue_token=lambda read, cursor: _numeral(read, cursor.start), resume=_offset),
        shows=issues_token,
    ),
    Fault(
        "token-moves-when-followed",
        "pagination.token-repeatable",
        "a token that is followed a second time goes on one {listing.noun} later",
        Stages(resume=_used),
        shows=_tells_listings_apart,
    ),
    Fault(
        "unknown-token-starts-over",
        "pagination.unknown-token-refused",
        "a token that was never issued is ignored",
        Stages(resume=_lenient),
        shows=issues_token,
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
        shows=issues_token,
    ),
)
