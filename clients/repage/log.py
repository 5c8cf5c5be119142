"""The listings of this process that were cut, and the calls that were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from .listing import CutListing, Uncut
from .unread import Digest, Place, digest

__all__ = ["Log"]


class Log:
    """Collects what a run does, from any thread. `cut` are its listings, in order.

    :param is_test: whether a file is one of the tests', which may read whatever the program hands on to them.
    """

    def __init__(self, is_test: Callable[[str], bool] = lambda file: False) -> None:
        self.cut: list[CutListing] = []
        self._is_test = is_test
        self._uncut: Counter[Uncut] = Counter()

    def add(self, listing: CutListing) -> None:
        """Note a listing whose first page is about to be served."""
        self.cut.append(listing)

    def left(self, why: Uncut) -> None:
        """Note a call that passed through as it was."""
        self._uncut[why] += 1

    def clear(self) -> None:
        """Forget everything."""
        self.cut.clear()
        self._uncut.clear()

    @property
    def digest(self) -> Digest:
        """What the listings come to, as far as the run has got."""
        found = digest(list(self.cut), self._is_test)
        found.uncut.update(self._uncut)
        return found

    @property
    def unread(self) -> list[Place]:
        """The places that left pages unread, those that lost most items first."""
        return self.digest.unread()
