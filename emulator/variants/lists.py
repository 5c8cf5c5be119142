"""Variants of lists without a job: the oddities of paging that AWS has somewhere, by the names that recipes give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from functools import partial
from typing import Any, cast
from zlib import crc32

from ...spec.contract import Contract
from ...spec.patterns import fits
from .. import errors
from ..behaviour import Behaviour
from ..paths import put, steps
from ..records import Call, Cursor, Members, Read, Row, ServedPage, StartedJob
from ..served import served
from ..stages.listings import beginning, token_sent
from ..stages.pipeline import Stages
from ..stages.validation import failures, refuse, routable
from .variant import Variant as _Variant, has_opaque_token, main_list_is_optional

__all__ = ["VARIANTS"]

Variant = partial(_Variant, on="lists")
#: Variants of tokens that are one text each.
OfTexts = partial(_Variant, on="lists", fits=has_opaque_token)

#: After so many calls a token is refused.
_LIFE = 12


def _limited(call: Call) -> bool:
    listing = call.contract.listing
    return listing is not None and listing.limit in call.parameters


def _paging(change: Callable[[Stages, Read, tuple[Row, ...]], ServedPage]) -> Callable[[Stages], Stages]:
    return lambda stages: replace(stages, paginate=lambda read, rows: change(stages, read, rows))


def _exact_fit(stages: Stages, read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """Whoever stops at the limit without looking ahead does not know that nothing follows."""
    page = stages.paginate(read, rows)
    if page.next is not None or len(page.rows) < read.limit or not page.rows:
        return page
    return page._replace(next=read.cursor._replace(start=len(rows), page=read.cursor.page + 1, last=rows[-1].key))


def _needing_limit(stages: Stages, read: Read, rows: tuple[Row, ...]) -> ServedPage:
    return stages.paginate(read, rows) if _limited(read.call) else ServedPage(rows[read.cursor.start :], None)


def _counting_other(stages: Stages, read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """Every third thing that the limit counts is no item."""
    fewer = (read.cursor.page + 2) // 3 % 2
    if fewer and read.limit <= fewer:
        last = rows[read.cursor.start - 1].key if read.cursor.start > 0 else ""
        return (
            ServedPage((), read.cursor._replace(page=read.cursor.page + 1, last=last))
            if read.cursor.start < len(rows)
            else ServedPage((), None)
        )
    return stages.paginate(read._replace(limit=read.limit - fewer), rows)


def _by_same_token(stages: Stages) -> Stages:
    """The last token is never absent: the same one again is the end."""

    def page(read: Read, rows: tuple[Row, ...]) -> ServedPage:
        found = stages.paginate(read, rows)
        if found.next is None:
            return found._replace(next=read.cursor._replace(start=len(rows), page=-1, last=""))
        return found

    return replace(stages, paginate=page)


def _by_key(stages: Stages) -> Stages:
    """The token is the name of the last item, and any name is a place."""

    def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        token = token_sent(call)
        first = beginning(call, job)
        return first if token is None else first._replace(start=-1, page=1, last=token)

    return replace(stages, issue_token=lambda read, cursor: cursor.last, resume=resume)


def _keys_fit(contract: Contract) -> bool:
    """Whether the items' keys can be tokens."""
    if not has_opaque_token(contract) or contract.listing is None or contract.listing.identity is None:
        return False
    found = served(contract)
    return all(fits(found.tokens[0].metadata, each.key) for each in found.items(Behaviour()))


def _alone(stages: Stages) -> Stages:
    """A token stands for the parameters as well, which may not come with it."""

    def others(call: Call) -> bool:
        return any(name not in call.served.paging for name in call.parameters)

    def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        if token_sent(call) is None:
            return stages.resume(call, job, cursors)
        if others(call):
            raise errors.invalid_value(call, "The token and other parameters cannot be given together.")
        bound = beginning(call, job).bound
        return stages.resume(call, job, {token: each._replace(bound=bound) for token, each in cursors.items()})

    return replace(stages, resume=resume)


def _alone_fits(contract: Contract) -> bool:
    """A required parameter always comes with the token."""
    shape = served(contract).inputs[contract.operation]
    return has_opaque_token(contract) and not (
        shape is not None and set(shape.required_members) - served(contract).paging
    )


