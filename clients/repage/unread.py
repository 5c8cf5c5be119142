"""Which places in the code left pages unread: the rule ``client.unread-pages``.

A place is a line of the program, not a listing and not a test: one line may be behind hundreds of listings. It knows about paging if it went on
to a second page anywhere in the run. So the listings of a run are first made into a `Digest`, which other processes' digests can be added to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from .callers.deletion_loops import deletes_listed
from .callers.early_end import may_end_early
from .callers.exact_name import looks_up_name
from .callers.first_item import wants_first_item
from .callers.lines import Line, is_intended, line_of, names
from .callers.origins import uses_aws
from .callers.places import Caller, Frame
from .callers.sources import call_at
from .listing import CutListing, Uncut

__all__ = ["LOST", "WOULD_LOSE", "Digest", "Place", "UnreadPlace", "digest", "lines_and_place"]

#: Items were held back, and nobody asked for them.
LOST: Final = "lost items"
#: Nothing was held back: only a token to an empty last page was left unused.
WOULD_LOSE: Final = "would lose items"
Level = Literal["lost items", "would lose items"]


class UnreadPlace(NamedTuple):
    """Where listings were left after a page with a token: the operation, the program's lines from the inside out, and which of them is the place."""

    operation: str
    lines: tuple[Line, ...]
    place: int
    through: str

    @property
    def line(self) -> Line | None:
        """The place; None where no code of the program was on the stack."""
        return self.lines[self.place] if self.lines else None


@dataclass
class _Seen:
    """What was seen at a stop: how many listings on each level and in which tests, how many items were held back, and how often after an empty page."""

    listings: dict[str, int] = field(default_factory=dict)
    contexts: dict[str, set[str]] = field(default_factory=dict)
    items: int = 0
    after_empty: int = 0

    def add(self, level: str, contexts: Iterable[str], listings: int = 1, items: int = 0, after_empty: int = 0) -> None:
        self.listings[level] = self.listings.get(level, 0) + listings
        self.contexts.setdefault(level, set()).update(contexts)
        self.items += items
        self.after_empty += after_empty


@dataclass(frozen=True)
class Place:
    """A place that left pages unread.

    `items` is how many items were held back in `listings` listings; 0 where only a token was left, to an empty page or to one that nobody has read. `callers` are the lines that call it, where it is
    reached from several. `through` is the installed package that it went through. `contexts` are the tests that saw it on its level, and `milder`
    those that only saw that it would lose items. `after_empty` says in how many listings an empty page with a token was the last that was read.
    """

    level: Level
    operation: str
    line: Line | None
    items: int
    listings: int
    callers: tuple[Line, ...] = ()
    through: str = ""
    contexts: tuple[str, ...] = ()
    milder: tuple[str, ...] = ()
    after_empty: int = 0


