"""What a run with `repage` says at its end, in lines that fit into 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from .unread import LOST, WOULD_LOSE, Digest, Place

__all__ = ["counted", "place_lines", "summary"]

_WIDTH = 80
#: Callers of a shared place that are shown.
_CALLERS = 4
_HEADINGS = {
    LOST: f"{LOST} (pages with items were left unread):",
    WOULD_LOSE: f"{WOULD_LOSE} (only the token to an empty last page was left):",
}


def summary(digest: Digest) -> Iterator[str]:
    """The places that left pages unread, and at the end what was cut."""
    places = digest.unread()
    for level, heading in _HEADINGS.items():
        found = [each for each in places if each.level == level]
        if found:
            yield heading
        for each in found:
            yield from place_lines(each)
    if any(each.after_empty == each.listings for each in places):
        yield "pages are empty only where the operation's documentation says that they may be"
    if places:
        yield "where the first page is all that is meant, say so on the calling line:"
        yield "  # awscontract: first page only"
    if digest.asynchronous:
        calls = counted(digest.asynchronous, "call")
        yield f"aiobotocore's clients are not cut: {calls} passed through"
    yield _conclusion(digest, places)


def place_lines(place: Place) -> Iterator[str]:
    """One place, with the lines that call it where there are several."""
    where = str(place.line) if place.line else "a thread that runs the client's method itself"
    through = f" through {place.through}" if place.through else ""
    listings = counted(place.listings, "listing")
    items = counted(place.items, "item") if place.items else "more items" if place.level == LOST else ""
    what = f"{items} in {listings}" if items else listings
    if place.after_empty == place.listings:
        what += f" after {'an empty page' if place.listings == 1 else 'empty pages'}"
    text = f"{where}  {place.operation}{through}, {what}"
    if len(text) + 2 <= _WIDTH:
        yield f"  {text}"
    else:
        yield f"  {where}"
        yield f"    {place.operation}{through}, {what}"
    if place.callers:
        shown = [str(each) for each in place.callers[:_CALLERS]]
        rest = len(place.callers) - len(shown)
        yield from _wrapped("called from ", [*shown, *([f"{rest} more"] if rest else [])])


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: ``1 page``, ``2 pages``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def _wrapped(start: str, names: Sequence[str]) -> list[str]:
    return textwrap.wrap(
        f"{start}{', '.join(names)}",
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _conclusion(digest: Digest, places: Sequence[Place]) -> str:
    left = f"{counted(len(places), 'place')} left pages unread" if places else "no place left pages unread"
    if digest.listings:
        was = "was" if digest.listings == 1 else "were"
        return f"{counted(digest.listings, 'listing')} {was} cut into {counted(digest.pages, 'page')}; {left}"
    if places:
        return f"nothing was cut, since the backend has pages of its own; {left}"
    if digest.by_tests:
        calls = counted(digest.by_tests, "call")
        return f"nothing was cut: {calls} of paginated operations came from the tests"
    return "nothing was cut: the program made no call that can be cut"