def _single_use(stages: Stages) -> Stages:
    def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        cursor = stages.resume(call, job, cursors)
        cast(MutableMapping[str, Cursor], cursors).pop(token_sent(call) or "", None)
        return cursor

    # Every page gets a token of its own, so that two listings do not take each other's.
    return replace(
        stages,
        resume=resume,
        issue_token=lambda read, cursor: stages.issue_token(read._replace(call=_fresh(read.call)), cursor),
    )


def _fresh(call: Call) -> Call:
    return call._replace(behaviour=replace(call.behaviour, fresh_tokens=True))


def _expiring(stages: Stages) -> Stages:
    def page(read: Read, rows: tuple[Row, ...]) -> ServedPage:
        found = stages.paginate(read, rows)
        return found if found.next is None else found._replace(next=found.next._replace(issued=read.call.number))

    def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        cursor = stages.resume(call, job, cursors)
        if token_sent(call) is not None and call.number - cursor.issued > _LIFE:
            raise errors.unknown_token(call, "The token has expired.")
        return cursor

    return replace(stages, paginate=page, resume=resume)


def _clamped(stages: Stages) -> Stages:
    """A limit that is out of bounds is taken for the nearest that is not."""

    def validate(call: Call) -> None:
        listing = call.contract.listing
        limit = listing.limit if listing else None
        routable(call)
        refuse(
            call,
            (
                each
                for each in failures(call)
                if not (each.member == limit and each.constraint in ("minimum", "maximum"))
            ),
        )

    def page(read: Read, rows: tuple[Row, ...]) -> ServedPage:
        low, high = read.call.served.limit_minimum, read.call.served.limit_maximum
        limit = max(read.limit, low)
        return stages.paginate(read._replace(limit=min(limit, high) if high is not None else limit), rows)

    return replace(stages, validate=validate, paginate=page)


def _shuffled(stages: Stages) -> Stages:
    """Another order in every listing; a token keeps that of its own."""

    def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        plain = {token: each._replace(sort="") for token, each in cursors.items()}
        found, token = stages.resume(call, job, plain), token_sent(call)
        return found._replace(sort=cursors[token].sort if token is not None and token in cursors else f"{call.number}")

    def order(read: Read) -> tuple[Row, ...]:
        return tuple(sorted(stages.order(read), key=lambda each: crc32(f"{read.cursor.sort} {each.key}".encode())))

    return replace(stages, resume=resume, order=order)


def _scattered(stages: Stages) -> Stages:
    """An order that nobody can name."""
    return replace(
        stages, order=lambda read: tuple(sorted(stages.order(read), key=lambda each: crc32(each.key.encode())))
    )


def _in_several(stages: Stages) -> Stages:
    """Three more items stand in the second list, where no filter keeps them out."""

    def rows(read: Read) -> tuple[Row, ...]:
        recipe, found = read.contract.recipe, stages.rows(read)
        filtered = recipe is not None and recipe.filter and all(each in read.call.parameters for each in recipe.filter)
        return found if filtered else (*found, *(read.call.served.in_second_list(number) for number in range(3)))

    return replace(stages, rows=rows)


def _has_several(contract: Contract) -> bool:
    found = served(contract)
    return len(found.lists) > 1 and all(found.kind_of(each) == "list" for each in found.lists[:2])


def _bare(stages: Stages) -> Stages:
    """Items hold what the model requires and what identifies them, and nothing else."""

    def item(read: Read, row: Row) -> Any:
        found, listing = stages.item(read, row), read.contract.listing
        shape = read.call.served.item
        if not isinstance(found, dict) or listing is None or shape is None or shape.type_name != "structure":
            return found
        order = read.contract.order
        needed = {*shape.required_members, *steps(listing.identity or "")[:1], *(steps(order.by)[:1] if order else ())}
        needed |= {path[0] for form in read.call.served.tokens if (path := steps(form.by_item or ""))}
        needed |= {
            path[0] for each in (read.contract.sort.keys if read.contract.sort else ()) if (path := steps(each.by))
        }
        kept = {name: value for name, value in found.items() if name in needed}
        return kept if kept and listing.identity is not None else found

    return replace(stages, item=item)


