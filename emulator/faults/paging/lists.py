"""Faults of paging that lists without a job have: those that emulators and clones were reported for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ....spec.contract import Contract
from ...records import Call, Cursor, Members, Read, Row, ServedPage, ServiceError, StartedJob
from ...served import served
from ...stages.listings import beginning, issue_token, order, paginate, resume, token_sent
from ...stages.pipeline import Stages
from ..fault import Fault as _Fault, has_token, identified, issues_token, outputs, role, sliced, without

__all__ = ["FAULTS"]

Fault = partial(_Fault, on="lists")
OfTokens = partial(_Fault, on="lists", shows=issues_token)


def _from_the_start(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """The token is not looked at."""
    return beginning(call, job)


def _limited(call: Call) -> bool:
    return role(call.contract, "listing.limit") in call.parameters


def _needs_limit(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """Without a limit the token is not looked at."""
    return resume(call, job, cursors) if _limited(call) else beginning(call, job)


def _everything(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    return ServedPage(rows, None)


def _second_page(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """Whatever token comes, the second page follows, and the same token again."""
    if read.cursor.page == 0:
        return paginate(read, rows)
    page = paginate(read, rows)
    return page._replace(next=read.cursor)


def _same_token(read: Read, cursor: Cursor) -> str:
    return issue_token(read, cursor._replace(start=0, page=0, last=""))


def _crashing(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """``int()`` on text that is not a number."""
    token = token_sent(call)
    number = "0" if token is None else token.removeprefix(_OFFSET)
    if not number.isdigit() or (token is not None and number == token):
        raise ServiceError("InternalFailure", 500, f"invalid literal for int() with base 10: {number!r}")
    return beginning(call, job)._replace(start=int(number), page=int(token is not None))


#: What stands before the number in the tokens of `_crashing`.
_OFFSET = "next-page-starts-at-"


def _offset_of(read: Read, cursor: Cursor) -> str:
    """The number as a token, as long as one has to be."""
    least = int(read.call.served.tokens[0].metadata.get("min", 1))
    return _OFFSET + str(cursor.start).zfill(max(4, least - len(_OFFSET)))


def _crashing_on_unknown(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    try:
        cursor, token = resume(call, job, cursors), token_sent(call)
    except ServiceError as error:
        raise ServiceError("InternalFailure", 500, error.message) from None
    if token is not None and token not in cursors:  # a key that no page ended with
        raise ServiceError("InternalFailure", 500, "list index out of range")
    return cursor


def _undeclared(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """Another code than the one that the operation declares."""
    try:
        return resume(call, job, cursors)
    except ServiceError as error:
        raise ServiceError("MalformedToken", 400, error.message) from None


def _without_token(read: Read, found: Members) -> Members:
    return without(found, *(each.path for each in read.call.served.tokens))


def _under_another_name(read: Read, found: Members) -> Members:
    """The token stands where no client looks."""
    forms = [each for each in read.call.served.tokens if each.path is not None]
    values = [found.get(each.path or "") for each in forms]
    left = without(found, *(each.path for each in forms))
    return left | {"Continuation": values[0]} if values and values[0] is not None else left


class _Limited:
    """Tokens that know the limit of the page that they stand on."""

    @staticmethod
    def paginate(read: Read, rows: tuple[Row, ...]) -> ServedPage:
        page = paginate(read, rows)
        limit = read.call.text(role(read.contract, "listing.limit"))
        return page if page.next is None else page._replace(next=page.next._replace(job=f"limit {limit}"))

    @staticmethod
    def refuse(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        limit = call.text(role(call.contract, "listing.limit"))
        mine = {
            token: each._replace(job="") for token, each in cursors.items() if not limit or each.job == f"limit {limit}"
        }
        return resume(call, job, mine)

    @staticmethod
    def multiply(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        limit = call.text(role(call.contract, "listing.limit"))
        cursor = resume(call, job, {token: each._replace(job="") for token, each in cursors.items()})
        known = cursors.get(token_sent(call) or "")
        if known is not None and limit.isdigit() and known.job != f"limit {limit}":
            return cursor._replace(start=cursor.page * int(limit))
        return cursor

    @staticmethod
    def restart(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        limit = call.text(role(call.contract, "listing.limit"))
        cursor = cursors.get(token_sent(call) or "")
        if cursor is not None and limit and cursor.job != f"limit {limit}":
            return beginning(call, job)
        return resume(call, job, {token: each._replace(job="") for token, each in cursors.items()})


def _unfiltered_later(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The pages after the first list everything."""
    if not read.cursor.page:
        return paginate(read, rows)
    left_out = (each for each in read.call.served.foreign_items(read.call.behaviour) if each not in rows)
    return paginate(read, (*rows, *left_out))


