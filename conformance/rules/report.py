"""The counts of a report, and that what they count is listed."""

from collections import Counter
from collections.abc import Iterator

from ..evidence.collection import Collection
from ..evidence.listings import ObservedListing
from ..evidence.responses import Page
from ..evidence.words import count, few, unread
from .registry import Check, expect, rule

#: A list that is known to be cut short says nothing about counts.
_CUT_SHORT = ("pagination.complete", "pagination.truncated-has-token", "pagination.token-only-when-truncated")


@rule("report.counts-present", needs="a response with the status {job.succeeded}")
def counts_present(page: Page) -> Iterator[Check]:
    missing = [each.member for each in page.contract.counts if not page.has(each.member)]
    yield expect(
        not missing,
        f"a response with the status {page.status} lacks a count",
        expected=" and ".join(each.member for each in page.contract.counts),
        actual=f"no {', no '.join(missing)}",
    )


@rule("report.counts-not-negative", needs="a response with a count")
def counts_not_negative(page: Page) -> Iterator[Check]:
    for each in page.contract.counts:
        value = page.counts[each.of]
        if value is not None:
            yield expect(value >= 0, "a count is below 0", expected="0 or more", actual=value, path=f"/{each.member}")


@rule(
    "report.accessible-count",
    needs="a listing that came to its end, and {counts.items}",
    suppressed_by=("report.counts-not-negative", *_CUT_SHORT),
)
def accessible_count(collection: Collection) -> Iterator[Check]:
    if collection.ended:
        listed = len(_fullest(collection).items)  # another number than that of services where one is listed twice
        valid = {len(collection.identities), listed}
        nothing = "" if listed else unread(collection.ended[0].pages)
        said = _are(len(collection.identities), collection, "listed") + nothing
        yield from _each_claim(collection, "items", valid, said)


@rule(
    "report.not-accessed-count",
    needs="a listing that came to its end, and {counts.not-accessed}",
    suppressed_by=(
        "report.attempt-details-together",
        "report.counts-not-negative",
        "report.accessible-count",
        *_CUT_SHORT,
    ),
)
def not_accessed_count(collection: Collection) -> Iterator[Check]:
    if collection.ended:
        unused = [each for each in _fullest(collection).items if not each.accessed]
        everywhere = {each.identity for listing in collection.ended for each in listing.items if not each.accessed}
        valid = {len(everywhere), len(unused)}
        listed = _are(len(everywhere), collection, "listed that were never accessed")
        yield from _each_claim(collection, "not-accessed", valid, listed)


def _are(number: int, collection: Collection, what: str) -> str:
    return f"{count(number, collection.contract)} {'is' if number == 1 else 'are'} {what}"


def _fullest(collection: Collection) -> ObservedListing:
    return max(collection.ended, key=lambda listing: len(listing.held))


def _each_claim(collection: Collection, of: str, valid: set[int], listed: str) -> Iterator[Check]:
    """Compare every different claim with what is listed; a claim that several pages make is one claim."""
    claims: dict[int, Page] = {}
    for page in collection.pages:
        value = page.counts.get(of)
        if value is not None:
            claims.setdefault(value, page)
    name = collection.contract.count(of)
    for value, page in claims.items():
        yield expect(
            value in valid,
            f"{name} is {value:,} and {listed}",
            expected=" or ".join(map(str, sorted(valid))),
            actual=value,
            path=f"/{name}",
            exchanges=tuple(dict.fromkeys((*page.exchanges, *_fullest(collection).exchanges))),
        )


@rule("report.not-accessed-within-accessible", needs="a response with both counts")
def not_accessed_within_accessible(page: Page) -> Iterator[Check]:
    items, unused = page.counts.get("items"), page.counts.get("not-accessed")
    if items is not None and unused is not None:
        yield expect(
            unused <= items,
            f"{page.contract.count('not-accessed')} is above {page.contract.count('items')}",
            expected=f"at most {items}",
            actual=unused,
            path=f"/{page.contract.count('not-accessed')}",
        )


@rule("report.counts-same-on-every-page", needs="a listing of two pages with counts")
def counts_same_on_every_page(listing: ObservedListing) -> Iterator[Check]:
    first = listing.pages[0]
    for page in listing.pages[1:]:
        for each in page.contract.counts:
            was, now = first.counts[each.of], page.counts[each.of]
            if was is not None and now is not None:
                yield expect(
                    was == now,
                    f"{each.member} differs between the pages of a listing",
                    expected=was,
                    actual=now,
                    path=f"/{each.member}",
                    exchanges=(*first.exchanges, *page.exchanges),
                )


def _listed_once(page: Page) -> Iterator[Check]:
    if len(page.identities) > 1:
        twice = [identity for identity, times in Counter(page.identities).items() if times > 1]
        times = f"{count(len(twice), page.contract)} {'is' if len(twice) == 1 else 'are'}"
        yield expect(not twice, f"{times} listed more than once on one page", expected="each once", actual=few(twice))


@rule("report.service-listed-once", needs="a page of two services")
def service_listed_once(page: Page) -> Iterator[Check]:
    yield from _listed_once(page)


@rule("report.entity-listed-once", needs="a page of two entities")
def entity_listed_once(page: Page) -> Iterator[Check]:
    yield from _listed_once(page)
