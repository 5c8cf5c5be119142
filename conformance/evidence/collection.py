"""One collection: all pages and listings of one job or, without jobs, of one set of request parameters.

What a listing has to hold is decided here. A finished report never changes, so every listing has to show all of it. Any other list may
change while it is read: it is held to the items that a recipe made, and to those of others that pages show both before it and after
it, as long as nothing in them ever changed. Where one and the same request has other results before and after, other people created or
deleted items meanwhile, pages may have shifted, and nothing is held against the listing.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from ...spec.contract import Contract
from ..protocols.base import Reading
from .jobs import ObservedJob
from .listings import ObservedListing
from .responses import Page
from .tokens import token_of

__all__ = ["Collection"]


@dataclass(frozen=True, eq=False)
class Collection:
    """The pages of one collection and the listings that they make, in the order in which they were asked for.

    `job` is None where the operation has none. `steps` are all exchanges about it, those that gave no page too. `made` identifies the
    items that a recipe created, which have `grace` seconds, from the first request on, to appear, or until they `appeared` elsewhere;
    `filtered` says whether they were asked for with the recipe's filter.
    """

    contract: Contract
    pages: tuple[Page, ...]
    listings: tuple[ObservedListing, ...]
    job: ObservedJob | None = None
    steps: tuple[Reading, ...] = ()
    filtered: bool = False
    made: frozenset[str] = frozenset()
    grace: float = 10.0
    appeared: float = inf

    @property
    def exchanges(self) -> tuple[int, ...]:
        """Every page's exchange."""
        return tuple(page.exchange.index for page in self.pages)

    def token_in(self, reading: Reading) -> str | None:
        """The token that a request sent."""
        return token_of(reading.exchange.parameters or {}, self.contract)

    @property
    def frozen(self) -> bool:
        """Whether it cannot change between two reads: a finished report, except for its lists of entities."""
        report = self.contract.report
        return self.job is not None and (report is None or report.entity_arn is None)

    @property
    def subject(self) -> str | None:
        """What the report is about, where that is known."""
        return None if self.job is None else self.job.subject

    @cached_property
    def ended(self) -> tuple[ObservedListing, ...]:
        """The listings that came to their end."""
        return tuple(listing for listing in self.listings if listing.end == "ended")

    @cached_property
    def closed(self) -> tuple[ObservedListing, ...]:
        """Those of them whose last page does not contradict that by a token."""
        return tuple(listing for listing in self.ended if not listing.contradicts_its_end)

    @cached_property
    def identities(self) -> frozenset[str]:
        """Every item that any listing which came to its end shows."""
        return frozenset().union(*(listing.held for listing in self.ended))

    @cached_property
    def doubled(self) -> frozenset[str]:
        """Items that one page lists twice: the list's own fault, wherever the pages are cut."""
        return frozenset(
            identity
            for page in self.pages
            if len(set(page.identities)) < len(page.identities)
            for identity in _twice(page.identities)
        )

    @cached_property
    def size(self) -> int:
        """How many items there are, as far as any listing or page shows."""
        return max([len(self.identities), *(len(page.items) for page in self.pages)])

    @cached_property
    def shuffled(self) -> bool:
        """Whether two listings of one page, requested in the same way, have the same items in another order."""
        seen: dict[tuple[str | None, frozenset[str]], tuple[str, ...]] = {}
        for each in self.ended:
            if each.asked and len(each.pages) == 1:
                first = seen.setdefault((each.sort_key, each.held), each.identities)
                if first != each.identities:
                    return True
        return False

    @cached_property
    def repeatable(self) -> bool:
        """Whether a token that was used up led to a page again."""
        return any(map(self.is_second_use, self.pages))

    def is_second_use(self, page: Page) -> bool:
        """Whether the token that led to the page was used up."""
        return page.token is not None and self.is_used_up(page.token, page.exchange.index)

    def is_used_up(self, token: str, before: int) -> bool:
        """Whether, before the exchange of this index, the token had been followed since it was last given."""
        followed, given = (_last(each.get(token, ()), before) for each in (self._followed, self._given))
        return followed > given

    @cached_property
    def _followed(self) -> Mapping[str, Sequence[int]]:
        return _indexes((page.token, page) for page in self.pages)

    @cached_property
    def _given(self) -> Mapping[str, Sequence[int]]:
        return _indexes((page.next, page) for page in self.pages)

    # -- what a listing is held to

    def held_to(self, listing: ObservedListing) -> frozenset[str] | None:
        """The items by which the listing may be judged; None where nothing can be said.

        Where a token of it had been used up before, which many services permit only once, the listing says nothing.
        """
        if self.frozen:
            return self.identities | listing.held
        if self.job is None and any(self.is_second_use(each) for each in listing.pages[1:]):
            return None
        first, last = listing.exchanges[0], listing.exchanges[-1]
        if not self.made:
            return self.seen_around(first, last) if self._undisturbed(first, last) else None
        if listing.pages[0].exchange.sent < self._settled:
            return None
        undisturbed = self._undisturbed(first, last)
        if undisturbed is None:  # nothing was requested twice: only what appeared shows that others were at work
            return self.made if self._foreign(listing) <= self._foreign_before(first) else None
        return self.made | (self.seen_around(first, last) & self._constant) if undisturbed else None

    def seen_around(self, first: int, last: int) -> frozenset[str]:
        """The items that pages show both before and after these exchanges: they were there all the time between."""
        if self.frozen:
            return frozenset(self._sightings)
        return frozenset(identity for identity, (begin, end) in self._sightings.items() if begin < first and end > last)

    def unchanged(self, first: int, last: int) -> frozenset[str]:
        """The items of which nothing but the order may have changed between these exchanges."""
        if self.made and not self._undisturbed(first, last):
            return self.made
        return self.seen_around(first, last)

    def order(self, sort_key: str | None) -> tuple[str, ...]:
        """The order of the items, where every listing of several pages without interruption has one and the same; else none.

        Listings under another sort key do not count. A page with items of several lists shows no order among them.
        """
        if any(len(page.lists) > 1 for page in self.pages):
            return ()
        sequences = {
            tuple(dict.fromkeys(each.identities))
            for each in self.ended
            if each.sort_key == sort_key
            and len(each.pages) > 1
            and each.exchanges == tuple(range(each.exchanges[0], each.exchanges[-1] + 1))
        }
        return sequences.pop() if len(sequences) == 1 else ()

    @cached_property
    def _sightings(self) -> Mapping[str, tuple[int, int]]:
        """By item, the first and the last exchange that shows it."""
        found: dict[str, tuple[int, int]] = {}
        for page in sorted(self.pages, key=lambda each: each.exchange.index):
            for identity in page.identities:
                first, _ = found.get(identity, (page.exchange.index, 0))
                found[identity] = first, page.exchange.index
        return found

    @cached_property
    def _constant(self) -> frozenset[str]:
        """The items that all pages show alike, where items have an identity of their own: nobody moved them by changing them."""
        known: dict[str, Any] = {}
        changed: set[str] = set()
        for page in self.pages:
            if page.shares_identities:
                return frozenset()
            for item in page.items:
                if item.identity is not None and known.setdefault(item.identity, item.value) != item.value:
                    changed.add(item.identity)
        return frozenset(known.keys() - changed)

    def _undisturbed(self, first: int, last: int) -> bool | None:
        """Whether nobody else created or deleted items meanwhile, as far as one and the same request shows before and after.

        None where no request for a whole listing was sent both before and after these exchanges. What was read last before them is
        compared, and what was read first among them: either may be the one that is wrong.
        """
        answer: bool | None = None
        for same in self._alike.values():
            before = [each for each in same if each.exchanges[-1] < first or each.exchanges[0] == first]
            after = [each for each in same if each.exchanges[0] > last]
            if before and after:
                if any(each.held - self.made == after[0].held - self.made for each in before[-2:]):
                    return True
                answer = False
        return answer

    @cached_property
    def _alike(self) -> Mapping[tuple[object, ...], list[ObservedListing]]:
        """The listings that came to their end, by what was requested."""
        found: dict[tuple[object, ...], list[ObservedListing]] = {}
        for each in self.ended:
            found.setdefault((each.sort_key, each.limits), []).append(each)
        return found

    @property
    def references(self) -> tuple[ObservedListing, ...]:
        """The listings that others are compared with: those of which one and the same request was sent twice or more."""
        return tuple(each for same in self._alike.values() if len(same) > 1 for each in same)

    def _foreign(self, listing: ObservedListing) -> frozenset[str]:
        return listing.held - self.made

    def _foreign_before(self, first: int) -> frozenset[str]:
        """What others had created before; everything where nothing is known."""
        seen = {identity for identity, (begin, _) in self._sightings.items() if begin < first}
        return (frozenset(seen) or frozenset(self._sightings)) - self.made

    def expected(self, listing: ObservedListing) -> frozenset[str] | None:
        """What the listing has to hold; None where nothing can be said.

        For a frozen report it is what the listing's own order shows, where one page or several listings alike show it; else everything.
        An item that an order never shows is the order's fault, not the paging's.
        """
        if not self.frozen:
            return self.held_to(listing)
        same = [each for each in self.closed if each.sort_key == listing.sort_key]
        if shows_its_order(same):
            return frozenset().union(*(each.held for each in same))
        return self.identities

    @cached_property
    def _settled(self) -> float:
        """When everything that the recipe made had appeared, or had to."""
        whole = [each.pages[-1].exchange.received for each in self.ended if self.made <= each.held]
        latest = self.pages[0].exchange.sent + 0.9 * self.grace if self.pages else 0.0
        return min([*whole, latest, self.appeared])


