"""Serves the listings of clients in other pages: the first page goes to the backend and comes back cut, the rest is served from memory.

One call of a client makes at most one call of the backend, with the client's own parameters, so that errors, stubbed responses and counts
of calls stay where they belong. The last page of a response has the backend's own token, which then continues the listing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Hashable, Mapping
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple

from .callers import places
from .cutting.chains import BackendResponse, Chains, Position
from .cutting.contracts import Paging, paging_of, token_path
from .cutting.cursors import cursors_of
from .cutting.pages import Tokens, get, items_of, page_of, put
from .cutting.plan import plan
from .cutting.refusals import refuse
from .cutting.requests import (
    canonical,
    changed,
    is_cuttable,
    limit_of,
    listing_key,
    next_tokens,
    sent_tokens,
    starts_later,
    with_limit,
)
from .cutting.responses import watched
from .listing import CutListing, CutPage, ListingRecorder

__all__ = ["Backend", "Repaging"]

#: pytest shows none of our frames in a traceback.
__tracebackhide__ = True

#: The rest of a call: the operation's name and its parameters go in, the parsed response comes back.
Backend = Callable[[str, Mapping[str, Any]], Any]

#: A token works wherever it was given out: in another block, and under other settings.
_CHAINS = Chains()
_SERIAL = count()

#: What the names of operations begin with that change nothing.
_READS = ("BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search", "Select")


class _Call(NamedTuple):
    """One call of a client. botocore changes the parameters that it is `given` as it goes."""

    client: Any
    backend: Backend
    operation: str
    given: Mapping[str, Any]
    parameters: Mapping[str, Any]
    paging: Paging

    def through(self) -> Any:
        """The backend's response."""
        return self.backend(self.operation, self.given)

    @property
    def listing_key(self) -> Hashable:
        """What listing it asks for a page of."""
        return listing_key(self.client, self.paging, self.parameters)


