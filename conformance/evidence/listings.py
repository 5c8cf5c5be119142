"""Listings: pages joined by their tokens, in the order in which a client would have joined them.

A listing begins with a request that has no token and goes on with each request whose token the page before gave, in the same order. A
token that is followed a second time makes a second listing with the same beginning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Literal

from ...errors import counted
from ...spec.contract import Contract
from ..protocols.base import Reading
from ..trace.error_codes import THROTTLES
from .items import Item
from .responses import Page
from .tokens import token_of

__all__ = ["GIVEN_UP", "ObservedListing", "chain", "goes_round", "may_continue"]

#: A listing that promises more after so many pages was given up; a shorter one was only left.
GIVEN_UP = 100

#: Pages without anything new, at the end of a listing that promises more, after which it is taken to have no end.
IDLE = 10


@dataclass(frozen=True, eq=False)
class ObservedListing:
    """Pages that follow one another.

    `end` is `ended` (nothing more is promised), `open` (nobody asked on), `no-token` (more is promised without a token to follow),
    `refused` (the token was, as one too old may be) or `cut` (the service failed, or no whole response came); `reason` says more of the
    last two, and `stop` is the exchange that ended it.
    """

    pages: tuple[Page, ...]
    end: Literal["ended", "open", "no-token", "refused", "cut"]
    reason: str = ""
    stop: Reading | None = None

    @property
    def contract(self) -> Contract:
        """The contract of the operation."""
        return self.pages[0].contract

    @property
    def sort_key(self) -> str | None:
        """The order as it was asked for."""
        return self.pages[0].sort_key

    @property
    def asked(self) -> bool:
        """Whether the requests are known."""
        return self.pages[0].asked

    @cached_property
    def exchanges(self) -> tuple[int, ...]:
        """The pages' exchanges."""
        return tuple(page.exchange.index for page in self.pages)

    @cached_property
    def limits(self) -> frozenset[int | None]:
        """Every page size that the pages were asked for with."""
        return frozenset(page.limit for page in self.pages)

    @property
    def uniform(self) -> bool:
        """Whether every page was asked for with the same page size."""
        return len(self.limits) == 1

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items of all pages, in order."""
        return tuple(item for page in self.pages for item in page.items)

    @cached_property
    def identities(self) -> tuple[str, ...]:
        """What identifies them, in order; an item that nothing identifies is left out."""
        return tuple(identity for page in self.pages for identity in page.identities)

    @cached_property
    def held(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.identities)

    @cached_property
    def repeats(self) -> frozenset[str]:
        """The identities that are on more than one page."""
        seen: set[str] = set()
        twice: set[str] = set()
        for page in self.pages:
            here = set(page.identities)
            twice |= seen & here
            seen |= here
        return frozenset(twice)

    @property
    def contradicts_its_end(self) -> bool:
        """Whether the last page says that nothing follows and gives a token all the same."""
        listing = self.contract.listing
        return (
            listing is not None
            and listing.more is not None
            and "last-token" not in listing.exceptions
            and not self.pages[-1].goes_on
            and self.pages[-1].next is not None
        )

    def describe(self) -> str:
        """How a message names the listing."""
        pages = f"({counted(len(self.pages), 'page')})"
        name = self.contract.listing.limit if self.contract.listing else None
        if not self.asked or name is None:
            return f"the listing {pages}"
        sizes = [page.limit for page in self.pages]
        size = f"without {name}" if sizes[0] is None else f"with {name}={sizes[0]}"
        if not self.uniform:
            shown = ", ".join("none" if each is None else str(each) for each in sizes[:6])
            size = f"with {name}={shown}{', …' if len(sizes) > 6 else ''}"
        key = f" under {self.sort_key}" if self.sort_key else ""
        return f"the listing{key} {size} {pages}"


def goes_round(pages: Sequence[Page]) -> tuple[Page, str] | None:
    """The page, and why, from which on a listing can only repeat itself; None while it may still come to an end.

    Either a token came back with the same page, or a page that promises more held nothing new after more items had come than there
    are: than the counts allow or, where nothing counts them, twice as many as are different. More items than the counts allow are no
    proof by themselves: the count may be what is wrong. In a list without a job, items of one identity are new as long as they differ,
    because others' items may share what identifies a recipe's.
    """
    states: dict[tuple[str, tuple[str, ...]], Page] = {}
    seen: set[str] = set()
    came = idle = 0
    for number, page in enumerate(pages):
        if not page.goes_on or page.next is None:
            return None
        listing = page.contract.listing
        if (page.next, page.identities) in states:
            return states[
                page.next, page.identities
            ], f"the same {listing.token.output if listing else 'token'} with the same page"
        states[page.next, page.identities] = page
        came += len(page.items)
        new = not seen.issuperset(page.identities) or _differ(pages[:number], page)
        idle = 0 if new else idle + 1
        total = page.counts.get("items")
        if page.identities and not new and came > (2 * len(seen) if total is None else total):
            of = "" if total is None else f" of {total}"
            return page, f"{came} items came{of}, the last page had nothing new, and announces another"
        if total is None and idle >= IDLE and not (listing and "empty-page" in listing.exceptions):
            return page, f"{idle} pages without anything new, and the last one announces another"
        seen.update(page.identities)
    return None


def _differ(before: Sequence[Page], page: Page) -> bool:
    """Whether the page has an item that no page before has, although what identifies it came."""
    if page.contract.job is not None:
        return False
    return not page.contents <= frozenset().union(*(each.contents for each in before))


def may_continue(pages: Sequence[Page]) -> bool:
    """Whether a listing has a valid next page: more is promised, there is a token, and it does not go round in circles."""
    last = pages[-1]
    if not last.goes_on or last.next is None or goes_round(pages) is not None:
        return False
    came = len({identity for page in pages for identity in page.identities})
    return len(pages) < GIVEN_UP + min(came, last.counts.get("items") or came)


def chain(
    steps: Sequence[Reading], pages: Sequence[Page], contract: Contract, *, joined: bool = False
) -> tuple[ObservedListing, ...]:
    """Join the pages of one collection into listings. `steps` are all exchanges about it, those that were refused or broke off too.

    Pages whose requests are not known make one listing in the order given where they are `joined`. One such page alone may be
    any page of a listing: it is a whole one only where it holds all that it counts.
    """
    if pages and not pages[0].asked:
        alone = pages[0]
        total = alone.counts.get("items")
        if joined or (total is not None and len(alone.items) >= total):
            return (_listing(pages, None),)
        return (ObservedListing(tuple(pages), "open", "which page of a listing it is is not known"),)
    chains: list[list[Page]] = []
    given: dict[
        tuple[str | None, str], list[tuple[list[Page], int]]
    ] = {}  # by order and token: a chain, and how long it was then
    for page in pages:
        key = _order(page.sort_key, contract)
        if not page.token:
            chosen = [page]
            chains.append(chosen)
        else:
            found = _continued(page, given.get((key, page.token), ()))
            if found is None:
                continue
            chosen, length = found
            if length == len(chosen):
                chosen.append(page)
            else:  # this token was followed before: a second listing with the same beginning
                chosen = [*chosen[:length], page]
                chains.append(chosen)
        if page.next is not None:
            given.setdefault((key, page.next), []).append((chosen, len(chosen)))
    failed = _failed(steps, contract)
    return tuple(_listing(each, _stop(each[-1], failed, contract)) for each in chains)


def _continued(page: Page, given: Sequence[tuple[list[Page], int]]) -> tuple[list[Page], int] | None:
    """The chain that gave this page's token, and how many of its pages come before.

    Unfinished ones come first, among them those with the same page size, and then the latest.
    """
    waiting = [
        each for each in reversed(given) if each[1] == len(each[0]) and each[0][-1].exchange.before(page.exchange)
    ]
    if waiting:
        return next((each for each in waiting if each[0][-1].limit == page.limit), waiting[0])
    return next(((chosen, length) for chosen, length in reversed(given) if length < len(chosen)), None)


def _order(sort_key: object, contract: Contract) -> str | None:
    if contract.sort is None:
        return None
    return sort_key if isinstance(sort_key, str) else contract.sort.default


def _failed(steps: Sequence[Reading], contract: Contract) -> dict[tuple[str | None, str], list[Reading]]:
    """The exchanges that gave no page, by order and token."""
    found: dict[tuple[str | None, str], list[Reading]] = {}
    for each, following in zip_longest(steps, steps[1:]):
        parameters = each.exchange.parameters or {}
        if each.kind == "result" or _is_sent_again(each, following):
            continue
        if token := token_of(parameters, contract):
            found.setdefault((_order(_sort_key(parameters, contract), contract), token), []).append(each)
    return found


def _is_sent_again(reading: Reading, following: Reading | None) -> bool:
    """Whether it is an attempt that says nothing, since the same request follows: the service was busy or failed."""
    if following is None or following.exchange.parameters != reading.exchange.parameters:
        return False
    return _is_throttled(reading) or (reading.exchange.status or 500) >= 500


def _is_throttled(reading: Reading) -> bool:
    return reading.error is not None and reading.error.code in THROTTLES


def _sort_key(parameters: Mapping[str, object], contract: Contract) -> object:
    return parameters.get(contract.sort.parameter) if contract.sort else None


def _stop(last: Page, failed: dict[tuple[str | None, str], list[Reading]], contract: Contract) -> Reading | None:
    """The last attempt to go on after `last` that did not give a page, if there was one."""
    tried = failed.get((_order(last.sort_key, contract), last.next or ""), ())
    return next((each for each in reversed(tried) if last.exchange.before(each.exchange)), None)


def _listing(pages: Sequence[Page], stop: Reading | None) -> ObservedListing:
    last = pages[-1]
    if not last.goes_on:
        return ObservedListing(tuple(pages), "ended")
    if last.next is None:
        return ObservedListing(tuple(pages), "no-token", "another page is announced, without a token for it")
    if stop is None:
        return ObservedListing(tuple(pages), "open", "the listing was not followed to its end")
    refused = stop.error is not None and (stop.exchange.status or 0) < 500 and not _is_throttled(stop)
    return ObservedListing(tuple(pages), "refused" if refused else "cut", stop.reason, stop)
