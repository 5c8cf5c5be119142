"""The listings of this process that were cut, and the calls that were not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .listing import CutListing
from .unread import Digest, Place, digest

__all__ = ["Log"]


class Log:
    """Collects what a run does, from any thread. `cut` are its listings, in order.

    :param is_test: whether a file is one of the tests', which may read whatever the program hands on to them.
    """

    def __init__(self, is_test: Callable[[str], bool] = lambda file: False) -> None:
        self.cut: list[CutListing] = []
        self._is_test = is_test
        self._by_tests = 0
        self._asynchronous = 0

    def add(self, listing: CutListing) -> None:
        """Note a listing whose first page is about to be served."""
        self.cut.append(listing)

    def skipped(self) -> None:
        """Note a call that a test made itself, which is not cut."""
        self._by_tests += 1

    def passed(self, client: Any) -> None:
        """Note a call of an asynchronous client, which passed through."""
        self._asynchronous += 1

    def clear(self) -> None:
        """Forget everything."""
        self.cut.clear()
        self._by_tests = self._asynchronous = 0

    @property
    def digest(self) -> Digest:
        """What the listings come to, as far as the run has got."""
        found = digest(list(self.cut), self._is_test)
        found.by_tests, found.asynchronous = self._by_tests, self._asynchronous
        return found

    @property
    def unread(self) -> list[Place]:
        """The places that left pages unread, those that lost most items first."""
        return self.digest.unread()
