"""Sort keys: the order that a request asks for, over whole listings and across their pages."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...spec.contract import SortKey
from ..evidence.collection import Collection, shows_its_order
from ..evidence.listings import ObservedListing
from ..evidence.ordering import (
    COMPARISONS,
    Stretch,
    falls,
    identities,
    misplaced,
    out_of_time,
    sorted_under,
    stretches,
)
from ..evidence.words import count, few, nouns
from .registry import KEPT, Check, broken, expect, rule


def _key(listing: ObservedListing) -> SortKey | None:
    """The order that was asked for, None where the request is not known."""
    sort = listing.contract.sort
    if sort is None or not listing.asked:
        return None
    try:
        return sort.key(listing.sort_key)
    except KeyError:
        return None


def _default(listing: ObservedListing) -> Iterator[tuple[Stretch, list[str]]]:
    """The stretches of a listing that was requested without a sort key."""
    key = _key(listing)
    if key is not None and listing.sort_key is None and key.type == "text":
        for stretch in stretches(listing):
            keys = identities(stretch)
            if len(set(keys)) > 1:
                yield stretch, keys


def _out_of_order(
    stretch: Stretch, keys: Sequence[str], descending: bool, message: str, because: str | None = None
) -> Check:
    """The violation of a stretch that is not alphabetical."""
    place = misplaced(keys, str, descending) or 1
    keyed = [each for each in stretch.items if each.identity is not None]
    return broken(
        message,
        expected=f"{keys[place]} before {keys[place - 1]}",
        actual=f"{keys[place - 1]}, then {keys[place]}",
        exchanges=tuple(dict.fromkeys((keyed[place - 1].exchange, keyed[place].exchange))),
        because=because,
    )


#: A listing that lost or repeated items, or whose order changes with every request, says little about the order that was meant.
_PAGING = ("pagination.complete", "pagination.no-repeats", "pagination.order-continues")


@rule(
    "sort.default-by-namespace",
    needs="a listing of two {listing.nouns} without {sort.parameter}",
    suppressed_by=_PAGING,
)
def default_by_namespace(listing: ObservedListing) -> Iterator[Check]:
    for stretch, keys in _default(listing):
        if sorted_under(keys, False) or sorted_under(keys, True):
            yield KEPT
        else:
            what = f"without {listing.contract.sort.parameter if listing.contract.sort else 'a sort key'} the order"
            by = listing.contract.listing.identity if listing.contract.listing else "identity"
            yield _out_of_order(stretch, keys, falls(keys), f"{what} is not by {by}")


@rule(
    "sort.default-ascending",
    needs="a listing of two {listing.nouns} without {sort.parameter}",
    suppressed_by=("sort.default-by-namespace", *_PAGING),
)
def default_ascending(listing: ObservedListing) -> Iterator[Check]:
    for stretch, keys in _default(listing):
        if sorted_under(keys, False):
            yield KEPT
        else:
            name = listing.contract.sort.parameter if listing.contract.sort else "a sort key"
            message = f"without {name} the order is not ascending"
            yield _out_of_order(stretch, keys, False, message, "pagination.order-continues")


def _namespace_rule(collection: Collection, descending: bool) -> Iterator[Check]:
    """Each listing is alphabetical by some comparison, and all of them by the same."""
    common = set(COMPARISONS)
    if descending:  # what the ascending listings were sorted by holds here too
        for stretch in _under(collection, "text", False):
            common &= set(sorted_under(identities(stretch), False)) or common
    for stretch in _under(collection, "text", descending):
        keys = identities(stretch)
        if len(set(keys)) < 2:
            continue
        under = set(sorted_under(keys, descending))
        if not under:
            yield _out_of_order(stretch, keys, descending, f"{stretch.listing.describe()} is not in alphabetical order")
        elif not under & common:
            yield broken(
                f"{stretch.listing.describe()} is alphabetical in another way than other listings of the report",
                expected=" or ".join(sorted(common)),
                actual=" or ".join(sorted(under)),
                exchanges=stretch.exchanges,
            )
        else:
            common &= under
            yield KEPT


def _under(collection: Collection, kind: str, descending: bool) -> Iterator[Stretch]:
    for listing in collection.listings:
        key = _key(listing)
        if key is not None and listing.sort_key is not None and (key.type, key.descending) == (kind, descending):
            yield from stretches(listing)


@rule(
    "sort.namespace-ascending",
    needs="a listing of two {listing.nouns} under {sort.text.ascending}",
    suppressed_by=_PAGING,
)
def namespace_ascending(collection: Collection) -> Iterator[Check]:
    yield from _namespace_rule(collection, False)


@rule(
    "sort.namespace-descending",
    needs="a listing of two {listing.nouns} under {sort.text.descending}",
    suppressed_by=("sort.namespace-ascending", *_PAGING),
)
def namespace_descending(collection: Collection) -> Iterator[Check]:
    yield from _namespace_rule(collection, True)


def _time_rule(collection: Collection, descending: bool) -> Iterator[Check]:
    name = collection.contract.report.time if collection.contract.report else "time"
    for stretch in _under(collection, "time", descending):
        timed = [(each, each.time) for each in stretch.items if each.time is not None]
        moments = [moment for _, moment in timed]
        finest = min(moments, key=lambda each: each.unit, default=None)
        if finest is None or all(each.same(finest) for each in moments):
            continue  # all of them tie
        place = out_of_time(moments, descending)
        if place is None:
            yield KEPT
            continue
        (one, was), (other, now) = timed[place[0]], timed[place[1]]
        yield broken(
            f"{stretch.listing.describe()} is not in the order of {name}",
            expected=f"{other.label} ({now}) before {one.label} ({was})",
            actual=f"{one.label}, then {other.label}",
            path=f"{other.path}/{name}",
            exchanges=tuple(dict.fromkeys((one.exchange, other.exchange))),
            because="sort.namespace-descending" if _ignored(collection, stretch.listing) else None,
        )


def _ignored(collection: Collection, listing: ObservedListing) -> bool:
    """Whether the listing is exactly like one that was requested under a key for texts: then the parameter is ignored."""
    return any(
        each.identities == listing.identities
        for each in collection.ended
        if each.sort_key is not None and (key := _key(each)) is not None and key.type == "text"
    )


@rule(
    "sort.time-ascending",
    needs="a listing under {sort.time.ascending} with two different times",
    suppressed_by=_PAGING,
)
def time_ascending(collection: Collection) -> Iterator[Check]:
    yield from _time_rule(collection, False)


@rule(
    "sort.time-descending",
    needs="a listing under {sort.time.descending} with two different times",
    suppressed_by=("sort.time-ascending", *_PAGING),
)
def time_descending(collection: Collection) -> Iterator[Check]:
    yield from _time_rule(collection, True)


_BOTH = "a listing under a time key with {listing.nouns} that were accessed and {listing.nouns} that were not"


def _mixed(collection: Collection) -> Iterator[tuple[Stretch, list[bool]]]:
    """Stretches under a time key that hold items of both kinds, with "has a time" for each."""
    for descending in (False, True):
        for stretch in _under(collection, "time", descending):
            has = [each.time is not None for each in stretch.items]
            if any(has) and not all(has):
                yield stretch, has


@rule(
    "sort.never-accessed-together",
    needs=_BOTH,
    suppressed_by=("report.attempt-details-together", "sort.time-ascending", "sort.time-descending", *_PAGING),
)
def never_accessed_together(collection: Collection) -> Iterator[Check]:
    for stretch, has in _mixed(collection):
        changes = [place for place in range(1, len(has)) if has[place] != has[place - 1]]
        yield expect(
            len(changes) == 1,
            f"in {stretch.listing.describe()} the {nouns(collection.contract)} without a time are spread among the others",
            expected="all of them first, or all of them last",
            actual=f"{len(changes)} changes between the two kinds, the first at {stretch.items[changes[0]].label}",
            exchanges=stretch.exchanges,
        )


@rule("sort.never-accessed-position", needs=_BOTH)
def never_accessed_position(collection: Collection) -> Iterator[Check]:
    """Nobody documents which: what is seen is noted."""
    seen: dict[str, Stretch] = {}
    for stretch, has in _mixed(collection):
        if sum(a != b for a, b in pairwise(has)) == 1:
            key = _key(stretch.listing)
            way = "descending" if key and key.descending else "ascending"
            seen.setdefault(f"{'last' if has[0] else 'first'} {way}", stretch)
    if seen:
        yield broken(
            f"{nouns(collection.contract)} that were never accessed come {' and '.join(sorted(seen))}",
            actual=", ".join(sorted(seen)),
            exchanges=tuple(sorted({index for each in seen.values() for index in each.exchanges})),
        )


@rule(
    "sort.descending-reverses",
    needs="whole listings under both directions of one key",
    suppressed_by=(
        "job.read-repeatable",
        "sort.namespace-ascending",
        "sort.namespace-descending",
        "sort.time-ascending",
        "sort.time-descending",
    ),
)
def descending_reverses(collection: Collection) -> Iterator[Check]:
    whole: dict[tuple[str, bool], ObservedListing] = {}
    for listing in collection.ended:
        key = _key(listing)
        if key is not None and listing.sort_key is not None and not listing.repeats:
            whole.setdefault((key.type, key.descending), listing)
    for kind in ("text", "time"):
        up, down = whole.get((kind, False)), whole.get((kind, True))
        if up is None or down is None or up.held != down.held or len(up.identities) < 2:
            continue
        backwards = up.identities[::-1]
        both = zip(backwards, down.identities, strict=False)
        place = next((i for i, (a, b) in enumerate(both) if a != b), None)
        yield expect(
            place is None,
            f"{down.describe()} is not the exact reverse of the ascending one",
            expected=backwards[place or 0],
            actual=down.identities[place or 0],
            exchanges=tuple(dict.fromkeys((*up.exchanges, *down.exchanges))),
        )


@rule(
    "sort.same-services-under-every-key",
    needs="whole listings under two sort keys",
    suppressed_by=("pagination.complete", "pagination.no-repeats"),
)
def same_services_under_every_key(collection: Collection) -> Iterator[Check]:
    """What an order shows is what any of its listings shows: what only one of several lost is the paging's fault."""
    shown: dict[str | None, frozenset[str]] = defaultdict(frozenset)
    of: dict[str | None, list[ObservedListing]] = defaultdict(list)
    for listing in collection.closed:
        if listing.asked:
            shown[listing.sort_key] |= listing.held
            of[listing.sort_key].append(listing)
    if len(shown) < 2 or not collection.identities:
        return
    for sort_key, held in shown.items():
        missing = sorted(collection.identities - held)
        if missing and not shows_its_order(of[sort_key]):
            continue  # pagination.complete speaks of it
        yield expect(
            not missing,
            f"{count(len(missing), collection.contract)} that other orders list are missing under {sort_key or 'the default order'}",
            expected=count(len(collection.identities), collection.contract),
            actual=f"{len(held)}, without {few(missing)}",
            exchanges=of[sort_key][0].exchanges,
        )