def _at_multiples(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """Pages begin at multiples of their size."""
    page = paginate(read, rows)
    if not page.rows or not _limited(read.call):
        return page
    first = rows.index(page.rows[0]) // read.limit * read.limit
    return paginate(read._replace(cursor=read.cursor._replace(start=first)), rows)


def _two_pages(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """A listing has two pages at most."""
    page = paginate(read, rows)
    return page._replace(next=None) if read.cursor.page else page


def _last_alone(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """A last page with one item only is never served."""
    page = paginate(read, rows)
    return page._replace(next=None) if page.next is not None and page.next.start == len(rows) - 1 else page


def _goes_on_by_token(contract: Contract) -> bool:
    """Whether the token alone says that more follows."""
    return issues_token(contract) and contract.listing is not None and contract.listing.more is None


def _goes_on_by_member(contract: Contract) -> bool:
    return issues_token(contract) and not _goes_on_by_token(contract)


FAULTS = (
    Fault(
        "everything-at-once",
        "pagination.limit-respected",
        "{listing.limit} and {listing.token.input} are ignored, and every response lists everything",
        Stages(paginate=_everything, resume=_from_the_start),
    ),
    Fault(
        "limit-doubled",
        "pagination.limit-respected",
        "a page holds twice as many {listing.nouns} as requested",
        Stages(paginate=sliced(lambda read: 2 * read.limit if _limited(read.call) else read.limit)),
    ),
    Fault(
        "token-ignored",
        "pagination.ends",
        "{listing.token.input} is ignored: every response is the first page",
        Stages(resume=_from_the_start),
    ),
    OfTokens(
        "second-page-for-ever",
        "pagination.ends",
        "the second page has the same token as the first, so that it is returned for ever",
        Stages(paginate=_second_page),
    ),
    OfTokens(
        "token-constant",
        "pagination.token-continues",
        "every page has the same token, whatever listing it is of",
        Stages(issue_token=_same_token),
        requires=("listing.limit",),
    ),
    Fault(
        "token-never",
        "pagination.complete",
        "a page that does not hold everything has no token",
        Stages(members=outputs(_without_token)),
        shows=_goes_on_by_token,
    ),
    Fault(
        "token-under-another-name",
        "pagination.complete",
        "the token is in a member with another name",
        Stages(members=outputs(_under_another_name)),
        shows=_goes_on_by_token,
    ),
    Fault(
        "truncated-token-under-another-name",
        "pagination.truncated-has-token",
        "the token is in a member with another name",
        Stages(members=outputs(_under_another_name)),
        shows=_goes_on_by_member,
    ),
    Fault(
        "two-pages-at-most",
        "pagination.complete",
        "a listing ends after two pages, although more {listing.nouns} follow",
        Stages(paginate=_two_pages),
    ),
    Fault(
        "last-item-alone-lost",
        "pagination.complete",
        "a last page of one {listing.noun} is never served",
        Stages(paginate=_last_alone),
    ),
    Fault(
        "item-listed-twice",
        "pagination.no-repeats",
        "one {listing.noun} is listed twice, one entry after the other",
        Stages(order=lambda read: order(read)[:1] + order(read)),
        shows=identified,
    ),
    Fault(
        "token-needs-limit",
        "pagination.token-continues",
        "a token without {listing.limit} starts over",
        Stages(resume=_needs_limit),
        requires=("listing.limit",),
        shows=has_token,
    ),
    Fault(
        "token-number-crashes",
        "pagination.unknown-token-no-crash",
        "the number in a token is read with int(), and any other string fails with HTTP 500",
        Stages(issue_token=_offset_of, resume=_crashing),
        shows=lambda contract: issues_token(contract) and served(contract).tokens[0].type == "string",
    ),
    Fault(
        "token-unknown-crashes",
        "pagination.unknown-token-no-crash",
        "a token that was never issued fails with HTTP 500",
        Stages(resume=_crashing_on_unknown),
    ),
    OfTokens(
        "token-error-undeclared",
        "pagination.token-error-declared",
        "a token that was never issued is refused with a code that the operation does not declare",
        Stages(resume=_undeclared),
    ),
    OfTokens(
        "limit-may-not-change",
        "pagination.page-size-may-change",
        "a token is refused if {listing.limit} differs from the request before",
        Stages(paginate=_Limited.paginate, resume=_Limited.refuse),
        requires=("listing.limit",),
    ),
    OfTokens(
        "limit-change-miscounts",
        "pagination.page-size-may-change",
        "a token counts pages, so that a different {listing.limit} leads to another place",
        Stages(paginate=_Limited.paginate, resume=_Limited.multiply),
        requires=("listing.limit",),
    ),
    OfTokens(
        "limit-change-starts-over",
        "pagination.page-size-may-change",
        "a token that is sent with a different {listing.limit} starts over",
        Stages(paginate=_Limited.paginate, resume=_Limited.restart),
        requires=("listing.limit",),
    ),
    Fault(
        "key-of-another-limit-starts-over",
        "pagination.token-continues",
        "a key that was the last of a page under another {listing.limit} starts over",
        Stages(paginate=_Limited.paginate, resume=_Limited.restart),
        requires=("listing.limit",),
        shows=lambda contract: not has_token(contract),
    ),
    Fault(
        "pages-begin-at-multiples",
        "pagination.page-size-may-change",
        "the page of {listing.limit} {listing.nouns} is served that a key lies on, and not what follows it",
        Stages(paginate=_at_multiples),
        requires=("listing.limit",),
        shows=lambda contract: not issues_token(contract),
    ),
    Fault(
        "filters-lost-on-page-two",
        "pagination.filters-kept",
        "pages after the first ignore the filters of the request",
        Stages(paginate=_unfiltered_later),
    ),
)
