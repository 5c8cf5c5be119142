"""The listings of this process that were cut, and the calls that were not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .listing import Listing
from .unread import Digest, Place, digest

__all__ = ["Log"]


class Log:
    """Collects what a run does, from any thread. `cut` are its listings, in order.

    `by_tests` says how many calls the tests made themselves.
    """

    def __init__(self, by_tests: Callable[[], int] = int) -> None:
        self.cut: list[Listing] = []
        self._by_tests = by_tests
        self._asynchronous: list[str] = []

    def add(self, listing: Listing) -> None:
        """Note a listing whose first page is about to be served."""
        self.cut.append(listing)

    def passed(self, client: Any) -> None:
        """Note a call of an asynchronous client, which passed through."""
        self._asynchronous.append(type(client).__name__)

    @property
    def digest(self) -> Digest:
        """What the listings come to, as far as the run has got."""
        found = digest(list(self.cut))
        found.by_tests, found.asynchronous = self._by_tests(), len(self._asynchronous)
        return found

    @property
    def unread(self) -> list[Place]:
        """The places that left pages unread, those that lost most items first."""
        return self.digest.unread()