@dataclass
class Digest:
    """What the listings of one or more processes come to."""

    listings: int = 0
    pages: int = 0
    #: How many calls were not cut, and why.
    uncut: Counter[Uncut] = field(default_factory=Counter)
    _stops: dict[UnreadPlace, _Seen] = field(default_factory=dict)
    #: Lines that went on to another page of this operation.
    _known: set[tuple[str, Line]] = field(default_factory=set)
    #: For each operation and place the lines that call it.
    _callers: dict[tuple[str, Line], set[Line]] = field(default_factory=dict)

    def update(self, other: Digest) -> None:
        """Add what another process saw."""
        self.listings += other.listings
        self.pages += other.pages
        self.uncut.update(other.uncut)
        for stop, seen in other._stops.items():
            mine = self._stops.setdefault(stop, _Seen())
            for level, count in seen.listings.items():
                mine.add(level, seen.contexts[level], count)
            mine.items += seen.items
            mine.after_empty += seen.after_empty
        self._known |= other._known
        for key, lines in other._callers.items():
            self._callers.setdefault(key, set()).update(lines)

    def unread(self) -> list[Place]:
        """The places that left pages unread and never went on: those that lost most items first."""
        groups: dict[tuple[str, Line | None], list[UnreadPlace]] = {}
        for stop in self._stops:
            if not any((stop.operation, each) in self._known for each in stop.lines):
                groups.setdefault((stop.operation, stop.line), []).append(stop)
        places = [self._place(stops) for stops in groups.values()]
        return sorted(places, key=lambda each: (each.level, -each.items, each.operation, each.line or ()))

    def _place(self, stops: list[UnreadPlace]) -> Place:
        seen = [self._stops[each] for each in stops]
        level: Level = LOST if any(LOST in each.listings for each in seen) else WOULD_LOSE
        operation, line = stops[0].operation, stops[0].line
        several = line is not None and len(self._callers.get((operation, line), ())) > 1
        callers = {each.lines[each.place + 1] for each in stops if len(each.lines) > each.place + 1} if several else ()
        contexts = {
            name: sorted({one for each in seen for one in each.contexts.get(name, ())}) for name in (LOST, WOULD_LOSE)
        }
        milder = contexts[WOULD_LOSE] if level == LOST else ()
        listings = sum(each.listings.get(level, 0) for each in seen)
        items = sum(each.items for each in seen)
        return Place(
            level,
            operation,
            line,
            items,
            listings,
            callers=tuple(sorted(callers)),
            through=stops[0].through,
            contexts=tuple(contexts[level]),
            milder=tuple(milder),
            after_empty=sum(each.after_empty for each in seen),
        )

    def to_json(self) -> dict[str, Any]:
        """The digest as JSON, for another process."""
        return {
            "counts": [self.listings, self.pages, self.uncut],
            "stops": [
                [
                    *stop,
                    seen.listings,
                    {level: sorted(each) for level, each in seen.contexts.items()},
                    seen.items,
                    seen.after_empty,
                ]
                for stop, seen in self._stops.items()
            ],
            "known": [[operation, *line] for operation, line in sorted(self._known)],
            "callers": [[operation, line, sorted(lines)] for (operation, line), lines in self._callers.items()],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Digest:
        """The digest that `to_json` wrote."""
        listings, pages, uncut = value["counts"]
        found = cls(listings, pages, Counter(uncut))
        for operation, lines, place, through, listings, contexts, *counts in value["stops"]:
            stop = UnreadPlace(operation, tuple(Line(*each) for each in lines), place, through)
            found._stops[stop] = _Seen(listings, {level: set(each) for level, each in contexts.items()}, *counts)
        found._known = {(operation, Line(*line)) for operation, *line in value["known"]}
        found._callers = {
            (operation, Line(*line)): {Line(*each) for each in lines} for operation, line, lines in value["callers"]
        }
        return found


def digest(listings: Iterable[CutListing], is_test: Callable[[str], bool]) -> Digest:
    """The listings of this process, which are over. `is_test`: whether a file is one of the tests'."""
    found = Digest()
    for each in listings:
        if each.cut:
            found.listings += 1
            found.pages += len(each.pages) + (not each.finished)  # the one that nobody asked for
        _add(found, each, is_test)
    return found


def _add(found: Digest, listing: CutListing, is_test: Callable[[str], bool]) -> None:
    caller = listing.caller
    if not isinstance(caller, Caller):
        return
    lines, place = lines_and_place(caller, listing.operation)
    if len(lines) > place + 1:
        found._callers.setdefault((listing.operation, lines[place]), set()).add(lines[place + 1])
    if listing.followed:
        found._known.update((listing.operation, each) for each in _knowing(listing, lines, place))
    elif (level := _level(listing, is_test)) and not _is_enough(listing, caller.frames, place):
        through = caller.through if uses_aws(caller.through) else ""
        stop = UnreadPlace(listing.operation, lines, place, through)
        after_empty = int(level == LOST and listing.pages[-1].items == 0)
        seen = found._stops.setdefault(stop, _Seen())
        seen.add(level, [listing.context], items=listing.unread, after_empty=after_empty)


def lines_and_place(caller: Caller, operation: str) -> tuple[tuple[Line, ...], int]:
    """The caller's lines, and the index of the place: the innermost function that names the operation; one that does not only passes a call on."""
    words = _words(operation)
    place = next((index for index, frame in enumerate(caller.frames) if names(frame, words)), 0)
    return tuple(map(line_of, caller.frames)), place


def _is_enough(listing: CutListing, frames: tuple[Frame, ...], place: int) -> bool:
    """Whether the source says that no more than the first page is wanted. An empty first page is not enough for who wants the first item."""
    if _is_aware(listing, frames[: place + 1]):
        return True
    if deletes_listed(frames, place, listing.operation) or looks_up_name(frames, place):
        return True
    return listing.pages[0].items > 0 and wants_first_item(frames, place)


def _is_aware(listing: CutListing, frames: Iterable[Frame]) -> bool:
    """Whether the source says that it stops on purpose: by a comment, or because the function names the token and may end before the last page.

    A search may end on its first page in every test.
    """
    return any(is_intended(each) or (names(each, listing.words) and _may_end_early(each)) for each in frames)


def _may_end_early(frame: Frame) -> bool:
    found = call_at(*frame)
    return found is None or may_end_early(found)


def _words(operation: str) -> frozenset[str]:
    from botocore import xform_name

    name = operation.partition(":")[2]
    return frozenset({name, xform_name(name)})


def _level(listing: CutListing, is_test: Callable[[str], bool]) -> Level | None:
    """On which level the listing was left; None where that is right, or nobody can say."""
    if listing.finished or listing.caller.paginated or listing.token_read:
        return None
    if listing.filled or _is_about_one_resource(listing) or _is_handed_on(listing, is_test):
        return None
    if listing.loses_items:
        return LOST
    return None if listing.sampled else WOULD_LOSE


def _is_handed_on(listing: CutListing, is_test: Callable[[str], bool]) -> bool:
    """Whether the program has not looked at the items: it returns the whole response, or wants to know only whether the call works."""
    readers = listing.item_readers
    return readers is not None and all(is_test(each.co_filename) for each in readers)


_TAGS = re.compile(r"Tags(?![a-z])")


def _is_about_one_resource(listing: CutListing) -> bool:
    """Whether it lists the tags of one resource, which fit into a page by AWS's own limits."""
    name = listing.operation.partition(":")[2]
    return bool(_TAGS.search(name)) and any(isinstance(each, str) for each in listing.parameters.values())


def _knowing(listing: CutListing, lines: tuple[Line, ...], place: int) -> Iterator[Line]:
    """The lines that know about paging: of the first request and of the later ones, in the function that reads the token.

    A copy of a response does not say who reads it. Then it is the function in which the requests part, or else the place.
    """
    frames = listing.caller.frames
    for resumed in listing.resumed_by or (None,):
        later = resumed if isinstance(resumed, Caller) else Caller()
        readers = [each for each in (*frames, *later.frames) if each.code in listing.readers]
        outward = _loop(frames, later.frames)
        if readers:
            yield from map(line_of, readers)
        elif outward is not None:
            yield lines[len(frames) - outward - 1]
            yield line_of(later.frames[len(later.frames) - outward - 1])
        else:
            yield from lines[place : place + 1]
            others, where = lines_and_place(later, listing.operation)
            yield from others[where : where + 1]


def _loop(first: tuple[Frame, ...], later: tuple[Frame, ...]) -> int | None:
    """Of two stacks, the frame in which they part, counted from outside: one function that makes both requests on different lines.

    None where they are the same, so that any of their functions may have the loop, or where they have no function in common.
    """
    for index, (one, other) in enumerate(zip(reversed(first), reversed(later), strict=False)):
        if one != other:
            return index if one.code is other.code else None
    return None
