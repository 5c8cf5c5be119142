"""The listings of a finished report: every order in one page and in several, with page sizes that change and that fit exactly."""

from collections.abc import Sequence
from math import ceil

from ...spec.contract import Listing
from ..evidence.responses import Page
from ..trace.exchange import Parameters
from .plan import Asker, Part
from .sizes import bounds

__all__ = ["LISTINGS", "read_report"]

#: Requests that listings may take after the first one, where a target's pages are as full as they can be.
LISTINGS = 26


def read_report(asker: Asker, request: Parameters, first: Page) -> Part[list[Page]]:
    """Read the report in every way that a rule is about. `first` is the first page of the listing without a page size.

    What is returned are the pages of that listing.
    """
    default = yield from asker.follow(request, [first], None)
    counted = first.counts.get("items") or 0
    total = len({identity for page in default for identity in page.identities})
    total = max(total, min(counted, 10_000) if default[-1].goes_on else total)
    yield from _Reading(asker, request, total, len(default)).read()
    return default


class _Reading:
    """The listings of one report with so many items, which took so many pages without a page size."""

    def __init__(self, asker: Asker, request: Parameters, total: int, pages: int) -> None:
        assert asker.contract.listing is not None
        self.asker, self.contract, self.request, self.total, self.pages = asker, asker.contract, request, total, pages
        self.listing: Listing = asker.contract.listing
        self.top = bounds(asker.contract)[1]
        self.default = self.listing.default_limit or self.top
        self.keys: Sequence[str | None] = (
            [each.value for each in self.contract.sort.keys] if self.contract.sort else [None]
        )
        #: How many pages it takes to read what one full page could hold.
        self.fullness = pages / max(ceil(total / self.default), 1)

    def sorted(self, key: str | None) -> dict[str, object]:
        """The request under a sort key; None is without."""
        sort = self.contract.sort
        return dict(self.request) if key is None or sort is None else {**self.request, sort.parameter: key}

    def cost(self, limit: int | None) -> int:
        """About how many requests a listing takes."""
        return ceil(max(ceil(self.total / (limit or self.default)), 1) * self.fullness)

    def read(self) -> Part[None]:
        """Every listing that there is something to learn from, the most telling ones first."""
        asker, top, total = self.asker, self.top, self.total
        operation = self.contract.operation
        fuller = max(LISTINGS, 2 * self.pages, min(5 * self.pages, 200))
        budget = asker.calls + (LISTINGS if self.fullness <= 1 else fuller)
        if not total:
            if self.contract.sort:
                yield from asker.ask([(operation, self.sorted(key)) for key in self.keys], "reading each order")
            return
        planned: list[tuple[str | None, int]] = []
        # one page under each key: nothing can be lost between pages there
        if self.cost(top) == 1:
            each_order = [(operation, asker.sized(self.sorted(key), top)) for key in self.keys]
            yield from asker.ask(each_order, "reading each order in one page")
        else:
            planned.extend((key, top) for key in self.keys)
        step = self.default if total > self.default else ceil(total / 3)
        step = min(max(step, ceil(total / 10)), top)
        planned += [(key, step) for key in self.keys]
        planned += [(None, size) for size in exact_sizes(total, top) if size not in (step, top)]
        if total > 2 and asker.calls + self.cost(top) + 2 <= budget:
            yield from asker.listing(self.sorted(self.keys[0]), [1, 2, top], "changing the page size between pages")
        elif total > 2:
            asker.plan.dropped.append(f"a listing whose {self.listing.limit} changes")
        for key, limit in planned:
            request = self.sorted(key)
            whole = asker.calls + self.cost(limit) <= budget
            page = yield from asker.page(asker.sized(request, limit), "reading pages")
            if page is not None and whole:
                yield from asker.follow(request, [page], limit)
            elif page is not None and page.goes_on:
                order = key or "the default order"
                asker.plan.dropped.append(f"{order} with {self.listing.limit}={limit} beyond its first page")


def exact_sizes(total: int, top: int) -> list[int]:
    """Page sizes that end a page exactly with the listing, or one item before: where careless paging goes wrong."""
    halves = next((total // parts for parts in (2, 3) if total % parts == 0), None)
    sizes = [halves, total, total - 1]
    return [size for size in dict.fromkeys(sizes) if size is not None and 1 <= size <= top]
