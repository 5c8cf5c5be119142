"""Which listings to explore: first every pair of sort key, class of page size, and first or later page, then drawn sequences."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from .sizes import classes, sizes

__all__ = ["REQUESTS", "Pair", "Walk", "designed", "drawn"]

#: Nobody reads a listing to its end in pages smaller than this.
_SMALL = 16
#: Sizes that one drawn sequence tries at most: more of them rarely have room in a listing.
_HAND = 5
#: What one sequence of `--explore` stands for: so many requests.
REQUESTS = 6

#: A sort key or None, the class of a page size, and whether the page is a later one.
Pair = tuple[str | None, str, bool]


@dataclass(frozen=True, slots=True)
class Walk:
    """One listing to ask for.

    Under `key`, page after page with these sizes (None: without), and on with the last of them to the end where `to_the_end`. `again` is
    the number of a page to ask for once more, with the size of the first.
    """

    key: str | None
    limits: tuple[int | None, ...]
    to_the_end: bool = True
    again: int | None = None

    @property
    def uniform(self) -> bool:
        """Whether the page size never changes."""
        return len(set(self.limits)) == 1

    def cost(self, total: int) -> int:
        """About how many requests it takes."""
        left, calls = total, 0
        for limit in self.limits:
            if left <= 0:
                break
            left -= limit or 100
            calls += 1
        if self.to_the_end and left > 0:
            calls += -(-left // (self.limits[-1] or 100))
        return max(calls, 1) + (self.again is not None)


def designed(
    seed: int, keys: Sequence[str | None], total: int, low: int, top: int, covered: Collection[Pair] = ()
) -> list[Walk]:
    """Listings that cover every pair that is not covered yet: each begins with a page of one class and goes on with one of another.

    The first order's listings are read to their end, in one more page, so that what a page loses is seen; those of the others show their
    order without that. The sizes of a class are dealt out in turn.
    """
    by_class = classes(total, low, top)
    shuffled = random.Random(seed)
    hands: dict[str, Iterator[int]] = {
        name: cycle(shuffled.sample(members, len(members))) for name, members in by_class.items()
    }
    names = list(by_class)
    small = [name for name in names if min(by_class[name]) < total]
    found: list[Walk] = []
    for turn, key in enumerate(keys):
        end = key == keys[0]
        later = [name for name in small if (key, name, True) not in covered]
        shift = turn % max(len(later), 1)
        waiting = later[shift:] + later[:shift]
        for name in names:
            if (key, name, False) in covered:
                continue
            first = next(hands[name])
            if first >= total:
                found.append(Walk(key, (first,)))
                continue
            following = _following(waiting, hands, total - first)
            found.append(Walk(key, (first, *following, *[top] * (end or not following)), end))
        while waiting:  # those that had no room behind another page
            size = min(by_class[waiting.pop()])
            found.append(Walk(key, (low, size, *[top] * end), end))
    return found


def _following(waiting: list[str], hands: dict[str, Iterator[int]], left: int) -> tuple[int, ...]:
    """A later page of the next class that has room, if one has."""
    for place, name in enumerate(waiting):
        size = next(hands[name])
        if size < left:
            del waiting[place]
            return (size,)
    return ()


def drawn(
    count: int,
    seed: int,
    keys: Sequence[str | None],
    total: int,
    low: int = 1,
    top: int = 1000,
    tried: Collection[int | None] = (),
) -> list[Walk]:
    """Draw `count` sequences, the same for the same arguments.

    The sizes are dealt out, those first that were not `tried` before, so that few sequences try many of them.
    """
    if count < 1:
        return []
    from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st

    deck = sizes(total, low, top) or [top]
    random.Random(seed).shuffle(deck)
    deck.sort(key=lambda size: size in tried or size >= total)
    hand = min(max(3, -(-len(deck) // max(count, 1))), _HAND)
    found: list[Walk] = []
    shapes = st.tuples(
        st.permutations(range(hand)),
        st.lists(st.sampled_from(deck), max_size=2),
        st.booleans(),
        st.sampled_from(list(keys)),
        st.none() | st.integers(1, hand),
    )

    @seeded(seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(shapes)
    def draw(shape: tuple[list[int], list[int], bool, str | None, int | None]) -> None:
        order, extra, falling, key, again = shape
        dealt = [deck[(len(found) * hand + place) % len(deck)] for place in order]
        found.append(Walk(key, _arranged([*extra, *dealt], total, falling), True, again))

    draw()
    return found


def _arranged(numbers: Sequence[int], total: int, falling: bool) -> tuple[int, ...]:
    """The page sizes as a listing may use them: what swallows the rest of the listing comes last.

    Large pages before small ones are worth a try of their own.
    """
    small = [n for n in numbers if n < total]
    if falling:
        small.sort(reverse=True)
    last = [n for n in numbers if n >= total][:1]
    if not last and small and small[-1] < _SMALL:
        last = [max(small)]
    return (*small, *last)
