"""Re-pages the calls of a client: a listing's first page goes to the backend and comes back cut, the rest is served from memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from . import places
from .listing import Recorder

__all__ = ["Repaging"]

#: The rest of a call: the operation's name and its parameters go in, the parsed response comes back.
Backend = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


class Repaging:
    """The settings of a run, and its listings.

    `operations` narrows it to these (``iam:ListUsers``); `first_page` are those that are meant to read their first page only, and are not
    cut. `context` gives the id of what is running, from which the plans are drawn. `capture` says who calls, None where a call is not to be cut.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        seed: int = 0,
        page: int | None = None,
        operations: Collection[str] | None = None,
        first_page: Collection[str] = (),
        context: Callable[[], str] = str,
        capture: Callable[[Any, str], Any] = places.capture,
    ) -> None:
        self._recorder = recorder

    def call(self, client: Any, backend: Backend, operation: str, parameters: Mapping[str, Any]) -> Any:
        """The response to one call of a client; `backend` is the rest of the call."""
        return backend(operation, parameters)
