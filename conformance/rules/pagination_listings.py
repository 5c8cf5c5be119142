"""Paging, listing by listing: that following tokens to the end yields every item once, in one order, and ends."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..evidence.collection import Collection
from ..evidence.listings import GIVEN_UP, ObservedListing, goes_round
from ..evidence.ordering import around_difference
from ..evidence.paths import canonical
from ..evidence.responses import Page
from ..evidence.words import count, few, limit, more, nouns, token, unread, value
from .registry import KEPT, Check, broken, expect, rule, unknown

#: What leaves a listing without a next page.
_NO_NEXT = ("pagination.truncated-has-token", "protocol.no-server-error")


@rule("pagination.token-advances", needs="a listing with two {listing.token}s", suppressed_by=("pagination.ends",))
def token_advances(listing: ObservedListing) -> Iterator[Check]:
    seen: dict[str, Page] = {}
    for page in listing.pages:
        if page.next is None or not page.goes_on:
            continue
        if seen:
            before = seen.get(page.next)
            yield expect(
                before is None,
                f"a {token(listing.contract)} comes twice in one listing",
                expected=f"another {token(listing.contract)} for another place",
                actual=value(page.next),
                path=f"/{token(listing.contract)}",
                exchanges=(*(before or page).exchanges, *page.exchanges),
            )
        seen.setdefault(page.next, page)


@rule("pagination.ends", needs="a listing of two pages", suppressed_by=("protocol.no-server-error",))
def ends(listing: ObservedListing) -> Iterator[Check]:
    pages, last = listing.pages, listing.pages[-1]
    total = last.counts.get("items")
    if (circle := goes_round(_of_one_size(pages))) is not None:
        page, reason = circle
        yield broken(
            "the listing does not end",
            expected=f"a page without {more(listing.contract)}",
            actual=reason,
            exchanges=tuple(dict.fromkeys((*page.exchanges, *last.exchanges))),
        )
    elif len(pages) > 1 and listing.end == "ended":
        yield KEPT
    elif listing.end == "cut":
        yield unknown(listing.reason)
    elif listing.end == "open" and len(pages) >= GIVEN_UP and listing.contract.job is not None:
        if total is not None and len(listing.items) > total:
            yield broken(
                f"the listing announces another page after more {nouns(listing.contract)} came than there are",
                expected=f"an end after {count(total, listing.contract)}",
                actual=f"{more(listing.contract)} after {len(listing.items)}, on page {len(pages)}",
            )
        else:
            yield unknown(f"it was given up after {len(pages)} pages, the last of which still announces another")


def _of_one_size(pages: Sequence[Page]) -> Sequence[Page]:
    """The last pages that were requested with one page size: where that changes, pages may overlap and still come to an end."""
    size = next((number for number, page in enumerate(reversed(pages)) if page.limit != pages[-1].limit), len(pages))
    return pages[len(pages) - size :]


@rule(
    "pagination.complete",
    needs="a listing of two pages that came to its end, and a known number of {listing.nouns}",
    suppressed_by=(*_NO_NEXT, "pagination.token-continues"),
)
def complete(collection: Collection) -> Iterator[Check]:
    """A listing may also have come to its end too early, after one page."""
    for listing in collection.ended:
        expected = collection.expected(listing) if listing.uniform else None
        if expected is None:
            continue
        missing = sorted(expected - listing.held)
        if missing:
            yield _lost(listing, missing, "pagination.order-continues" if collection.shuffled else None)
        elif (short := _cut_short(collection, listing)) is not None:
            yield short
        elif len(listing.pages) > 1:
            yield KEPT
    stops = [each for each in collection.listings if each.end == "refused" and len(sizes(each)) == 1]
    if len(stops) > 1 and all(len(each.pages) == 1 for each in collection.listings):
        # One token may have grown too old; where none of several ever worked, that is not why.
        yield _dead_end(stops[-1])
    for listing in collection.listings:
        if listing.end in ("cut", "no-token"):
            yield unknown(listing.reason)


def _dead_end(listing: ObservedListing) -> Check:
    stop = () if listing.stop is None else (listing.stop.exchange.index,)
    return broken(
        f"no {token(listing.contract)} that was given can be followed",
        expected=f"the rest of the {nouns(listing.contract)}",
        actual=listing.reason,
        exchanges=(*listing.exchanges, *stop),
    )


def _full(listing: ObservedListing) -> bool:
    """Whether the last page is as full as it may be, so that more may follow."""
    last, contract = listing.pages[-1], listing.contract
    most = last.limit or (contract.listing.default_limit if contract.listing else None)
    return most is not None and len(last.items) >= most


def _cut_short(collection: Collection, listing: ObservedListing) -> Check | None:
    """The violation of one full page that promises nothing while the counts say that there is more, where no listing says otherwise."""
    total = listing.pages[-1].counts.get("items")
    if total is None or total <= len(listing.items):
        return None
    if not all(len(each.pages) == 1 and _full(each) for each in collection.ended):
        return None
    return _more_follows(listing, f"{count(total, collection.contract)}", len(listing.items))


def _more_follows(listing: ObservedListing, expected: str, came: int) -> Check:
    says = more(listing.contract)
    return broken(
        f"more {nouns(listing.contract)} follow after {listing.describe()}, and its last page does not say so",
        expected=f"{says}, or {expected}",
        actual=f"{count(came, listing.contract)} without {says}{unread(listing.pages)}",
        exchanges=listing.exchanges,
    )


def _lost(listing: ObservedListing, missing: list[str], because: str | None = None) -> Check:
    total = len(missing) + len(listing.held)
    if _full(listing) and len(listing.pages) == 1:
        return _more_follows(listing, count(total, listing.contract), len(listing.held))
    return broken(
        f"{listing.describe()} lost {count(len(missing), listing.contract)}",
        expected=count(total, listing.contract),
        actual=f"{len(listing.held)}, without {few(missing)}" if listing.held else f"none{unread(listing.pages)}",
        exchanges=listing.exchanges,
        because=because,
    )


@rule(
    "pagination.no-repeats",
    needs="a listing of two pages with {listing.nouns} on both",
    suppressed_by=("pagination.ends", "pagination.complete", "pagination.token-continues"),
    narrow=True,
)
def no_repeats(collection: Collection) -> Iterator[Check]:
    for listing in collection.listings:
        judged = collection.held_to(listing) if listing.uniform else None
        twice = [] if judged is None else _again(collection, listing, judged)
        if twice:
            yield _repeated(listing, twice, "pagination.order-continues" if collection.shuffled else None)
        elif judged is not None and sum(bool(page.identities) for page in listing.pages) > 1:
            yield KEPT


def _again(collection: Collection, listing: ObservedListing, judged: frozenset[str]) -> list[str]:
    """What comes twice: on several pages or, where reports have no rule of their own for it, on one page too."""
    twice = listing.repeats - collection.doubled
    if collection.job is None:
        twice |= frozenset(each for page in listing.pages for each in _twice(page, collection.made))
    return sorted(twice & judged)


def _twice(page: Page, made: frozenset[str]) -> Iterator[str]:
    """What is on one page twice: what a recipe made or, where items have an identity, two that are equal in everything."""
    identified = page.contract.listing is not None and page.contract.listing.identity not in (None, "@")
    if len(set(page.identities)) == len(page.identities) or not (identified or made):
        return
    seen: dict[str, str] = {}
    for item in page.items:
        if item.identity is not None:
            value = canonical(item.value)
            if (item.identity in made and item.identity in seen) or (identified and seen.get(item.identity) == value):
                yield item.identity
            seen.setdefault(item.identity, value)


def _repeated(listing: ObservedListing, twice: list[str], because: str | None = None) -> Check:
    return broken(
        f"{listing.describe()} repeats {count(len(twice), listing.contract)}",
        expected="each once",
        actual=f"again: {few(twice)}",
        exchanges=listing.exchanges,
        because=because,
    )


@rule(
    "pagination.page-size-may-change",
    needs="a listing whose pages were requested with different {listing.limit}",
    suppressed_by=("pagination.complete", "pagination.no-repeats", "pagination.token-continues", *_NO_NEXT),
)
def page_size_may_change(collection: Collection) -> Iterator[Check]:
    for listing in collection.listings:
        limits = sizes(listing)
        if not listing.asked or len(limits) == 1 or (collection.job is None and "None" in limits):
            continue
        judged = collection.held_to(listing)
        if judged is None:
            continue
        if twice := _again(collection, listing, judged):
            repeated = _repeated(listing, twice, "pagination.no-repeats")
            # Where items are repeated anyway, it weighs no more here than there.
            yield replace(repeated, level="should") if _repeats_anyway(collection) else repeated
        elif listing.end == "ended":
            missing = sorted((collection.expected(listing) or frozenset()) - listing.held)
            yield KEPT if not missing else _lost(listing, missing)
        elif listing.end == "refused" and listing.stop is not None:
            if any(each.end == "refused" and len(sizes(each)) == 1 for each in collection.listings):
                continue  # tokens are refused where nothing changed, too
            if _followed_before(collection, listing) and not collection.repeatable:
                continue  # a token that was followed before may be refused
            yield broken(
                f"{listing.describe()} was refused when {limit(listing.contract)} changed",
                expected=f"the rest of the {nouns(listing.contract)}",
                actual=listing.reason,
                exchanges=(*listing.exchanges, listing.stop.exchange.index),
            )
        elif listing.end == "cut":
            yield unknown(listing.reason)


def _repeats_anyway(collection: Collection) -> bool:
    """Whether listings of one page size repeat items too."""
    uniform = [each for each in collection.listings if each.uniform and len(each.pages) > 1]
    return any(_again(collection, each, collection.held_to(each) or frozenset()) for each in uniform)


def _followed_before(collection: Collection, listing: ObservedListing) -> bool:
    """Whether the token that was refused was used up."""
    token, stop = listing.pages[-1].next, listing.stop
    return token is not None and stop is not None and collection.is_used_up(token, stop.exchange.index)


def sizes(listing: ObservedListing) -> set[str]:
    """Every page size that the listing was requested with, the attempt that ended it included."""
    found = {str(page.limit) for page in listing.pages}
    if listing.stop is not None and listing.contract.listing:
        found.add(str((listing.stop.exchange.parameters or {}).get(listing.contract.listing.limit or "")))
    return found


@rule(
    "pagination.order-continues",
    needs="two listings of two {listing.nouns} or more in the same order",
    suppressed_by=("pagination.page-size-may-change",),
)
def order_continues(collection: Collection) -> Iterator[Check]:
    """Under a time key the sequence of instants has to agree and not that of items: ties may fall anywhere."""
    if not collection.frozen:
        return
    same: dict[str | None, list[ObservedListing]] = defaultdict(list)
    for listing in collection.listings:
        if listing.asked:
            same[listing.sort_key].append(listing)
    for sort_key, listings in same.items():
        by_time = _by_time(collection, sort_key)
        for one, other in pairwise(sorted(listings, key=lambda each: -len(each.identities))):
            common = one.held & other.held
            was, now = (_sequence(each, common, by_time) for each in (one, other))
            if len(set(was)) < 2:
                continue
            differ = around_difference(was, now)
            yield expect(
                differ is None,
                f"{other.describe()} has another order than {one.describe()}",
                expected=differ and differ[0],
                actual=differ and differ[1],
                exchanges=tuple(dict.fromkeys((*one.exchanges, *other.exchanges))),
                because=None if collection.shuffled else "pagination.complete",
            )


def _by_time(collection: Collection, sort_key: str | None) -> bool:
    sort, order = collection.contract.sort, collection.contract.order
    kind = sort.key(sort_key).type if sort is not None else order.type if order is not None else "text"
    return kind == "time"


def _sequence(listing: ObservedListing, common: frozenset[str], by_time: bool) -> list[str]:
    """The listing's order as far as another has it too: of items, or of their instants to the second, each item once."""
    once = {each.identity: each for each in reversed(listing.items) if each.identity in common}
    order = dict.fromkeys(identity for identity in listing.identities if identity in common)
    if not by_time:
        return list(order)
    return [str(time.start // 10**9) for identity in order if (time := once[identity].time) is not None]
