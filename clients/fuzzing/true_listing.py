"""The true listing: read from the same service without what the scenario adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...emulator import attach
from ..sandbox.given_client import made_client
from .judging.call import RecordedCall, next_tokens, search
from .recorder import TrueListing

__all__ = ["TrueListings", "read_through"]

#: Makes one call of the operation.
MakeCall = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class TrueListings:
    """The listings of one run, each read once."""

    def __init__(self, read: Callable[[RecordedCall], Any]) -> None:
        self._read = read
        self._known: dict[str, Any] = {}

    def of(self, call: RecordedCall) -> Any:
        """The whole listing that a call is a page of."""
        if call.scope not in self._known:
            self._known[call.scope] = self._read(call)
        return self._known[call.scope]


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
