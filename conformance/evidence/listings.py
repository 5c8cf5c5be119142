"""Listings: pages joined by their markers, in the order in which a client would have joined them.

A listing begins with a request that has no Marker and goes on with each request whose Marker the page before gave, under the
same job and the same order. A marker that is followed a second time makes a second listing with the same beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ...spec.legacy import Contract
from ..protocols.base import Reading
from ..trace.error_codes import THROTTLES
from .responses import Page, Service

__all__ = ["GIVEN_UP", "Listing", "chain", "goes_on", "goes_round"]

#: A listing that promises more after so many pages was given up; a shorter one was only left.
GIVEN_UP = 100


@dataclass(frozen=True)
class Listing:
    """Pages that follow one another.

    `end` is `ended` (nothing more is promised), `open` (nobody asked on), `no-marker` (more is promised without a marker to
    follow), `refused` (the marker was, as one too old may be) or `cut` (the service failed, or no whole answer came); `reason` says
    more of the last two.
    """

    pages: tuple[Page, ...]
    end: Literal["ended", "open", "no-marker", "refused", "cut"]
    reason: str = ""
    stop: Reading | None = None

    @property
    def sort_key(self) -> str | None:
        """The order as it was asked for."""
        return self.pages[0].sort_key

    @property
    def asked(self) -> bool:
        """Whether the requests are known."""
        return self.pages[0].asked

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The pages' exchanges."""
        return tuple(page.exchange.index for page in self.pages)

    @cached_property
    def uniform(self) -> bool:
        """Whether every page was asked for with the same MaxItems."""
        return len({page.limit for page in self.pages}) == 1

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services of all pages, in order."""
        return tuple(service for page in self.pages for service in page.services)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Their keys, in order; a service without one has none here."""
        return tuple(key for page in self.pages for key in page.keys)

    @cached_property
    def repeats(self) -> frozenset[str]:
        """The keys that stand on more than one page."""
        seen: set[str] = set()
        twice: set[str] = set()
        for page in self.pages:
            here = set(page.keys)
            twice |= seen & here
            seen |= here
        return frozenset(twice)

    def describe(self) -> str:
        """How a message names the listing."""
        limits = [page.limit for page in self.pages]
        size = "without MaxItems" if limits[0] is None else f"with MaxItems={limits[0]}"
        if not self.uniform:
            shown = ", ".join("none" if limit is None else str(limit) for limit in limits[:6])
            size = f"with MaxItems={shown}{', …' if len(limits) > 6 else ''}"
        key = f" under {self.sort_key}" if self.sort_key else ""
        pages = "page" if len(self.pages) == 1 else "pages"
        return (
            f"the listing{key} {size} ({len(self.pages)} {pages})"
            if self.asked
            else f"the listing ({len(self.pages)} {pages})"
        )


def goes_round(pages: Sequence[Page]) -> tuple[Page, str] | None:
    """The page, and why, from which on a listing can only repeat itself; None while it may still come to an end.

    Either a Marker came back with the same page, or a page that promises more held nothing new when more services had come than
    the counts allow. More services than the counts allow are no proof by themselves: the count may be what is wrong.
    """
    states: dict[tuple[str, tuple[str, ...]], Page] = {}
    seen: set[str] = set()
    came = 0
    for page in pages:
        if not page.truncated or not page.next:
            return None
        if (page.next, page.keys) in states:
            return states[page.next, page.keys], "a Marker came back with the same page"
        states[page.next, page.keys] = page
        came += len(page.services)
        if page.accessible is not None and came > page.accessible and page.keys and seen.issuperset(page.keys):
            return (
                page,
                f"{came} services came of {page.accessible}, the last page had nothing new, and more is promised",
            )
        seen.update(page.keys)
    return None


def goes_on(pages: Sequence[Page]) -> bool:
    """Whether a listing has a valid next page: more is promised, there is a Marker, and it does not go round in circles."""
    last = pages[-1]
    if not last.truncated or not last.next or goes_round(pages) is not None:
        return False
    services = len({key for page in pages for key in page.keys})
    return len(pages) < GIVEN_UP + min(services, last.accessible or 0)


def chain(
    steps: Sequence[Reading], pages: Sequence[Page], contract: Contract, *, joined: bool = False
) -> tuple[Listing, ...]:
    """Join the pages of one job into listings. `steps` are all exchanges about it, those that were refused or broke off too.

    Pages whose requests are not known make one listing in the order given where they are `joined`. One such page alone may be
    any page of a listing: it is a whole one only where it holds all that it counts.
    """
    if pages and not pages[0].asked:
        alone = pages[0]
        if joined or (alone.accessible is not None and len(alone.services) >= alone.accessible):
            return (_listing(pages, None),)
        return (Listing(tuple(pages), "open", "which page of a listing it is is not known"),)
    chains: list[list[Page]] = []
    for page in pages:
        if page.marker is None:
            chains.append([page])
            continue
        for chosen, length in _continued(page, chains, contract):
            if length == len(chosen):
                chosen.append(page)
            else:  # this marker was followed before: a second listing with the same beginning
                chains.append([*chosen[:length], page])
            break
    failed = [each for each in steps if each.kind != "result"]
    return tuple(_listing(each, _stop(each[-1], failed, contract)) for each in chains)


def _continued(page: Page, chains: Sequence[list[Page]], contract: Contract) -> Iterator[tuple[list[Page], int]]:
    """The chains that gave this page's marker, and how many of their pages stand before it: unfinished ones, then the latest, first."""
    order = _order(page.sort_key, contract)
    same = [each for each in reversed(chains) if _order(each[0].sort_key, contract) == order]
    yield from (
        (each, len(each)) for each in same if each[-1].next == page.marker and each[-1].exchange.before(page.exchange)
    )
    yield from (
        (each, length)
        for each in same
        for length in range(len(each) - 1, 0, -1)
        if each[length - 1].next == page.marker
    )


def _order(sort_key: object, contract: Contract) -> str:
    return sort_key if isinstance(sort_key, str) else contract.default_sort.value


def _stop(last: Page, failed: Sequence[Reading], contract: Contract) -> Reading | None:
    """The last attempt to go on after `last` that did not give a page, if there was one."""
    for each in reversed(failed):
        parameters = each.exchange.parameters or {}
        goes_on = parameters.get(contract.page.marker) == last.next
        same_order = _order(parameters.get(contract.page.sort_key), contract) == _order(last.sort_key, contract)
        if goes_on and same_order and last.exchange.before(each.exchange):
            return each
    return None


def _listing(pages: Sequence[Page], stop: Reading | None) -> Listing:
    last = pages[-1]
    if not last.truncated:
        return Listing(tuple(pages), "ended")
    if not last.next:
        return Listing(tuple(pages), "no-marker", "more is promised and there is no Marker to follow")
    if stop is None:
        return Listing(tuple(pages), "open", "the listing was not followed to its end")
    refused = stop.error is not None and (stop.exchange.status or 0) < 500 and stop.error.code not in THROTTLES
    return Listing(tuple(pages), "refused" if refused else "cut", stop.reason, stop)
