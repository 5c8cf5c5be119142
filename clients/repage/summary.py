"""What a run with `repage` says at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...errors import counted
from ...options.terminal import PLAIN, Layout
from .listing import Uncut
from .unread import LOST, WOULD_LOSE, Digest, Place

__all__ = ["place_lines", "summary"]

#: Callers of a shared place that are shown.
_CALLERS = 4
_HEADINGS = {
    LOST: f"{LOST} (pages with items were left unread):",
    WOULD_LOSE: f"{WOULD_LOSE} (only the token to an empty last page was left):",
}
#: Why calls were not cut, in words for one of them and for several.
_UNCUT: Mapping[Uncut, tuple[str, str]] = {
    "empty": ("listing was empty", "listings were empty"),
    "whole": ("listing could be served only as it was", "listings could be served only as they were"),
    "one-page": (
        "request named its items, or gave no limit where pages need one",
        "requests named their items, or gave no limit where pages need one",
    ),
    "not-chosen": ("call was of an operation that was not chosen", "calls were of operations that were not chosen"),
    "by-tests": (
        "call of paginated operations came from the tests",
        "calls of paginated operations came from the tests",
    ),
}


def summary(digest: Digest, layout: Layout = PLAIN) -> Iterator[str]:
    """The places that left pages unread, and at the end what was cut."""
    places = digest.unread()
    for level, heading in _HEADINGS.items():
        found = [each for each in places if each.level == level]
        if found:
            yield "\n".join(layout.wrap(heading, first="")).replace(level, layout.paint(level, level), 1)
        for each in found:
            yield from place_lines(each, layout)
    yield from (line for each in _remarks(digest, places) for line in layout.wrap(each, first=""))


def _remarks(digest: Digest, places: Sequence[Place]) -> Iterator[str]:
    if any(each.after_empty == each.listings for each in places):
        yield "an empty page is served only where the operation's documentation says that it may be"
    if places:
        yield "where the first page is all that is meant, say so on the calling line:"
        yield "  # awscontract: first page only"
    if asynchronous := digest.uncut["asynchronous"]:
        yield f"aiobotocore's clients are not re-paged: {counted(asynchronous, 'call')} passed through"
    yield _conclusion(digest, places)


def place_lines(place: Place, layout: Layout = PLAIN) -> Iterator[str]:
    """One place, with the lines that call it where there are several."""
    where = str(place.line) if place.line else "a thread that runs the client's method itself"
    through = f" through {place.through}" if place.through else ""
    listings = counted(place.listings, "listing")
    items = counted(place.items, "item") if place.items else "more items" if place.level == LOST else ""
    what = f"{items} in {listings}" if items else listings
    if place.after_empty == place.listings:
        what += f" after {'an empty page' if place.listings == 1 else 'empty pages'}"
    yield from layout.table([(where, f"{place.operation}{through}, {what}")])
    if place.callers:
        shown = [str(each) for each in place.callers[:_CALLERS]]
        rest = len(place.callers) - len(shown)
        yield from layout.wrap(", ".join([*shown, *([f"{rest} more"] if rest else [])]), 6, "    called from ")


def _conclusion(digest: Digest, places: Sequence[Place]) -> str:
    left = f"{counted(len(places), 'place')} left pages unread" if places else "no place left pages unread"
    if digest.listings:
        was = "was" if digest.listings == 1 else "were"
        return f"{counted(digest.listings, 'listing')} {was} cut into {counted(digest.pages, 'page')}; {left}"
    if places:
        return f"nothing was cut, since the backend has pages of its own; {left}"
    why = [counted(digest.uncut[each], *words) for each, words in _UNCUT.items() if digest.uncut[each]]
    return f"nothing was cut: {'; '.join(why) or 'no operation that pages was called'}"