class Repaging:
    """The settings of a run. `call` is what every call of a client goes through.

    `operations` narrows it to these (``iam:ListUsers``); listings of `first_page` are meant to be read no further, and are not cut.
    `page` caps the pages. `context` gives the id of what is running, from which, with `seed`, the plans are drawn. `capture` says who
    calls, None where a call is not to be cut.
    """

    def __init__(
        self,
        recorder: ListingRecorder,
        *,
        seed: int = 0,
        page: int | None = None,
        operations: Collection[str] | None = None,
        first_page: Collection[str] = (),
        context: Callable[[], str] = str,
        capture: Callable[[Any, str], Any] = places.capture,
    ) -> None:
        self._recorder = recorder
        self._seed, self._largest = seed, page
        self._operations, self._first_page = operations, first_page
        self._context, self._capture = context, capture

    def call(self, client: Any, backend: Backend, operation: str, parameters: Mapping[str, Any]) -> Any:
        """The response to a client's call; `backend` is the rest of the call."""
        paging = paging_of(client.meta.service_model, operation)
        if paging is None:
            if not operation.startswith(_READS):
                _CHAINS.changed()
            return backend(operation, parameters)
        call = _Call(client, backend, operation, parameters, dict(parameters), paging)
        if inspect.iscoroutinefunction(inspect.unwrap(backend)):
            self._recorder.left("asynchronous")
            return call.through()
        tokens = sent_tokens(paging, parameters)
        if tokens is None:
            return self._first(call)
        if paging.form and paging.form.is_ours(tokens[0]):
            return self._resumed(call, self._place(call, tokens[0]))
        return self._continued(call, tokens)

    # --- the kinds of requests

    def _first(self, call: _Call) -> Any:
        """The first page of a listing."""
        paging = call.paging
        if paging.cursor:
            _CHAINS.begin(call.listing_key)
        wanted = self._operations is None or paging.operation in self._operations
        if not wanted or paging.operation in self._first_page:
            self._recorder.left("not-chosen")
            return call.through()
        if not is_cuttable(paging, call.parameters):
            if starts_later(paging, call.parameters) and (begun := _CHAINS.newest(call.listing_key)):
                self._note_followed(call, begun)
            self._recorder.left("one-page")
            return call.through()
        caller = self._capture(call.client, paging.operation)
        if caller is None:
            return call.through()
        limit = limit_of(paging, call.parameters)
        listing = CutListing(
            paging.operation,
            call.parameters,
            self._context(),
            caller,
            limit=limit,
            sampled=limit is not None and limit < (paging.limit_maximum or 0),
            words=paging.words,
        )
        listing.note_request(call.parameters)
        if paging.cursors:
            _CHAINS.begun(call.listing_key, listing)
        return self._asked(call, listing)

    def _continued(self, call: _Call, tokens: tuple[Any, ...]) -> Any:
        """The page for a token that the backend knows: one that it gave for a listing, the name of an item, or one from elsewhere.

        What it gives the tests themselves is not cut, although the listing was.
        """
        paging, context = call.paging, self._context()
        place = _CHAINS.at_cursor(call.listing_key, canonical(tokens)) if paging.cursor else None
        if place is not None and place.answer.listing.context == context:
            listings = [place.answer.listing]
        else:
            place, known = None, _CHAINS.going_on(paging.operation, canonical(tokens[0]))
            listings = [each for each in known if each.context == context] or known
        if not listings:
            return call.through()
        caller = self._note_followed(call, *listings)
        if caller is None or listings[-1].context != context:
            return call.through()
        return self._page(call, place) if place else self._asked(call, listings[-1])

    def _resumed(self, call: _Call, place: Position) -> Any:
        """The page for a token of ours."""
        self._note_followed(call, place.answer.listing)
        return self._page(call, place)

    def _place(self, call: _Call, token: str) -> Position:
        """What a token of ours stands for. What was altered, or goes with other parameters, is refused."""
        place = _CHAINS.place(token)
        name, _ = call.paging.tokens[0]
        if place is None or place.answer.paging.operation != call.paging.operation:
            refuse(call.client, call.paging, f"The value of {name} is not valid: it was not given for this operation")
        if others := changed(call.paging, place.answer.parameters, call.parameters):
            refuse(
                call.client,
                call.paging,
                f"The value of {name} is not valid for this request: it was given for one with other values of {', '.join(others)}",
            )
        return place

    # --- responses

    def _asked(self, call: _Call, listing: CutListing) -> Any:
        """A response of the backend, served in our pages; or in its own, but asked for smaller ones."""
        cuts = call.paging.manner == "cut"
        response = call.through() if cuts else self._asked_for_less(call, listing)
        items = items_of(call.paging, response) if isinstance(response, dict) else None
        if items is None:
            self._recorder.left("whole")
            return response
        tokens = next_tokens(call.paging, response)
        listing.total += len(items)
        # A mock that does not look at tokens gives the same one for ever. It is by that that clients notice it.
        repeated = tokens is not None and tokens == sent_tokens(call.paging, call.parameters)
        cursors = cursors_of(call.paging.cursor, items) if call.paging.cursor else None
        whole = not cuts or repeated or (call.paging.cursor and cursors is None)
        answer = BackendResponse(
            call.paging,
            None if whole else plan(self._seed, listing.context, listing.operation, self._largest),
            call.parameters,
            response,
            items,
            tokens is not None,
            listing,
            cursors,
        )
        if tokens:
            _CHAINS.goes_on(listing.operation, canonical(tokens[0]), listing)
        return self._page(call, Position(answer, 0, 0))

    def _asked_for_less(self, call: _Call, listing: CutListing) -> Any:
        """The response to a smaller limit: the smallest at first, so that few items make two pages; later by the token, the same one each time.

        The limit is left alone where the tests put something in the place of botocore's own code: it may compare requests, and
        it does not page.
        """
        paging, limit = call.paging, limit_of(call.paging, call.parameters)
        tokens = sent_tokens(paging, call.parameters)
        drawn = plan(self._seed, f"{listing.context}/{tokens}", listing.operation, self._largest)
        smaller = max(paging.first_size if tokens is None else drawn.size(0), paging.limit_minimum)
        if getattr(call.backend, "__module__", None) != "botocore.client" or (limit is not None and limit <= smaller):
            return call.through()
        from botocore.exceptions import StubAssertionError

        try:
            response = call.backend(call.operation, with_limit(paging, call.parameters, smaller))
        except StubAssertionError:  # it compares the parameters, and has not used up its response yet
            return call.through()
        listing.cut = listing.asked_for_less = True
        return response

    def _page(self, call: _Call, place: Position) -> Any:
        """The page at a place: with tokens of our making, or with the backend's where its response ends."""
        answer, paging = place.answer, call.paging
        end, ours = place.end(limit_of(paging, call.parameters))
        if not (ours or answer.more or place.page or answer.listing.pages):
            self._recorder.left("whole" if answer.items else "empty")
            return answer.response  # nothing to cut
        tokens = self._tokens(call, Position(answer, end, place.page + 1)) if ours else None
        shown = slice(place.start, end)
        page = page_of(paging, answer.response, answer.items, shown, tokens, first=place.page == 0)
        if place.page and paging.echo:
            put(page, paging.echo, call.parameters[paging.tokens[0][0]])
        self._note(answer, place, end, ours)
        return watched(paging, page, answer.listing) if _is_left(answer.listing) else page

    def _tokens(self, call: _Call, place: Position) -> Tokens:
        """The tokens for a place, and where a response has them."""
        answer, paging = place.answer, place.answer.paging
        if paging.form and paging.token:
            text = f"{self._seed}/{answer.listing.context}/{paging.operation}/{next(_SERIAL)}"
            token = paging.form.write(int.from_bytes(sha256(text.encode()).digest()))
            _CHAINS.keep(token, place)
            return {paging.token: token}
        tokens = place.cursor()
        _CHAINS.keep_cursor(call.listing_key, canonical(tokens), place)
        paths = [token_path(given) for _, given in paging.tokens]
        has_member = paging.cursor and paging.cursor.has_member(answer.parameters)
        return {
            path: token
            for path, token in zip(paths, tokens, strict=True)
            if path and (has_member or get(answer.response, path) is not None)
        }

    # --- the record

    def _note(self, answer: BackendResponse, place: Position, end: int, ours: bool) -> None:
        if place.page in answer.served:
            return
        answer.served.add(place.page)
        listing, total = answer.listing, len(answer.items)
        first = not listing.pages
        listing.pages.append(CutPage(end - place.start, ours or answer.more))
        listing.unread, listing.backend_has_more = total - end, answer.more
        listing.cut |= ours
        listing.finished = not (ours or answer.more)
        if first:
            listing.trailing = ours and end == total
            listing.filled = listing.limit is not None and end >= listing.limit
            self._recorder.add(listing)

    def _note_followed(self, call: _Call, *listings: CutListing) -> Any:
        """Note that a page after the first is asked for, and by whom."""
        caller = self._capture(call.client, call.paging.operation)
        for each in listings:
            each.note_followed(call.parameters, caller)
        return caller


def _is_left(listing: CutListing) -> bool:
    """Whether it matters who reads what of the page that was just served: nobody has asked for another one yet, and perhaps nobody will."""
    return not (listing.finished or listing.followed or getattr(listing.caller, "paginated", False))
