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

from ..listing import Listing
from .contracts import Paging
from .pages import Item
from .plan import Plan

__all__ = ["Answer", "Chains", "Place"]

#: How many responses that were cut are remembered, how many items they may have in all, and how many are remembered whatever their size.
_ANSWERS, _ITEMS, _AT_LEAST = 5_000, 200_000, 50
#: How many tokens of backends are remembered, and for each of them how many listings it may continue.
_TOKENS, _LISTINGS = 10_000, 100


@dataclass(frozen=True, eq=False)
class Answer:
    """A response of the backend that is served in pages; without a plan as the whole that it is.

    `more`: it had a token of the backend's own. `cursors` are the tokens that its items stand for, where they do. `served` are the
    numbers of the pages so far, and `tokens` what was given out for them.
    """

    paging: Paging
    plan: Plan | None
    parameters: Mapping[str, Any]
    response: Mapping[str, Any]
    items: list[Item]
    more: bool
    listing: Listing
    cursors: list[tuple[Any, ...]] | None = None
    served: set[int] = field(default_factory=set)
    tokens: list[Hashable] = field(default_factory=list)


class Place(NamedTuple):
    """The page with this number, which begins at this item."""

    answer: Answer
    start: int
    page: int


class Chains:
    """Remembers both, for all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[Hashable, Place] = {}
        self._cursors: dict[str, list[Hashable]] = {}
        self._answers: OrderedDict[Answer, None] = OrderedDict()
        self._items = 0
        self._going_on: OrderedDict[Hashable, list[Listing]] = OrderedDict()

    def keep(self, token: Hashable, place: Place) -> None:
        """A token is given out for a place: one of ours, or `cursor_key` of one that names an item."""
        with self._lock:
            answer = place.answer
            if answer not in self._answers:
                self._items += len(answer.items)
            self._answers[answer] = None
            self._answers.move_to_end(answer)
            answer.tokens.append(token)
            self._places[token] = place
            if answer.cursors is not None:
                self._cursors.setdefault(_service(answer.paging.operation), []).append(token)
            while len(self._answers) > (_ANSWERS if self._items <= _ITEMS else _AT_LEAST):
                oldest, _ = self._answers.popitem(last=False)
                self._items -= len(oldest.items)
                for each in oldest.tokens:
                    self._places.pop(each, None)

    def place(self, token: Hashable) -> Place | None:
        """What a token stands for; None where it was never given out, or is forgotten."""
        with self._lock:
            found = self._places.get(token)
            if found is not None:
                self._answers.move_to_end(found.answer)
            return found

    def changed(self, service: str) -> None:
        """Something of a service may have changed. A token that names an item stands for what comes after it then, which only the backend knows."""
        if service in self._cursors:
            with self._lock:
                for each in self._cursors.pop(service, ()):
                    self._places.pop(each, None)

    def goes_on(self, operation: str, token: Hashable, listing: Listing) -> None:
        """The backend gave this token for the next page of a listing."""
        with self._lock:
            listings = self._going_on.setdefault((operation, token), [])
            if listing not in listings:
                listings.append(listing)
                del listings[:-_LISTINGS]
            while len(self._going_on) > _TOKENS:
                self._going_on.popitem(last=False)

    def going_on(self, operation: str, token: Hashable) -> list[Listing]:
        """The listings that a token of the backend may continue: several where a mock gives the same one to all. The newest is the last."""
        with self._lock:
            return list(self._going_on.get((operation, token), ()))


def _service(operation: str) -> str:
    return operation.partition(":")[0]
