"""The record of one listing that was cut: what was served of it, and who asked for more.

A record is made when the first page is served and kept up to date until the run ends, so a recorder sees each listing once and reads it at
the end. It holds counts and callers, never items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

__all__ = ["Listing", "Recorder", "Served"]


class Served(NamedTuple):
    """One page that the client got: how many items were in it, and whether it had a token."""

    items: int
    had_token: bool


@dataclass(eq=False)
class Listing:
    """One listing. `caller` and `resumed_by` are what `places.capture` gave for the first request and for those that followed a token.

    `parameters` are those of the first request, `requests` those of all requests. `total` is how many items the backend has given so far, and `backend_has_more` whether its
    last response had a token. `unread` counts the items that were held back and that nobody has asked for. `trailing`: nothing was held
    back, the first page only had an extra token, to an empty last page. `limit` is the caller's own, and `filled` says that the first page had as many items.
    `token_read`: the token of some page was read by anybody, the caller or a library. `followed`: a page after the first was asked for.
    `finished`: the last page was served, the one without a token.
    """

    operation: str
    parameters: Mapping[str, Any]
    context: str
    caller: Any
    pages: list[Served] = field(default_factory=list)
    requests: list[Mapping[str, Any]] = field(default_factory=list)
    total: int = 0
    backend_has_more: bool = False
    unread: int = 0
    trailing: bool = False
    limit: int | None = None
    filled: bool = False
    token_read: bool = False
    followed: bool = False
    finished: bool = False
    resumed_by: list[Any] = field(default_factory=list)


class Recorder(Protocol):
    """What collects the listings of a run. It may be called from any thread."""

    def add(self, listing: Listing) -> None:
        """A listing was cut, and its first page is about to be served."""

    def passed(self, client: Any) -> None:
        """A call of an asynchronous client passed through."""
