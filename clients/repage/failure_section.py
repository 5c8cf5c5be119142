"""How the listings of a failed test were cut, and which requests the client sent for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ...errors import counted, one_line, shorten
from .callers.places import Caller
from .listing import CutListing
from .unread import lines_and_place

__all__ = ["failure_section"]

#: Listings, pages of one, and characters of a value that are shown.
_LISTINGS = 20
_PAGES = 12
_VALUE = 60


def failure_section(listings: Sequence[CutListing], again: str) -> Iterator[str]:
    """The listings in order, the requests of each with what was served, and the command that repeats it."""
    for each in listings[:_LISTINGS]:
        yield from _listing(each)
    if len(listings) > _LISTINGS:
        yield f"and {counted(len(listings) - _LISTINGS, 'more listing')}"
    yield "to repeat it alone:"
    yield f"  {again}"


def _listing(listing: CutListing) -> Iterator[str]:
    caller = listing.caller
    lines, place = lines_and_place(caller, listing.operation) if isinstance(caller, Caller) else ((), 0)
    where = f" at {lines[place]}" if lines else ""
    yield f"{listing.operation}{where}, {counted(listing.total, 'item')}:"
    name = listing.operation.partition(":")[2]
    pairs = list(zip_longest(listing.requests, listing.pages))
    for request, page in pairs[:_PAGES]:
        sent = "..." if request is None else f"{name}({', '.join(_arguments(request))})"
        served = "" if page is None else f" -> {counted(page.items, 'item')}{' and a token' if page.had_token else ''}"
        yield f"  {sent}{served}"
    if len(pairs) > _PAGES:
        yield f"  and {counted(len(pairs) - _PAGES, 'more request')}"
    if listing.unread:
        were = "was" if listing.unread == 1 else "were"
        yield f"  {counted(listing.unread, 'item')} {were} held back, and nobody asked for the next page"
    elif listing.pages and listing.pages[-1].had_token:
        yield "  nobody asked for the next page"


def _arguments(parameters: Mapping[str, Any]) -> Iterable[str]:
    return (f"{name}={one_line(shorten(_quoted(value), _VALUE))}" for name, value in parameters.items())


def _quoted(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # the client's own object, which the backend has taken
        return f"<{type(value).__name__}>"
