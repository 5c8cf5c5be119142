"""Paging: what a page may hold, where the next one begins, and that all of them together are the report."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ...spec.legacy import contract
from ..evidence.evidence import Evidence, Report
from ..evidence.invalid_requests import unissued_marker
from ..evidence.listings import GIVEN_UP, Listing, goes_round
from ..evidence.responses import Answer, Page
from ..survey.refusals import THROTTLES
from .registry import KEPT, Check, broken, rule, settled, unknown

#: What most callers get who do not ask for a number of items.
_DEFAULT_LIMIT = 100


@rule("pagination.limit-respected", needs="a page asked for with MaxItems, of a report with more services than that")
def limit_respected(report: Report) -> Iterator[Check]:
    total = max((len(page.services) for page in report.pages), default=0)
    total = max(total, len(report.keys))
    for page in report.pages:
        if page.asked and page.limit is not None and total > page.limit:
            yield (
                KEPT
                if len(page.services) <= page.limit
                else broken(
                    f"a page holds more services than MaxItems={page.limit}",
                    expected=f"at most {page.limit}",
                    actual=len(page.services),
                    path="/AccessDetails",
                    exchanges=page.exchanges,
                )
            )


@rule("pagination.default-limit", needs="a page asked for without MaxItems, of a report with more than 100 services")
def default_limit(report: Report) -> Iterator[Check]:
    total = max((len(page.services) for page in report.pages), default=0)
    total = max(total, len(report.keys))
    for page in report.pages:
        if page.asked and page.limit is None and total > _DEFAULT_LIMIT:
            yield (
                KEPT
                if len(page.services) <= _DEFAULT_LIMIT
                else broken(
                    "a page that was asked for without MaxItems holds more services than the default",
                    expected=f"at most {_DEFAULT_LIMIT}",
                    actual=len(page.services),
                    path="/AccessDetails",
                    exchanges=page.exchanges,
                )
            )


@rule("pagination.truncated-has-token", needs="an answer with IsTruncated true")
def truncated_has_token(answer: Answer) -> Iterator[Check]:
    if answer.truncated:
        yield (
            KEPT
            if answer.has("next")
            else broken("IsTruncated is true and there is no Marker", expected="a Marker", actual="none")
        )


@rule("pagination.token-only-when-truncated", needs="a page without IsTruncated true")
def token_only_when_truncated(page: Page) -> Iterator[Check]:
    if not page.truncated:
        yield (
            KEPT
            if not page.has("next")
            else broken(
                "there is a Marker and IsTruncated is not true",
                expected="no Marker",
                actual=repr(page.next),
                path="/Marker",
            )
        )


@rule("pagination.token-advances", needs="a listing with two Markers")
def token_advances(listing: Listing) -> Iterator[Check]:
    seen: dict[str, Page] = {}
    for page in listing.pages:
        if page.next is None or not page.truncated:
            continue
        if seen:
            yield (
                KEPT
                if page.next not in seen
                else broken(
                    "a Marker comes twice in one listing",
                    expected="another Marker for another place",
                    actual=repr(page.next),
                    path="/Marker",
                    exchanges=(seen[page.next].exchange.index, page.exchange.index),
                )
            )
        seen.setdefault(page.next, page)


@rule("pagination.ends", needs="a listing of two pages")
def ends(listing: Listing) -> Iterator[Check]:
    pages, last = listing.pages, listing.pages[-1]
    if (round_ := goes_round(_of_one_size(pages))) is not None:
        page, reason = round_
        yield broken(
            "the listing does not end",
            expected="a page without IsTruncated true",
            actual=reason,
            path="/Marker",
            exchanges=tuple(dict.fromkeys((page.exchange.index, last.exchange.index))),
        )
    elif len(pages) > 1 and listing.end == "ended":
        yield KEPT
    elif listing.end == "cut":
        yield unknown(listing.reason)
    elif listing.end == "open" and len(pages) >= GIVEN_UP:
        if last.accessible is not None and len(listing.services) > last.accessible:
            yield broken(
                "the listing promises more after more services came than the report has",
                expected=f"an end after {last.accessible} services",
                actual=f"IsTruncated true after {len(listing.services)}, on page {len(pages)}",
                path="/IsTruncated",
            )
        else:
            yield unknown(f"it was given up after {len(pages)} pages, with more still promised")


def _of_one_size(pages: Sequence[Page]) -> Sequence[Page]:
    """The last pages that were asked for with one MaxItems: where that changes, pages may overlap and still come to an end."""
    size = next((number for number, page in enumerate(reversed(pages)) if page.limit != pages[-1].limit), len(pages))
    return pages[len(pages) - size :]


def expected_keys(report: Report, listing: Listing) -> frozenset[str]:
    """What a listing has to hold: what its own order shows, where one page or several listings alike tell; else everything.

    A service that an order never shows is the order's fault (`sort.same-services-under-every-key`), not the paging's.
    """
    same = [each for each in closed(report) if each.sort_key == listing.sort_key]
    return frozenset(key for each in same for key in each.keys) if shows_its_order(same) else report.keys


def shows_its_order(listings: Sequence[Listing]) -> bool:
    """Whether these listings under one key tell all that the order holds: one page that had room for more, or several that agree.

    A page that ends just at its limit may have been cut there without saying so.
    """
    roomy = [len(each.pages) > 1 or len(each.keys) < (each.pages[0].limit or _DEFAULT_LIMIT) for each in listings]
    if any(room and len(each.pages) == 1 for room, each in zip(roomy, listings, strict=True)):
        return True
    return sum(roomy) > 1 and len({frozenset(each.keys) for each in listings}) == 1


def closed(report: Report) -> Iterator[Listing]:
    """The listings that came to their end and do not contradict it by a Marker."""
    return (each for each in report.ended if not each.pages[-1].has("next"))


@rule(
    "pagination.complete",
    needs="a listing of two pages that came to its end",
    grounds=("pagination.truncated-has-token",),
)
def complete(report: Report) -> Iterator[Check]:
    """A listing may also have come to its end too early, after one page."""
    for listing in report.ended:
        if listing.uniform:
            missing = sorted(expected_keys(report, listing) - set(listing.keys))
            if missing:
                yield _lost(listing, missing)
            elif len(listing.pages) > 1:
                yield KEPT
    stops = [each for each in report.listings if each.end == "refused" and len(_limits(each)) == 1]
    if len(stops) > 1 and all(len(each.pages) == 1 for each in report.listings):
        # One Marker may have grown too old; where none of several ever worked, that is not why.
        yield _dead_end(stops[-1])
    for listing in report.listings:
        if listing.end in ("cut", "no-marker"):
            yield unknown(listing.reason)


def _dead_end(listing: Listing) -> Check:
    stop = () if listing.stop is None else (listing.stop.exchange.index,)
    return broken(
        "no Marker that was given can be followed",
        expected="the rest of the report",
        actual=listing.reason,
        exchanges=(*listing.exchanges, *stop),
    )


def _lost(listing: Listing, missing: list[str]) -> Check:
    return broken(
        f"{listing.describe()} lost {len(missing)} of the report's services",
        expected=f"{len(missing) + len(set(listing.keys))} services",
        actual=f"{len(set(listing.keys))}, without {', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}",
        exchanges=listing.exchanges,
    )


def _doubled(report: Report) -> frozenset[str]:
    """Services that one page lists twice: the report's own fault, wherever the pages are cut."""
    return frozenset(
        key
        for page in report.pages
        if len(set(page.keys)) < len(page.keys)
        for key in page.keys
        if page.keys.count(key) > 1
    )


