"""The record of one listing: what was served of it, and who asked for more.

A record is made when the first page is served and kept up to date until the run ends, so a recorder sees each listing once and reads it at
the end. It holds counts and callers, never items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Literal, NamedTuple, Protocol

__all__ = ["CutListing", "CutPage", "ListingRecorder", "Uncut"]

#: Why a call was not cut.
Uncut = Literal[
    "empty",  # its listing had no items
    "whole",  # its items are in no list, or its tokens are the backend's
    # The request is for one page anyway: it names its items, or the one to start behind,
    # or gives no limit where the operation pages only with one.
    "one-page",
    "not-chosen",  # its operation was not chosen
    "by-tests",  # a test made it
    "asynchronous",  # its client is asynchronous
]


class CutPage(NamedTuple):
    """One page that the client got: how many items were in it, and whether it had a token."""

    items: int
    had_token: bool


#: How many requests of a listing, and different callers that went on with it, anybody wants to know.
_REQUESTS = 20


@dataclass(eq=False)
class CutListing:
    """One listing of which a page with a token was served.

    `operation` is written ``iam:ListUsers``. `caller` and `resumed_by` are what `places.capture` gave for the first request and for those
    that followed a token; `context` is the id of what was running. `parameters` are those of the first request, and `requests` those of the first few.

    `cut`: its pages are other ones than the backend's own; else the backend gave the token, and there was nothing to cut. `asked_for_less`: they are the backend's, which got a
    smaller limit than the client's. `trailing`: nothing was
    held back, the first page only had an extra token, to an empty last page. `limit` is the caller's own, and `filled` says that the first
    page had as many items.

    `pages` are the different pages that were served. `total` is how many items the backend has given so far, `unread` how many of them nobody has asked
    for, and `backend_has_more` says whether its last response had a token, so that there are more. `token_read`: the token of some page was
    read by anybody, or the member that says that more follows; `readers` is the code that did so, and `item_readers` that which read the items, None
    where that cannot be seen. `followed`: a page after the first was asked for. `finished`: the last page was served.
    """

    operation: str
    parameters: Mapping[str, Any]
    context: str
    caller: Any
    cut: bool = False
    asked_for_less: bool = False
    trailing: bool = False
    limit: int | None = None
    filled: bool = False
    sampled: bool = False
    words: frozenset[str] = frozenset()
    pages: list[CutPage] = field(default_factory=list)
    total: int = 0
    unread: int = 0
    backend_has_more: bool = False
    token_read: bool = False
    readers: set[CodeType] = field(default_factory=set)
    item_readers: set[CodeType] | None = None
    followed: bool = False
    finished: bool = False
    requests: list[Mapping[str, Any]] = field(default_factory=list)
    resumed_by: list[Any] = field(default_factory=list)

    @property
    def loses_items(self) -> bool:
        """Whether there are items that nobody has asked for: held back, or still with the backend.

        A backend that was asked for fewer items than the client did gives a token with a page that is full, whether there are more or not.
        """
        return self.unread > 0 or (self.backend_has_more and not self.asked_for_less)

    def note_request(self, parameters: Mapping[str, Any]) -> None:
        """A page of it was asked for."""
        if len(self.requests) < _REQUESTS:
            self.requests.append(parameters)

    def note_followed(self, parameters: Mapping[str, Any], caller: Any) -> None:
        """A page after the first was asked for."""
        self.followed = True
        self.note_request(parameters)
        if caller is not None and len(self.resumed_by) < _REQUESTS and caller not in self.resumed_by:
            self.resumed_by.append(caller)

    def note_token_read(self, reader: CodeType) -> None:
        """This code has read whether more follows."""
        self.token_read = True
        self.readers.add(reader)

    def note_items_read(self, reader: CodeType) -> None:
        """This code has read the items."""
        self.item_readers = self.item_readers or set()
        self.item_readers.add(reader)


class ListingRecorder(Protocol):
    """What collects the listings of a run. It may be called from any thread."""

    def add(self, listing: CutListing) -> None:
        """The first page of a listing is about to be served, and has a token."""

    def left(self, why: Uncut) -> None:
        """A call of a paginated operation passed through as it was."""