def shows_its_order(listings: Sequence[ObservedListing]) -> bool:
    """Whether these listings under one key show all that the order holds: one page that had room for more, or several that agree.

    A page that ends just at its limit may have been cut there without saying so.
    """
    roomy = [len(each.pages) > 1 or len(each.identities) < _room(each) for each in listings]
    if any(room and len(each.pages) == 1 for room, each in zip(roomy, listings, strict=True)):
        return True
    return sum(roomy) > 1 and len({each.held for each in listings}) == 1


def _room(listing: ObservedListing) -> float:
    """How many items the first page may hold."""
    default = None if listing.contract.listing is None else listing.contract.listing.default_limit
    return listing.pages[0].limit or default or float("inf")


def _twice(identities: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for identity in identities:
        if identity in seen:
            yield identity
        seen.add(identity)


def _indexes(tokens: Iterable[tuple[str | None, Page]]) -> Mapping[str, Sequence[int]]:
    """The exchanges of the pages of each token, in order."""
    found = defaultdict(list)
    for token, page in tokens:
        if token is not None:
            found[token].append(page.exchange.index)
    return {token: sorted(indexes) for token, indexes in found.items()}


def _last(indexes: Sequence[int], before: int) -> int:
    """The last of them that comes before; -1 where none does."""
    place = bisect_left(indexes, before)
    return indexes[place - 1] if place else -1
