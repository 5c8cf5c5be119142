"""One collection: all pages and listings of one job or, without jobs, of one set of request parameters.

What a listing has to hold is decided here. A finished report never changes, so every listing has to show all of it. Any other list may
change while it is read: it is held to the items that a recipe made and, where there are none, to those that listings without a page
size show before it and after it. Where these two show that other people created or deleted items meanwhile, pages may have shifted,
and nothing is held against the listing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...spec.contract import Contract
from ..protocols.base import Reading
from .jobs import Job
from .listings import Listing
from .responses import Page, token_of

__all__ = ["Collection"]


@dataclass(frozen=True, eq=False)
class Collection:
    """The pages of one collection and the listings that they make, in the order in which they were asked for.

    `job` is None where the operation has none. `steps` are all exchanges about it, those that gave no page too. `made` identifies the
    items that a recipe created, which have `grace` seconds, from the first request on, to appear; `filtered` says whether they were
    asked for with the recipe's filter.
    """

    contract: Contract
    pages: tuple[Page, ...]
    listings: tuple[Listing, ...]
    job: Job | None = None
    steps: tuple[Reading, ...] = ()
    filtered: bool = False
    made: frozenset[str] = frozenset()
    grace: float = 10.0

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
    def ended(self) -> tuple[Listing, ...]:
        """The listings that came to their end."""
        return tuple(listing for listing in self.listings if listing.end == "ended")

    @cached_property
    def closed(self) -> tuple[Listing, ...]:
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

    # -- what a listing is held to

    def held_to(self, listing: Listing) -> frozenset[str] | None:
        """The items by which the listing may be judged; None where nothing can be said."""
        if self.frozen:
            return self.identities | listing.held
        before, after = self._around(listing)
        if not self.made:
            return before.held if before and after and before.held == after.held else None
        if listing.pages[0].exchange.sent < self._settled:
            return None
        if before and after:
            return self.made if before.held - self.made == after.held - self.made else None
        return self.made if before is None or listing.held - self.made <= before.held else None

    def expected(self, listing: Listing) -> frozenset[str] | None:
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
    def references(self) -> tuple[Listing, ...]:
        """Listings to hold others to: those without a page size or, where none came to its end, those with the largest."""
        whole = [each for each in self.closed if each.limits == {None}]
        if not whole:
            sizes = [(max(each.limits, key=lambda size: size or 0) or 0, each) for each in self.closed if each.uniform]
            largest = max((size for size, _ in sizes), default=0)
            whole = [each for size, each in sizes if size == largest]
        return tuple(whole)

    def _around(self, listing: Listing) -> tuple[Listing | None, Listing | None]:
        """The nearest references that ended before the listing began, and began after it ended."""
        first, last = min(listing.exchanges), max(listing.exchanges)
        before = [each for each in self.references if max(each.exchanges) < first]
        after = [each for each in self.references if min(each.exchanges) > last]
        return (before[-1] if before else None), (after[0] if after else None)

    @cached_property
    def _settled(self) -> float:
        """When everything that the recipe made had appeared, or had to."""
        whole = [each.pages[-1].exchange.received for each in self.ended if self.made <= each.held]
        latest = self.pages[0].exchange.sent + 0.9 * self.grace if self.pages else 0.0
        return min([*whole, latest])


def shows_its_order(listings: Sequence[Listing]) -> bool:
    """Whether these listings under one key show all that the order holds: one page that had room for more, or several that agree.

    A page that ends just at its limit may have been cut there without saying so.
    """
    roomy = [len(each.pages) > 1 or len(each.identities) < _room(each) for each in listings]
    if any(room and len(each.pages) == 1 for room, each in zip(roomy, listings, strict=True)):
        return True
    return sum(roomy) > 1 and len({each.held for each in listings}) == 1


def _room(listing: Listing) -> float:
    """How many items the first page may hold."""
    default = None if listing.contract.listing is None else listing.contract.listing.default_limit
    return listing.pages[0].limit or default or float("inf")


def _twice(identities: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for identity in identities:
        if identity in seen:
            yield identity
        seen.add(identity)
