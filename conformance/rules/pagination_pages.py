"""Paging, page by page: how much a page may hold, and what it says about the next one."""

from collections.abc import Iterator

from ..evidence.collection import Collection
from ..evidence.evidence import Evidence
from ..evidence.invalid_requests import broken_constraint, limits_of
from ..evidence.responses import Page, next_parameters
from ..evidence.words import count, few, limit, more, nouns, token, unread, value
from .registry import KEPT, Check, broken, expect, rule, warned


def _largest(page: Page) -> int:
    """How many items the longest list of the page has: a limit counts all lists together, or each of them."""
    lists = [each.path.rpartition("/")[0] for each in page.items]
    return max(map(lists.count, set(lists)), default=0) if len(set(lists)) > 1 else len(lists)


def _within(collection: Collection, page: Page, most: int, asked: str) -> Check:
    listing = collection.contract.listing
    held = _largest(page)
    return expect(
        held <= most,
        f"a page that was requested {asked} holds {count(held, collection.contract)}",
        expected=f"at most {most}",
        actual=held,
        path=f"/{listing.main.replace('.', '/')}" if listing else None,
        exchanges=page.exchanges,
    )


@rule(
    "pagination.limit-respected",
    needs="a page requested with {listing.limit}, of a listing with more {listing.nouns} than that",
)
def limit_respected(collection: Collection) -> Iterator[Check]:
    for page in collection.pages:
        if page.asked and page.limit is not None and collection.size > page.limit:
            yield _within(collection, page, page.limit, f"with {limit(collection.contract)}={page.limit}")


@rule(
    "pagination.default-limit",
    needs="a page requested without {listing.limit}, of a listing with more than {listing.default_limit} {listing.nouns}",
)
def default_limit(collection: Collection) -> Iterator[Check]:
    most = collection.contract.listing.default_limit if collection.contract.listing else None
    for page in collection.pages:
        if most is not None and page.asked and page.limit is None and collection.size > most:
            yield _within(collection, page, most, f"without {limit(collection.contract)}")


@rule("pagination.truncated-has-token", needs="a page with {listing.more} true")
def truncated_has_token(page: Page) -> Iterator[Check]:
    if page.truncated:
        there = page.has("next") if page.contract.job else page.next is not None
        name = token(page.contract)
        yield expect(
            there, f"{more(page.contract)} without a {name}", expected=f"a {name}", actual=f"none{unread([page])}"
        )


@rule("pagination.token-only-when-truncated", needs="a page without {listing.more} true")
def token_only_when_truncated(page: Page) -> Iterator[Check]:
    """An empty token ends a listing like an absent one, except where the model's bounds exclude it (which `shape.length` says)."""
    listing = page.contract.listing
    if page.goes_on or (listing is not None and "last-token" in listing.exceptions):
        return
    name, given = token(page.contract), page.next is not None
    if page.contract.job is None or given or not page.has("next"):
        yield expect(
            not given,
            f"there is a {name} without {more(page.contract)}",
            expected=f"no {name}",
            actual=value(page.next),
            path=f"/{name}",
            because="pagination.complete",
        )
    else:
        yield broken(
            f"there is an empty {name} without {more(page.contract)}",
            expected=f"no {name}",
            actual="an empty one",
            path=f"/{name}",
            because="shape.length",
        )


@rule("pagination.token-within-model", needs="a {listing.token}")
def token_within_model(page: Page) -> Iterator[Check]:
    """SDKs that check lengths refuse to send a token of a wrong length back; none checks patterns."""
    contract = page.contract
    for name, given in next_parameters(page).items():
        constraint = broken_constraint(contract, name, given) if page.goes_on and isinstance(given, str) else None
        if constraint is None:
            if page.goes_on:
                yield KEPT
            continue
        message = f"the {token(contract)} of a page is not a valid {name}: it has {len(given)} characters"
        if constraint.kind == "pattern":
            message = f"the {token(contract)} of a page is not a valid {name}: it does not match its pattern"
        if constraint.kind == "pattern" and contract.kind != "access-report":
            yield warned(message, expected=limits_of(constraint), actual=value(given), exchanges=page.exchanges)
        else:
            yield broken(message, expected=limits_of(constraint), actual=value(given), path=f"/{token(contract)}")


@rule(
    "pagination.filters-kept",
    needs="a page requested with a filter, and {listing.nouns} in a listing without it that the filter leaves out",
)
def filters_kept(evidence: Evidence) -> Iterator[Check]:
    """The filter of a recipe lets only the recipe's own items through."""
    contract = evidence.contract
    made = frozenset().union(*(each.made for each in evidence.collections))
    without = [each for each in evidence.collections if each.made and not each.filtered]
    foreign = frozenset(identity for each in without for page in each.pages for identity in page.identities) - made
    for collection in evidence.collections:
        for page in collection.pages if collection.filtered and foreign else ():
            wrong = list(dict.fromkeys(each for each in page.identities if each in foreign))
            yield expect(
                not wrong,
                f"a page of a listing with a filter holds {count(len(wrong), contract)} that the filter leaves out",
                expected=f"only {nouns(contract)} that the filter lets through",
                actual=few(wrong),
                exchanges=page.exchanges,
            )