@rule("pagination.no-repeats", needs="a listing of two pages with services on both")
def no_repeats(report: Report) -> Iterator[Check]:
    doubled = _doubled(report)
    for listing in report.listings:
        if listing.uniform and sum(bool(page.keys) for page in listing.pages) > 1:
            twice = sorted(listing.repeats - doubled)
            yield KEPT if not twice else _repeated(listing, twice)


def _repeated(listing: Listing, twice: list[str]) -> Check:
    return broken(
        f"{listing.describe()} repeats {len(twice)} services on a later page",
        expected="each once",
        actual=f"again: {', '.join(twice[:5])}{', …' if len(twice) > 5 else ''}",
        exchanges=listing.exchanges,
    )


@rule(
    "pagination.page-size-may-change",
    needs="a listing whose pages were asked for with different MaxItems",
    grounds=("pagination.complete", "pagination.no-repeats"),
)
def page_size_may_change(report: Report) -> Iterator[Check]:
    doubled = _doubled(report)
    for listing in report.listings:
        if not listing.asked or len(_limits(listing)) == 1:
            continue
        if twice := sorted(listing.repeats - doubled):
            yield _repeated(listing, twice)
        elif listing.end == "ended":
            missing = sorted(expected_keys(report, listing) - set(listing.keys))
            yield KEPT if not missing else _lost(listing, missing)
        elif listing.end == "refused" and listing.stop is not None:
            if any(each.end == "refused" and len(_limits(each)) == 1 for each in report.listings):
                continue  # markers are refused where nothing changed, too
            if any(page.marker == listing.pages[-1].next for page in report.pages):
                continue  # it was followed before, and an old Marker may be refused
            yield broken(
                f"{listing.describe()} was refused when MaxItems changed",
                expected="the rest of the report",
                actual=listing.reason,
                exchanges=(*listing.exchanges, listing.stop.exchange.index),
            )
        elif listing.end == "cut":
            yield unknown(listing.reason)


def _limits(listing: Listing) -> set[str]:
    """Every MaxItems that the listing was asked for with, the attempt that ended it included."""
    limits = {str(page.limit) for page in listing.pages}
    if listing.stop is not None:
        limits.add(str((listing.stop.exchange.parameters or {}).get(contract().page.limit)))
    return limits


