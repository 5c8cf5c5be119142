"""The true listing: read from the same service without what the scenario adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...emulator import attach
from ..sandbox.given_client import made_client
from .judging.call import RecordedCall, next_tokens, search
from .recorder import TrueListing

__all__ = ["TrueListings", "read_through"]

#: Makes one call of the operation.
MakeCall = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class TrueListings:
    """The listings of one run, each read once: that of a report is what its pages held where the client has read them all."""

    def __init__(self, read: Callable[[RecordedCall], Any], calls: Sequence[RecordedCall] = ()) -> None:
        self._read, self._calls = read, calls
        self._known: dict[str, Any] = {}

    def of(self, call: RecordedCall) -> Any:
        """The whole listing that a call is a page of."""
        if call.scope not in self._known:
            rows = self._rows(call.scope)
            self._known[call.scope] = self._read(call) if rows is None else rows
        return self._known[call.scope]

    def _rows(self, scope: str) -> list[Any] | None:
        """The rows of all the pages from the first to the last."""
        pages = {each.token: each for each in reversed(self._calls) if each.scope == scope and each.rows is not None}
        found: list[Any] = []
        page = pages.pop(None, None)
        while page is not None and page.rows is not None:
            found += page.rows
            if page.next is None:
                return found
            page = pages.pop(page.next, None)
        return None


def read_through(emulator: TrueListing, call: RecordedCall, ask: MakeCall | None = None) -> Any:
    """The items, exactly as botocore's parser returns them; with several lists given, one for each.

    :param ask: makes a call that this emulator answers; by default through a client of its own.
    """
    if ask is None:
        client = made_client(call.contract.service)
        with attach(client, emulator):
            return read_through(emulator, call, lambda sent: client._make_api_call(call.contract.operation, sent))
    listing = call.contract.listing
    assert listing is not None
    paging = {None if listing.limit_required else listing.limit, *(each.input for each in listing.tokens)}
    parameters = {name: value for name, value in call.parameters.items() if name not in paging}
    lists: dict[str, list[Any]] = {path: [] for path in listing.items}
    tokens: dict[str, Any] = {}
    while True:
        page = ask({**parameters, **tokens})
        for path, listed in lists.items():
            listed.extend(_items(search(path, page)))
        sent, tokens = tokens, next_tokens(call.contract, page, tokens)
        if not tokens or tokens == sent:
            break
    given = emulator.behaviour.given
    return {path: lists[path] for path in given} if isinstance(given, Mapping) else lists[listing.main]


def _items(found: Any) -> Iterable[Any]:
    return found.items() if isinstance(found, Mapping) else found or ()
