"""What the pages of a listing look like, drawn once for an operation in a context: the same every time it is listed there.

botocore resumes a listing in the middle of a page that it asks for again, so a page must not look different the second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

__all__ = ["PagePlan", "plan"]

#: The largest page where nothing else is said.
_LARGEST = 3
#: How many pages are drawn before they repeat.
_DRAWN = 8


@dataclass(frozen=True)
class PagePlan:
    """The most items of each page, over and over; which pages are empty where any may be; whether a last token leads to an empty page."""

    sizes: tuple[int, ...]
    empty: frozenset[int]
    trailing: bool

    def size(self, page: int) -> int:
        """The most items of a page, by its number from 0."""
        return self.sizes[page % len(self.sizes)]

    def end(
        self, page: int, start: int, total: int, *, limit: int | None, may_be_empty: bool, may_trail: bool
    ) -> tuple[int, bool]:
        """Where a page of a response with `total` items ends that begins at item `start`, and whether a page of ours comes after it.

        With two items or more the first page has fewer than all. `may_trail`: there may be an empty page after the last item.
        """
        left = total - start
        if may_be_empty and page in self.empty and (left or page == 0):
            return start, True
        size = self.size(page) if limit is None else min(self.size(page), limit)
        if page == 0 and total > 1:
            size = min(size, total - 1)
        if size < left:
            return start + size, True
        return total, may_trail and left > 0 and (self.trailing or total == 1)


@lru_cache(maxsize=1024)
def plan(seed: int, context: str, operation: str, largest: int | None = None) -> PagePlan:
    """The plan for an operation. `context` is what is running, such as a test's id; `largest` caps the pages."""
    random = Random(f"{seed}/{context}/{operation}")
    sizes = tuple(random.randint(1, largest or _LARGEST) for _ in range(_DRAWN))
    trailing = random.random() < 1 / 2
    empty = frozenset(page for page in range(0, _DRAWN, 2) if random.random() < 1 / 2)  # never two in a row
    return PagePlan(sizes, empty, trailing)
