"""Tokens: that they continue where their page stopped, and what is done with those that do not belong to the request."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from ...errors import shorten
from ..evidence.collection import Collection
from ..evidence.evidence import Evidence
from ..evidence.failures import codes, is_refusal, is_server_error, is_throttled, shown, status
from ..evidence.listings import ObservedListing
from ..evidence.probes import SentToken
from ..evidence.responses import Page
from ..evidence.words import few, limit, token
from ..protocols.base import Reading
from .job import UNREADABLE
from .pagination_listings import sizes
from .registry import KEPT, Check, broken, expect, rule, settled, unknown


@rule(
    "pagination.token-continues",
    needs="a {listing.token} that was followed with the parameters of its page",
    suppressed_by=("pagination.ends", "pagination.truncated-has-token", "protocol.no-server-error"),
)
def token_continues(collection: Collection) -> Iterator[Check]:
    """A page after a token holds something that did not come before, unless it is empty, and never the beginning again.

    Single items that are lost or repeated have rules of their own, except where another listing was under way: there it is the token
    that did not keep its place.
    """
    for listing in collection.listings:
        judged = collection.held_to(listing)
        if judged is None:
            continue
        judged -= collection.doubled
        seen: set[str] = set()
        for page, following in pairwise(listing.pages):
            seen |= set(page.identities) & judged
            yield from _continues(page, following, frozenset(seen), judged)
        yield from _keeps_its_place(collection, listing, judged)
    refused = [each for each in collection.listings if each.end == "refused" and len(sizes(each)) == 1]
    if len(refused) > 1 and all(len(each.pages) == 1 for each in collection.listings):
        yield broken(
            f"no {token(collection.contract)} that was given can be followed",
            expected="the next page",
            actual=refused[-1].reason,
            exchanges=(*refused[-1].exchanges, *([refused[-1].stop.exchange.index] if refused[-1].stop else [])),
        )


def _continues(page: Page, following: Page, seen: frozenset[str], judged: frozenset[str]) -> Iterator[Check]:
    here = [each for each in following.identities if each in judged]
    if not here or not seen or following.limit not in (page.limit, None):
        return
    if following.limit is None and page.limit is not None:
        # Without its limit, the token may be taken for one of another listing, which is no excuse to start over.
        again = seen <= set(here)
        what = f"that is sent without {limit(page.contract)} starts over"
    else:
        again = seen.issuperset(here)
        what = "does not continue: the next page holds only what came before"
    yield expect(
        not again,
        f"a {token(page.contract)} {what}",
        expected="what follows after its page",
        actual=few(here),
        exchanges=(*page.exchanges, *following.exchanges),
    )


def _keeps_its_place(collection: Collection, listing: ObservedListing, judged: frozenset[str]) -> Iterator[Check]:
    """Pages of another listing were requested between a page and the next one, which starts all the same where the page stopped.

    Where that is, only an order shows that all listings share. A second use of a token is another rule's matter.
    """
    order = [each for each in collection.order(listing.sort_key) if each in judged]
    places = {identity: place for place, identity in enumerate(order)}
    others = [each for each in collection.listings if each is not listing]
    for page, following in pairwise(listing.pages):
        here, there = ([each for each in one.identities if each in places] for one in (page, following))
        if page.limit != following.limit or not here or not there or not _interleaved(collection, page, following):
            continue
        if collection.is_second_use(following):
            continue
        expected = order[places[here[-1]] + 1 : places[here[-1]] + 2]
        also = "" if any(there[0] in each.repeats for each in others) else " while another listing is under way"
        yield expect(
            there[:1] == expected,
            f"a {token(collection.contract)} does not keep its place{also}",
            expected=f"{few(expected) or 'nothing'} after {shorten(here[-1], 80)}",
            actual=shorten(there[0], 80),
            exchanges=(*page.exchanges, *following.exchanges),
        )


def _interleaved(collection: Collection, page: Page, following: Page) -> bool:
    """Whether another page of the collection was requested between these two."""
    return any(page.exchange.index < index < following.exchange.index for index in collection.exchanges)


@rule(
    "pagination.token-repeatable",
    needs="a {listing.token} that was followed twice",
    suppressed_by=(
        "pagination.token-advances",
        "pagination.ends",
        "pagination.complete",
        "pagination.token-continues",
        "pagination.page-size-may-change",
    ),
)
def token_repeatable(collection: Collection) -> Iterator[Check]:
    same: dict[tuple[str | None, str], list[Page]] = defaultdict(list)
    for page in collection.pages:
        if page.token:
            same[page.sort_key, page.token].append(page)
    for pages in same.values():
        for first, second in pairwise(pages):
            yield from _same_place(collection, first, second)
    if collection.job is None:
        yield from _works_once(collection, same)


def _same_place(collection: Collection, first: Page, second: Page) -> Iterator[Check]:
    stable = collection.unchanged(first.exchange.index, second.exchange.index)
    for path in first.lists.keys() & second.lists.keys():
        was, now = ([each for each in page.lists[path] if each in stable] for page in (first, second))
        both = min(len(was), len(now))
        if not both:
            continue
        yield expect(
            was[:both] == now[:both],
            f"the same {token(collection.contract)} went on at another place",
            expected=f"{shorten(was[0], 80)} first",
            actual=f"{shorten(now[0], 80)} first",
            exchanges=(*first.exchanges, *second.exchanges),
        )


def _works_once(collection: Collection, followed: dict[tuple[str | None, str], list[Page]]) -> Iterator[Check]:
    """A second use that is refused, which many services do: it is only noted, and not where it is documented."""
    listing = collection.contract.listing
    if listing is None or "single-use-token" in listing.exceptions:
        return
    first = {given: pages[0] for (_, given), pages in followed.items()}
    for reading in collection.steps:
        before = first.get(collection.token_in(reading) or "")
        if before is None or not before.exchange.before(reading.exchange) or is_throttled(reading):
            continue
        if is_refusal(reading) and dict(before.parameters) == dict(reading.exchange.parameters or {}):
            yield broken(
                f"a {token(collection.contract)} works only once",
                expected="the same page again",
                actual=shown(reading),
                exchanges=(*before.exchanges, reading.exchange.index),
            )


# -- tokens that do not belong to the request


@rule(
    "pagination.unknown-token-refused",
    needs="a {listing.token} in the form of an issued one that was never issued",
    suppressed_by=("pagination.unknown-token-no-crash", *UNREADABLE),
)
def unknown_token_refused(evidence: Evidence) -> Iterator[Check]:
    yield from settled(
        _refusals(evidence, lambda sent: sent.unissued, f"a {token(evidence.contract)} that was never issued")
    )


@rule("pagination.unknown-token-no-crash", needs="an altered or unissued {listing.token}")
def unknown_token_no_crash(evidence: Evidence) -> Iterator[Check]:
    for sent in evidence.sent_tokens:
        if sent.unissued and not is_throttled(sent.reading):
            yield expect(
                not is_server_error(sent.reading),
                f"{status(sent.reading)} on a {token(evidence.contract)} that was never issued",
                expected="a refusal with HTTP 4xx",
                actual=shown(sent.reading),
                exchanges=(sent.reading.exchange.index,),
            )


@rule("pagination.token-error-declared", needs="an altered or unissued {listing.token} that is refused")
def token_error_declared(evidence: Evidence) -> Iterator[Check]:
    declared = evidence.contract.errors.token
    for sent in evidence.sent_tokens:
        if sent.unissued and is_refusal(sent.reading) and not is_throttled(sent.reading):
            found = codes(sent.reading)
            yield expect(
                not set(declared).isdisjoint(found),
                f"a {token(evidence.contract)} that was never issued is refused with a code that the operation does not declare for it",
                expected=" or ".join(declared),
                actual=" and ".join(found) or "no code",
                exchanges=(sent.reading.exchange.index,),
            )


def _foreign(evidence: Evidence, which: Callable[[SentToken], bool], what: str) -> Iterator[Check]:
    yield from settled(_refusals(evidence, which, f"a {token(evidence.contract)} {what}"))


@rule(
    "pagination.token-bound-to-sort-key",
    needs="a {listing.token} sent with another {sort.parameter} than the one that it came from",
    suppressed_by=UNREADABLE,
)
def token_bound_to_sort_key(evidence: Evidence) -> Iterator[Check]:
    yield from _foreign(evidence, lambda sent: sent.foreign == "order", "from a listing in another order")


@rule(
    "pagination.token-bound-to-job",
    needs="a {listing.token} sent with another {job.id_in} than the one that it came from",
    suppressed_by=UNREADABLE,
)
def token_bound_to_job(evidence: Evidence) -> Iterator[Check]:
    yield from _foreign(evidence, lambda sent: sent.foreign == "job", "of another job")


@rule(
    "pagination.token-bound-to-parameters",
    needs="a {listing.token} sent with other parameters than those that it came from",
    suppressed_by=UNREADABLE,
)
def token_bound_to_parameters(evidence: Evidence) -> Iterator[Check]:
    yield from _foreign(evidence, lambda sent: sent.foreign == "parameters", "of a listing with other parameters")


def _refusals(evidence: Evidence, which: Callable[[SentToken], bool], what: str) -> Iterator[Check]:
    for sent in evidence.sent_tokens:
        if which(sent):
            yield from _refusal(sent.reading, what)


def _refusal(reading: Reading, what: str) -> Iterator[Check]:
    if is_throttled(reading):
        yield unknown(reading.reason)
    elif reading.kind == "error" and (reading.exchange.status or 0) < 400:
        yield unknown(f"it is refused with HTTP {reading.exchange.status}")
    elif is_refusal(reading):
        yield KEPT
    else:
        came = "a page" if reading.kind == "result" else shown(reading)
        yield broken(
            f"{what} is not refused",
            expected="a refusal",
            actual=came,
            exchanges=(reading.exchange.index,),
            because="pagination.ends",  # a service that ignores tokens refuses none
        )
