"""The survey of an operation that lists something and has no job: one collection, read in different pages.

It takes at most 30 requests for 7 items. Every probe sends a token that was not sent before, unless it is about sending one twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from ..evidence.responses import Page
from ..trace.exchange import Parameters
from ..trace.steps import Forget, Outcome, Wait
from .negative import try_invalid
from .outcomes import of_refusal
from .plan import Asker, Part
from .sizes import bounds, limit_required
from .tokens import with_altered_token, with_unissued_token

__all__ = ["survey_list"]

#: Requests for the optional listings of a small list, and what each item beyond that adds.
_BUDGET, _SMALL = 30, 7
#: Requests that the probes at the end take: tokens, invalid values, the last listing.
_RESERVED = 13
#: More pages of a listing without a page size than this are not read: there are thousands of other people's items.
_MOST_PAGES = 30
#: Seconds between two looks for items that have just been created.
_LOOK = 0.5
#: A list is narrowed to the recipe's own items where it has so many others.
_FOREIGN = 40


@dataclass
class _List:
    """What is known about the collection: how many items there are, the parameters to list it with, and the page sizes to use."""

    request: dict[str, Any]
    whole: int | None
    total: int
    low: int
    top: int
    pages: list[Page]

    def clamp(self, size: int) -> int:
        return min(max(size, self.low), self.top)


def survey_list(asker: Asker) -> Part[Outcome]:
    """Read one collection in every way that a rule is about, and try what has to be refused."""
    found = yield from _first(asker)
    if isinstance(found, Outcome):
        return found
    if asker.contract.listing is not None and asker.contract.listing.limit is not None and found.total:
        yield from _listings(asker, found)
    yield from _tokens(asker, found)
    yield from _filtered(asker, found)
    yield from try_invalid(asker, asker.sized(found.request, found.whole))
    if found.total and len(found.pages) <= _MOST_PAGES // 3:
        yield from asker.listing(found.request, [found.whole], "reading the list once more", _MOST_PAGES)
    return Outcome()


def _first(asker: Asker) -> Part[_List | Outcome]:
    """The listing without a page size, once everything that was created has appeared."""
    plan, contract = asker.plan, asker.contract
    low, top = bounds(contract)
    low = min(max(low, plan.minimum_limit), top)
    whole = top if limit_required(contract) else None
    request = dict(plan.parameters)
    reading = yield from asker.get(asker.sized(request, whole), "reading the list")
    page = asker.as_page(reading)
    if page is None:
        return of_refusal(reading, contract.operation)
    began = reading.exchange.sent
    looks: list[list[Page]] = []
    while True:
        pages = yield from asker.follow(request, [page], whole, most=_MOST_PAGES, doing="reading the list")
        looks.append(pages)
        shown = {identity for each in pages for identity in each.identities}
        missing = [each for each in plan.made if each not in shown]
        if plan.filter and request == plan.parameters and len(shown) > len(plan.made) + _FOREIGN:
            request, looks = {**request, **plan.filter}, []
        elif not missing or pages[-1].goes_on or asker.now - began + _LOOK > plan.settle:
            break
        else:
            yield Wait(_LOOK)
        if len(looks) > 2:  # the first one and the last show all that there is to learn
            yield Forget(tuple(each.exchange.index for each in looks.pop(1)))
        again = yield from asker.page(asker.sized(request, whole), "waiting for what was created to appear")
        if again is None:
            break
        page = again
    if pages[-1].goes_on and len(pages) >= _MOST_PAGES:
        asker.plan.dropped.append(f"the list without a page size beyond {len(pages)} pages")
    return _List(request, whole, len(shown), low, top, pages)


def _listings(asker: Asker, found: _List) -> Part[None]:
    """Small pages, pages that end exactly with the list or one item before, sizes that change, and each documented order."""
    listing, sort, total = asker.contract.listing, asker.contract.sort, found.total
    assert listing is not None
    if total <= found.low:
        least = f"{listing.limit} is at least {found.low}"
        asker.plan.dropped.append(f"every listing in pages: {least}, and the list has {total} {listing.nouns}")
        return
    budget = _BUDGET + 2 * min(max(total - _SMALL, 0), 60) - _RESERVED
    few = total <= 2 * _SMALL
    two = found.clamp(2 if few else ceil(total / 4))
    three = found.clamp(max(3, found.low + 1) if few else ceil(total / 3))
    last = {**found.request, sort.parameter: sort.keys[-1].value} if sort else found.request
    if sort:
        for key in sort.keys:
            ordered = {**found.request, sort.parameter: key.value}
            yield from asker.listing(ordered, [found.whole], "reading each order", _MOST_PAGES)
    planned: list[tuple[Parameters, list[int]]] = [
        (last, [three]),
        (found.request, [two]),
        # a token that does not advance shows between two pages of the smallest size
        (found.request, [found.low, found.low, found.clamp(found.low + 1), found.top]),
        (found.request, [total]),
        (found.request, [total - 1]),
    ]
    done: list[tuple[Parameters, list[int]]] = []
    for request, limits in planned:
        if (request, limits) in done or any(not found.low <= each <= found.top for each in limits):
            continue
        cost = ceil(total / limits[0]) if len(limits) == 1 else len(limits)
        if asker.calls + cost > budget and done:
            shown = ", ".join(map(str, limits))
            asker.plan.dropped.append(f"the listing with {listing.limit}={shown}")
            continue
        done.append((request, limits))
        yield from asker.listing(request, limits, "reading pages", max(_MOST_PAGES, 2 * cost))


def _tokens(asker: Asker, found: _List) -> Part[None]:
    """Two listings under way at once, a token without the page size, twice, changed, and one that nobody was given."""
    operation = asker.contract.operation
    sizes = _token_sizes(asker, found)
    firsts = yield from _pages(
        asker, [asker.sized(found.request, size) for size in sizes], "reading two listings at once"
    )
    if not firsts:
        return
    onward = [asker.sized(asker.onward(found.request, page), size) for page, size in zip(firsts, sizes, strict=False)]
    seconds = yield from _pages(asker, onward, "reading two listings at once")
    if sizes[0] is not None and seconds and not limit_required(asker.contract):
        yield from asker.get(asker.onward(found.request, seconds[0]), "sending a token without the page size")
    yield from asker.get(onward[-1], "sending a token twice")
    fresh = seconds[-1] if seconds else firsts[-1]
    request = asker.sized(asker.onward(found.request, fresh), sizes[-1])
    wrong = [with_altered_token(request, fresh), with_unissued_token(request, fresh, asker.issued)]
    yield from asker.ask([(operation, each) for each in wrong], "sending unissued tokens")


def _token_sizes(asker: Asker, found: _List) -> list[int | None]:
    """The page sizes of the two listings; None where the target pages only by itself."""
    listing = asker.contract.listing
    if listing is None or listing.limit is None:
        return [None, None] if found.pages[0].goes_on else []
    if found.total <= found.low:
        return [found.low] if found.pages[0].goes_on else []
    return [found.clamp(found.total // 5), found.clamp(max(2, found.low + 1, found.total // 3))]


def _filtered(asker: Asker, found: _List) -> Part[None]:
    """The list narrowed by the recipe's filter, where other people's items are there to be kept out, and a token under another filter."""
    plan = asker.plan
    shown = {identity for each in found.pages for identity in each.identities}
    if not plan.filter or found.request != plan.parameters or not shown - set(plan.made) or not plan.made:
        return
    request = {**found.request, **plan.filter}
    size = found.clamp(ceil(len(plan.made) / 2))
    page = yield from asker.page(asker.sized(request, size), "reading the list with a filter")
    if page is None:
        return
    if page.goes_on:  # the token has to keep the filter while the whole list is read, too
        yield from asker.page(asker.sized(found.request, size), "reading two listings at once")
    yield from asker.follow(request, [page], size, doing="reading the list with a filter")
    if page.goes_on and page.next is not None:
        yield from asker.get(
            asker.sized(asker.onward(found.request, page), size), "sending a token under another filter"
        )
    if (but_one := found.clamp(len(plan.made) - 1)) != size:  # one item for the last page
        yield from asker.listing(request, [but_one], "reading the list with a filter", _MOST_PAGES)


def _pages(asker: Asker, requests: Sequence[Parameters], doing: str) -> Part[list[Page]]:
    """The pages of these requests that go on, one request after the other."""
    found: list[Page] = []
    for request in requests:
        page = yield from asker.page(request, doing)
        if page is not None and page.goes_on and page.next is not None:
            found.append(page)
    return found
