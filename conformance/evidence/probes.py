"""Requests that should not work: those that break one constraint of the model, and those with a token that does not belong to them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ...errors import cut
from ...spec.contract import Contract
from ...spec.validation import constraints
from ..protocols.base import OfReading, Reading
from ..trace.exchange import Exchange
from ..trace.unissued import altered_token, unissued_number, unissued_token
from .invalid_requests import Broken
from .paths import canonical
from .responses import Page, Response, view
from .tokens import token_of

__all__ = ["Place", "Probe", "SentToken", "enumerated", "find_probes", "request_text", "sent_tokens"]

#: The listing that a response is of: its job, its order, its other parameters.
Place = tuple[str, str | None, str]


@dataclass(frozen=True, eq=False)
class Probe(OfReading):
    """A request whose `member` breaks one `constraint` by its `value`, and the response.

    `proven` says whether the working request that it was made from worked, before and (where it was sent again) after; `reason` why not.
    `clamped`: an out-of-range page size was taken for the nearest one in range, as documentation says that it is.
    """

    reading: Reading
    member: str
    constraint: str
    value: Any
    proven: bool
    reason: str = ""
    clamped: bool = False

    def asked(self) -> str:
        """How a message names the request."""
        if self.constraint == "required":
            return f"a request without {self.member}"
        if self.constraint == "length":
            return f"{self.member} of {len(str(self.value))} characters"
        return f"{self.member}={cut(repr(self.value), 60)}"


@dataclass(frozen=True, slots=True)
class SentToken:
    """A request with a token that does not belong to it: `unissued`, or of another listing, which differs in what `foreign` names."""

    reading: Reading
    unissued: bool
    foreign: Literal["", "order", "job", "parameters"] = ""


def _foreign(place: Place, places: set[Place]) -> Literal["", "order", "job", "parameters"]:
    """The one thing in which a place differs from every one of the places that a token was given for."""
    job, order, scope = place
    if any((each[0], each[2]) == (job, scope) for each in places):
        return "order"
    if any(each[1:] == (order, scope) for each in places):
        return "job"
    return "parameters" if any(each[:2] == (job, order) for each in places) else ""


def find_probes(
    contract: Contract,
    readings: Sequence[Reading],
    broken: Mapping[int, tuple[Broken, ...]],
    known: Callable[[Reading], bool],
    busy: Callable[[Reading], bool],
) -> tuple[Probe, ...]:
    """The requests that break one constraint, each with the response to the last time that it was sent.

    `broken` are the constraints that requests break, by exchange; `known` says whether a request is about a known job, `busy` whether
    it was refused because a job was running.
    """
    last: dict[str, tuple[Reading, Broken]] = {}
    valid: list[Reading] = []
    for each in readings:
        found = broken.get(each.exchange.index, ())
        if len(found) == 1:
            last[request_text(each.exchange)] = each, found[0]
        elif not found and each.exchange.parameters is not None:
            valid.append(each)
    like: dict[tuple[str, str, str], list[Reading]] = defaultdict(list)
    for operation, member in dict.fromkeys((each.exchange.operation, one[0]) for each, one in last.values()):
        of_a_job = contract.job is not None and member == contract.job.id_in
        for each in valid:
            if each.exchange.operation == operation and (not of_a_job or known(each)):
                like[operation, member, without(each.exchange, member)].append(each)
    return tuple(
        _probe(
            contract, each, broken, like[each.exchange.operation, broken[0], without(each.exchange, broken[0])], busy
        )
        for each, broken in last.values()
    )


def _probe(
    contract: Contract, reading: Reading, broken: Broken, like: Sequence[Reading], busy: Callable[[Reading], bool]
) -> Probe:
    """The request, paired with valid ones that differ from it in the broken member alone."""
    member, constraint = broken
    exchange = reading.exchange
    worked = any(each.kind == "result" and each.exchange.before(exchange) for each in like)
    later = next((each for each in like if exchange.before(each.exchange)), None)
    reason = ""
    if busy(reading):
        reason = "another job was still running"
    elif not worked:
        reason = "the valid request that it was made from did not work either"
    elif later is not None and later.kind == "error" and exchange.operation == contract.operation:
        reason = "the valid request that it was made from was refused afterwards"
    listing = contract.listing
    clamped = listing is not None and member == listing.limit and "limit-clamped" in listing.exceptions
    value = (exchange.parameters or {}).get(member)
    return Probe(reading, member, constraint, value, not reason, reason, clamped and reading.kind == "result")


def sent_tokens(
    contract: Contract, pages: Sequence[Page], reads: Sequence[Reading], place: Callable[[Response], Place]
) -> tuple[SentToken, ...]:
    """The requests whose token does not belong to them; `place` says which listing a response is of."""
    issued: dict[str, set[Place]] = defaultdict(set)
    for page in pages:
        if page.next is not None and page.goes_on:
            issued[page.next].add(place(page))
    unissued = {made for token in issued for made in _made_of(token, contract, issued)} - issued.keys()
    found = []
    for reading in reads:
        token = token_of(reading.exchange.parameters or {}, contract)
        if token and token in unissued:
            found.append(SentToken(reading, True))
        elif token in issued:
            here = place(view(reading, contract))
            if here not in issued[token] and (foreign := _foreign(here, issued[token])):
                found.append(SentToken(reading, False, foreign))
    return tuple(found)


def _made_of(token: str, contract: Contract, issued: Iterable[str]) -> tuple[str, ...]:
    """What a survey makes of a token that was issued, each as one text."""
    listing = contract.listing
    if listing is not None and len(listing.tokens) == 1 and listing.token.type in ("integer", "long"):
        return (str(unissued_number(int(token))),)
    kept = enumerated(contract)
    return unissued_token(token, issued, kept=kept), altered_token(token, kept)


@lru_cache(maxsize=256)
def enumerated(contract: Contract) -> frozenset[str]:
    """The tokens of a listing that have several whose values the model lists, such as the type of a record: no other one can be unissued."""
    if contract.listing is None or len(contract.listing.tokens) == 1:
        return frozenset()
    known = constraints(contract.service, contract.operation)
    return frozenset(each.member for each in known if each.kind == "known")


def request_text(exchange: Exchange) -> str:
    """One text for equal requests."""
    return canonical([exchange.operation, dict(exchange.parameters or {})])


def without(exchange: Exchange, member: str) -> str:
    """The request's parameters but for one, as one text."""
    return canonical({name: value for name, value in (exchange.parameters or {}).items() if name != member})
