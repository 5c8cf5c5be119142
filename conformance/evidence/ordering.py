"""What "alphabetical" may mean, and where a sequence departs from its order."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ...spec.order import reversed_labels
from ..protocols.timestamps import Instant
from .items import Item
from .listings import ObservedListing

__all__ = [
    "COMPARISONS",
    "ORDERS",
    "Stretch",
    "around_difference",
    "falls",
    "identities",
    "misplaced",
    "out_of_time",
    "sorted_under",
    "stretches",
]

Comparison = Callable[[str], str]


def _ignoring_case(text: str) -> str:
    return text.casefold()


@lru_cache(maxsize=4096)  # every listing holds the same names
def _ignoring_punctuation(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def around_difference(one: Sequence[str], other: Sequence[str]) -> tuple[str, str] | None:
    """What stands in each of two sequences where they first differ, with its neighbours; None where they agree as far as both go."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return None
    around = slice(max(at - 1, 0), at + 2)
    return " then ".join(one[around]), " then ".join(other[around])


#: By code point is what AWS does.
COMPARISONS: Mapping[str, Comparison] = {
    "by code point": str,
    "ignoring case": _ignoring_case,
    "ignoring case and punctuation": _ignoring_punctuation,
}

#: The comparisons of each type of order among texts; labels may be compared as one text with its dots, or one by one.
ORDERS: Mapping[str, Mapping[str, Comparison]] = {
    "text": COMPARISONS,
    "domain": {
        "by code point": reversed_labels,
        "label by label": lambda name: reversed_labels(name).replace(".", "\0"),
        "ignoring case": lambda name: reversed_labels(name).casefold(),
    },
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Items that should be in one order: a whole listing, or one page where the pages do not join into one."""

    listing: ObservedListing
    items: tuple[Item, ...]
    exchanges: tuple[int, ...]


def stretches(listing: ObservedListing) -> Iterator[Stretch]:
    """A listing that repeats items across its pages goes back in its order there; that is the paging's fault, not the sorting's."""
    if listing.repeats:
        for page in listing.pages:
            yield Stretch(listing, page.items, page.exchanges)
    else:
        yield Stretch(listing, listing.items, listing.exchanges)


def identities(stretch: Stretch) -> list[str]:
    """What identifies the items."""
    return [each.identity for each in stretch.items if each.identity is not None]


def misplaced(keys: Sequence[str], comparison: Comparison, descending: bool) -> int | None:
    """The place of the first key that comes before its predecessor in the order."""
    folded = [comparison(key) for key in keys]
    for place in range(1, len(keys)):
        one, other = folded[place - 1], folded[place]
        if (one < other) if descending else (one > other):
            return place
    return None


def sorted_under(keys: Sequence[str], descending: bool) -> list[str]:
    """The comparisons by which the keys are in order."""
    return [name for name, comparison in COMPARISONS.items() if misplaced(keys, comparison, descending) is None]


def falls(keys: Sequence[str]) -> bool:
    """Whether more steps go down than up: which way round the order was probably meant."""
    steps = list(pairwise(keys))
    return sum(a > b for a, b in steps) > sum(a < b for a, b in steps)


def out_of_time(moments: Sequence[Instant], descending: bool) -> tuple[int, int] | None:
    """Two places whose instants are the wrong way round.

    Not only neighbours: a coarse text between two fine ones ties with both, and they still do not with each other. So each is
    compared with the one before it that leaves the least room: the last to begin or, the other way round, the first to end.
    """
    tightest = 0
    for place in range(1, len(moments)):
        one, other = moments[tightest], moments[place]
        if other.after(one) if descending else one.after(other):
            return tightest, place
        if (other.start + other.unit <= one.start + one.unit) if descending else (other.start >= one.start):
            tightest = place
    return None