@rule(
    "pagination.order-continues",
    needs="two listings of two services or more under one key",
    grounds=("pagination.page-size-may-change",),
)
def order_continues(report: Report) -> Iterator[Check]:
    """Under a time key the sequence of instants has to agree and not that of services: ties may fall anywhere."""
    same: dict[str | None, list[Listing]] = defaultdict(list)
    for listing in report.listings:
        if listing.asked:
            same[listing.sort_key].append(listing)
    for sort_key, listings in same.items():
        by_time = contract().sort_key(sort_key).by == "time"
        for one, other in pairwise(sorted(listings, key=lambda each: -len(each.keys))):
            common = frozenset(one.keys) & frozenset(other.keys)
            was, now = (_sequence(each, common, by_time) for each in (one, other))
            if len(set(was)) < 2:
                continue
            place = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), None)
            yield (
                KEPT
                if place is None
                else broken(
                    f"{other.describe()} has another order than {one.describe()}",
                    expected=" then ".join(was[max(place - 1, 0) : place + 2]),
                    actual=" then ".join(now[max(place - 1, 0) : place + 2]),
                    exchanges=tuple(dict.fromkeys((*one.exchanges, *other.exchanges))),
                )
            )


def _sequence(listing: Listing, common: frozenset[str], by_time: bool) -> list[str]:
    """The listing's order as far as another has it too: of services, or of their instants to the second, each service once."""
    once = {each.key: each for each in reversed(listing.services) if each.key in common}
    order = dict.fromkeys(key for key in listing.keys if key in common)
    if not by_time:
        return list(order)
    return [str(time.start // 10**9) for key in order if (time := once[key].time) is not None]


@rule(
    "pagination.token-repeatable",
    needs="a Marker that was followed twice",
    grounds=("pagination.token-advances", "pagination.page-size-may-change"),
)
def token_repeatable(report: Report) -> Iterator[Check]:
    same: dict[tuple[str | None, str], list[Page]] = defaultdict(list)
    for page in report.pages:
        if page.marker is not None:
            same[page.sort_key, page.marker].append(page)
    for pages in same.values():
        for first, second in pairwise(pages):
            both = min(len(first.keys), len(second.keys))
            if both:
                yield (
                    KEPT
                    if first.keys[:both] == second.keys[:both]
                    else broken(
                        "the same Marker went on at another place",
                        expected=f"{first.keys[0]} first",
                        actual=f"{second.keys[0]} first",
                        exchanges=(first.exchange.index, second.exchange.index),
                    )
                )


@rule(
    "pagination.unknown-token-refused",
    needs="a Marker in the form of an issued one that was never issued",
    grounds=("protocol.well-formed", "protocol.error-envelope", "protocol.status"),
)
def unknown_token_refused(evidence: Evidence) -> Iterator[Check]:
    yield from settled(_refusals(evidence, _stranger, "a Marker that was never issued", "a refusal"))


@rule(
    "pagination.token-bound-to-sort-key",
    needs="a Marker sent with another SortKey than the one that it came from",
    grounds=("protocol.well-formed", "protocol.error-envelope", "protocol.status"),
)
def token_bound_to_sort_key(evidence: Evidence) -> Iterator[Check]:
    yield from settled(_refusals(evidence, _foreign, "a Marker from a listing under another SortKey", "a refusal"))


def _stranger(marker: str, key: str, issued: dict[str, set[str]]) -> bool:
    return marker not in issued and any(unissued_marker(known, issued) == marker for known in issued)


def _foreign(marker: str, key: str, issued: dict[str, set[str]]) -> bool:
    return marker in issued and key not in issued[marker]


def _refusals(
    evidence: Evidence, which: Callable[[str, str, dict[str, set[str]]], bool], what: str, expected: str
) -> Iterator[Check]:
    page, job = evidence.contract.page, evidence.contract.job
    for report in evidence.reports:
        issued: dict[str, set[str]] = defaultdict(set)
        for each in report.pages:
            if each.next and each.truncated:
                issued[each.next].add(evidence.contract.sort_key(each.sort_key).value)
        for reading in evidence.readings:
            parameters = reading.exchange.parameters or {}
            marker = parameters.get(page.marker)
            if (
                reading.exchange.operation != evidence.contract.operation
                or parameters.get(job.id) != report.job.id
                or not isinstance(marker, str)
            ):
                continue
            asked = parameters.get(page.sort_key)
            key = asked if isinstance(asked, str) else evidence.contract.default_sort.value
            if not which(marker, key, issued):
                continue
            if reading.kind == "none" or (reading.error and reading.error.code in THROTTLES):
                yield unknown(reading.reason)
            elif reading.kind == "error" and 400 <= (reading.exchange.status or 0) < 500:
                yield KEPT
            elif reading.kind == "error" and (reading.exchange.status or 0) < 400:
                yield unknown(f"it is refused under HTTP {reading.exchange.status}")
            else:
                came = "a page" if reading.kind == "result" else f"HTTP {reading.exchange.status}, {reading.reason}"
                index = (reading.exchange.index,)
                yield broken(f"{what} is not refused", expected=expected, actual=came, exchanges=index)