def _in_a_member(stages: Stages) -> Stages:
    """The token is in a member of its own, although the key of the last item is one too."""

    def members(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
        whole = stages.members(read, found, token)
        path = read.call.served.tokens[0].path
        if token is not None and path is not None:
            put(whole, path, token)
        return whole

    return replace(stages, members=members)


def _may_be_in_a_member(contract: Contract) -> bool:
    forms = served(contract).tokens
    return len(forms) == 1 and forms[0].by_item is not None and forms[0].path is not None


def _longest(stages: Stages) -> Stages:
    def issue(read: Read, cursor: Cursor) -> str:
        token = stages.issue_token(read, cursor)
        return token.ljust(min(int(read.call.served.tokens[0].metadata.get("max", 4_000)), 4_000), "x")

    return replace(stages, issue_token=issue)


def _null_at_the_end(stages: Stages) -> Stages:
    """JSON's null is the same as nothing."""

    def members(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
        whole, path = stages.members(read, found, token), read.call.served.tokens[0].path
        if token is None and path is not None and len(steps(path)) == 1:
            whole[path] = None
        return whole

    return replace(stages, members=members)


VARIANTS = (
    # Pages
    Variant("pages-of-two", "no page is longer than two {listing.nouns}", {"page_cap": 2}),
    Variant("pages-of-one", "no page is longer than one {listing.noun}", {"page_cap": 1}),
    Variant("short-pages-now-and-then", "some pages are short", {"page_plan": (2, 1, 3)}),
    Variant("exact-fit-token", "a page that is exactly full has a token, and an empty page follows", wrap=_paging(_exact_fit), empties=True),
    Variant("empty-page", "some pages in the middle are empty", {"page_plan": (2, 0, 0, 1)}, empties=True),
    Variant("empty-first-page", "a listing begins with an empty page", {"page_plan": (0, 2)}, empties=True),
    Variant("empty-last-page", "the last page is empty", {"empty_last_page": True}, empties=True),
    Variant("no-items", "there is nothing to list", {"items": 0}),
    Variant("one-item", "there is one {listing.noun}", {"items": 1}),
    Variant("more-items", "there are twenty-three {listing.nouns}", {"items": 23}),
    Variant("main-list-left-out-when-empty", "{listing.main} is left out where nothing is listed", {"omit_items_when_empty": True}, fits=main_list_is_optional),
    Variant("more-left-out", "{listing.more} is there only where it is true", {"omit_more_when_false": True}, requires=("listing.more",)),
    Variant("items-in-several-lists", "{listing.nouns} come in more than one list", wrap=_in_several, fits=_has_several),
    Variant("optional-members-left-out", "{listing.nouns} hold what is required and nothing else", wrap=_bare),
    # Tokens
    OfTexts("empty-token-at-end", "an empty token ends a listing", {"empty_token_at_end": True}),
    OfTexts("null-token-at-end", "a token that is null ends a listing", wrap=_null_at_the_end, protocols=("json", "rest-json")),
    OfTexts("tokens-fresh", "a token is another string each time", {"fresh_tokens": True}),
    OfTexts("tokens-longest", "tokens are as long as the model allows", wrap=_longest),
    OfTexts("tokens-expire", "a token is refused after some time", wrap=_expiring),
    Variant("token-in-a-member-too", "the token is in a member of its own, too", wrap=_in_a_member, fits=_may_be_in_a_member),
    Variant("key-cursor", "a token is the key of the last {listing.noun}", wrap=_by_key, exception="key-cursor", fits=_keys_fit),
    Variant("token-alone", "a token has to be sent without other parameters", wrap=_alone, exception="token-alone", fits=_alone_fits),
    OfTexts("single-use-token", "a token works once", wrap=_single_use, exception="single-use-token"),
    OfTexts("end-by-same-token", "an unchanged token ends a listing", wrap=_by_same_token, exception="end-by-same-token"),
    # Limits
    Variant("limit-needed", "there is no token unless {listing.limit} is given", wrap=_paging(_needing_limit), exception="limit-needed"),
    Variant("limit-clamped", "a {listing.limit} out of bounds is moved to the nearest bound", wrap=_clamped, exception="limit-clamped"),
    Variant(
        "limit-counts-other", "{listing.limit} counts more than {listing.nouns}", wrap=_paging(_counting_other),
        exception="limit-counts-other", empties=True,
    ),
    # Order
    Variant(
        "unordered", "every listing has an order of its own", wrap=_shuffled, exception="unordered",
        fits=lambda contract: has_opaque_token(contract) and contract.order is None and contract.sort is None,
    ),
    Variant(
        "order-unknown", "{listing.nouns} come in an order that is not documented", wrap=_scattered,
        fits=lambda contract: has_opaque_token(contract) and contract.order is None and contract.sort is None,
    ),
)  # fmt: skip
