"""Order: over whole listings, across their pages."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ...spec.legacy import SortKey, contract
from ..evidence.evidence import Report
from ..evidence.listings import Listing
from ..evidence.responses import Service
from ..protocols.timestamps import Instant
from .pagination import closed, shows_its_order
from .registry import KEPT, Check, broken, rule

Collation = Callable[[str], str]


def _blind_to_case(text: str) -> str:
    return text.casefold()


@lru_cache(maxsize=4096)  # every listing holds the same names
def _blind_to_punctuation(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


#: What "alphabetical" may mean. Code points is what AWS does.
COLLATIONS: Mapping[str, Collation] = {
    "by code points": str,
    "blind to case": _blind_to_case,
    "blind to case and punctuation": _blind_to_punctuation,
}


@dataclass(frozen=True, slots=True)
class Run:
    """Services that should be in one order: a whole listing, or one page where the pages do not join into one."""

    listing: Listing
    services: tuple[Service, ...]
    exchanges: tuple[int, ...]


def _runs(listing: Listing) -> Iterator[Run]:
    """A listing that repeats services across its pages goes back in its order there; that is the paging's fault, not the sorting's."""
    if listing.repeats:
        for page in listing.pages:
            yield Run(listing, page.services, page.exchanges)
    else:
        yield Run(listing, listing.services, listing.exchanges)


def _order(listing: Listing) -> SortKey | None:
    """The asked order, None where the request is not known."""
    return contract().sort_key(listing.sort_key) if listing.asked else None


def _misplaced(keys: Sequence[str], collation: Collation, descending: bool) -> int | None:
    """The place of the first key that comes before its predecessor in the order."""
    folded = [collation(key) for key in keys]
    for place in range(1, len(keys)):
        one, other = folded[place - 1], folded[place]
        if (one < other) if descending else (one > other):
            return place
    return None


def _sorted_under(keys: Sequence[str], descending: bool) -> list[str]:
    return [name for name, collation in COLLATIONS.items() if _misplaced(keys, collation, descending) is None]


def _keys(run: Run) -> list[str]:
    return [each.key for each in run.services if each.key is not None]


@rule("sort.default-by-namespace", needs="a listing of two services without SortKey")
def default_by_namespace(listing: Listing) -> Iterator[Check]:
    if not listing.asked or listing.sort_key is not None:
        return
    for run in _runs(listing):
        keys = _keys(run)
        if len(set(keys)) > 1:
            if _sorted_under(keys, False) or _sorted_under(keys, True):
                yield KEPT
            else:
                yield _out_of_order(
                    run, keys, _falls(keys), "the order that holds without SortKey is not by ServiceNamespace"
                )


def _falls(keys: Sequence[str]) -> bool:
    """Whether more steps go down than up: which way round the order was probably meant."""
    steps = list(pairwise(keys))
    return sum(a > b for a, b in steps) > sum(a < b for a, b in steps)


def _out_of_order(run: Run, keys: Sequence[str], descending: bool, message: str) -> Check:
    place = _misplaced(keys, str, descending) or 1
    wanted = f"{keys[place]} before {keys[place - 1]}"
    return broken(
        message, expected=wanted, actual=f"{keys[place - 1]}, then {keys[place]}", exchanges=_around(run, place)
    )


def _around(run: Run, place: int) -> tuple[int, ...]:
    """The exchanges that hold the service at that place and the one before it."""
    keyed = [each for each in run.services if each.key is not None]
    return tuple(dict.fromkeys((keyed[place - 1].exchange, keyed[place].exchange)))


@rule(
    "sort.default-ascending", needs="a listing of two services without SortKey", grounds=("sort.default-by-namespace",)
)
def default_ascending(listing: Listing) -> Iterator[Check]:
    if not listing.asked or listing.sort_key is not None:
        return
    for run in _runs(listing):
        keys = _keys(run)
        if len(set(keys)) > 1:
            yield (
                KEPT
                if _sorted_under(keys, False)
                else _out_of_order(run, keys, False, "without SortKey the order is not ascending")
            )


def _namespace_rule(report: Report, descending: bool) -> Iterator[Check]:
    """Each listing is alphabetical under some collation, and all of them under the same."""
    common = set(COLLATIONS)
    if descending:  # what the ascending listings were sorted by holds here too
        for run in _runs_under(report, "key", False):
            common &= set(_sorted_under(_keys(run), False)) or common
    for run in _runs_under(report, "key", descending):
        keys = _keys(run)
        if len(set(keys)) < 2:
            continue
        under = set(_sorted_under(keys, descending))
        if not under:
            yield _out_of_order(run, keys, descending, f"{run.listing.describe()} is not in alphabetical order")
        elif not under & common:
            yield broken(
                f"{run.listing.describe()} is alphabetical in another way than other listings of the report",
                expected=" or ".join(sorted(common)),
                actual=" or ".join(sorted(under)),
                exchanges=run.exchanges,
            )
        else:
            common &= under
            yield KEPT


def _runs_under(report: Report, by: str, descending: bool) -> Iterator[Run]:
    for listing in report.listings:
        order = _order(listing)
        if order is not None and listing.sort_key is not None and (order.by, order.descending) == (by, descending):
            yield from _runs(listing)


@rule("sort.namespace-ascending", needs="a listing of two services under SERVICE_NAMESPACE_ASCENDING")
def namespace_ascending(report: Report) -> Iterator[Check]:
    yield from _namespace_rule(report, False)


@rule("sort.namespace-descending", needs="a listing of two services under SERVICE_NAMESPACE_DESCENDING")
def namespace_descending(report: Report) -> Iterator[Check]:
    yield from _namespace_rule(report, True)


def _time_rule(report: Report, descending: bool) -> Iterator[Check]:
    for run in _runs_under(report, "time", descending):
        timed = [(each, each.time) for each in run.services if each.time is not None]
        moments = [moment for _, moment in timed]
        finest = min(moments, key=lambda each: each.unit, default=None)
        if finest is None or all(each.same(finest) for each in moments):
            continue  # all of them tie
        place = _out_of_time(moments, descending)
        if place is None:
            yield KEPT
            continue
        earlier, later = place
        (one, was), (other, now) = timed[earlier], timed[later]
        yield broken(
            f"{run.listing.describe()} is not in the order of LastAuthenticatedTime",
            expected=f"{other.label} ({now}) before {one.label} ({was})",
            actual=f"{one.label}, then {other.label}",
            path=f"{other.path}/LastAuthenticatedTime",
            exchanges=tuple(dict.fromkeys((one.exchange, other.exchange))),
        )


def _out_of_time(moments: Sequence[Instant], descending: bool) -> tuple[int, int] | None:
    """Two places whose instants stand the wrong way round.

    Not only neighbours: a coarse text between two fine ones ties with both, and they still do not with each other. So each is
    held to the one before it that leaves the least room: the last to begin or, the other way round, the first to end.
    """
    tightest = 0
    for place in range(1, len(moments)):
        one, other = moments[tightest], moments[place]
        if other.after(one) if descending else one.after(other):
            return tightest, place
        if (other.start + other.unit <= one.start + one.unit) if descending else (other.start >= one.start):
            tightest = place
    return None


@rule("sort.time-ascending", needs="a listing under LAST_AUTHENTICATED_TIME_ASCENDING with two different times")
def time_ascending(report: Report) -> Iterator[Check]:
    yield from _time_rule(report, False)


@rule("sort.time-descending", needs="a listing under LAST_AUTHENTICATED_TIME_DESCENDING with two different times")
def time_descending(report: Report) -> Iterator[Check]:
    yield from _time_rule(report, True)


def _timed_runs(report: Report) -> Iterator[tuple[Run, list[bool]]]:
    """Runs under a time key that hold services of both kinds, with "has a time" for each."""
    for descending in (False, True):
        for run in _runs_under(report, "time", descending):
            has = [each.time is not None for each in run.services]
            if any(has) and not all(has):
                yield run, has


@rule(
    "sort.never-accessed-together",
    needs="a listing under a time key with services that were accessed and services that were not",
    grounds=("report.attempt-details-together", "sort.time-ascending", "sort.time-descending"),
)
def never_accessed_together(report: Report) -> Iterator[Check]:
    for run, has in _timed_runs(report):
        changes = [place for place in range(1, len(has)) if has[place] != has[place - 1]]
        yield (
            KEPT
            if len(changes) == 1
            else broken(
                f"in {run.listing.describe()} the services without a time are spread among the others",
                expected="all of them first, or all of them last",
                actual=f"{len(changes)} changes between the two kinds, the first at {run.services[changes[0]].label}",
                exchanges=run.exchanges,
            )
        )


@rule(
    "sort.never-accessed-position",
    needs="a listing under a time key with services that were accessed and services that were not",
)
def never_accessed_position(report: Report) -> Iterator[Check]:
    """Nobody documents which: what is seen is noted."""
    seen: dict[str, Run] = {}
    for run, has in _timed_runs(report):
        if sum(a != b for a, b in pairwise(has)) == 1:
            order = _order(run.listing)
            way = "descending" if order and order.descending else "ascending"
            seen.setdefault(f"{'last' if has[0] else 'first'} {way}", run)
    if seen:
        yield broken(
            f"services that were never accessed come {' and '.join(sorted(seen))}",
            actual=", ".join(sorted(seen)),
            exchanges=tuple(sorted({index for run in seen.values() for index in run.exchanges})),
        )


@rule(
    "sort.descending-reverses",
    needs="whole listings under both directions of one key",
    grounds=("sort.namespace-ascending", "sort.namespace-descending", "sort.time-ascending", "sort.time-descending"),
)
def descending_reverses(report: Report) -> Iterator[Check]:
    whole: dict[tuple[str, bool], Listing] = {}
    for listing in report.ended:
        order = _order(listing)
        if order is not None and listing.sort_key is not None and not listing.repeats:
            whole.setdefault((order.by, order.descending), listing)
    for by in ("key", "time"):
        up, down = whole.get((by, False)), whole.get((by, True))
        if up is None or down is None or set(up.keys) != set(down.keys) or len(up.keys) < 2:
            continue
        backwards = up.keys[::-1]
        place = next((i for i, (a, b) in enumerate(zip(backwards, down.keys, strict=False)) if a != b), None)
        yield (
            KEPT
            if place is None
            else broken(
                f"{down.describe()} is not the exact reverse of the ascending one",
                expected=backwards[place],
                actual=down.keys[place],
                exchanges=tuple(dict.fromkeys((*up.exchanges, *down.exchanges))),
            )
        )


@rule(
    "sort.same-services-under-every-key",
    needs="whole listings under two sort keys",
    grounds=("pagination.complete", "pagination.no-repeats"),
)
def same_services_under_every_key(report: Report) -> Iterator[Check]:
    """What an order shows is what any of its listings shows: what only one of several lost is the paging's fault."""
    shown: dict[str | None, set[str]] = defaultdict(set)
    of: dict[str | None, list[Listing]] = defaultdict(list)
    for listing in closed(report):
        if listing.asked:
            shown[listing.sort_key] |= set(listing.keys)
            of[listing.sort_key].append(listing)
    if len(shown) < 2:
        return
    for sort_key, keys in shown.items():
        missing = sorted(report.keys - keys)
        if missing and not shows_its_order(of[sort_key]):
            continue  # pagination.complete speaks of it
        yield (
            KEPT
            if not missing
            else broken(
                f"{len(missing)} services that other orders list are missing under {sort_key or 'the default order'}",
                expected=f"{len(report.keys)} services",
                actual=f"{len(keys)}, without {', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}",
                exchanges=of[sort_key][0].exchanges,
            )
        )
