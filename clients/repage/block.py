"""`awscontract.repage`: other pages for the clients of one block."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from ...errors import UsageError
from ..sandbox.client_calls import intercepted
from .callers.places import Places
from .log import Log
from .repaging import Repaging
from .selection import selected

__all__ = ["repage"]


@contextmanager
def repage(
    *,
    seed: int = 0,
    page: int | None = None,
    operations: Collection[str] | None = None,
    first_page: Collection[str] = (),
) -> Iterator[Log]:
    """A context in which every botocore client of this process gets its listings in other, equally valid pages; a correct program notices nothing.

    Clients that exist already are included. Read a listing to its end inside the block: its tokens are valid nowhere else. The block never
    raises at its end; `cut` of the log that it yields are the listings, and `unread` the places in the code that left pages unread.

    :param seed: what the sizes of the pages are drawn from.
    :param page: the most items on a page; by default 1 to 3, drawn.
    :param operations: the operations to re-page (``iam:ListUsers``, ``iam`` for all of a service); by default every one that pages.
    :param first_page: operations of which the program means to read the first page only. They are left as they are.
    :raises UsageError: for an unknown operation, with the nearest one, and for a page of fewer than one item.
    """
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise UsageError(f"seed must be a whole number, not {seed!r}")
    if page is not None and (not isinstance(page, int) or isinstance(page, bool) or page < 1):
        raise UsageError(f"page must be a whole number of 1 or more, not {page!r}")
    wanted = None if operations is None else _several("operations", operations)
    spared = _several("first_page", first_page)
    log, places = Log(), Places()
    repaging = Repaging(
        log, seed=seed, page=page, operations=wanted, first_page=spared, context=str, capture=places.capture
    )
    with intercepted(repaging.call):
        yield log


def _several(name: str, given: Collection[str]) -> frozenset[str]:
    if isinstance(given, str):
        raise UsageError(f"{name} must be a list of operations, not the string {given!r}")
    return selected(given) or frozenset()
