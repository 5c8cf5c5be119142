"""What tokens stand for: places in responses that were cut, and listings that go on at the backend.

Nothing is asked of the backend ahead of time. A token of ours is answered from memory and goes on working, as AWS's do. What is held is
bounded: what was not used for longest is forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from ..listing import CutListing
from .contracts import Paging
from .pages import Item, get
from .plan import PagePlan

__all__ = ["BackendResponse", "Chains", "Position"]

#: How many responses that were cut are remembered, how many items they may have in all, and how many are remembered whatever their size.
_ANSWERS, _ITEMS, _AT_LEAST = 5_000, 200_000, 50
#: How many listings are remembered whose tokens name items.
_CURSORS = 100
#: How many tokens of backends are remembered, and for each of them how many listings it may continue.
_TOKENS, _LISTINGS = 10_000, 100


@dataclass(frozen=True, eq=False)
class BackendResponse:
    """A response of the backend that is served in pages; without a plan as the whole that it is.

    `more`: it had a token of the backend's own. `cursors` are the tokens that its items stand for, where they do. `served` are the
    numbers of the pages so far, and `tokens` those of ours that were given out.
    """

    paging: Paging
    plan: PagePlan | None
    parameters: Mapping[str, Any]
    response: Mapping[str, Any]
    items: list[Item]
    more: bool
    listing: CutListing
    cursors: list[tuple[Any, ...]] | None = None
    served: set[int] = field(default_factory=set)
    tokens: list[str] = field(default_factory=list)


class Position(NamedTuple):
    """The page with this number, which begins at this item."""

    answer: BackendResponse
    start: int
    page: int

    def end(self, limit: int | None) -> tuple[int, bool]:
        """The item before which the page ends, and whether another of ours comes after it."""
        answer, paging, total = self.answer, self.answer.paging, len(self.answer.items)
        if answer.plan is None:
            return total, False
        says_more = paging.more is not None and bool(get(answer.response, paging.more))
        names_next = paging.cursor is not None and paging.cursor.names_next
        return answer.plan.end(
            self.page,
            self.start,
            total,
            limit=limit,
            may_be_empty=paging.empty_pages and not paging.cursor,
            may_trail=not answer.more and not says_more and not names_next,
        )

    def cursor(self) -> tuple[Any, ...]:
        """The tokens that lead here, where they name an item: the last one before, or the first one of this page."""
        answer, cursor = self.answer, self.answer.paging.cursor
        assert cursor and answer.cursors
        return answer.cursors[self.start if cursor.names_next else self.start - 1]


class Chains:
    """Remembers all of it, for all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[str, Position] = {}
        self._cursors: OrderedDict[Hashable, dict[Hashable, Position]] = OrderedDict()
        self._answers: OrderedDict[BackendResponse, None] = OrderedDict()
        self._items = 0
        self._begun: OrderedDict[Hashable, CutListing] = OrderedDict()
        self._going_on: OrderedDict[Hashable, list[CutListing]] = OrderedDict()

    def keep(self, token: str, place: Position) -> None:
        """A token of ours is given out for a place."""
        with self._lock:
            answer = place.answer
            if answer not in self._answers:
                self._items += len(answer.items)
            self._answers[answer] = None
            self._answers.move_to_end(answer)
            answer.tokens.append(token)
            self._places[token] = place
            while len(self._answers) > (_ANSWERS if self._items <= _ITEMS else _AT_LEAST):
                oldest, _ = self._answers.popitem(last=False)
                self._items -= len(oldest.items)
                for each in oldest.tokens:
                    del self._places[each]

    def place(self, token: str) -> Position | None:
        """What a token of ours stands for; None where it was never given out, or is forgotten."""
        with self._lock:
            found = self._places.get(token)
            if found is not None:
                self._answers.move_to_end(found.answer)
            return found

    def begin(self, listing: Hashable) -> None:
        """A listing is read from its beginning, and what names of its items stood for is forgotten. `listing` is what `listing_key` made."""
        with self._lock:
            self._cursors.pop(listing, None)

    def begun(self, key: Hashable, listing: CutListing) -> None:
        """A listing was begun that may be continued by the name of an item, in place of a token."""
        with self._lock:
            self._begun[key] = listing
            self._begun.move_to_end(key)
            while len(self._begun) > _CURSORS:
                self._begun.popitem(last=False)

    def newest(self, key: Hashable) -> CutListing | None:
        """The newest listing that was begun with this key; None where there is none, or it is forgotten."""
        with self._lock:
            return self._begun.get(key)

    def keep_cursor(self, listing: Hashable, tokens: Hashable, place: Position) -> None:
        """Tokens that name an item of a listing are given out for a place."""
        with self._lock:
            self._cursors.setdefault(listing, {})[tokens] = place
            while len(self._cursors) > _CURSORS:
                self._cursors.popitem(last=False)

    def at_cursor(self, listing: Hashable, tokens: Hashable) -> Position | None:
        """What such tokens stand for; None where only the backend knows."""
        with self._lock:
            return self._cursors.get(listing, {}).get(tokens)

    def changed(self) -> None:
        """Something may have changed: the name of an item stands for what comes after it now, which only the backend knows."""
        if self._cursors:
            with self._lock:
                self._cursors.clear()

    def goes_on(self, operation: str, token: Hashable, listing: CutListing) -> None:
        """The backend gave this token for the next page of a listing."""
        with self._lock:
            listings = self._going_on.setdefault((operation, token), [])
            if listing not in listings:
                listings.append(listing)
                del listings[:-_LISTINGS]
            while len(self._going_on) > _TOKENS:
                self._going_on.popitem(last=False)

    def going_on(self, operation: str, token: Hashable) -> list[CutListing]:
        """The listings that a token of the backend may continue: several where a mock gives the same one to all. The newest is the last."""
        with self._lock:
            return list(self._going_on.get((operation, token), ()))
